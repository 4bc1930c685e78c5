/* published.c: reading the published claims.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "published.h"

#include "fail.h"
#include "names.h"
#include "statistics.h"
#include "tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct bounds {
	const char *name;
	double low, high;
	bool more;
} regions[REGIONS] = {
	[REPORTED] = {"NA", NAN, NAN, false},
	[NUMERIC] = {"numeric", NAN, NAN, false},
	[POSITIVE] = {"positive", 0.10, INFINITY, false},
	[STRONG] = {"strong", 0.40, INFINITY, false},
	[NEAR_ZERO] = {"near_zero", -0.20, 0.20, false},
	[INVERTED] = {"inverted", -INFINITY, -0.10, false},
	[STRONGLY_INVERTED] = {"strongly_inverted", -INFINITY, -0.40, false},
	[FAILS] = {"fails", -INFINITY, 0.20, false},
	[BETTER] = {"better", 0, INFINITY, true},
	[RETAINS] = {"retains", 98, INFINITY, false},
	[ABOVE_100] = {"above_100", 100, INFINITY, true},
	[SOME] = {"some", 1, INFINITY, false},
	[NONE] = {"none", 0, 0, false},
	[HOLDS] = {"holds", NAN, NAN, false},
	[HOLDS_RISING] = {"holds_rising", NAN, NAN, false},
	[ALL] = {"all", NAN, NAN, false},
};

/* ---- cells ---- */

static const char *cell(const struct tsv *table, int64_t row, const char *column)
{
	return tsv_cell(table, row, tsv_need_column(table, column));
}

static char *cell_or_null(const struct tsv *table, int64_t row, const char *column)
{
	const char *text = cell(table, row, column);

	return strcmp(text, "NA") == 0 ? NULL : copy_string(text);
}

static enum region find_region(const struct tsv *table, int64_t row)
{
	const char *name = cell(table, row, "region");

	for (enum region i = 0; i < REGIONS; i++)
		if (strcmp(regions[i].name, name) == 0)
			return i;
	fail(table->path, "line %lld: there is no region '%s'", (long long)table->line[row], name);
}

/* ---- numbers: Fisher's interval of what was published ---- */

/* Of how many heads or layers the claim's correlation is. */
static int64_t sample_size(const struct tsv *table, int64_t row, const struct claim *claim)
{
	const char *wanted = strncmp(claim->statistic, "layer_", 6) == 0 ? "layers" : "heads";
	double size = NAN;

	for (int64_t r = 0; r < table->rows; r++)
		if (strcmp(cell(table, r, "experiment"), claim->experiment) == 0 &&
			strcmp(cell(table, r, "statistic"), wanted) == 0)
			size = tsv_number(table, r, tsv_need_column(table, "value"));
	if (!(size >= 4 && size <= 1e6))
		fail(table->path, "line %lld: how many %s %s has is not said (found %g, expected 4 or more)",
			(long long)table->line[row], wanted, claim->experiment, size);
	return (int64_t)size;
}

static void set_numeric_bounds(struct claim *claim, const struct tsv *table, int64_t row)
{
	const double value = tsv_number(table, row, tsv_need_column(table, "value"));

	if (!claim->experiment || !claim->statistic)
		fail(table->path, "line %lld: '%s' is a number without an experiment or statistic",
			(long long)table->line[row], claim->name);
	const struct interval interval = fisher_interval(value, sample_size(table, row, claim));
	if (isnan(interval.low))
		fail(table->path, "line %lld: '%s' is %g (expected a correlation)", (long long)table->line[row],
			claim->name, value);
	claim->low = interval.low;
	claim->high = interval.high;
}

/* ---- compound claims ---- */

static int64_t find_claim(const struct published *published, const char *name)
{
	for (int64_t i = 0; i < published->count; i++)
		if (strcmp(published->list[i].name, name) == 0)
			return i;
	return -1;
}

static void set_parts(struct claim *claim, const struct published *published, const struct tsv *table, int64_t row)
{
	const char *rest = cell(table, row, "parts");

	claim->parts = allocate((size_t)count_names(rest), sizeof *claim->parts);
	for (char *name; (name = next_name(&rest)); free(name)) {
		const int64_t part = find_claim(published, name);
		if (part < 0 || published->list[part].region == REPORTED)
			fail(table->path, "line %lld: '%s' is no claim above that is judged",
				(long long)table->line[row], name);
		claim->parts[claim->part_count++] = part;
	}
	if (claim->part_count == 0)
		fail(table->path, "line %lld: '%s' has no parts", (long long)table->line[row], claim->name);
}

/* ---- all of them ---- */

static void read_claim(struct claim *claim, const struct published *published, const struct tsv *table, int64_t row)
{
	const enum region region = find_region(table, row);

	*claim = (struct claim){.name = copy_string(cell(table, row, "claim")),
		.experiment = cell_or_null(table, row, "experiment"),
		.method = cell_or_null(table, row, "method"),
		.statistic = cell_or_null(table, row, "statistic"),
		.region = region,
		.low = regions[region].low,
		.high = regions[region].high,
		.more = regions[region].more};
	if (find_claim(published, claim->name) >= 0)
		fail(table->path, "line %lld: the claim '%s' is there twice", (long long)table->line[row], claim->name);
	if (region == NUMERIC)
		set_numeric_bounds(claim, table, row);
	else if (region == ALL)
		set_parts(claim, published, table, row);
	else if (region != REPORTED && !claim->statistic)
		fail(table->path, "line %lld: '%s' has no statistic", (long long)table->line[row], claim->name);
}

void published_read(struct published *published, const char *path)
{
	struct tsv table;

	tsv_read(&table, path);
	*published = (struct published){.list = allocate((size_t)table.rows + 1, sizeof *published->list)};
	for (int64_t row = 0; row < table.rows; row++) {
		read_claim(&published->list[row], published, &table, row);
		published->count++;
	}
	tsv_free(&table);
}
