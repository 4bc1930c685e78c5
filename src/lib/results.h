/* results.h: the tensors that a program has computed, gathered and written with their history.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_RESULTS_H
#define T_MODEL_RESULTS_H

#include "model.h"
#include "range.h"
#include "tensors.h"

#include <jansson.h>

struct results {
	struct tensor_source *list;
	int count;
	json_t *axes;			/* what the dimensions of each are */
	struct range sentences, layers; /* which of them, to be set by a program that can do a part */
};

#define AXES_SUMMARIES "+=~"

/* Adds a tensor; name and shape are copied, data is borrowed until results_write.
 * axes: what the dimensions are, a letter each, by which merge joins shards:
 *   S sentences; T tokens of all the sentences; F numbers of all the sentences, as many as offsets say; O such offsets,
 *   S + 1 of them; L layers; any other letter a dimension that all shards have in full (H heads, C classes, B budgets).
 * Before them, of what is not by sentence: + a sum over the sentences; = their mean; ~ that mean's standard error. */
void results_add(struct results *results, const char *name, enum dtype dtype, const char *axes, const int64_t *shape,
	const void *data);

/* Writes all of them with the history (consumed) as metadata, and frees the list. Metadata, too: `classes`, their names
 * (config NULL: none), and `operations`, what the matrix products so far took (blas.h), where there were any; of a
 * shard also `sentences` and `layers` (range.h), and `axes`, a JSON object of those of every tensor. */
void results_write(struct results *results, const char *path, json_t *history, const struct config *config);

/* model_read for a program that needs logits: fails where the model has no classification head. */
void classifier_read(struct model *model, const char *folder, json_t *history);

#endif
