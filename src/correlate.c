/* correlate.c: how well does each method predict the measured importance of the heads?
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: an ablation file, score files [sentences, layers, heads], and if given a retention file, the scores of the
 * encoder before fine-tuning and those of another task's model. Importance and scores are means over the sentences.
 * Out: methods.tsv, one row a method:
 *   spearman         over all heads whose score is defined
 *   ci_low, ci_high  its interval, as _low and _high below
 *   p                two-sided, heads permuted within their layers
 *   layer_spearman   between the layers' means
 *   retention_kB     margin left with the B lowest-ranked heads removed, in %; retention_mean: of 5 to 30 heads
 *   accuracy_kB      accuracy left, in %
 * then, each r on the same sentences and, as _cross_fitted, with score and importance from two halves (cross-fit.h),
 *   spearman, cross_fitted, within_layer, partial_layer (agreement.h), with for each of them
 *     _low, _high              95 %, for this model's heads: sentences resampled within their classes, score and
 *                              importance anew each time, the same sentences for every method
 *     _shift                   how far the resampled values lie from the observed one (bootstrap_interval)
 *     _heads_low, _heads_high  95 %, for heads of such models: heads resampled within their layers as well
 *   layer_cross_fitted, and of layer_spearman layer_count, layer_p, layer_p_error (layer-level.h)
 *   effective_sentences  how many sentences carry the score (columns.h)
 *   layer_spearman_low, layer_spearman_high, layer_cross_fitted_low, layer_cross_fitted_high
 *   mean_ablation_cross_fitted, as cross_fitted, where removal sets a head's context to its mean in place of zero
 * The row `random` is the mean over random rankings, with the 2.5 and 97.5 % quantiles of their correlations.
 * If wanted, differences.tsv, one row for every other method: how far the r of `method` lies above that of `against`,
 * the same statistics with _low and _high, from the same resamples. The mean over random rankings is taken as known.
 */
#include "columns.h"
#include "cross-fit.h"
#include "fail.h"
#include "layer-level.h"
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

static const char *retention_path, *base_path, *other_path, *differences_path, *compared = "oan";
static int64_t draws = 1000, splits = 200, resamples = 1000, resample_splits = 20, permutations = 10000, seed = 1;

static struct option_row rows[] = {
	{"retention", 0, OPTION_TEXT, &retention_path, 0, 0, "FILE", "what prune wrote", false, false},
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "scores before fine-tuning, for oan_base", false, false},
	{"other", 0, OPTION_TEXT, &other_path, 0, 0, "FILE", "scores by another task's model, for oan_other", false,
		false},
	{"differences", 0, OPTION_TEXT, &differences_path, 0, 0, "FILE", "also write the differences of r", false,
		true},
	{"compare", 0, OPTION_TEXT, &compared, 0, 0, "METHOD", "with every other, in the differences", false, false},
	{"draws", 0, OPTION_INTEGER, &draws, 1, 1e6, "N", "random rankings", false, false},
	{"splits", 0, OPTION_INTEGER, &splits, 1, 1e6, "N", "of the sentences into halves", false, false},
	{"resamples", 0, OPTION_INTEGER, &resamples, 2, 1e6, "N", "bootstrap resamples of the sentences", false, false},
	{"resample-splits", 0, OPTION_INTEGER, &resample_splits, 1, 1e6, "N", "of each resample into halves", false,
		false},
	{"permutations", 0, OPTION_INTEGER, &permutations, 1, 1e9, "N", "permutations of the heads", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of all that is random", false, false},
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

/* Every correlation; of those after HEAD_STATISTICS no heads are resampled. */
enum statistic {
	SPEARMAN,
	CROSS_FITTED,
	WITHIN_LAYER,
	WITHIN_LAYER_CROSS_FITTED,
	PARTIAL_LAYER,
	PARTIAL_LAYER_CROSS_FITTED,
	HEAD_STATISTICS,
	LAYER = HEAD_STATISTICS,
	LAYER_CROSS_FITTED,
	MEAN_ABLATION_CROSS_FITTED,
	STATISTICS
};
static const char *const statistic_names[STATISTICS] = {"spearman", "cross_fitted", "within_layer",
	"within_layer_cross_fitted", "partial_layer", "partial_layer_cross_fitted", "layer_spearman",
	"layer_cross_fitted", "mean_ablation_cross_fitted"};

/* What is resampled: of this model's heads, or of heads of such models. */
enum estimand { SENTENCES, SENTENCES_AND_HEADS, ESTIMANDS };

struct method {
	const char *name;
	const struct column *column; /* its scores; NULL: random rankings */
	double value[STATISTICS];
	struct bootstrap_interval interval[STATISTICS][ESTIMANDS];
	double *resampled[STATISTICS][ESTIMANDS]; /* [resamples] */
	double p;				  /* of SPEARMAN */
	struct layer_level layer;
	double effective_sentences;
};

/* The importance that methods are to predict, from the same sentences; by_mean.all NULL: there is none. */
struct importance {
	struct scores by_zero, by_mean;
};

static struct {
	struct columns columns;
	const struct column *ablation, *mean_ablation; /* mean_ablation NULL: the file does not have it */
	struct logits logits;
	struct heads heads;
	int64_t total;		       /* heads of all layers */
	struct strata classes, layers; /* of sentences, of heads */
	int32_t *layer;		       /* [total] */
	struct halves halves;
	struct importance importance; /* from all sentences and from these halves */
} data;

/* ---- what is compared ---- */

static void load(char *const *paths, int count)
{
	ablation_read(&data.columns, &data.logits, paths[0]);
	methods_read(&data.columns, paths + 1, count - 1, base_path);
	if (other_path)
		methods_add_oan(&data.columns, "oan_other", other_path);
	methods_add_layer(&data.columns);
	data.ablation = columns_find(&data.columns, "ablation");
	data.mean_ablation = columns_find(&data.columns, "ablation_mean");
	data.heads = (struct heads){data.columns.layers, data.columns.heads};
	data.total = heads_total(data.heads);
	data.classes = strata_from(data.logits.labels, data.logits.sentences);
	data.layers = strata_of_layers(data.heads.layers, data.heads.per_layer);
	data.layer = allocate((size_t)data.total, sizeof *data.layer);
	for (int64_t h = 0; h < data.total; h++)
		data.layer[h] = (int32_t)(h / data.heads.per_layer);
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
		methods[i + 1] =
			(struct method){.name = column == data.ablation ? "oracle" : column->name, .column = column};
	}
	for (int i = 0; i < *count; i++)
		for (int s = 0; s < STATISTICS; s++)
			for (int e = 0; e < ESTIMANDS; e++)
				methods[i].resampled[s][e] = allocate((size_t)resamples, sizeof(double));
	qsort(methods, (size_t)*count, sizeof *methods, by_method_order);
	return methods;
}

static struct importance importance_from(const struct halves *halves)
{
	struct importance importance = {.by_zero = scores_from(&data.columns, data.ablation, halves)};

	if (data.mean_ablation)
		importance.by_mean = scores_from(&data.columns, data.mean_ablation, halves);
	return importance;
}

static void importance_free(struct importance *importance)
{
	scores_free(&importance->by_zero);
	if (importance->by_mean.all)
		scores_free(&importance->by_mean);
}

static void measure_importance(void)
{
	gsl_rng *rng = random_generator((uint64_t)seed);

	data.halves = halves_draw(&data.classes, splits, rng);
	data.importance = importance_from(&data.halves);
	gsl_rng_free(rng);
}

/* ---- the observed correlations ---- */

static double cross_fit_layers(const struct scores *scores, const struct scores *importance)
{
	const int64_t pairs = 2 * scores->splits;
	double sum = 0;

	for (int64_t i = 0; i < pairs; i++)
		sum += layer_spearman(scores->halves[i].values, importance->halves[i ^ 1].values, data.heads);
	return sum / (double)pairs;
}

/* head_times [heads]: how often each is there; NULL: once. */
static void find_statistics(const struct scores *scores, const struct importance *importance, const int32_t *head_times,
	double values[STATISTICS])
{
	const struct scores *by_zero = &importance->by_zero, *by_mean = &importance->by_mean;
	const struct fit fit = fit_heads(scores, by_zero, data.heads, head_times);

	values[SPEARMAN] = fit.same.overall;
	values[CROSS_FITTED] = fit.crossed.overall;
	values[WITHIN_LAYER] = fit.same.within;
	values[WITHIN_LAYER_CROSS_FITTED] = fit.crossed.within;
	values[PARTIAL_LAYER] = fit.same.partial;
	values[PARTIAL_LAYER_CROSS_FITTED] = fit.crossed.partial;
	values[LAYER] = values[LAYER_CROSS_FITTED] = values[MEAN_ABLATION_CROSS_FITTED] = NAN;
	if (head_times)
		return;
	values[LAYER] = layer_spearman(scores->all->values, by_zero->all->values, data.heads);
	values[LAYER_CROSS_FITTED] = cross_fit_layers(scores, by_zero);
	if (by_mean->all)
		values[MEAN_ABLATION_CROSS_FITTED] = fit_heads(scores, by_mean, data.heads, NULL).crossed.overall;
}

static void observe_column(struct method *method)
{
	struct scores scores = scores_from(&data.columns, method->column, &data.halves);
	const double *score = scores.all->values, *importance = data.importance.by_zero.all->values;
	gsl_rng *rng = random_generator((uint64_t)seed);

	find_statistics(&scores, &data.importance, NULL, method->value);
	method->p = permutation_p(score, importance, data.layer, data.total, permutations, rng);
	method->layer = layer_level_of(score, importance, data.heads, permutations, rng);
	method->effective_sentences = column_effective_sentences(&data.columns, method->column);
	gsl_rng_free(rng);
	scores_free(&scores);
}

/* The same ranking from all sentences and from every half: it is of none of them. */
static struct scores draw_ranking(gsl_rng *rng)
{
	const struct strata all = {
		.count = data.total, .groups = 1, .members = data.layers.members, .begin = (int64_t[]){0, data.total}};
	struct scores scores = {.splits = splits,
		.all = ordered_allocate(data.heads, 1),
		.halves = allocate((size_t)(2 * splits), sizeof *scores.halves)};
	int64_t *order = allocate((size_t)data.total, sizeof *order);

	random_permutation(&all, rng, order);
	for (int64_t h = 0; h < data.total; h++)
		scores.all->values[h] = (double)order[h];
	ordered_sort(scores.all, data.heads);
	for (int64_t i = 0; i < 2 * splits; i++)
		scores.halves[i] = *scores.all;
	free(order);
	return scores;
}

/* The values' mean where they are defined, and their quantiles. */
static double summarise_draws(const double *values, struct bootstrap_interval *interval)
{
	double *defined = allocate((size_t)draws, sizeof *defined);
	int64_t count = 0;

	for (int64_t i = 0; i < draws; i++)
		if (!isnan(values[i]))
			defined[count++] = values[i];
	const double centre = mean(defined, count);
	*interval = (struct bootstrap_interval){
		.low = quantile(defined, count, 0.025), .high = quantile(defined, count, 0.975), .shift = NAN};
	free(defined);
	return centre;
}

static void observe_random(struct method *method)
{
	double *values = allocate((size_t)(STATISTICS * draws), sizeof *values); /* [STATISTICS, draws] */
	gsl_rng *rng = random_generator((uint64_t)seed);

	for (int64_t i = 0; i < draws; i++) {
		struct scores scores = draw_ranking(rng);
		double found[STATISTICS];
		find_statistics(&scores, &data.importance, NULL, found);
		for (int s = 0; s < STATISTICS; s++)
			values[s * draws + i] = found[s];
		ordered_free(scores.all);
		free(scores.halves);
	}
	for (int s = 0; s < STATISTICS; s++) {
		method->value[s] = summarise_draws(values + s * draws, &method->interval[s][SENTENCES]);
		method->interval[s][SENTENCES_AND_HEADS] = (struct bootstrap_interval){NAN, NAN, NAN, 0};
	}
	method->layer = (struct layer_level){.layers = data.heads.layers, .p = NAN, .p_error = NAN};
	method->p = method->effective_sentences = NAN;
	gsl_rng_free(rng);
	free(values);
}

/* ---- other sentences, other heads ---- */

static void resample(struct method *methods, int count, int64_t i)
{
	gsl_rng *rng = random_generator_of((uint64_t)seed, i);
	int32_t *times = stratified_times(&data.classes, rng), *head_times = stratified_times(&data.layers, rng);
	struct halves halves = halves_draw_repeated(&data.classes, times, resample_splits, rng);
	struct importance importance = importance_from(&halves);

	for (int m = 0; m < count; m++) {
		if (!methods[m].column)
			continue;
		struct scores scores = scores_from(&data.columns, methods[m].column, &halves);
		for (int e = 0; e < ESTIMANDS; e++) {
			double found[STATISTICS];
			find_statistics(&scores, &importance, e == SENTENCES_AND_HEADS ? head_times : NULL, found);
			for (int s = 0; s < STATISTICS; s++)
				methods[m].resampled[s][e][i] = found[s];
		}
		scores_free(&scores);
	}
	importance_free(&importance);
	halves_free(&halves);
	free(times);
	free(head_times);
	gsl_rng_free(rng);
}

static void find_intervals(struct method *method)
{
	for (int s = 0; s < STATISTICS; s++)
		for (int e = 0; e < ESTIMANDS; e++)
			method->interval[s][e] =
				bootstrap_interval(method->value[s], method->resampled[s][e], resamples);
}

static void judge(struct method *methods, int count)
{
#pragma omp parallel num_threads((int)common.threads)
	{
#pragma omp for schedule(dynamic)
		for (int m = 0; m < count; m++)
			if (methods[m].column)
				observe_column(&methods[m]);
			else
				observe_random(&methods[m]);
#pragma omp for schedule(dynamic)
		for (int64_t i = 0; i < resamples; i++)
			resample(methods, count, i);
	}
	for (int m = 0; m < count; m++)
		if (methods[m].column)
			find_intervals(&methods[m]);
}

/* ---- retention ---- */

/* Without a file: no budgets, no rankings. */
static void load_retention(struct retention *retention)
{
	*retention = (struct retention){0};
	if (!retention_path)
		return;
	retention_read(retention, retention_path);
	retention_must_match(retention, &data.logits, data.total, retention_path);
}

static void write_header(FILE *stream, const struct retention *retention)
{
	fputs("method\tspearman\tci_low\tci_high\tp\tlayer_spearman\tretention_mean", stream);
	for (int64_t b = 1; b < retention->budgets; b++)
		fprintf(stream, "\tretention_k%lld", (long long)retention->budget[b]);
	for (int64_t b = 1; b < retention->budgets; b++)
		fprintf(stream, "\taccuracy_k%lld", (long long)retention->budget[b]);
	for (int s = 0; s < HEAD_STATISTICS; s++) {
		const char *name = statistic_names[s];
		if (s != SPEARMAN)
			fprintf(stream, "\t%s\t%s_low\t%s_high", name, name, name);
		fprintf(stream, "\t%s_shift\t%s_heads_low\t%s_heads_high", name, name, name);
	}
	fputs("\tlayer_cross_fitted\tlayer_count\tlayer_p\tlayer_p_error\teffective_sentences", stream);
	for (int s = LAYER; s < STATISTICS; s++) {
		const char *name = statistic_names[s];
		if (s == MEAN_ABLATION_CROSS_FITTED)
			fprintf(stream, "\t%s", name);
		fprintf(stream, "\t%s_low\t%s_high", name, name);
	}
	fputc('\n', stream);
}

static void write_retention(FILE *stream, const char *name, const struct retention *retention)
{
	const struct ranking *ranking = retention_find(retention, name);

	write_number(stream, ranking ? mean_margin_kept(retention, ranking) : NAN);
	for (int64_t b = 1; b < retention->budgets; b++)
		write_number(stream, ranking ? margin_kept(retention, ranking, b).mean : NAN);
	for (int64_t b = 1; b < retention->budgets; b++)
		write_number(stream, ranking ? accuracy_kept(retention, ranking, b).mean : NAN);
}

static void write_estimate(FILE *stream, const struct method *method, enum statistic s)
{
	write_number(stream, method->value[s]);
	write_number(stream, method->interval[s][SENTENCES].low);
	write_number(stream, method->interval[s][SENTENCES].high);
}

static void write_more(FILE *stream, const struct method *method, enum statistic s)
{
	write_number(stream, method->interval[s][SENTENCES].shift);
	write_number(stream, method->interval[s][SENTENCES_AND_HEADS].low);
	write_number(stream, method->interval[s][SENTENCES_AND_HEADS].high);
}

static void write_method(FILE *stream, const struct method *method, const struct retention *retention)
{
	write_text(stream, method->name);
	write_estimate(stream, method, SPEARMAN);
	write_number(stream, method->p);
	write_number(stream, method->value[LAYER]);
	write_retention(stream, method->name, retention);
	for (enum statistic s = 0; s < HEAD_STATISTICS; s++) {
		if (s != SPEARMAN)
			write_estimate(stream, method, s);
		write_more(stream, method, s);
	}
	write_number(stream, method->value[LAYER_CROSS_FITTED]);
	write_number(stream, (double)method->layer.layers);
	write_number(stream, method->layer.p);
	write_number(stream, method->layer.p_error);
	write_number(stream, method->effective_sentences);
	for (enum statistic s = LAYER; s < STATISTICS; s++) {
		if (s == MEAN_ABLATION_CROSS_FITTED)
			write_number(stream, method->value[s]);
		write_number(stream, method->interval[s][SENTENCES].low);
		write_number(stream, method->interval[s][SENTENCES].high);
	}
	fputc('\n', stream);
}

static void write_methods(const struct method *methods, int count, const struct retention *retention)
{
	struct output output;

	output_open(&output, common.output);
	write_header(output.stream, retention);
	for (int i = 0; i < count; i++)
		write_method(output.stream, &methods[i], retention);
	output_close(&output);
}

/* ---- differences ---- */

static const struct method *find_method(const struct method *methods, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	fail(NULL, "there is no method '%s' (named by --compare)", name);
}

static double resampled_value(const struct method *method, enum statistic s, int64_t i)
{
	return method->column ? method->resampled[s][SENTENCES][i] : method->value[s];
}

static void write_difference(FILE *stream, const struct method *method, const struct method *against)
{
	double *resampled = allocate((size_t)resamples, sizeof *resampled);

	fprintf(stream, "%s\t", method->name);
	write_text(stream, against->name);
	for (enum statistic s = 0; s < STATISTICS; s++) {
		const double difference = method->value[s] - against->value[s];
		for (int64_t i = 0; i < resamples; i++)
			resampled[i] = resampled_value(method, s, i) - resampled_value(against, s, i);
		const struct bootstrap_interval interval = difference_interval(difference, resampled, resamples);
		write_number(stream, difference);
		write_number(stream, interval.low);
		write_number(stream, interval.high);
	}
	fputc('\n', stream);
	free(resampled);
}

static void write_differences(const struct method *methods, int count, const struct method *method)
{
	struct output output;

	output_open(&output, differences_path);
	fputs("method\tagainst", output.stream);
	for (int s = 0; s < STATISTICS; s++) {
		const char *name = statistic_names[s];
		fprintf(output.stream, "\t%s\t%s_low\t%s_high", name, name, name);
	}
	fputc('\n', output.stream);
	for (int i = 0; i < count; i++)
		if (&methods[i] != method)
			write_difference(output.stream, method, &methods[i]);
	output_close(&output);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command), count;
	struct retention retention;

	load(argv + first, argc - first);
	load_retention(&retention);
	measure_importance();
	struct method *methods = list_methods(&count);
	const struct method *leader = differences_path ? find_method(methods, count, compared) : NULL;
	judge(methods, count);
	write_methods(methods, count, &retention);
	if (leader)
		write_differences(methods, count, leader);
	free(methods);
	retention_free(&retention);
	return STATUS_DONE;
}
