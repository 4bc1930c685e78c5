/* results.c: writing what was computed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "results.h"

#include "blas.h"
#include "fail.h"
#include "history.h"

#include <stdlib.h>
#include <string.h>

void results_add(struct results *results, const char *name, enum dtype dtype, int rank, const int64_t *shape,
	const void *data)
{
	results->list = reallocate(results->list, (size_t)results->count + 1, sizeof *results->list);
	struct tensor_source *source = &results->list[results->count++];
	*source = (struct tensor_source){.name = copy_string(name), .dtype = dtype, .rank = rank, .data = data};
	memcpy(source->shape, shape, (size_t)rank * sizeof *shape);
}

void results_write(struct results *results, const char *path, json_t *history, const struct config *config)
{
	json_t *metadata = history_metadata(history);

	if (config && config->classes > 0) {
		char *classes = config_class_names(config);
		json_object_set_new(metadata, "classes", json_string(classes));
		free(classes);
	}
	if (blas_operations() > 0) {
		char *operations = format_string("%lld", (long long)blas_operations());
		json_object_set_new(metadata, "operations", json_string(operations));
		free(operations);
	}
	tensors_write(path, results->list, results->count, metadata);
	json_decref(metadata);
	for (int i = 0; i < results->count; i++)
		free((char *)results->list[i].name);
	free(results->list);
	*results = (struct results){0};
}

void classifier_read(struct model *model, const char *folder, json_t *history)
{
	model_read(model, folder, history);
	if (model->config.classes == 0)
		fail(folder, "is an encoder without a classification head");
}
