/* prune-greedily.c: heads removed one after another, each time the one whose removal hurts least.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: what prune writes, with one ranking, so that it is read like that: logits F64 [S, C] of the whole model, labels
 *      I32 [S], heads I64 [1] (layers x heads), budgets I64 [B], greedy/logits F64 [B, S, C]; and greedy/order I64
 *      [largest budget], the heads (layer x heads + head) in the order in which they went.
 * What hurts least is what leaves the largest mean margin, given all that is gone; ties go by layer and head.
 * The choice sees the labels of the sentences that it is measured on. With --cross it does not: the sentences are
 * halved at random within each class, and each half is measured without the heads that the other half chose; then
 * greedy_cross/logits, greedy_cross/order I64 [2, largest budget] and half I32 [S], 0 or 1: order[0] is half 0's
 * choice.
 */
#include "ablation.h"
#include "blas.h"
#include "budgets.h"
#include "fail.h"
#include "history.h"
#include "margin.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "results.h"
#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *budget_list = DEFAULT_BUDGETS, *share_list = DEFAULT_SHARES;
static int64_t seed = 1, block_tokens = 256, variant_tokens = 800;
static bool cross;

static struct option_row rows[] = {
	{"budgets", 0, OPTION_TEXT, &budget_list, 0, 0, "N,N", "heads to remove, if the model has more", false, false},
	{"shares", 0, OPTION_TEXT, &share_list, 0, 0, "N,N", "… in % of the heads; no budget at all: 1, 2, …", false,
		false},
	{"cross", 0, OPTION_FLAG, &cross, 0, 0, NULL, "each half measured by the other half's choice", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of the halves", false, false},
	BLOCK_OPTION(block_tokens),
	VARIANT_OPTION(variant_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Removes attention heads one after another, each time the one that is missed least.",
	.arguments = "MODEL_DIR TOKENS",
	.example =
		"prune-greedily build/pocket/model build/pocket/tokens.safetensors -o build/pocket/greedy.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

struct pruning {
	struct model model;
	struct tokens tokens;
	int64_t heads; /* of all layers */
	int64_t budgets, *budget;
	int64_t most;	/* the largest budget */
	double *logits; /* [S, C] */
	double *left;	/* [B, S, C] */
	int64_t *order; /* [most]; with --cross [2, most] */
	int32_t *half;	/* [S] */
};

/* ---- the search ---- */

/* The head whose removal leaves the largest mean margin. without: logits [S, heads, C] */
static int64_t find_least_missed(
	const struct pruning *pruning, const struct tokens *tokens, const unsigned char *removed, const double *without)
{
	const int64_t classes = pruning->model.config.classes;
	double most = -INFINITY;
	int64_t best = -1;

	for (int64_t h = 0; h < pruning->heads; h++) {
		double sum = 0;
		for (int64_t s = 0; s < tokens->sentences && !removed[h]; s++)
			sum += margin(MARGIN_MAX, without + (s * pruning->heads + h) * classes, classes,
				tokens->labels[s], NULL);
		if (!removed[h] && (best < 0 || sum > most)) {
			most = sum;
			best = h;
		}
	}
	return best;
}

/* order [most] from these sentences. left [B, S, C]: what is left of their logits, or NULL. */
static void choose_heads(const struct pruning *pruning, const struct tokens *tokens, int64_t *order, double *left)
{
	const int64_t classes = pruning->model.config.classes, sentences = tokens->sentences;
	unsigned char *removed = allocate((size_t)pruning->heads, 1);
	double *without = allocate((size_t)(sentences * pruning->heads * classes), sizeof *without);
	struct ablation ablation = {
		.model = &pruning->model,
		.tokens = tokens,
		.layers = range_parse("layers", NULL, pruning->model.config.layers),
		.block_tokens = block_tokens,
		.variant_tokens = variant_tokens,
		.removed = removed,
		.logits = allocate((size_t)(sentences * classes), sizeof(double)),
		.logits_without[ZERO] = without,
	};

	for (int64_t step = 0, b = 0; step < pruning->most; step++) {
		ablate_heads(&ablation);
		order[step] = find_least_missed(pruning, tokens, removed, without);
		removed[order[step]] = 1;
		if (step + 1 < pruning->budget[b])
			continue;
		for (int64_t s = 0; s < sentences && left; s++)
			memcpy(left + (b * sentences + s) * classes,
				without + (s * pruning->heads + order[step]) * classes, (size_t)classes * sizeof *left);
		b++;
	}
	free(ablation.logits);
	free(without);
	free(removed);
}

/* ---- halves ---- */

static struct tokens select_half(const struct pruning *pruning, int32_t half)
{
	const struct tokens *tokens = &pruning->tokens;
	int64_t *chosen = allocate((size_t)tokens->sentences, sizeof *chosen);
	struct tokens selected = {
		.longest = tokens->longest, .labels = allocate((size_t)tokens->sentences, sizeof *selected.labels)};
	struct packed packed = {0};

	for (int64_t s = 0; s < tokens->sentences; s++)
		if (pruning->half[s] == half) {
			selected.labels[selected.sentences] = tokens->labels[s];
			chosen[selected.sentences++] = s;
		}
	struct batch batch = pack_sentences(tokens, chosen, selected.sentences, &packed);
	selected.count = batch_tokens(&batch);
	selected.offsets = packed.offsets;
	selected.ids = packed.ids;
	free(chosen);
	return selected;
}

static void draw_halves(struct pruning *pruning)
{
	const int64_t sentences = pruning->tokens.sentences;
	struct strata classes = strata_from(pruning->tokens.labels, sentences);
	bool *first = allocate((size_t)sentences, sizeof *first);
	gsl_rng *rng = random_generator((uint64_t)seed);

	pruning->half = allocate((size_t)sentences, sizeof *pruning->half);
	stratified_halves(&classes, rng, first);
	for (int64_t s = 0; s < sentences; s++)
		pruning->half[s] = !first[s];
	gsl_rng_free(rng);
	free(first);
	strata_free(&classes);
}

/* What is left of one half's logits at every budget, into its sentences' places. */
static void measure_half(struct pruning *pruning, int32_t half, const struct tokens *tokens, const int64_t *order)
{
	const int64_t classes = pruning->model.config.classes, sentences = pruning->tokens.sentences;
	unsigned char *removed = allocate((size_t)pruning->heads, 1);
	double *logits = allocate((size_t)(tokens->sentences * classes), sizeof *logits);

	for (int64_t b = 0, gone = 0; b < pruning->budgets; b++) {
		for (; gone < pruning->budget[b]; gone++)
			removed[order[gone]] = 1;
		predict(&pruning->model, tokens, removed, logits);
		for (int64_t s = 0, i = 0; s < sentences; s++)
			if (pruning->half[s] == half)
				memcpy(pruning->left + (b * sentences + s) * classes, logits + i++ * classes,
					(size_t)classes * sizeof *logits);
	}
	free(logits);
	free(removed);
}

static void prune_crosswise(struct pruning *pruning)
{
	draw_halves(pruning);
	struct tokens halves[2] = {select_half(pruning, 0), select_half(pruning, 1)};

	for (int32_t half = 0; half < 2; half++)
		if (halves[half].sentences == 0)
			fail(NULL, "one sentence cannot be halved");
	for (int32_t half = 0; half < 2; half++) {
		choose_heads(pruning, &halves[half], pruning->order + half * pruning->most, NULL);
		measure_half(pruning, !half, &halves[!half], pruning->order + half * pruning->most);
	}
	for (int32_t half = 0; half < 2; half++)
		tokens_free(&halves[half]);
}

/* ---- files ---- */

static void write_pruning(const struct pruning *pruning, json_t *history)
{
	const int64_t sentences = pruning->tokens.sentences, classes = pruning->model.config.classes;
	struct results results = {0};

	results_add(&results, "logits", DTYPE_F64, "SC", (int64_t[]){sentences, classes}, pruning->logits);
	results_add(&results, "labels", DTYPE_I32, "S", &sentences, pruning->tokens.labels);
	results_add(&results, "heads", DTYPE_I64, "N", (int64_t[]){1}, &pruning->heads);
	results_add(&results, "budgets", DTYPE_I64, "B", &pruning->budgets, pruning->budget);
	results_add(&results, cross ? "greedy_cross/logits" : "greedy/logits", DTYPE_F64, "BSC",
		(int64_t[]){pruning->budgets, sentences, classes}, pruning->left);
	if (cross) {
		results_add(
			&results, "greedy_cross/order", DTYPE_I64, "KN", (int64_t[]){2, pruning->most}, pruning->order);
		results_add(&results, "half", DTYPE_I32, "S", &sentences, pruning->half);
	} else {
		results_add(&results, "greedy/order", DTYPE_I64, "N", &pruning->most, pruning->order);
	}
	results_write(&results, common.output, history, &pruning->model.config);
}

int main(int argc, char **argv)
{
	struct pruning pruning = {0};
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	classifier_read(&pruning.model, argv[first], history);
	tokens_read(&pruning.tokens, argv[first + 1], &pruning.model.config, pruning.model.config.classes, history,
		"tokens");
	const int64_t logits = pruning.tokens.sentences * pruning.model.config.classes;
	pruning.heads = pruning.model.config.layers * pruning.model.config.heads;
	pruning.budget = parse_budgets(budget_list, share_list, pruning.heads, &pruning.budgets);
	if (pruning.budgets == 0)
		fail(argv[first], "has a single head: there is nothing to choose");
	pruning.most = pruning.budget[pruning.budgets - 1];
	pruning.order = allocate(2 * (size_t)pruning.most, sizeof *pruning.order);
	pruning.logits = allocate((size_t)logits, sizeof *pruning.logits);
	pruning.left = allocate((size_t)(pruning.budgets * logits), sizeof *pruning.left);
	progress_begin("sentences", pruning.tokens.sentences * (pruning.most + 1 + cross * pruning.budgets));
	predict(&pruning.model, &pruning.tokens, NULL, pruning.logits);
	if (cross)
		prune_crosswise(&pruning);
	else
		choose_heads(&pruning, &pruning.tokens, pruning.order, pruning.left);
	progress_end();
	write_pruning(&pruning, history);
	free(pruning.budget);
	free(pruning.order);
	free(pruning.logits);
	free(pruning.left);
	free(pruning.half);
	tokens_free(&pruning.tokens);
	model_free(&pruning.model);
	return STATUS_DONE;
}
