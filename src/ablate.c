/* ablate.c: the ground truth: every sentence's logits without each head.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: logits F64 [S, C], labels I32 [S], and for each kind of removal logits F64 [S, layers, heads, C]:
 *      logits_without           the head's context c_h[t] set to zero;
 *      logits_without_mean      set to its mean over all tokens of all sentences;
 *      logits_without_resample  set to that of another sentence, drawn at random: token t takes the donor's
 *                               token at the same share of the way, so first goes to first and last to last.
 * With --layers A:B only heads of these layers are removed, and layers counts these. Mean and donors are of all
 * sentences, however few --sentences leaves.
 */
#include "ablation.h"
#include "blas.h"
#include "fail.h"
#include "history.h"
#include "names.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "results.h"

#include <stdlib.h>

static const char *removals = "zero,mean,resample", *sentences_wanted, *layers_wanted, *contexts;
static int64_t seed = 1, block_tokens = 256, variant_tokens = 800;

static struct option_row rows[] = {
	{"removals", 0, OPTION_TEXT, &removals, 0, 0, "A,B", "which of zero, mean, resample", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, 1e15, "N", "of the donors for resample", false, false},
	SENTENCES_OPTION(sentences_wanted),
	LAYERS_OPTION(layers_wanted),
	CONTEXTS_OPTION(contexts),
	BLOCK_OPTION(block_tokens),
	VARIANT_OPTION(variant_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Removes each attention head in turn and records the logits.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "ablate build/pocket/model build/pocket/tokens.safetensors -o build/pocket/ablation.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

static const char *const removal_names[SUBSTITUTES] = {"zero", "mean", "resample"};
static const char *const tensor_names[SUBSTITUTES] = {"logits_without", "logits_without_mean", "logits_without_resample"};

static void check_removals(void)
{
	int64_t known = 0;

	for (enum substitute removal = 0; removal < SUBSTITUTES; removal++)
		known += has_name(removals, removal_names[removal]);
	if (known == 0 || known != count_names(removals))
		fail_usage("--removals is '%s' (expected some of zero,mean,resample)", removals);
}

static void prepare(struct ablation *ablation, json_t *history)
{
	const struct config *config = &ablation->model->config;
	const int64_t sentences = ablation->tokens->sentences;
	const int64_t row = range_count(&ablation->layers) * config->heads * config->classes;

	ablation->logits = allocate((size_t)(sentences * config->classes), sizeof(double));
	for (enum substitute removal = 0; removal < SUBSTITUTES; removal++) {
		/* one sentence has no other to take a context from */
		if (has_name(removals, removal_names[removal]) &&
			!(removal == RESAMPLE && ablation->all->sentences < 2))
			ablation->logits_without[removal] = allocate((size_t)(sentences * row), sizeof(double));
	}
	if (ablation->logits_without[MEAN])
		ablation->mean_context =
			find_mean_context(ablation->model, ablation->all, block_tokens, contexts, history);
	if (ablation->logits_without[RESAMPLE])
		ablation->donors = draw_donors(ablation->all->sentences, seed);
}

static void write_ablation(const struct ablation *ablation, json_t *history)
{
	const struct config *config = &ablation->model->config;
	const int64_t sentences = ablation->tokens->sentences;
	struct results results = {.sentences = ablation->sentences, .layers = ablation->layers};

	results_add(&results, "logits", DTYPE_F64, "SC", (int64_t[]){sentences, config->classes}, ablation->logits);
	results_add(&results, "labels", DTYPE_I32, "S", &sentences, ablation->tokens->labels);
	for (enum substitute removal = 0; removal < SUBSTITUTES; removal++)
		if (ablation->logits_without[removal])
			results_add(&results, tensor_names[removal], DTYPE_F64, "SLHC",
				(int64_t[]){sentences, range_count(&ablation->layers), config->heads, config->classes},
				ablation->logits_without[removal]);
	results_write(&results, common.output, history, config);
}

int main(int argc, char **argv)
{
	struct model model;
	struct tokens all, tokens;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	check_removals();
	blas_start();
	classifier_read(&model, argv[first], history);
	tokens_read(&all, argv[first + 1], &model.config, model.config.classes, history, "tokens");
	struct ablation ablation = {.model = &model,
		.all = &all,
		.tokens = &tokens,
		.sentences = range_parse("sentences", sentences_wanted, all.sentences),
		.layers = range_parse("layers", layers_wanted, model.config.layers),
		.block_tokens = block_tokens,
		.variant_tokens = variant_tokens};
	tokens = tokens_part(&all, &ablation.sentences);
	prepare(&ablation, history);
	progress_begin("sentences", tokens.sentences);
	ablate_heads(&ablation);
	progress_end();
	write_ablation(&ablation, history);
	for (enum substitute removal = 0; removal < SUBSTITUTES; removal++)
		free(ablation.logits_without[removal]);
	free(ablation.logits);
	free(ablation.mean_context);
	free(ablation.donors);
	tokens_free(&all);
	model_free(&model);
	return STATUS_DONE;
}
