/* scoring.c: room for per-sentence head scores, and their file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scoring.h"

#include "fail.h"
#include "results.h"

#include <stdlib.h>

void scoring_begin(struct scoring *scoring, const char *model_folder, const char *tokens_path, const char *sentences,
	enum model_kind kind, const char *const *names, int count, json_t *history)
{
	const struct config *config = &scoring->model.config;

	*scoring = (struct scoring){.kind = kind, .names = names, .count = count};
	if (kind == OWN_CLASSIFIER)
		classifier_read(&scoring->model, model_folder, history);
	else
		model_read(&scoring->model, model_folder, history);
	tokens_read(&scoring->all, tokens_path, config, kind == ANY_ENCODER ? 0 : config->classes, history, "tokens");
	scoring->sentences = range_parse("sentences", sentences, scoring->all.sentences);
	scoring->tokens = tokens_part(&scoring->all, &scoring->sentences);
	scoring->scores = allocate((size_t)count, sizeof *scoring->scores);
	for (int i = 0; i < count; i++)
		scoring->scores[i] =
			allocate((size_t)(scoring->tokens.sentences * config->layers * config->heads), sizeof(double));
}

void scoring_end(struct scoring *scoring, const char *path, json_t *history)
{
	const struct config *config = &scoring->model.config;
	const int64_t shape[] = {scoring->tokens.sentences, config->layers, config->heads};
	struct results results = {.sentences = scoring->sentences};

	for (int i = 0; i < scoring->count; i++)
		results_add(&results, scoring->names[i], DTYPE_F64, "SLH", shape, scoring->scores[i]);
	results_add(&results, "labels", DTYPE_I32, "S", &scoring->tokens.sentences, scoring->tokens.labels);
	results_write(&results, path, history, scoring->kind == ANY_ENCODER ? NULL : config);
	for (int i = 0; i < scoring->count; i++)
		free(scoring->scores[i]);
	free(scoring->scores);
	tokens_free(&scoring->all);
	model_free(&scoring->model);
}
