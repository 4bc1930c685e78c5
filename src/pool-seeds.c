/* pool-seeds.c: models that differ by the seed of their fine-tuning alone, taken together: the seed is the unit.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  methods.tsv of each (see correlate), of the same methods.
 * Out: a row a method and statistic:
 *   seeds          of how many models it is; those where it is NA are left out
 *   mean, sd       over these
 *   low, high      95 % interval of the mean (Student's t); NA for a single seed
 */
#include "fail.h"
#include "names.h"
#include "options.h"
#include "output.h"
#include "statistics.h"
#include "tsv-write.h"
#include "tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *columns = "spearman,cross_fitted,within_layer,within_layer_cross_fitted,partial_layer,"
			     "partial_layer_cross_fitted,layer_spearman,retention_mean";

static struct option_row rows[] = {
	{"columns", 0, OPTION_TEXT, &columns, 0, 0, "A,B", "the statistics to pool", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Pools what correlate says of several seeds' models: mean and interval of every statistic (TSV).",
	.arguments = "METHODS...",
	.example = "pool-seeds seed-1/methods.tsv seed-2/methods.tsv seed-3/methods.tsv -o seeds.tsv",
	.rows = rows,
	.least_files = 1,
	.most_files = -1,
};

static struct tsv *read_tables(char *const *paths, int count)
{
	struct tsv *tables = allocate((size_t)count, sizeof *tables);

	for (int i = 0; i < count; i++)
		tsv_read(&tables[i], paths[i]);
	return tables;
}

/* The row of that method, of which there must be one. */
static int64_t method_row(const struct tsv *table, const char *method)
{
	const int column = tsv_need_column(table, "method");
	int64_t found = -1;

	for (int64_t r = 0; r < table->rows; r++) {
		if (strcmp(tsv_cell(table, r, column), method) != 0)
			continue;
		if (found >= 0)
			fail(table->path, "line %lld: has the method '%s' again", (long long)table->line[r], method);
		found = r;
	}
	if (found < 0)
		fail(table->path, "has no method '%s'", method);
	return found;
}

static void must_have_methods(const struct tsv *tables, int count)
{
	for (int i = 1; i < count; i++)
		if (tables[i].rows != tables[0].rows)
			fail(tables[i].path, "has %lld methods (expected %lld, as in %s)", (long long)tables[i].rows,
				(long long)tables[0].rows, tables[0].path);
}

static void write_pooled(FILE *stream, const struct tsv *tables, int count, const char *method, const char *statistic)
{
	double *values = allocate((size_t)count, sizeof *values);
	int64_t seeds = 0;

	for (int i = 0; i < count; i++) {
		const int column = tsv_need_column(&tables[i], statistic);
		values[seeds] = tsv_number(&tables[i], method_row(&tables[i], method), column);
		seeds += !isnan(values[seeds]);
	}
	const struct interval interval = t_interval(values, seeds, 0.95);
	write_text(stream, method);
	fputc('\t', stream);
	write_text(stream, statistic);
	fprintf(stream, "\t%lld", (long long)seeds);
	write_number(stream, mean(values, seeds));
	write_number(stream, standard_deviation(values, seeds));
	write_number(stream, interval.low);
	write_number(stream, interval.high);
	fputc('\n', stream);
	free(values);
}

static void write_table(FILE *stream, const struct tsv *tables, int count)
{
	const int method = tsv_need_column(&tables[0], "method");

	fputs("method\tstatistic\tseeds\tmean\tsd\tlow\thigh\n", stream);
	for (int64_t r = 0; r < tables[0].rows; r++) {
		const char *rest = columns;
		for (char *name; (name = next_name(&rest)); free(name))
			write_pooled(stream, tables, count, tsv_cell(&tables[0], r, method), name);
	}
}

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command), count = argc - first;
	struct output output;

	struct tsv *tables = read_tables(argv + first, count);
	must_have_methods(tables, count);
	output_open(&output, common.output);
	write_table(output.stream, tables, count);
	output_close(&output);
	for (int i = 0; i < count; i++)
		tsv_free(&tables[i]);
	free(tables);
	return STATUS_DONE;
}
