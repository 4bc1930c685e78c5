/* rule.c: reading the rule.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "rule.h"

#include "fail.h"
#include "tsv.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const char *const coefficient_names[COEFFICIENTS] = {
	[CROSS_FITTED] = "cross_fitted",
	[SPEARMAN] = "spearman",
	[WITHIN_LAYER] = "within_layer",
	[CORRECTED] = "corrected",
};

static const struct text {
	const char *name;
	size_t place;
} texts[] = {
	{"four_class", offsetof(struct rule, four_class)},
	{"groupings", offsetof(struct rule, groupings)},
	{"sentiment", offsetof(struct rule, sentiment)},
	{"method", offsetof(struct rule, method)},
	{"coefficient", offsetof(struct rule, coefficient)},
};

static const struct number {
	const char *name;
	size_t place;
	double least, most;
	bool whole;
} numbers[] = {
	{"confidence", offsetof(struct rule, confidence), 0.5, 0.9999, false},
	{"least_seeds", offsetof(struct rule, least_seeds), 2, 1e6, true},
	{"structure_least", offsetof(struct rule, structure_least), 0, 2, false},
	{"depth_training_most", offsetof(struct rule, depth_training_most), 0, 2, false},
	{"depth_least", offsetof(struct rule, depth_least), 0, 2, false},
	{"yardstick_least", offsetof(struct rule, yardstick_least), 0, 2, false},
	{"accuracy_above_chance", offsetof(struct rule, accuracy_above_chance), 0, 1, false},
	{"least_reliability", offsetof(struct rule, least_reliability), -1, 1, false},
	{"points", offsetof(struct rule, points), 2, 1e6, true},
	{"beyond_best", offsetof(struct rule, beyond_best), 1, 1e9, false},
};

enum { TEXTS = sizeof texts / sizeof *texts, NUMBERS = sizeof numbers / sizeof *numbers };

/* The row of that name. */
static int64_t find_row(const struct tsv *table, const char *name)
{
	const int column = tsv_need_column(table, "name");
	int64_t found = -1;

	for (int64_t row = 0; row < table->rows; row++) {
		if (strcmp(tsv_cell(table, row, column), name) != 0)
			continue;
		if (found >= 0)
			fail(table->path, "line %lld: '%s' is there twice", (long long)table->line[row], name);
		found = row;
	}
	if (found < 0)
		fail(table->path, "has no '%s'", name);
	return found;
}

static void read_text(const struct tsv *table, const struct text *text, struct rule *rule)
{
	const int64_t row = find_row(table, text->name);
	const char *value = tsv_cell(table, row, tsv_need_column(table, "value"));

	if (!*value)
		fail(table->path, "line %lld: '%s' has no value", (long long)table->line[row], text->name);
	*(char **)((char *)rule + text->place) = copy_string(value);
}

static void read_number(const struct tsv *table, const struct number *number, struct rule *rule)
{
	const int64_t row = find_row(table, number->name);
	const double value = tsv_number(table, row, tsv_need_column(table, "value"));

	if (!(value >= number->least && value <= number->most) || (number->whole && value != floor(value)))
		fail(table->path, "line %lld: '%s' is %g (expected a %snumber from %g to %g)",
			(long long)table->line[row], number->name, value, number->whole ? "whole " : "", number->least,
			number->most);
	*(double *)(void *)((char *)rule + number->place) = value;
}

static enum coefficient find_coefficient(const char *name, const char *path)
{
	for (enum coefficient i = 0; i < CORRECTED; i++)
		if (strcmp(coefficient_names[i], name) == 0)
			return i;
	fail(path, "coefficient is '%s' (expected cross_fitted, spearman or within_layer)", name);
}

void rule_read(struct rule *rule, const char *path)
{
	struct tsv table;

	tsv_read(&table, path);
	for (int i = 0; i < TEXTS; i++)
		read_text(&table, &texts[i], rule);
	for (int i = 0; i < NUMBERS; i++)
		read_number(&table, &numbers[i], rule);
	if (table.rows != TEXTS + NUMBERS)
		fail(path, "has %lld rows (expected %d: a name is unknown)", (long long)table.rows, TEXTS + NUMBERS);
	rule->r = find_coefficient(rule->coefficient, path);
	tsv_free(&table);
}

void rule_free(struct rule *rule)
{
	for (int i = 0; i < TEXTS; i++)
		free(*(char **)((char *)rule + texts[i].place));
	*rule = (struct rule){0};
}
