/* prune.c: what is left when the heads that a score ranks lowest are removed together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens, the ablation, files of scores.
 * Out: logits F64 [S, C] of the whole model, labels I32 [S], heads I64 [1] (layers x heads), budgets I64 [B],
 *      and for each ranking RANKING/logits F64 [B, S, C]: the contexts of the B lowest-ranked heads set to zero.
 * Rankings: the named scores, `oracle` (the ablation itself: the drop in margin) and `random-000`, `random-001`,
 * … Every score is oriented so that higher is more important; ties go by layer and head.
 */
#include "blas.h"
#include "budgets.h"
#include "columns.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "methods.h"
#include "names.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "results.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *rankings = "oan,tam,taylor,attnorm,entinv,gradmag,oracle", *budget_list = DEFAULT_BUDGETS;
static int64_t draws = 50, seed = 1, block_tokens = BLOCK_TOKENS;

static struct option_row rows[] = {
	{"rankings", 0, OPTION_TEXT, &rankings, 0, 0, "A,B", "scores to rank by, and oracle", false, false},
	{"budgets", 0, OPTION_TEXT, &budget_list, 0, 0, "N,N", "heads to remove, if the model has more; else 1, 2, …",
		false, false},
	{"draws", 0, OPTION_INTEGER, &draws, 0, 1000, "N", "random rankings", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, 1e15, "N", "of the random rankings", false, false},
	BLOCK_OPTION(block_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Removes the lowest-ranked heads together, for each ranking and budget.",
	.arguments = "MODEL_DIR TOKENS ABLATION SCORES...",
	.example = "prune build/pocket/model build/pocket/tokens.safetensors build/pocket/ablation.safetensors "
		   "build/pocket/scores.safetensors -o build/pocket/retention.safetensors",
	.rows = rows,
	.least_files = 3,
	.most_files = -1,
};

struct ranking_order {
	char *name;
	int64_t *order; /* [layers x heads], least important first */
	double *logits; /* [budgets, S, C] */
};

struct pruning {
	const struct model *model;
	const struct tokens *tokens;
	int64_t heads; /* of all layers */
	int64_t budgets, *budget;
	int count;
	struct ranking_order *list;
	double *logits; /* [S, C] */
};

/* ---- rankings ---- */

static const double *sort_scores;

static int by_score(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	if (sort_scores[a] != sort_scores[b])
		return sort_scores[a] < sort_scores[b] ? -1 : 1;
	return a < b ? -1 : 1;
}

static struct ranking_order *add_ranking(struct pruning *pruning, char *name)
{
	pruning->list = reallocate(pruning->list, (size_t)pruning->count + 1, sizeof *pruning->list);
	struct ranking_order *ranking = &pruning->list[pruning->count++];
	const int64_t logits = pruning->budgets * pruning->tokens->sentences * pruning->model->config.classes;

	*ranking = (struct ranking_order){.name = name,
		.order = allocate((size_t)pruning->heads, sizeof(int64_t)),
		.logits = allocate((size_t)logits, sizeof(double))};
	for (int64_t h = 0; h < pruning->heads; h++)
		ranking->order[h] = h;
	return ranking;
}

static void rank_by_score(struct pruning *pruning, const struct columns *columns, const char *name)
{
	const struct column *column = columns_find(columns, strcmp(name, "oracle") == 0 ? "ablation" : name);
	double *scores = allocate((size_t)pruning->heads, sizeof *scores);

	for (int i = 0; i < pruning->count; i++)
		if (strcmp(pruning->list[i].name, name) == 0)
			fail_usage("--rankings names '%s' twice", name);
	if (!column)
		fail(NULL, "none of the files has the score '%s'", name);
	column_scores(columns, column, NULL, 0, scores);
	for (int64_t h = 0; h < pruning->heads; h++)
		if (isnan(scores[h]))
			fail(NULL, "score '%s' is not defined for every head, so it ranks none", name);
	struct ranking_order *ranking = add_ranking(pruning, copy_string(name));
	sort_scores = scores;
	qsort(ranking->order, (size_t)pruning->heads, sizeof *ranking->order, by_score);
	free(scores);
}

static void rank_all(struct pruning *pruning, const struct columns *columns)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	const char *rest = rankings;

	for (char *name; (name = next_name(&rest)); free(name))
		rank_by_score(pruning, columns, name);
	gsl_rng_set(random, (unsigned long)seed);
	for (int64_t i = 0; i < draws; i++) {
		struct ranking_order *ranking = add_ranking(pruning, format_string("random-%03lld", (long long)i));
		gsl_ran_shuffle(random, ranking->order, (size_t)pruning->heads, sizeof *ranking->order);
	}
	gsl_rng_free(random);
	if (pruning->count == 0)
		fail_usage("--rankings names none and --draws is 0");
}

/* ---- removal ---- */

/* The logits without the removed heads. Below the first layer that loses one all is as in the whole model, and so is
 * that layer's context before the removal: it is taken from there. whole: with all layers' arrays kept. */
static void run_without(const struct model *model, const struct batch *batch, const struct activations *whole,
	struct activations *activations, const unsigned char *removed)
{
	const unsigned char *first = memchr(removed, 1, (size_t)(model->config.layers * model->config.heads));
	const int64_t layer = (first - removed) / model->config.heads;
	const size_t bytes = (size_t)(batch_tokens(batch) * model->config.hidden) * sizeof(float);

	memcpy(activations->layers[layer].hidden, whole->layers[layer].hidden, bytes);
	memcpy(activations->layers[layer].context, whole->layers[layer].context, bytes);
	encoder_run_from_context(model, layer, *batch, activations, removed, NULL);
}

/* rooms: of the whole model, with all layers' arrays kept, and of the pruned one. */
static void prune_block(void *argument, const struct batch *batch, int64_t first, struct activations *rooms)
{
	struct pruning *pruning = argument;
	const struct config *config = &pruning->model->config;
	const int64_t all = pruning->tokens->sentences * config->classes;
	unsigned char *removed = allocate((size_t)pruning->heads, 1);
	struct activations *whole = &rooms[0], *activations = &rooms[1];

	encoder_forward(pruning->model, batch, whole, NULL, NULL);
	store_logits(config, whole, batch, first, pruning->logits);
	activations_fit(activations, config, batch);
	for (int r = 0; r < pruning->count; r++) {
		const struct ranking_order *ranking = &pruning->list[r];
		memset(removed, 0, (size_t)pruning->heads);
		for (int64_t b = 0, gone = 0; b < pruning->budgets; b++) {
			for (; gone < pruning->budget[b]; gone++)
				removed[ranking->order[gone]] = 1;
			run_without(pruning->model, batch, whole, activations, removed);
			store_logits(config, activations, batch, first, ranking->logits + b * all);
		}
	}
	free(removed);
}

static void write_retention(const struct pruning *pruning, json_t *history)
{
	const struct config *config = &pruning->model->config;
	const int64_t sentences = pruning->tokens->sentences;
	struct results results = {0};

	results_add(&results, "logits", DTYPE_F64, 2, (int64_t[]){sentences, config->classes}, pruning->logits);
	results_add(&results, "labels", DTYPE_I32, 1, &sentences, pruning->tokens->labels);
	results_add(&results, "heads", DTYPE_I64, 1, (int64_t[]){1}, &pruning->heads);
	results_add(&results, "budgets", DTYPE_I64, 1, &pruning->budgets, pruning->budget);
	for (int i = 0; i < pruning->count; i++) {
		char *name = format_string("%s/logits", pruning->list[i].name);
		results_add(&results, name, DTYPE_F64, 3, (int64_t[]){pruning->budgets, sentences, config->classes},
			pruning->list[i].logits);
		free(name);
	}
	results_write(&results, common.output, history, config);
}

/* Reads the ablation and the scores, which must be of this model's heads and these sentences. */
static void read_scores(
	struct columns *columns, const struct pruning *pruning, char **paths, int count, json_t *history)
{
	const struct config *config = &pruning->model->config;
	struct logits logits = {0};

	ablation_read(columns, &logits, paths[0]);
	if (columns->layers != config->layers || columns->heads != config->heads ||
		columns->sentences != pruning->tokens->sentences)
		fail(paths[0], "is about %lld sentences and %lld x %lld heads (expected %lld and %lld x %lld)",
			(long long)columns->sentences, (long long)columns->layers, (long long)columns->heads,
			(long long)pruning->tokens->sentences, (long long)config->layers, (long long)config->heads);
	if (memcmp(logits.labels, pruning->tokens->labels, (size_t)logits.sentences * sizeof *logits.labels) != 0)
		fail(paths[0], "its labels are not those of the tokens");
	struct tensor_file file;
	tensor_file_open(&file, paths[0]);
	history_add_tensors(history, "ablation", &file);
	tensor_file_close(&file);
	for (int i = 1; i < count; i++)
		columns_read(columns, paths[i], history, "scores");
	logits_free(&logits);
}

int main(int argc, char **argv)
{
	struct model model;
	struct tokens tokens;
	struct columns columns = {0};
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	classifier_read(&model, argv[first], history);
	tokens_read(&tokens, argv[first + 1], &model.config, model.config.classes, history, "tokens");
	struct pruning pruning = {
		.model = &model,
		.tokens = &tokens,
		.heads = model.config.layers * model.config.heads,
		.logits = allocate((size_t)(tokens.sentences * model.config.classes), sizeof(double)),
	};
	read_scores(&columns, &pruning, argv + first + 2, argc - first - 2, history);
	pruning.budget = parse_budgets(budget_list, pruning.heads, &pruning.budgets);
	rank_all(&pruning, &columns);
	progress_begin("sentences", tokens.sentences);
	for_each_block(&model.config, &tokens, block_tokens, true, prune_block, &pruning);
	progress_end();
	write_retention(&pruning, history);
	for (int i = 0; i < pruning.count; i++) {
		free(pruning.list[i].name);
		free(pruning.list[i].order);
		free(pruning.list[i].logits);
	}
	free(pruning.list);
	free(pruning.budget);
	free(pruning.logits);
	columns_free(&columns);
	tokens_free(&tokens);
	model_free(&model);
	return STATUS_DONE;
}
