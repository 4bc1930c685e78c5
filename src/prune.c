/* prune.c: what is left when the heads that a score ranks lowest are removed together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens, the ablation, files of scores.
 * Out: logits F64 [S, C] of the whole model, labels I32 [S], heads I64 [1] (layers x heads), budgets I64 [B],
 *      and for each ranking RANKING/logits F64 [B, S, C]: the contexts of the B lowest-ranked heads set to zero.
 * Rankings: the named scores, `oracle` (the ablation itself: the drop in margin), `random-000`, `random-001`, …, and
 * `random_layers-000`, …, which at every budget remove as many heads of each layer, or one more of some. Every score is
 * oriented so that higher is more important; ties go by layer and head. Ablation and scores are of all sentences,
 * however few --sentences measures.
 *
 * A ranking of the sentences that it is then measured on knows their noise. Cross-fitted it does not: for random halves
 * of the sentences, half I32 [splits, S], RANKING/cross_fitted F64 [splits, B, S, C] holds the logits of every sentence
 * without the heads that the other half's scores rank lowest.
 */
#include "blas.h"
#include "budgets.h"
#include "columns.h"
#include "fail.h"
#include "history.h"
#include "methods.h"
#include "names.h"
#include "options.h"
#include "predict.h"
#include "removals.h"
#include "results.h"
#include "statistics.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *rankings = "oan,tam,taylor,attnorm,entinv,gradmag,oracle", *budget_list = DEFAULT_BUDGETS;
static const char *share_list = DEFAULT_SHARES, *sentences_wanted;
static int64_t draws = 10, layer_draws, splits = 10, seed = 1, block_tokens = BLOCK_TOKENS;

static struct option_row rows[] = {
	{"rankings", 0, OPTION_TEXT, &rankings, 0, 0, "A,B", "scores to rank by, and oracle", false, false},
	{"budgets", 0, OPTION_TEXT, &budget_list, 0, 0, "N,N", "heads to remove, if the model has more", false, false},
	{"shares", 0, OPTION_TEXT, &share_list, 0, 0, "N,N", "… in % of the heads; no budget at all: 1, 2, …", false,
		false},
	{"draws", 0, OPTION_INTEGER, &draws, 0, 1000, "N", "random rankings", false, false},
	{"draws-within-layers", 0, OPTION_INTEGER, &layer_draws, 0, 1000, "N", "… with as many heads of each layer",
		false, false},
	{"splits", 0, OPTION_INTEGER, &splits, 0, 1000, "N", "of the sentences into halves; 0: not cross-fitted", false,
		false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of all that is random", false, false},
	SENTENCES_OPTION(sentences_wanted),
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

struct ranking_removals {
	char *name;
	int64_t *removal; /* [B] from all sentences: which of the removals */
	int64_t *crossed; /* [splits, 2, B] from either half, for the other; NULL: the ranking is of no sentences */
};

struct pruning {
	const struct model *model;
	const struct tokens *all, *tokens; /* what rankings are from, and what is measured without the heads */
	struct range sentences;		   /* of all: which the tokens are */
	int64_t heads;			   /* of all layers */
	int64_t budgets, *budget;
	struct halves halves;
	int32_t *half; /* [splits, all sentences] 0 or 1 */
	int count;
	struct ranking_removals *list;
	struct removals removals;
};

/* ---- rankings ---- */

/* removal [B]: those of every budget, wanted for the sentences `members` of all, as far as they are measured. */
static void add_removals(
	struct pruning *pruning, const int64_t *order, const int64_t *members, int64_t count, int64_t *removal)
{
	int64_t *measured = allocate((size_t)count, sizeof *measured), kept = 0;

	for (int64_t i = 0; i < count; i++)
		if (members[i] >= pruning->sentences.begin && members[i] < pruning->sentences.end)
			measured[kept++] = members[i] - pruning->sentences.begin;
	for (int64_t b = 0; b < pruning->budgets; b++)
		removal[b] = removals_add(&pruning->removals, order, pruning->budget[b], measured, kept);
	free(measured);
}

static struct ranking_removals *add_ranking(struct pruning *pruning, char *name, const int64_t *order)
{
	const int64_t sentences = pruning->all->sentences;
	int64_t *all = allocate((size_t)sentences, sizeof *all);

	for (int64_t s = 0; s < sentences; s++)
		all[s] = s;
	pruning->list = reallocate(pruning->list, (size_t)pruning->count + 1, sizeof *pruning->list);
	struct ranking_removals *ranking = &pruning->list[pruning->count++];
	*ranking = (struct ranking_removals){
		.name = name, .removal = allocate((size_t)pruning->budgets, sizeof *ranking->removal)};
	add_removals(pruning, order, all, sentences, ranking->removal);
	free(all);
	return ranking;
}

static const double *sort_scores;

static int by_score(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	if (sort_scores[a] != sort_scores[b])
		return sort_scores[a] < sort_scores[b] ? -1 : 1;
	return a < b ? -1 : 1;
}

/* order [heads] by the score from the chosen sentences, least important first. */
static void rank_heads(const struct columns *columns, const struct column *column, const char *name,
	const int64_t *chosen, int64_t count, int64_t *order)
{
	const int64_t heads = columns->layers * columns->heads;
	double *scores = allocate((size_t)heads, sizeof *scores);

	column_scores(columns, column, chosen, count, scores);
	for (int64_t h = 0; h < heads; h++) {
		if (isnan(scores[h]))
			fail(NULL, "score '%s' is not defined for every head, so it ranks none", name);
		order[h] = h;
	}
	sort_scores = scores;
	qsort(order, (size_t)heads, sizeof *order, by_score);
	free(scores);
}

static void rank_by_score(struct pruning *pruning, const struct columns *columns, const char *name)
{
	const struct column *column = columns_find(columns, strcmp(name, "oracle") == 0 ? "ablation" : name);
	const struct halves *halves = &pruning->halves;
	int64_t *order = allocate((size_t)pruning->heads, sizeof *order);

	for (int i = 0; i < pruning->count; i++)
		if (strcmp(pruning->list[i].name, name) == 0)
			fail_usage("--rankings names '%s' twice", name);
	if (!column)
		fail(NULL, "none of the files has the score '%s'", name);
	rank_heads(columns, column, name, NULL, 0, order);
	struct ranking_removals *ranking = add_ranking(pruning, copy_string(name), order);
	ranking->crossed = allocate((size_t)(2 * splits * pruning->budgets), sizeof *ranking->crossed);
	for (int64_t i = 0; i < splits; i++) {
		const int64_t *one = halves->members + i * halves->count, *other = one + halves->first[i];
		const int64_t one_count = halves->first[i], other_count = halves->count - one_count;
		int64_t *crossed = ranking->crossed + 2 * i * pruning->budgets;
		rank_heads(columns, column, name, one, one_count, order);
		add_removals(pruning, order, other, other_count, crossed);
		rank_heads(columns, column, name, other, other_count, order);
		add_removals(pruning, order, one, one_count, crossed + pruning->budgets);
	}
	free(order);
}

/* Rounds in which every layer, in random order, gives up one of its heads. */
static void shuffle_evenly(const struct config *config, gsl_rng *rng, int64_t *order)
{
	struct strata layers = strata_of_layers(config->layers, config->heads);
	int64_t *heads = allocate((size_t)layers.count, sizeof *heads);
	int64_t *turn = allocate((size_t)config->layers, sizeof *turn);

	random_permutation(&layers, rng, heads); /* within layers, which stand one after another */
	for (int64_t l = 0; l < config->layers; l++)
		turn[l] = l;
	for (int64_t i = 0; i < layers.count; i++) {
		const int64_t round = i / config->layers, place = i % config->layers;
		if (place == 0)
			gsl_ran_shuffle(rng, turn, (size_t)config->layers, sizeof *turn);
		order[i] = heads[turn[place] * config->heads + round];
	}
	strata_free(&layers);
	free(heads);
	free(turn);
}

static void rank_at_random(struct pruning *pruning)
{
	gsl_rng *rng = random_generator((uint64_t)seed);
	int64_t *order = allocate((size_t)pruning->heads, sizeof *order);

	for (int64_t i = 0; i < draws; i++) {
		for (int64_t h = 0; h < pruning->heads; h++)
			order[h] = h;
		gsl_ran_shuffle(rng, order, (size_t)pruning->heads, sizeof *order);
		add_ranking(pruning, format_string("random-%03lld", (long long)i), order);
	}
	gsl_rng_set(rng, (unsigned long)seed);
	for (int64_t i = 0; i < layer_draws; i++) {
		shuffle_evenly(&pruning->model->config, rng, order);
		add_ranking(pruning, format_string("random_layers-%03lld", (long long)i), order);
	}
	gsl_rng_free(rng);
	free(order);
}

static void draw_halves(struct pruning *pruning)
{
	const int64_t sentences = pruning->all->sentences;
	struct strata classes = strata_from(pruning->all->labels, sentences);
	gsl_rng *rng = random_generator((uint64_t)seed);

	pruning->halves = halves_draw(&classes, splits, rng);
	pruning->half = allocate((size_t)(splits * sentences), sizeof *pruning->half);
	for (int64_t i = 0; i < splits * sentences; i++)
		pruning->half[i / sentences * sentences + pruning->halves.members[i]] =
			i % sentences >= pruning->halves.first[i / sentences];
	gsl_rng_free(rng);
	strata_free(&classes);
}

static void rank_all(struct pruning *pruning, const struct columns *columns)
{
	const char *rest = rankings;

	if (pruning->all->sentences < 2)
		splits = 0; /* a single sentence has no halves */
	draw_halves(pruning);
	for (char *name; (name = next_name(&rest)); free(name))
		rank_by_score(pruning, columns, name);
	rank_at_random(pruning);
	if (pruning->count == 0)
		fail_usage("--rankings names none and --draws is 0");
}

/* ---- the file ---- */

/* [B, S, C] in fresh memory */
static double *collect_logits(const struct pruning *pruning, const struct ranking_removals *ranking)
{
	const int64_t row = pruning->tokens->sentences * pruning->model->config.classes;
	double *logits = allocate((size_t)(pruning->budgets * row), sizeof *logits);

	for (int64_t b = 0; b < pruning->budgets; b++)
		memcpy(logits + b * row, pruning->removals.list[ranking->removal[b]].logits,
			(size_t)row * sizeof *logits);
	return logits;
}

/* [splits, S] in fresh memory: in which half each sentence is that is measured. */
static int32_t *collect_halves(const struct pruning *pruning)
{
	const int64_t sentences = pruning->tokens->sentences;
	int32_t *half = allocate((size_t)(splits * sentences), sizeof *half);

	for (int64_t i = 0; i < splits; i++)
		memcpy(half + i * sentences, pruning->half + i * pruning->all->sentences + pruning->sentences.begin,
			(size_t)sentences * sizeof *half);
	return half;
}

/* half [splits, S] -> [splits, B, S, C] in fresh memory: of every sentence by the ranking from the half in which it is
 * not. */
static double *collect_crossed(
	const struct pruning *pruning, const struct ranking_removals *ranking, const int32_t *half)
{
	const int64_t sentences = pruning->tokens->sentences, classes = pruning->model->config.classes;
	const int64_t budgets = pruning->budgets;
	double *logits = allocate((size_t)(splits * budgets * sentences * classes), sizeof *logits), *next = logits;

	for (int64_t i = 0; i < splits; i++)
		for (int64_t b = 0; b < budgets; b++)
			for (int64_t s = 0; s < sentences; s++, next += classes) {
				const int64_t ranked_by = 1 - half[i * sentences + s];
				const int64_t r = ranking->crossed[(2 * i + ranked_by) * budgets + b];
				memcpy(next, pruning->removals.list[r].logits + s * classes,
					(size_t)classes * sizeof *next);
			}
	return logits;
}

static void add_result(struct results *results, const char *ranking, const char *what, const char *axes,
	const int64_t *shape, const double *values)
{
	char *name = format_string("%s/%s", ranking, what);

	results_add(results, name, DTYPE_F64, axes, shape, values);
	free(name);
}

static void write_retention(const struct pruning *pruning, json_t *history)
{
	const struct config *config = &pruning->model->config;
	const int64_t sentences = pruning->tokens->sentences;
	const int64_t shape[] = {splits, pruning->budgets, sentences, config->classes};
	int32_t *half = collect_halves(pruning);
	double **values = allocate(2 * (size_t)pruning->count, sizeof *values);
	struct results results = {.sentences = pruning->sentences};

	results_add(
		&results, "logits", DTYPE_F64, "SC", (int64_t[]){sentences, config->classes}, pruning->removals.list[0].logits);
	results_add(&results, "labels", DTYPE_I32, "S", &sentences, pruning->tokens->labels);
	results_add(&results, "heads", DTYPE_I64, "N", (int64_t[]){1}, &pruning->heads);
	results_add(&results, "budgets", DTYPE_I64, "B", &pruning->budgets, pruning->budget);
	if (splits > 0)
		results_add(&results, "half", DTYPE_I32, "KS", (int64_t[]){splits, sentences}, half);
	for (int64_t i = 0; i < pruning->count; i++) {
		const struct ranking_removals *ranking = &pruning->list[i];
		values[2 * i] = collect_logits(pruning, ranking);
		add_result(&results, ranking->name, "logits", "BSC", shape + 1, values[2 * i]);
		if (!ranking->crossed || splits == 0)
			continue;
		values[2 * i + 1] = collect_crossed(pruning, ranking, half);
		add_result(&results, ranking->name, "cross_fitted", "KBSC", shape, values[2 * i + 1]);
	}
	results_write(&results, common.output, history, config);
	for (int i = 0; i < 2 * pruning->count; i++)
		free(values[i]);
	free(values);
	free(half);
}

static void pruning_free(struct pruning *pruning)
{
	for (int i = 0; i < pruning->count; i++) {
		free(pruning->list[i].name);
		free(pruning->list[i].removal);
		free(pruning->list[i].crossed);
	}
	removals_free(&pruning->removals);
	halves_free(&pruning->halves);
	free(pruning->half);
	free(pruning->list);
	free(pruning->budget);
}

/* Reads the ablation and the scores, which must be of this model's heads and these sentences. */
static void read_scores(
	struct columns *columns, const struct pruning *pruning, char **paths, int count, json_t *history)
{
	const struct config *config = &pruning->model->config;
	struct logits logits = {0};

	ablation_read(columns, &logits, paths[0]);
	if (columns->layers != config->layers || columns->heads != config->heads ||
		columns->sentences != pruning->all->sentences)
		fail(paths[0], "is about %lld sentences and %lld x %lld heads (expected %lld and %lld x %lld)",
			(long long)columns->sentences, (long long)columns->layers, (long long)columns->heads,
			(long long)pruning->all->sentences, (long long)config->layers, (long long)config->heads);
	if (memcmp(logits.labels, pruning->all->labels, (size_t)logits.sentences * sizeof *logits.labels) != 0)
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
	struct tokens all, tokens;
	struct columns columns = {0};
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	classifier_read(&model, argv[first], history);
	tokens_read(&all, argv[first + 1], &model.config, model.config.classes, history, "tokens");
	struct pruning pruning = {
		.model = &model,
		.all = &all,
		.tokens = &tokens,
		.sentences = range_parse("sentences", sentences_wanted, all.sentences),
		.heads = model.config.layers * model.config.heads,
	};
	tokens = tokens_part(&all, &pruning.sentences);
	pruning.removals = removals_of(&model, &tokens);
	read_scores(&columns, &pruning, argv + first + 2, argc - first - 2, history);
	pruning.budget = parse_budgets(budget_list, share_list, pruning.heads, &pruning.budgets);
	rank_all(&pruning, &columns);
	removals_run(&pruning.removals, block_tokens);
	write_retention(&pruning, history);
	pruning_free(&pruning);
	columns_free(&columns);
	tokens_free(&all);
	model_free(&model);
	return STATUS_DONE;
}
