/* export.c: what the binary files hold, as tables (TSV).
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   heads ABLATION SCORES...   a row a head: layer, head, ablation, then a column a score; means over the sentences.
 *                              ablation_NAME: the ablation in a reading that --groups names (readings.h)
 *   harmful ABLATION           a row a class (all: all of them), truth (raw; centred: centring.h) and head whose
 *                              removal raises the mean margin: by how much it falls, so below 0, and, as in
 *                              mean-effects.h, its 95 % interval, p, and p by Holm's method over all heads
 *   logits FILE                a row a sentence: sentence (from 0), label, then a column a class
 *   facts ABLATION SCORES...   name and value: the sizes, the model's accuracy and margin, what the heads amount to
 */
#include "centring.h"
#include "columns.h"
#include "fail.h"
#include "logits.h"
#include "mean-effects.h"
#include "methods.h"
#include "names.h"
#include "options.h"
#include "output.h"
#include "readings.h"
#include "retention.h"
#include "statistics.h"
#include "tsv-write.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *base_path, *groups = "", *chosen, *retention_path, *tokens_path;
static int64_t resamples = 10000, seed = 1;

static struct option_row rows[] = {
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "heads: scores of the base, for oan_base", false, false},
	{"groups", 0, OPTION_TEXT, &groups, 0, 0, "NAME=A+B,…", "heads: also read as log-odds of classes", false,
		false},
	{"columns", 0, OPTION_TEXT, &chosen, 0, 0, "A,B", "heads: these alone", false, false},
	{"retention", 0, OPTION_TEXT, &retention_path, 0, 0, "FILE", "facts: what prune wrote", false, false},
	{"tokens", 0, OPTION_TEXT, &tokens_path, 0, 0, "FILE", "facts: what tokenize wrote", false, false},
	{"resamples", 0, OPTION_INTEGER, &resamples, 2, 1e6, "N", "harmful, facts: of the sentences", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "harmful, facts: of all random", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Writes what binary files hold as a table (TSV). WHAT is\n"
		   "  heads      of ABLATION SCORES...: the ablation and the scores of every head\n"
		   "  harmful    of ABLATION: the heads whose removal raises the margin, beyond chance or not\n"
		   "  logits     of any file with logits and labels: the logits of every sentence\n"
		   "  facts      of ABLATION SCORES...: sizes, accuracy, margin, reliability, harmful heads",
	.arguments = "WHAT FILE...",
	.example = "export heads build/pocket/ablation.safetensors build/pocket/scores.safetensors -o heads.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

/* ---- heads ---- */

static void add_group_readings(struct columns *columns, const struct logits *logits, const char *path)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	struct readings readings = readings_from(groups, &file, logits->classes);
	double *without = tensor_read_f64(&file, tensor_find(&file, "logits_without"));
	for (int i = 0; i < readings.count; i++) {
		const struct reading *reading = &readings.list[i];
		if (reading->kind != MARGIN_GROUP)
			continue;
		char *name = format_string("ablation_%s", reading->name);
		columns_add(columns, name, reading_effects(reading, logits, without, columns->layers * columns->heads),
			AS_MEAN, path);
		free(name);
	}
	free(without);
	readings_free(&readings);
	tensor_file_close(&file);
}

static bool is_wanted(const struct column *column)
{
	return !chosen || has_name(chosen, column->name);
}

static void check_chosen(const struct columns *columns)
{
	const char *rest = chosen;

	for (char *name; (name = next_name(&rest)); free(name))
		if (!columns_find(columns, name))
			fail(NULL, "there is no column '%s' (named by --columns)", name);
}

static void write_heads(char *const *paths, int count, FILE *stream)
{
	struct columns columns = {0};
	struct logits logits;

	ablation_read(&columns, &logits, paths[0]);
	if (*groups)
		add_group_readings(&columns, &logits, paths[0]);
	methods_read(&columns, paths + 1, count - 1, base_path);
	check_chosen(&columns);
	const int64_t heads = columns.layers * columns.heads;
	double *scores = allocate((size_t)columns.count * (size_t)heads, sizeof *scores);

	fputs("layer\thead", stream);
	for (int i = 0; i < columns.count; i++) {
		if (!is_wanted(&columns.list[i]))
			continue;
		column_scores(&columns, &columns.list[i], NULL, 0, scores + i * heads);
		fputc('\t', stream);
		write_text(stream, columns.list[i].name);
	}
	fputc('\n', stream);
	for (int64_t h = 0; h < heads; h++) {
		fprintf(stream, "%lld\t%lld", (long long)(h / columns.heads), (long long)(h % columns.heads));
		for (int i = 0; i < columns.count; i++)
			if (is_wanted(&columns.list[i]))
				write_number(stream, scores[i * heads + h]);
		fputc('\n', stream);
	}
	free(scores);
	columns_free(&columns);
	logits_free(&logits);
}

/* ---- harmful heads ---- */

struct place {
	const char *class_name, *truth;
	int64_t heads; /* in a layer */
};

static void write_effect(
	FILE *stream, const struct place *place, int64_t h, int64_t sentences, const struct mean_effect *effect)
{
	write_text(stream, place->class_name);
	fprintf(stream, "\t%s\t%lld\t%lld\t%lld", place->truth, (long long)(h / place->heads),
		(long long)(h % place->heads), (long long)sentences);
	write_number(stream, effect->mean);
	write_number(stream, effect->low);
	write_number(stream, effect->high);
	write_number(stream, effect->p);
	write_number(stream, effect->p_holm);
	fputc('\n', stream);
}

/* Of effects [all sentences, total heads], those of the sentences in classes. */
static void write_negative(
	FILE *stream, const struct place *place, const double *effects, int64_t total, const struct strata *classes)
{
	gsl_rng *rng = random_generator((uint64_t)seed);
	struct mean_effect *found = mean_effects(effects, total, classes, resamples, rng);

	for (int64_t h = 0; h < total; h++)
		if (found[h].mean < 0)
			write_effect(stream, place, h, classes->count, &found[h]);
	gsl_rng_free(rng);
	free(found);
}

static void write_truth(FILE *stream, const char *truth, const struct tensor_file *file, const struct logits *logits,
	const double *without, int64_t layers, int64_t heads)
{
	const struct reading max = {.kind = MARGIN_MAX};
	struct strata classes = strata_from(logits->labels, logits->sentences);
	double *effects = reading_effects(&max, logits, without, layers * heads);

	write_negative(stream, &(struct place){"all", truth, heads}, effects, layers * heads, &classes);
	for (int64_t g = 0; g < classes.groups; g++) {
		struct strata one = strata_group(&classes, g);
		char *name = logits_class_name(logits, file, logits->labels[one.members[0]]);
		write_negative(stream, &(struct place){name, truth, heads}, effects, layers * heads, &one);
		free(name);
		strata_free(&one);
	}
	free(effects);
	strata_free(&classes);
}

static void write_harmful(char *const *paths, int count, FILE *stream)
{
	struct tensor_file file;
	struct logits logits;
	int64_t layers, heads;

	(void)count;
	tensor_file_open(&file, paths[0]);
	logits_read(&logits, &file);
	double *without = logits_read_without(&logits, &file, &layers, &heads);
	fputs("class\ttruth\tlayer\thead\tsentences\teffect\tci_low\tci_high\tp\tp_holm\n", stream);
	write_truth(stream, "raw", &file, &logits, without, layers, heads);
	centre_heads(&logits, without, layers * heads);
	write_truth(stream, "centred", &file, &logits, without, layers, heads);
	free(without);
	logits_free(&logits);
	tensor_file_close(&file);
}

/* ---- logits ---- */

static void write_logits(char *const *paths, int count, FILE *stream)
{
	struct tensor_file file;
	struct logits logits;

	(void)count;
	tensor_file_open(&file, paths[0]);
	logits_read(&logits, &file);
	fputs("sentence\tlabel", stream);
	for (int64_t c = 0; c < logits.classes; c++) {
		char *name = logits_class_name(&logits, &file, c);
		fputc('\t', stream);
		write_text(stream, name);
		free(name);
	}
	fputc('\n', stream);
	for (int64_t s = 0; s < logits.sentences; s++) {
		fprintf(stream, "%lld\t%d", (long long)s, (int)logits.labels[s]);
		for (int64_t c = 0; c < logits.classes; c++)
			write_number(stream, logits.values[s * logits.classes + c]);
		fputc('\n', stream);
	}
	logits_free(&logits);
	tensor_file_close(&file);
}

/* ---- facts ---- */

static void write_fact(FILE *stream, const char *name, double value)
{
	fputs(name, stream);
	write_number(stream, value);
	fputc('\n', stream);
}

static void write_token_count(FILE *stream)
{
	struct tensor_file file;

	tensor_file_open(&file, tokens_path);
	write_fact(stream, "tokens", (double)tensor_expect(&file, "ids", 1, (int64_t[]){-1})->count);
	tensor_file_close(&file);
}

static void write_model_facts(FILE *stream, const struct logits *logits)
{
	double *margins = allocate((size_t)logits->sentences, sizeof *margins);

	logits_margins(logits, logits->values, margins);
	write_fact(stream, "accuracy", logits_accuracy(logits, logits->values));
	write_fact(stream, "margin_mean", mean(margins, logits->sentences));
	write_fact(stream, "margin_sd", standard_deviation(margins, logits->sentences));
	free(margins);
}

/* Scores of the heads for which they are defined, in fresh memory; none if there is no such column. */
static double *defined_scores(const struct columns *columns, const char *name, int64_t *count)
{
	const struct column *column = columns_find(columns, name);
	const int64_t heads = columns->layers * columns->heads;
	double *scores = allocate((size_t)heads, sizeof *scores);

	*count = 0;
	if (!column)
		return scores;
	column_scores(columns, column, NULL, 0, scores);
	for (int64_t h = 0; h < heads; h++)
		if (!isnan(scores[h]))
			scores[(*count)++] = scores[h];
	return scores;
}

static void write_magnitude(FILE *stream, const struct columns *columns, const char *name, const char *mean_fact,
	const char *variation_fact)
{
	int64_t count;
	double *scores = defined_scores(columns, name, &count);

	write_fact(stream, mean_fact, mean(scores, count));
	write_fact(stream, variation_fact, coefficient_of_variation(scores, count));
	free(scores);
}

/* reliability: of the ablation, from halves of the sentences, stepped up to all of them; of a half it is the halves'
 * agreement itself. No score correlates more with the ablation of a half, as cross-fitted values do, than the root of
 * that. */
static void write_ablation_facts(FILE *stream, const struct columns *columns, const struct logits *logits)
{
	enum { SPLITS = 1000 };
	const double *ablation = columns_find(columns, "ablation")->values;
	struct strata classes = strata_from(logits->labels, logits->sentences);
	gsl_rng *rng = random_generator((uint64_t)seed);
	int64_t count, negative = 0;
	double *drops = defined_scores(columns, "ablation", &count);

	for (int64_t h = 0; h < count; h++)
		negative += drops[h] < 0;
	write_fact(stream, "ablation_min", quantile(drops, count, 0));
	write_fact(stream, "ablation_max", quantile(drops, count, 1));
	write_fact(stream, "ablation_mean", mean(drops, count));
	write_fact(stream, "ablation_negative", (double)negative);
	const double reliability = split_half_reliability(ablation, count, &classes, SPLITS, rng);
	const double half = spearman_brown(reliability, 0.5);
	write_fact(stream, "reliability", reliability);
	write_fact(stream, "reliability_half", half);
	write_fact(stream, "cross_fitted_bound", half > 0 ? sqrt(half) : NAN);
	gsl_rng_free(rng);
	strata_free(&classes);
	free(drops);
}

/* Of heads whose removal raises the margin: those whose interval lies below 0, and those left by Holm's method. */
static void write_harm_facts(FILE *stream, const struct columns *columns, const struct logits *logits)
{
	const int64_t heads = columns->layers * columns->heads;
	struct strata classes = strata_from(logits->labels, logits->sentences);
	gsl_rng *rng = random_generator((uint64_t)seed);
	struct mean_effect *found =
		mean_effects(columns_find(columns, "ablation")->values, heads, &classes, resamples, rng);
	int64_t below = 0, together = 0;

	for (int64_t h = 0; h < heads; h++) {
		below += found[h].high < 0;
		together += found[h].mean < 0 && found[h].p_holm < 0.05;
	}
	write_fact(stream, "harmful_heads", (double)below);
	write_fact(stream, "harmful_heads_holm", (double)together);
	gsl_rng_free(rng);
	strata_free(&classes);
	free(found);
}

static void write_draws(FILE *stream, const struct columns *columns, const struct logits *logits)
{
	struct retention retention;

	retention_read(&retention, retention_path);
	retention_must_match(&retention, logits, columns->layers * columns->heads, retention_path);
	const struct ranking *random = retention_find(&retention, "random");
	write_fact(stream, "draws", random ? (double)random->draws : 0);
	retention_free(&retention);
}

static void write_facts(char *const *paths, int count, FILE *stream)
{
	struct columns columns = {0};
	struct logits logits;

	ablation_read(&columns, &logits, paths[0]);
	methods_read(&columns, paths + 1, count - 1, NULL);
	fputs("name\tvalue\n", stream);
	write_fact(stream, "sentences", (double)logits.sentences);
	if (tokens_path)
		write_token_count(stream);
	write_fact(stream, "classes", (double)logits.classes);
	write_fact(stream, "layers", (double)columns.layers);
	write_fact(stream, "heads", (double)columns.heads);
	write_fact(stream, "heads_total", (double)(columns.layers * columns.heads));
	write_model_facts(stream, &logits);
	write_magnitude(stream, &columns, "gradmag", "gradient_mean_abs", "gradient_cv");
	write_magnitude(stream, &columns, "actmag", "activation_mean_abs", "activation_cv");
	write_ablation_facts(stream, &columns, &logits);
	write_harm_facts(stream, &columns, &logits);
	if (retention_path)
		write_draws(stream, &columns, &logits);
	columns_free(&columns);
	logits_free(&logits);
}

/* ---- the choice ---- */

struct table {
	const char *name;
	int least_files, most_files; /* most_files 0: any number */
	void (*write)(char *const *paths, int count, FILE *stream);
};

static const struct table *find_table(const char *name, int files)
{
	static const struct table tables[] = {{"heads", 2, 0, write_heads}, {"harmful", 1, 1, write_harmful},
		{"logits", 1, 1, write_logits}, {"facts", 2, 0, write_facts}};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (strcmp(tables[i].name, name) != 0)
			continue;
		if (files < tables[i].least_files || (tables[i].most_files && files > tables[i].most_files))
			fail_usage("%s: expected %s, found %d file%s", name,
				tables[i].most_files ? "one file" : "ABLATION SCORES...", files, files == 1 ? "" : "s");
		return &tables[i];
	}
	fail_usage("unknown table '%s' (expected heads, harmful, logits or facts)", name);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	const struct table *table = find_table(argv[first], argc - first - 1);
	struct output output;

	output_open(&output, common.output);
	table->write(argv + first + 1, argc - first - 1, output.stream);
	output_close(&output);
	return STATUS_DONE;
}
