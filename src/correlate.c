/* correlate.c: how well does each method predict the measured importance of the heads?
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: an ablation file, score files [sentences, layers, heads], and if given a retention file and the scores of the
 * encoder before fine-tuning. Importance and scores are means over the sentences.
 * Out: methods.tsv, one row a method:
 *   spearman         over all heads whose score is defined
 *   ci_low, ci_high  95 % from a bootstrap of the sentences within their classes: score and importance anew each time,
 *                    and the same sentences for every method, so that rows can be compared
 *   p                two-sided, heads permuted within their layers
 *   layer_spearman   between the layers' means
 *   retention_kB     margin left with the B lowest-ranked heads removed, in %; retention_mean: of 5 to 30 heads
 *   accuracy_kB      accuracy left, in %
 * The row `random` is the mean over random rankings, with the 2.5 and 97.5 % quantiles of their correlations.
 */
#include "columns.h"
#include "fail.h"
#include "logits.h"
#include "methods.h"
#include "options.h"
#include "output.h"
#include "retention.h"
#include "statistics.h"
#include "tsv-write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *retention_path, *base_path;
static int64_t draws = 1000, resamples = 1000, permutations = 10000, seed = 1;

static struct option_row rows[] = {
	{"retention", 0, OPTION_TEXT, &retention_path, 0, 0, "FILE", "what prune wrote", false, false},
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "scores before fine-tuning, for oan_base", false, false},
	{"draws", 0, OPTION_INTEGER, &draws, 1, 1e6, "N", "random rankings", false, false},
	{"resamples", 0, OPTION_INTEGER, &resamples, 2, 1e6, "N", "bootstrap resamples of the sentences", false, false},
	{"permutations", 0, OPTION_INTEGER, &permutations, 1, 1e9, "N", "permutations of the heads", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, UINT32_MAX, "N", "of all that is random", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Correlates head scores with the importance that ablation measures; writes one row a method (TSV).",
	.arguments = "ABLATION SCORES...",
	.example = "correlate --retention build/pocket/retention.safetensors build/pocket/ablation.safetensors \\\n"
		   "    build/pocket/scores.safetensors build/pocket/gradients.safetensors -o build/pocket/methods.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

struct method {
	const char *name;
	const struct column *column; /* its scores; NULL: random rankings */
	double spearman, low, high, p, layer_spearman;
};

/* The importance that methods are to predict, and the sentences of every resample. */
static struct {
	struct columns columns;
	struct logits logits;
	int64_t heads;       /* of all layers */
	int32_t *layer;      /* [heads] */
	double *importance;  /* [heads] */
	int64_t *resampled;  /* [resamples, sentences] */
	double *importances; /* [resamples, heads] from these sentences */
} data;

/* ---- what is compared ---- */

static void load(char *const *paths, int count)
{
	ablation_read(&data.columns, &data.logits, paths[0]);
	data.heads = data.columns.layers * data.columns.heads;
	data.layer = allocate((size_t)data.heads, sizeof *data.layer);
	for (int64_t h = 0; h < data.heads; h++)
		data.layer[h] = (int32_t)(h / data.columns.heads);
	methods_read(&data.columns, paths + 1, count - 1, base_path);
	methods_add_layer(&data.columns);
}

static int by_method_order(const void *left, const void *right)
{
	return method_order(((const struct method *)left)->name, ((const struct method *)right)->name);
}

/* Every column, the ablation as `oracle`; and `random`. In the order of the tables. */
static struct method *list_methods(int *count)
{
	struct method *methods = allocate((size_t)data.columns.count + 1, sizeof *methods);

	*count = data.columns.count + 1;
	methods[0] = (struct method){.name = "random"};
	for (int i = 0; i < data.columns.count; i++) {
		const struct column *column = &data.columns.list[i];
		bool is_oracle = strcmp(column->name, "ablation") == 0;
		methods[i + 1] = (struct method){.name = is_oracle ? "oracle" : column->name, .column = column};
	}
	qsort(methods, (size_t)*count, sizeof *methods, by_method_order);
	return methods;
}

/* ---- statistics ---- */

/* Over the means of each layer's heads; heads without a score count in neither mean. */
static double layer_spearman(const double *scores)
{
	const int64_t layers = data.columns.layers;
	double *score = allocate((size_t)layers, sizeof *score), *importance = allocate((size_t)layers, sizeof *score);
	double *defined = allocate((size_t)layers, sizeof *defined);

	for (int64_t h = 0; h < data.heads; h++) {
		if (isnan(scores[h]))
			continue;
		score[data.layer[h]] += scores[h];
		importance[data.layer[h]] += data.importance[h];
		defined[data.layer[h]]++;
	}
	for (int64_t l = 0; l < layers; l++) {
		score[l] /= defined[l];
		importance[l] /= defined[l];
	}
	double rho = spearman(score, importance, layers);
	free(score);
	free(importance);
	free(defined);
	return rho;
}

static void measure_importance(void)
{
	const struct column *ablation = columns_find(&data.columns, "ablation");
	const int64_t sentences = data.columns.sentences;
	struct strata classes = strata_from(data.logits.labels, sentences);
	gsl_rng *rng = random_generator((uint64_t)seed);

	data.importance = allocate((size_t)data.heads, sizeof *data.importance);
	data.resampled = allocate((size_t)(resamples * sentences), sizeof *data.resampled);
	data.importances = allocate((size_t)(resamples * data.heads), sizeof *data.importances);
	column_scores(&data.columns, ablation, NULL, 0, data.importance);
	for (int64_t i = 0; i < resamples; i++) {
		int64_t *chosen = data.resampled + i * sentences;
		stratified_resample(&classes, rng, chosen);
		column_scores(&data.columns, ablation, chosen, sentences, data.importances + i * data.heads);
	}
	gsl_rng_free(rng);
	strata_free(&classes);
}

static void judge_column(struct method *method)
{
	const int64_t sentences = data.columns.sentences, heads = data.heads;
	double *scores = allocate((size_t)heads, sizeof *scores), *again = allocate((size_t)heads, sizeof *again);
	double *rho = allocate((size_t)resamples, sizeof *rho);
	gsl_rng *rng = random_generator((uint64_t)seed);

	column_scores(&data.columns, method->column, NULL, 0, scores);
	for (int64_t i = 0; i < resamples; i++) {
		column_scores(&data.columns, method->column, data.resampled + i * sentences, sentences, again);
		rho[i] = spearman(again, data.importances + i * heads, heads);
	}
	method->spearman = spearman(scores, data.importance, heads);
	struct bootstrap_interval interval = bootstrap_interval(method->spearman, rho, resamples);
	method->low = interval.low;
	method->high = interval.high;
	method->p = permutation_p(scores, data.importance, data.layer, heads, permutations, rng);
	method->layer_spearman = layer_spearman(scores);
	gsl_rng_free(rng);
	free(scores);
	free(again);
	free(rho);
}

static void judge_random(struct method *method)
{
	struct strata all = strata_from(NULL, data.heads);
	int64_t *order = allocate((size_t)data.heads, sizeof *order);
	double *scores = allocate((size_t)data.heads, sizeof *scores);
	double *rho = allocate((size_t)draws, sizeof *rho), *layer_rho = allocate((size_t)draws, sizeof *rho);
	int64_t defined = 0; /* draws in which not all layers have the same mean */
	gsl_rng *rng = random_generator((uint64_t)seed);

	for (int64_t i = 0; i < draws; i++) {
		random_permutation(&all, rng, order);
		for (int64_t h = 0; h < data.heads; h++)
			scores[h] = (double)order[h];
		rho[i] = spearman(scores, data.importance, data.heads);
		layer_rho[defined] = layer_spearman(scores);
		defined += !isnan(layer_rho[defined]);
	}
	method->spearman = mean(rho, draws);
	method->low = quantile(rho, draws, 0.025);
	method->high = quantile(rho, draws, 0.975);
	method->p = NAN;
	method->layer_spearman = mean(layer_rho, defined);
	gsl_rng_free(rng);
	strata_free(&all);
	free(order);
	free(scores);
	free(rho);
	free(layer_rho);
}

static void judge(struct method *methods, int count)
{
#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int i = 0; i < count; i++)
		if (methods[i].column)
			judge_column(&methods[i]);
		else
			judge_random(&methods[i]);
}

/* ---- retention ---- */

/* Without a file: no budgets, no rankings. */
static void load_retention(struct retention *retention)
{
	*retention = (struct retention){0};
	if (!retention_path)
		return;
	retention_read(retention, retention_path);
	retention_must_match(retention, &data.logits, data.heads, retention_path);
}

static void write_header(FILE *stream, const struct retention *retention)
{
	fputs("method\tspearman\tci_low\tci_high\tp\tlayer_spearman\tretention_mean", stream);
	for (int64_t b = 1; b < retention->budgets; b++)
		fprintf(stream, "\tretention_k%lld", (long long)retention->budget[b]);
	for (int64_t b = 1; b < retention->budgets; b++)
		fprintf(stream, "\taccuracy_k%lld", (long long)retention->budget[b]);
	fputc('\n', stream);
}

static void write_method(FILE *stream, const struct method *method, const struct retention *retention)
{
	const struct ranking *ranking = retention_find(retention, method->name);

	write_text(stream, method->name);
	write_number(stream, method->spearman);
	write_number(stream, method->low);
	write_number(stream, method->high);
	write_number(stream, method->p);
	write_number(stream, method->layer_spearman);
	write_number(stream, ranking ? mean_margin_kept(retention, ranking) : NAN);
	for (int64_t b = 1; b < retention->budgets; b++)
		write_number(stream, ranking ? margin_kept(retention, ranking, b).mean : NAN);
	for (int64_t b = 1; b < retention->budgets; b++)
		write_number(stream, ranking ? accuracy_kept(retention, ranking, b).mean : NAN);
	fputc('\n', stream);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command), count;
	struct retention retention;
	struct output output;

	load(argv + first, argc - first);
	load_retention(&retention);
	measure_importance();
	struct method *methods = list_methods(&count);
	judge(methods, count);
	output_open(&output, common.output);
	write_header(output.stream, &retention);
	for (int i = 0; i < count; i++)
		write_method(output.stream, &methods[i], &retention);
	output_close(&output);
	free(methods);
	retention_free(&retention);
	return STATUS_DONE;
}
