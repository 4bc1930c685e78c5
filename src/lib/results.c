/* results.c: writing what was computed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "results.h"

#include "blas.h"
#include "fail.h"
#include "history.h"

#include <stdlib.h>
#include <string.h>

void results_add(struct results *results, const char *name, enum dtype dtype, const char *axes, const int64_t *shape,
	const void *data)
{
	const int rank = (int)(strlen(axes) - strspn(axes, AXES_SUMMARIES));

	results->list = reallocate(results->list, (size_t)results->count + 1, sizeof *results->list);
	struct tensor_source *source = &results->list[results->count++];
	*source = (struct tensor_source){.name = copy_string(name), .dtype = dtype, .rank = rank, .data = data};
	memcpy(source->shape, shape, (size_t)rank * sizeof *shape);
	if (!results->axes)
		results->axes = json_object();
	json_object_set_new(results->axes, name, json_string(axes));
}

/* Of a shard: which it is, and how it is joined to others. */
static void tell_part(const struct results *results, json_t *metadata)
{
	if (!results->sentences.asked_for && !results->layers.asked_for)
		return;
	range_tell(&results->sentences, "sentences", metadata);
	range_tell(&results->layers, "layers", metadata);
	char *axes = json_dumps(results->axes, JSON_COMPACT);
	if (!axes)
		fail(NULL, "cannot write the axes as JSON");
	json_object_set_new(metadata, "axes", json_string(axes));
	free(axes);
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
	tell_part(results, metadata);
	tensors_write(path, results->list, results->count, metadata);
	json_decref(metadata);
	for (int i = 0; i < results->count; i++)
		free((char *)results->list[i].name);
	free(results->list);
	json_decref(results->axes);
	*results = (struct results){0};
}

void classifier_read(struct model *model, const char *folder, json_t *history)
{
	model_read(model, folder, history);
	if (model->config.classes == 0)
		fail(folder, "is an encoder without a classification head");
}
