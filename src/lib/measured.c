/* measured.c: finding a number in the tables of a model.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measured.h"

#include "fail.h"
#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct measurement not_measured(void)
{
	return (struct measurement){NAN, NAN, NAN, NAN, NAN, NAN, NAN, false, false, false, 0};
}

/* ---- a number in a table ---- */

struct key {
	const char *column, *value;
};

static bool has_keys(const struct tsv *table, int64_t row, const struct key *keys, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(tsv_cell(table, row, tsv_need_column(table, keys[i].column)), keys[i].value) != 0)
			return false;
	return true;
}

/* The row in which the columns have these values, or -1; there may be no second. */
static int64_t find_row(const struct tsv *table, const struct key *keys, int count)
{
	int64_t found = -1;

	for (int64_t row = 0; row < table->rows; row++) {
		if (!has_keys(table, row, keys, count))
			continue;
		if (found >= 0)
			fail(table->path, "line %lld: says again what line %lld says of '%s'",
				(long long)table->line[row], (long long)table->line[found], keys[0].value);
		found = row;
	}
	return found;
}

static double number(const struct tsv *table, int64_t row, const char *column)
{
	return tsv_number(table, row, tsv_need_column(table, column));
}

/* NaN also where there is no such column. */
static double number_if_any(const struct tsv *table, int64_t row, const char *column, const char *end)
{
	char *name = format_string("%s%s", column, end);
	const double value = tsv_column(table, name) < 0 ? NAN : number(table, row, name);

	free(name);
	return value;
}

/* The column and its interval, as far as there are such columns. */
static struct measurement from_row(const struct tsv *table, int64_t row, const char *column)
{
	struct measurement measured = not_measured();

	if (row < 0)
		return measured;
	measured.value = number_if_any(table, row, column, "");
	measured.low = number_if_any(table, row, column, "_low");
	measured.high = number_if_any(table, row, column, "_high");
	measured.models = 1;
	return measured;
}

static struct measurement negative(struct measurement measured)
{
	const double low = measured.low;

	measured.value = -measured.value;
	measured.low = -measured.high;
	measured.high = -low;
	return measured;
}

static double fact(const struct measured_model *model, const char *name)
{
	const struct tsv *facts = &model->tables[FACTS];
	const int64_t row = facts->path ? find_row(facts, &(struct key){"name", name}, 1) : -1;

	return row < 0 ? NAN : number(facts, row, "value");
}

double model_sentences(const struct measured_model *model)
{
	const double sentences = fact(model, "sentences");

	return isnan(sentences) ? 0 : sentences;
}

/* ---- correlations ---- */

const char *primary_column(const char *statistic)
{
	static const char *const columns[][2] = {{"spearman", "cross_fitted"},
		{"within_layer_spearman", "within_layer_cross_fitted"}, {"layer_spearman", "layer_cross_fitted"}};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (strcmp(columns[i][0], statistic) == 0)
			return columns[i][1];
	return NULL;
}

/* A-B, in the table of differences either way round. */
static struct measurement find_difference(const struct tsv *table, const char *method, const char *column)
{
	const char *dash = strchr(method, '-');
	char *first = format_string("%.*s", (int)(dash - method), method);
	const int64_t row = find_row(table, (struct key[]){{"method", first}, {"against", dash + 1}}, 2);
	const int64_t turned = find_row(table, (struct key[]){{"method", dash + 1}, {"against", first}}, 2);

	free(first);
	return row >= 0 ? from_row(table, row, column) : negative(from_row(table, turned, column));
}

/* That of the same sentences has names of its own. */
static struct measurement find_method(const struct tsv *table, const char *method, const char *column)
{
	const int64_t row = find_row(table, &(struct key){"method", method}, 1);
	struct measurement measured = from_row(table, row, column);

	if (row >= 0 && strcmp(column, "spearman") == 0) {
		measured.low = number(table, row, "ci_low");
		measured.high = number(table, row, "ci_high");
	}
	return measured;
}

static const struct tsv *correlations(const struct measured_model *model, const char *method)
{
	return &model->tables[strchr(method, '-') ? DIFFERENCES : METHODS];
}

/* The same in every row of a truth and level. */
static double truth_reliability(const struct tsv *table, const char *truth, const char *level)
{
	const struct key keys[] = {{"truth", truth}, {"level", level}};

	for (int64_t row = 0; row < table->rows; row++)
		if (has_keys(table, row, keys, 2))
			return number(table, row, "reliability");
	return NAN;
}

/* Of the layers' means: that of halves, which is the oracle's own correlation, stepped up to all sentences. */
static double layer_reliability(const struct tsv *methods)
{
	const int64_t row = methods->path ? find_row(methods, &(struct key){"method", "oracle"}, 1) : -1;

	return row < 0 ? NAN : spearman_brown(number_if_any(methods, row, "layer_cross_fitted", ""), 2);
}

/* Of what a column of methods.tsv has the scores predict: over all heads facts.tsv tells it, and likewise at every level
 * where there is no multiverse.tsv. */
static double reliability_of(const struct measured_model *model, const char *column)
{
	static const char *const places[][3] = {{"mean_ablation", "ablation_mean", "all"},
		{"within_layer", "ablation", "within_layer"}, {"partial_layer", "ablation", "partial_layer"}};
	const struct tsv *table = &model->tables[MULTIVERSE];

	if (strncmp(column, "layer", 5) == 0)
		return layer_reliability(&model->tables[METHODS]);
	for (size_t i = 0; table->path && i < sizeof places / sizeof *places; i++)
		if (strncmp(column, places[i][0], strlen(places[i][0])) == 0)
			return truth_reliability(table, places[i][1], places[i][2]);
	return fact(model, "reliability");
}

struct measurement model_correlation(const struct measured_model *model, const char *method, const char *column)
{
	const struct tsv *table = correlations(model, method);
	struct measurement measured = not_measured();

	if (table->path)
		measured = (strchr(method, '-') ? find_difference : find_method)(table, method, column);
	measured.reliability = reliability_of(model, column);
	measured.correlates = true;
	return measured;
}

static struct measurement find_variant(const struct tsv *table, const char *variant, const char *level)
{
	const struct key keys[] = {
		{"column", variant}, {"truth", "ablation"}, {"level", level}, {"estimate", "cross_fitted"}};
	const int64_t row = find_row(table, keys, 4);
	struct measurement measured = from_row(table, row, "r");
	if (row >= 0) {
		measured.low = number(table, row, "low");
		measured.high = number(table, row, "high");
		measured.reliability = number(table, row, "reliability");
		measured.correlates = true;
	}
	return measured;
}

static struct measurement find_variant_or_random(const struct measured_model *model, const char *name, const char *level)
{
	if (strcmp(name, "random") == 0)
		return model_correlation(
			model, name, strcmp(level, "all") == 0 ? "cross_fitted" : "within_layer_cross_fitted");
	return find_variant(&model->tables[MULTIVERSE], name, level);
}

struct measurement model_variant(const struct measured_model *model, const char *variant, const char *level)
{
	const char *dash = strchr(variant, '-');

	if (!model->tables[MULTIVERSE].path)
		return not_measured();
	if (!dash)
		return find_variant_or_random(model, variant, level);
	char *name = format_string("%.*s", (int)(dash - variant), variant);
	struct measurement difference = find_variant_or_random(model, name, level);
	difference.value -= find_variant_or_random(model, dash + 1, level).value;
	difference.low = difference.high = NAN;
	free(name);
	return difference;
}

static struct measurement class_correlation(const struct measured_model *model, const char *method, const char *class_name)
{
	const struct tsv *table = &model->tables[CLASSES];
	const struct key keys[] = {{"class", class_name}, {"reading", "max"}, {"truth", "raw"}, {"method", method}};

	if (!table->path)
		return not_measured();
	const int64_t row = find_row(table, keys, 4);
	struct measurement measured = from_row(table, row, "cross_fitted");
	if (row >= 0)
		measured.reliability = number(table, row, "reliability");
	measured.correlates = true;
	return measured;
}

/* ---- retention ---- */

/* Is more than the whole margin left, by all methods and budgets together? */
static double lies_above(const struct measured_model *model, const char *method, const char *budget)
{
	const struct tsv *table = &model->tables[RETENTION];
	const int64_t row = table->path ? find_row(table, (struct key[]){{"method", method}, {"k", budget}}, 2) : -1;

	return row < 0 ? NAN : number(table, row, "above");
}

/* What 95 % of random rankings do not exceed, by the many in chance.tsv if that is given, else the few of kept.tsv. */
static void set_chance(struct measurement *measured, const struct measured_model *model, const char *budget,
	const struct tsv *kept, int64_t row)
{
	const struct tsv *chance = &model->tables[CHANCE];
	const int64_t many =
		chance->path ? find_row(chance, (struct key[]){{"method", "random"}, {"k", budget}}, 2) : -1;

	measured->least = many < 0 ? number(kept, row, "random_95") : number(chance, many, "margin_95");
	measured->rankings = many < 0 ? fact(model, "draws") : number(chance, many, "draws");
}

/* budget: a number of heads, or "mean". A difference is one from random rankings. */
static struct measurement find_kept(const struct measured_model *model, const char *method, const char *budget)
{
	const struct tsv *table = &model->tables[KEPT];
	const char *dash = strchr(method, '-');
	const bool random_first = dash && strncmp(method, "random-", 7) == 0;
	struct measurement measured = not_measured();
	char *name;

	if (random_first)
		name = copy_string(dash + 1);
	else
		name = format_string("%.*s", (int)strcspn(method, "-"), method);
	if (table->path && (!dash || random_first || strcmp(dash, "-random") == 0)) {
		const int64_t row = find_row(table, (struct key[]){{"method", name}, {"k", budget}}, 2);
		measured = from_row(table, row, dash ? "above" : "margin");
		if (row >= 0 && !dash) {
			measured.low = number(table, row, "low");
			measured.high = number(table, row, "high");
			set_chance(&measured, model, budget, table, row);
			measured.holds = lies_above(model, name, budget);
		}
	}
	free(name);
	return random_first ? negative(measured) : measured;
}

/* ---- heads that do harm ---- */

static struct measurement count_harmful(const struct measured_model *model)
{
	struct measurement measured = not_measured();

	measured.value = fact(model, "harmful_heads");
	measured.low = fact(model, "harmful_heads_holm");
	measured.high = fact(model, "ablation_negative");
	measured.is_count = true;
	measured.models = 1;
	return measured;
}

/* ---- by the name of the statistic ---- */

struct measurement model_measurement(const struct measured_model *model, const char *method, const char *statistic)
{
	const char *column = primary_column(statistic);

	if (strcmp(statistic, "harmful_heads") == 0)
		return count_harmful(model);
	if (!method)
		fail(NULL, "the statistic '%s' is of a method, and none is named", statistic);
	if (column && correlations(model, method)->path)
		tsv_need_column(correlations(model, method), column);
	if (column)
		return model_correlation(model, method, column);
	if (strncmp(statistic, "spearman_", 9) == 0)
		return class_correlation(
			model, method, strcmp(statistic + 9, "class_mean") == 0 ? "mean" : statistic + 9);
	if (strcmp(statistic, "retention_mean") == 0)
		return find_kept(model, method, "mean");
	if (strncmp(statistic, "retention_k", 11) == 0)
		return find_kept(model, method, statistic + 11);
	fail(NULL, "the statistic '%s' is not known", statistic);
}
