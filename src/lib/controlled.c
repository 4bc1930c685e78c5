/* controlled.c: estimates over the controlled runs.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "controlled.h"

#include "fail.h"
#include "names.h"
#include "rule.h"
#include "runs.h"
#include "statistics.h"
#include "tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the runs of one condition ---- */

/* A run of a method in its own classes; NaN where it cannot be had. */
typedef double run_value(const struct snapshot *list, int64_t count);

static double converged(const struct snapshot *list, int64_t count)
{
	const struct snapshot *last = &list[count - 1];

	return last->flaw == SOUND ? last->r[CROSS_FITTED] : NAN;
}

static double lost(const struct snapshot *list, int64_t count)
{
	int64_t first = 0;

	while (first < count - 1 && list[first].flaw != SOUND)
		first++;
	return first < count - 1 ? list[first].r[CROSS_FITTED] - converged(list, count) : NAN;
}

static struct measurement mean_over_runs(const struct runs *runs, const char *condition, run_value *value_of)
{
	double *values = allocate((size_t)runs->count + 1, sizeof *values), reliability = 0;
	struct measurement measured = not_measured();

	for (int64_t i = 0, count; i < runs->count; i += count) {
		const struct snapshot *list = &runs->list[i];
		for (count = 1; i + count < runs->count && strcmp(list[count].run, list->run) == 0 &&
				strcmp(list[count].reading, list->reading) == 0;
			count++)
			;
		if (strcmp(list->condition, condition) != 0 || strcmp(list->reading, "max") != 0)
			continue;
		measured.is_here = true;
		values[measured.models] = value_of(list, count);
		if (isnan(values[measured.models]))
			continue;
		reliability += list[count - 1].reliability;
		measured.models++;
	}
	const struct interval interval = t_interval(values, measured.models, 0.95);
	measured.value = mean(values, measured.models);
	measured.low = interval.low;
	measured.high = interval.high;
	measured.reliability = reliability / (double)measured.models;
	measured.correlates = true;
	free(values);
	return measured;
}

static struct measurement measure_runs(
	const struct controlled *controlled, const char *method, const char *condition, run_value *value_of)
{
	struct rule rule;
	struct runs runs;

	rule_read(&rule, controlled->rule);
	free(rule.method);
	rule.method = copy_string(method);
	runs_read(&runs, &rule, controlled->runs, controlled->run_count);
	const struct measurement measured = mean_over_runs(&runs, condition, value_of);
	runs_free(&runs);
	rule_free(&rule);
	return measured;
}

/* ---- what decide says ---- */

static double answer_of(const char *holds, const struct tsv *table, int64_t row)
{
	if (strcmp(holds, "yes") == 0)
		return 1;
	if (strcmp(holds, "no") == 0)
		return 0;
	if (strcmp(holds, "not decided") != 0 && strcmp(holds, "not run") != 0)
		fail(table->path, "line %lld: holds is '%s' (expected yes, no, not decided or not run)",
			(long long)table->line[row], holds);
	return NAN;
}

static struct measurement read_decision(const struct tsv *table, int64_t row)
{
	const char *const columns[] = {"estimate", "low", "high", "seeds", "against"};
	double values[5];

	for (int i = 0; i < 5; i++)
		values[i] = tsv_number(table, row, tsv_need_column(table, columns[i]));
	struct measurement measured = not_measured();
	measured.value = values[0];
	measured.low = values[1];
	measured.high = values[2];
	measured.holds = answer_of(tsv_cell(table, row, tsv_need_column(table, "holds")), table, row);
	const double seeds = values[4] < values[3] ? values[4] : values[3];
	measured.models = seeds >= 0 && seeds <= 1e6 ? (int64_t)seeds : 0;
	measured.is_here = values[3] > 0 || values[4] > 0;
	return measured;
}

/* The difference between the tasks is what `no boundary` is about. */
static struct measurement find_decision(const struct controlled *controlled, const char *statistic)
{
	const char *wanted = strcmp(statistic, "boundary") == 0 ? "no boundary" : statistic;
	struct measurement measured = not_measured();
	struct tsv table;

	tsv_read(&table, controlled->claims);
	for (int64_t row = 0; row < table.rows; row++)
		if (strcmp(tsv_cell(&table, row, tsv_need_column(&table, "claim")), wanted) == 0)
			measured = read_decision(&table, row);
	tsv_free(&table);
	return measured;
}

struct measurement controlled_measurement(
	const struct controlled *controlled, const char *method, const char *statistic)
{
	run_value *value_of = strncmp(statistic, "converged_", 10) == 0 ? converged
			      : strncmp(statistic, "lost_", 5) == 0	? lost
									: NULL;

	if (!value_of && !has_name("boundary,structure,depth,yardstick", statistic))
		fail(NULL, "the controlled runs have no statistic '%s'", statistic);
	if (value_of)
		return controlled->rule && controlled->run_count && method
			       ? measure_runs(controlled, method, strchr(statistic, '_') + 1, value_of)
			       : not_measured();
	return controlled->claims ? find_decision(controlled, statistic) : not_measured();
}
