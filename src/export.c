/* export.c: what the binary files hold, as tables (TSV).
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   heads ABLATION SCORES...   a row a head: layer, head, ablation, then a column a score; means over the sentences.
 *                              ablation_NAME: the ablation in a reading that --groups names (readings.h)
 *   logits FILE                a row a sentence: sentence (from 0), label, then a column a class
 *   retention RETENTION        a row a method and budget: what is left with the k lowest-ranked heads removed, in %;
 *                              random: mean and 2.5 to 97.5 % of the random rankings
 *   facts ABLATION SCORES...   name and value: the sizes, the model's accuracy and margin, what the heads amount to
 */
#include "columns.h"
#include "fail.h"
#include "logits.h"
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
static int64_t seed = 1;

static struct option_row rows[] = {
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "heads: scores of the base, for oan_base", false, false},
	{"groups", 0, OPTION_TEXT, &groups, 0, 0, "NAME=A+B,…", "heads: also read as log-odds of classes", false,
		false},
	{"columns", 0, OPTION_TEXT, &chosen, 0, 0, "A,B", "heads: these alone", false, false},
	{"retention", 0, OPTION_TEXT, &retention_path, 0, 0, "FILE", "facts: what prune wrote", false, false},
	{"tokens", 0, OPTION_TEXT, &tokens_path, 0, 0, "FILE", "facts: what tokenize wrote", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, UINT32_MAX, "N", "facts: of the splits for reliability", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Writes what binary files hold as a table (TSV). WHAT is\n"
		   "  heads      of ABLATION SCORES...: the ablation and the scores of every head\n"
		   "  logits     of any file with logits and labels: the logits of every sentence\n"
		   "  retention  of RETENTION: margin and accuracy left at every budget\n"
		   "  facts      of ABLATION SCORES...: sizes, accuracy, margin, reliability",
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
			false, path);
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

/* ---- logits ---- */

/* The classes' names from metadata `classes`, if it names as many as there are; else class_0, class_1, … */
static void write_class_names(FILE *stream, const struct tensor_file *file, int64_t classes)
{
	const char *given = json_string_value(json_object_get(file->metadata, "classes"));
	char *names = copy_string(given ? given : ""), *name = names;
	int64_t named = 1;

	for (const char *c = names; *c; c++)
		named += *c == ',';
	for (int64_t i = 0; i < classes; i++) {
		fputc('\t', stream);
		if (named != classes) {
			fprintf(stream, "class_%lld", (long long)i);
			continue;
		}
		name[strcspn(name, ",")] = '\0';
		write_text(stream, name);
		name += strlen(name) + 1;
	}
	free(names);
}

static void write_logits(char *const *paths, int count, FILE *stream)
{
	struct tensor_file file;
	struct logits logits;

	(void)count;
	tensor_file_open(&file, paths[0]);
	logits_read(&logits, &file);
	fputs("sentence\tlabel", stream);
	write_class_names(stream, &file, logits.classes);
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

/* ---- retention ---- */

static void write_budget(FILE *stream, const struct retention *retention, const struct ranking *ranking, int64_t b)
{
	struct kept margin = margin_kept(retention, ranking, b), accuracy = accuracy_kept(retention, ranking, b);

	write_text(stream, ranking->name);
	fprintf(stream, "\t%lld", (long long)retention->budget[b]);
	write_number(stream, 100 * (double)retention->budget[b] / (double)retention->heads);
	write_number(stream, margin.mean);
	write_number(stream, accuracy.mean);
	write_number(stream, margin.low);
	write_number(stream, margin.high);
	write_number(stream, accuracy.low);
	write_number(stream, accuracy.high);
	fputc('\n', stream);
}

static void write_retention(char *const *paths, int count, FILE *stream)
{
	struct retention retention;

	(void)count;
	retention_read(&retention, paths[0]);
	fputs("method\tk\tshare\tmargin\taccuracy\tmargin_low\tmargin_high\taccuracy_low\taccuracy_high\n", stream);
	for (int i = 0; i < retention.count; i++)
		for (int64_t b = 0; b < retention.budgets; b++)
			write_budget(stream, &retention, &retention.rankings[i], b);
	retention_free(&retention);
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

/* reliability: of the ablation, from halves of the sentences. */
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
	write_fact(stream, "reliability", split_half_reliability(ablation, count, &classes, SPLITS, rng));
	gsl_rng_free(rng);
	strata_free(&classes);
	free(drops);
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

static const struct table *choose_table(const char *name, int files)
{
	static const struct table tables[] = {{"heads", 2, 0, write_heads}, {"logits", 1, 1, write_logits},
		{"retention", 1, 1, write_retention}, {"facts", 2, 0, write_facts}};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (strcmp(tables[i].name, name) != 0)
			continue;
		if (files < tables[i].least_files || (tables[i].most_files && files > tables[i].most_files))
			fail_usage("%s: expected %s, found %d file%s", name,
				tables[i].most_files ? "one file" : "ABLATION SCORES...", files, files == 1 ? "" : "s");
		return &tables[i];
	}
	fail_usage("unknown table '%s' (expected heads, logits, retention or facts)", name);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	const struct table *table = choose_table(argv[first], argc - first - 1);
	struct output output;

	output_open(&output, common.output);
	table->write(argv + first + 1, argc - first - 1, output.stream);
	output_close(&output);
	return STATUS_DONE;
}
