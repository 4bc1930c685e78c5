/* sum-contexts.c: the sum of every layer's context vectors, from which ablate and attribute have the mean over all
 * sentences, when each of their shards sees but some.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: context_sum F64 [layers, H], over all tokens of the sentences; tokens I64 [1], how many they are.
 */
#include "blas.h"
#include "fail.h"
#include "history.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "replacement.h"
#include "results.h"

#include <stdlib.h>

static const char *sentences_wanted;
static int64_t block_tokens = BLOCK_TOKENS;

static struct option_row rows[] = {SENTENCES_OPTION(sentences_wanted), BLOCK_OPTION(block_tokens), {0}};

static const struct command command = {
	.purpose = "Sums every layer's context vectors over all tokens, for what replaces heads by their mean.",
	.arguments = "MODEL_DIR TOKENS",
	.example =
		"sum-contexts build/pocket/model build/pocket/tokens.safetensors -o build/pocket/contexts.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

int main(int argc, char **argv)
{
	struct model model;
	struct tokens all;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	model_read(&model, argv[first], history);
	tokens_read(&all, argv[first + 1], &model.config, 0, history, "tokens");
	struct results results = {.sentences = range_parse("sentences", sentences_wanted, all.sentences)};
	const struct tokens tokens = tokens_part(&all, &results.sentences);
	progress_begin("sentences", tokens.sentences);
	double *sums = sum_contexts(&model, &tokens, block_tokens);
	progress_end();
	results_add(
		&results, "context_sum", DTYPE_F64, "+LD", (int64_t[]){model.config.layers, model.config.hidden}, sums);
	results_add(&results, "tokens", DTYPE_I64, "+N", (int64_t[]){1}, &tokens.count);
	results_write(&results, common.output, history, NULL);
	free(sums);
	tokens_free(&all);
	model_free(&model);
	return STATUS_DONE;
}
