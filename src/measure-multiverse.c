/* measure-multiverse.c: every score under every declared variant against every measure of importance.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: an ablation file, score files [sentences, layers, heads], and if given what sample-shapley wrote.
 * Out: a row a specification, that is, a set of defensible choices (Simonsohn et al. 2020):
 *   method, column, form, tokens, target, temperature   the score: which method, and its choices (variants.h)
 *   truth          the importance: a column of the ablation file (methods.h), or shapley
 *   level          all heads; within_layer, partial_layer (agreement.h)
 *   estimate       same: score and truth from the same sentences; cross_fitted: from two halves (cross-fit.h)
 *   r, low, high   Spearman's, and 95 % for this model's heads: sentences resampled within their classes, the same for
 *                  every specification; shift: how far the resampled values lie from the observed one
 *   reliability    of the truth at this level: halves of the sentences, stepped up (Spearman-Brown)
 *   reliable       1, or 0 where the reliability is below the least: such a row tells nothing of the score
 *   truth_r        r of the truth with `ablation`, at this level and by this estimate
 *   truth_error    what sampling leaves: the standard error of its values over the heads (root mean square), in their
 *                  standard deviations; 0 for what is not sampled
 *   effective_sentences   how many sentences carry the score (columns.h)
 * The rows describe: they share sentences, and none of them is a test.
 */
#include "columns.h"
#include "cross-fit.h"
#include "fail.h"
#include "logits.h"
#include "methods.h"
#include "options.h"
#include "output.h"
#include "statistics.h"
#include "tensors.h"
#include "tsv-write.h"
#include "variants.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *shapley_path;
static int64_t splits = 200, resamples = 1000, resample_splits = 5, seed = 1;
static double least_reliability = 0.5;

static struct option_row rows[] = {
	{"shapley", 0, OPTION_TEXT, &shapley_path, 0, 0, "FILE", "what sample-shapley wrote, as a further truth", false,
		false},
	{"splits", 0, OPTION_INTEGER, &splits, 1, 1e6, "N", "of the sentences into halves", false, false},
	{"resamples", 0, OPTION_INTEGER, &resamples, 2, 1e6, "N", "bootstrap resamples of the sentences", false, false},
	{"resample-splits", 0, OPTION_INTEGER, &resample_splits, 1, 1e6, "N", "of each resample into halves", false,
		false},
	{"least-reliability", 0, OPTION_REAL, &least_reliability, 0, 1, "R", "of a truth that tells something", false,
		false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of splits and resamples", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Correlates every variant of every score with every measure of importance, in every way (TSV).",
	.arguments = "ABLATION SCORES...",
	.example = "measure-multiverse build/pocket/ablation.safetensors build/pocket/scores.safetensors \\\n"
		   "    build/pocket/tempered.safetensors -o build/pocket/multiverse.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

enum level { ALL, WITHIN_LAYER, PARTIAL_LAYER, LEVELS };
enum estimate { SAME, CROSS_FITTED, ESTIMATES };
static const char *const level_names[LEVELS] = {"all", "within_layer", "partial_layer"};
static const char *const estimate_names[ESTIMATES] = {"same", "cross_fitted"};

/* A correlation at every level by every estimate. */
struct correlations {
	double r[LEVELS][ESTIMATES];
};

/* One score against one truth. */
struct comparison {
	struct correlations observed;
	struct correlations *resampled; /* [resamples] */
};

struct truth {
	const struct column *column;
	double error;
	double reliability[LEVELS];
	struct correlations with_ablation;
};

static struct {
	struct columns truths, methods;
	struct heads heads;
	struct strata classes;
	struct truth *truth;		/* [truths] */
	struct comparison *comparisons; /* [methods, truths] */
} data;

/* ---- files ---- */

/* Root mean square of the heads' standard errors, in standard deviations of the heads' values. */
static double sampling_error(const struct tensor_file *file, const struct column *shapley)
{
	const int64_t total = heads_total(data.heads);
	const struct tensor *tensor =
		tensor_expect(file, "shapley_error", 2, (int64_t[]){data.heads.layers, data.heads.per_layer});
	double *errors = tensor_read_f64(file, tensor), *values = allocate((size_t)total, sizeof *values), squares = 0;

	column_scores(&data.truths, shapley, NULL, 0, values);
	for (int64_t h = 0; h < total; h++)
		squares += errors[h] * errors[h];
	const double error = sqrt(squares / (double)total) / standard_deviation(values, total);
	free(errors);
	free(values);
	return error;
}

/* Returns the values' sampling error. */
static double add_shapley(void)
{
	struct tensor_file file;

	tensor_file_open(&file, shapley_path);
	const struct tensor *tensor = tensor_expect(
		&file, "shapley", 3, (int64_t[]){data.truths.sentences, data.heads.layers, data.heads.per_layer});
	columns_add(&data.truths, "shapley", tensor_read_f64(&file, tensor), AS_MEAN, shapley_path);
	const double error = sampling_error(&file, columns_find(&data.truths, "shapley"));
	tensor_file_close(&file);
	return error;
}

static int by_place(const void *left, const void *right)
{
	const struct column *a = left, *b = right;
	const int of_methods = method_order(variant_of(a->name).method, variant_of(b->name).method);

	return of_methods ? of_methods : method_order(a->name, b->name);
}

static void load(char *const *paths, int count)
{
	struct logits logits;
	double error = 0;

	ablation_read(&data.truths, &logits, paths[0]);
	data.heads = (struct heads){data.truths.layers, data.truths.heads};
	data.classes = strata_from(logits.labels, logits.sentences);
	if (shapley_path)
		error = add_shapley();
	data.methods = (struct columns){
		.sentences = logits.sentences, .layers = data.heads.layers, .heads = data.heads.per_layer};
	methods_read(&data.methods, paths + 1, count - 1, NULL);
	qsort(data.methods.list, (size_t)data.methods.count, sizeof *data.methods.list, by_place);
	data.truth = allocate((size_t)data.truths.count, sizeof *data.truth);
	for (int t = 0; t < data.truths.count; t++)
		data.truth[t].column = &data.truths.list[t];
	data.truth[data.truths.count - 1].error = error; /* the last is Shapley's, if it is there */
	data.comparisons = allocate((size_t)data.methods.count * (size_t)data.truths.count, sizeof *data.comparisons);
	for (int i = 0; i < data.methods.count * data.truths.count; i++)
		data.comparisons[i].resampled = allocate((size_t)resamples, sizeof *data.comparisons[i].resampled);
	logits_free(&logits);
}

/* ---- correlations ---- */

/* From the same sentences, or halves of them. */
static struct correlations correlate(const struct scores *scores, const struct scores *truth)
{
	const struct fit fit = fit_heads(scores, truth, data.heads, NULL);

	return (struct correlations){{
		[ALL] = {fit.same.overall, fit.crossed.overall},
		[WITHIN_LAYER] = {fit.same.within, fit.crossed.within},
		[PARTIAL_LAYER] = {fit.same.partial, fit.crossed.partial},
	}};
}

/* Every truth in one selection of sentences, [truths] in fresh memory; the ablation is the first. */
static struct scores *score_truths(const struct halves *halves)
{
	struct scores *truths = allocate((size_t)data.truths.count, sizeof *truths);

	for (int t = 0; t < data.truths.count; t++)
		truths[t] = scores_from(&data.truths, data.truth[t].column, halves);
	return truths;
}

static void free_truths(struct scores *truths)
{
	for (int t = 0; t < data.truths.count; t++)
		scores_free(&truths[t]);
	free(truths);
}

/* A truth, cross-fitted with itself, is one half of the sentences against the other. */
static void judge_truths(const struct scores *truths)
{
	for (int t = 0; t < data.truths.count; t++) {
		const struct correlations with_itself = correlate(&truths[t], &truths[t]);
		for (int l = 0; l < LEVELS; l++)
			data.truth[t].reliability[l] = spearman_brown(with_itself.r[l][CROSS_FITTED], 2);
		data.truth[t].with_ablation = correlate(&truths[t], &truths[0]);
	}
}

static void observe(void)
{
	gsl_rng *rng = random_generator((uint64_t)seed);
	struct halves halves = halves_draw(&data.classes, splits, rng);
	struct scores *truths = score_truths(&halves);

	judge_truths(truths);
#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int m = 0; m < data.methods.count; m++) {
		struct scores scores = scores_from(&data.methods, &data.methods.list[m], &halves);
		for (int t = 0; t < data.truths.count; t++)
			data.comparisons[m * data.truths.count + t].observed = correlate(&scores, &truths[t]);
		scores_free(&scores);
	}
	free_truths(truths);
	halves_free(&halves);
	gsl_rng_free(rng);
}

/* ---- other sentences ---- */

static void resample(int64_t i)
{
	gsl_rng *rng = random_generator_of((uint64_t)seed, i);
	int32_t *times = stratified_times(&data.classes, rng);
	struct halves halves = halves_draw_repeated(&data.classes, times, resample_splits, rng);
	struct scores *truths = score_truths(&halves);

	for (int m = 0; m < data.methods.count; m++) {
		struct scores scores = scores_from(&data.methods, &data.methods.list[m], &halves);
		for (int t = 0; t < data.truths.count; t++)
			data.comparisons[m * data.truths.count + t].resampled[i] = correlate(&scores, &truths[t]);
		scores_free(&scores);
	}
	free_truths(truths);
	halves_free(&halves);
	free(times);
	gsl_rng_free(rng);
}

static void resample_all(void)
{
#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int64_t i = 0; i < resamples; i++)
		resample(i);
}

/* ---- the table ---- */

static struct bootstrap_interval interval_of(const struct comparison *comparison, enum level l, enum estimate e)
{
	double *resampled = allocate((size_t)resamples, sizeof *resampled);

	for (int64_t i = 0; i < resamples; i++)
		resampled[i] = comparison->resampled[i].r[l][e];
	const struct bootstrap_interval interval =
		bootstrap_interval(comparison->observed.r[l][e], resampled, resamples);
	free(resampled);
	return interval;
}

static void write_choices(
	FILE *stream, const struct column *column, const struct truth *truth, enum level l, enum estimate e)
{
	const struct variant variant = variant_of(column->name);

	write_text(stream, variant.method);
	fputc('\t', stream);
	write_text(stream, column->name);
	fprintf(stream, "\t%s\t%s\t%s", variant.form, variant.tokens, variant.target);
	write_number(stream, variant.temperature);
	fprintf(stream, "\t%s\t%s\t%s", truth->column->name, level_names[l], estimate_names[e]);
}

static void write_comparison(FILE *stream, int m, int t, double effective)
{
	const struct comparison *comparison = &data.comparisons[m * data.truths.count + t];
	const struct truth *truth = &data.truth[t];

	for (enum level l = 0; l < LEVELS; l++)
		for (enum estimate e = 0; e < ESTIMATES; e++) {
			const struct bootstrap_interval interval = interval_of(comparison, l, e);
			write_choices(stream, &data.methods.list[m], truth, l, e);
			write_number(stream, comparison->observed.r[l][e]);
			write_number(stream, interval.low);
			write_number(stream, interval.high);
			write_number(stream, interval.shift);
			write_number(stream, truth->reliability[l]);
			write_number(stream, truth->reliability[l] >= least_reliability);
			write_number(stream, truth->with_ablation.r[l][e]);
			write_number(stream, truth->error);
			write_number(stream, effective);
			fputc('\n', stream);
		}
}

static void write_table(void)
{
	struct output output;

	output_open(&output, common.output);
	fputs("method\tcolumn\tform\ttokens\ttarget\ttemperature\ttruth\tlevel\testimate\tr\tlow\thigh\tshift\t"
	      "reliability\treliable\ttruth_r\ttruth_error\teffective_sentences\n",
		output.stream);
	for (int m = 0; m < data.methods.count; m++) {
		const double effective = column_effective_sentences(&data.methods, &data.methods.list[m]);
		for (int t = 0; t < data.truths.count; t++)
			write_comparison(output.stream, m, t, effective);
	}
	output_close(&output);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);

	load(argv + first, argc - first);
	observe();
	resample_all();
	write_table();
	return STATUS_DONE;
}
