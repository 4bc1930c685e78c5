/* tolerances.c: how far a value may be from the one that is expected, by file and part.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tolerances.h"

#include "fail.h"
#include "tsv.h"

#include <fnmatch.h>
#include <math.h>

static void add(struct tolerances *tolerances, const char *part, struct tolerance tolerance)
{
	size_t count = (size_t)++tolerances->count;

	tolerances->part = reallocate(tolerances->part, count, sizeof *tolerances->part);
	tolerances->tolerance = reallocate(tolerances->tolerance, count, sizeof *tolerances->tolerance);
	tolerances->part[count - 1] = copy_string(part);
	tolerances->tolerance[count - 1] = tolerance;
}

static double read_bound(const struct tsv *table, int64_t row, int column)
{
	double bound = tsv_number(table, row, column);

	if (!(bound >= 0))
		fail(table->path, "line %lld: %s is '%s' (expected 0 or more)", (long long)table->line[row],
			table->header[column], tsv_cell(table, row, column));
	return bound;
}

void tolerances_read(struct tolerances *tolerances, const char *table_path, const char *file_name)
{
	struct tsv table;

	*tolerances = (struct tolerances){0};
	tsv_read(&table, table_path);
	int file = tsv_need_column(&table, "file"), part = tsv_need_column(&table, "part");
	int absolute = tsv_need_column(&table, "atol"), relative = tsv_need_column(&table, "rtol");
	for (int64_t row = 0; row < table.rows; row++) {
		struct tolerance tolerance = {read_bound(&table, row, absolute), read_bound(&table, row, relative)};
		if (fnmatch(tsv_cell(&table, row, file), file_name, 0) == 0)
			add(tolerances, tsv_cell(&table, row, part), tolerance);
	}
	tsv_free(&table);
}

struct tolerances tolerances_alike(struct tolerance tolerance)
{
	struct tolerances alike = {0};

	add(&alike, "*", tolerance);
	return alike;
}

struct tolerance tolerance_of(const struct tolerances *tolerances, const char *part)
{
	for (int i = 0; i < tolerances->count; i++)
		if (fnmatch(tolerances->part[i], part, 0) == 0)
			return tolerances->tolerance[i];
	return (struct tolerance){0, 0};
}

double deviation_of(double found, double expected)
{
	if (found == expected || (isnan(found) && isnan(expected)))
		return 0;
	double deviation = fabs(found - expected);
	return isnan(deviation) ? INFINITY : deviation;
}

/* Without the test for finiteness, an infinite reference would tolerate anything once relative > 0. */
bool is_tolerated(double deviation, double expected, struct tolerance tolerance)
{
	return deviation == 0 ||
	       (isfinite(deviation) && deviation <= tolerance.absolute + tolerance.relative * fabs(expected));
}
