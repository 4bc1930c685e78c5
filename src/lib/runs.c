/* runs.c: reading and ordering the snapshots of runs.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "runs.h"

#include "fail.h"
#include "statistics.h"
#include "tsv.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- one row ---- */

/* A number of a column in [least, most]; NA only where it may be. */
static double number_in(
	const struct tsv *table, int64_t row, const char *name, double least, double most, bool may_be_undefined)
{
	const double value = tsv_number(table, row, tsv_need_column(table, name));

	if (isnan(value) ? !may_be_undefined : !(value >= least && value <= most))
		fail(table->path, "line %lld: %s is %g (expected %g to %g)", (long long)table->line[row], name, value,
			least, most);
	return value;
}

static int64_t whole_number(const struct tsv *table, int64_t row, const char *name)
{
	const double value = number_in(table, row, name, 1, 1e15, false);

	if (value != floor(value))
		fail(table->path, "line %lld: %s is %g (expected a whole number)", (long long)table->line[row], name,
			value);
	return (int64_t)value;
}

/* Takes CONDITION-sSEED apart. */
static void set_run(struct snapshot *snapshot, const struct tsv *table, int64_t row)
{
	const char *run = tsv_cell(table, row, tsv_need_column(table, "run"));
	const char *seed = strrchr(run, '-');
	const size_t digits = seed && seed[1] == 's' ? strspn(seed + 2, "0123456789") : 0;

	if (digits < 1 || digits > 15 || seed[2 + digits] || seed == run)
		fail(table->path, "line %lld: run is '%s' (expected CONDITION-sSEED)", (long long)table->line[row],
			run);
	snapshot->run = copy_string(run);
	snapshot->condition = format_string("%.*s", (int)(seed - run), run);
	snapshot->seed = strtoll(seed + 2, NULL, 10);
}

static enum flaw find_flaw(const struct snapshot *snapshot, const struct rule *rule)
{
	/* that 0.25 + 0.2 of accuracy is enough must not hang on the last digit of a sum */
	const double slack = 1e-12;

	if (snapshot->held_out_accuracy < snapshot->chance + rule->accuracy_above_chance - slack)
		return INACCURATE;
	if (!(snapshot->reliability >= rule->least_reliability))
		return UNRELIABLE;
	return isnan(snapshot->r[rule->r]) ? UNDEFINED : SOUND;
}

static struct snapshot read_snapshot(const struct tsv *table, int64_t row, const struct rule *rule)
{
	const double smallest = 1e-300; /* logarithms are taken of depths */
	struct snapshot snapshot = {
		.step = whole_number(table, row, "step"),
		.reading = copy_string(tsv_cell(table, row, tsv_need_column(table, "reading"))),
		.depth = number_in(table, row, "depth", smallest, 1, false),
		.depth_reading = number_in(table, row, "depth_reading", smallest, 1, false),
		.held_out_accuracy = number_in(table, row, "held_out_accuracy", 0, 1, false),
		.chance = number_in(table, row, "chance", 0, 1, false),
		.reliability = number_in(table, row, "reliability", -INFINITY, INFINITY, true),
	};

	set_run(&snapshot, table, row);
	for (enum coefficient i = 0; i < CORRECTED; i++)
		snapshot.r[i] = number_in(table, row, coefficient_names[i], -1, 1, true);
	/* the cross-fitted ablation is that of half the sentences */
	snapshot.r[CORRECTED] = without_noise(snapshot.r[CROSS_FITTED], spearman_brown(snapshot.reliability, 0.5));
	snapshot.flaw = find_flaw(&snapshot, rule);
	return snapshot;
}

/* ---- all of them ---- */

static int compare_series(const struct snapshot *a, const char *condition, int64_t seed, const char *reading)
{
	const int conditions = strcmp(a->condition, condition);

	if (conditions != 0)
		return conditions;
	return a->seed != seed ? (a->seed < seed ? -1 : 1) : strcmp(a->reading, reading);
}

static int by_series_and_step(const void *left, const void *right)
{
	const struct snapshot *a = left, *b = right;
	const int series = compare_series(a, b->condition, b->seed, b->reading);

	return series != 0 ? series : (a->step > b->step) - (a->step < b->step);
}

static void add_table(struct runs *runs, const struct rule *rule, const char *path)
{
	struct tsv table;
	const int64_t before = runs->count;

	tsv_read(&table, path);
	const int method = tsv_need_column(&table, "method");
	runs->list = reallocate(runs->list, (size_t)(runs->count + table.rows + 1), sizeof *runs->list);
	for (int64_t row = 0; row < table.rows; row++)
		if (strcmp(tsv_cell(&table, row, method), rule->method) == 0)
			runs->list[runs->count++] = read_snapshot(&table, row, rule);
	if (runs->count == before)
		fail(path, "has no row of the method '%s'", rule->method);
	tsv_free(&table);
}

void runs_read(struct runs *runs, const struct rule *rule, char *const *paths, int count)
{
	*runs = (struct runs){0};
	for (int i = 0; i < count; i++)
		add_table(runs, rule, paths[i]);
	if (runs->count > 0)
		qsort(runs->list, (size_t)runs->count, sizeof *runs->list, by_series_and_step);
	for (int64_t i = 1; i < runs->count; i++)
		if (by_series_and_step(&runs->list[i - 1], &runs->list[i]) == 0)
			fail(NULL, "run %s has step %lld twice in the reading '%s'", runs->list[i].run,
				(long long)runs->list[i].step, runs->list[i].reading);
}

void runs_free(struct runs *runs)
{
	for (int64_t i = 0; i < runs->count; i++) {
		free(runs->list[i].run);
		free(runs->list[i].condition);
		free(runs->list[i].reading);
	}
	free(runs->list);
	*runs = (struct runs){0};
}

const struct snapshot *runs_find(
	const struct runs *runs, const char *condition, int64_t seed, const char *reading, int64_t *count)
{
	int64_t first = 0, end;

	while (first < runs->count && compare_series(&runs->list[first], condition, seed, reading) != 0)
		first++;
	for (end = first; end < runs->count && compare_series(&runs->list[end], condition, seed, reading) == 0; end++)
		;
	*count = end - first;
	return *count ? runs->list + first : NULL;
}
