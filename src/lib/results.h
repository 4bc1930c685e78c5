/* results.h: the tensors that a program has computed, gathered and written with their history.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_RESULTS_H
#define T_MODEL_RESULTS_H

#include "model.h"
#include "tensors.h"

#include <jansson.h>

struct results {
	struct tensor_source *list;
	int count;
};

/* Adds a tensor; name and shape are copied, data is borrowed until results_write. */
void results_add(struct results *results, const char *name, enum dtype dtype, int rank, const int64_t *shape,
	const void *data);

/* Writes all of them with the history (consumed) as metadata, and frees the list. Metadata, too: `classes`, their names
 * (config NULL: none), and `operations`, what the matrix products so far took (blas.h), where there were any. */
void results_write(struct results *results, const char *path, json_t *history, const struct config *config);

/* model_read for a program that needs logits: fails where the model has no classification head. */
void classifier_read(struct model *model, const char *folder, json_t *history);

#endif
