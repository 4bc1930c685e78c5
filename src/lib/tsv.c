/* tsv.c: reading tab-separated tables.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tsv.h"

#include "fail.h"
#include "read-file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cuts the next line off *rest, ends it with NUL and drops a carriage return. */
static char *next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	*rest = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	size_t length = strlen(line);
	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
	return line;
}

static int count_cells(const char *line)
{
	int cells = 1;

	for (; *line; line++)
		cells += *line == '\t';
	return cells;
}

static void split_cells(char *line, char **cells)
{
	*cells++ = line;
	while ((line = strchr(line, '\t'))) {
		*line++ = '\0';
		*cells++ = line;
	}
}

void tsv_read(struct tsv *table, const char *path)
{
	size_t size;
	int64_t number = 0, room = 0;

	*table = (struct tsv){.path = copy_string(path), .text = read_file(path, &size)};
	if (memchr(table->text, '\0', size))
		fail(path, "holds a NUL byte: not a text table");
	char *rest = table->text;
	if (strncmp(rest, "\xef\xbb\xbf", 3) == 0)
		rest += 3;
	while (*rest && table->columns == 0) {
		char *line = next_line(&rest);
		number++;
		if (*line == '\0' || *line == '#')
			continue;
		table->columns = count_cells(line);
		table->header = allocate((size_t)table->columns, sizeof *table->header);
		split_cells(line, table->header);
	}
	if (table->columns == 0)
		fail(path, "is empty: a header line was expected");
	while (*rest) {
		char *line = next_line(&rest);
		number++;
		if (*line == '\0')
			continue;
		int cells = count_cells(line);
		if (cells != table->columns)
			fail(path, "line %lld has %d cells (expected %d, as in the header)", (long long)number, cells,
				table->columns);
		if (table->rows == room) {
			room = room ? 2 * room : 256;
			table->line = reallocate(table->line, (size_t)room, sizeof *table->line);
			table->cells =
				reallocate(table->cells, (size_t)room, (size_t)table->columns * sizeof *table->cells);
		}
		table->line[table->rows] = number;
		split_cells(line, table->cells + table->rows++ * table->columns);
	}
}

void tsv_free(struct tsv *table)
{
	free(table->path);
	free(table->text);
	free(table->header);
	free(table->cells);
	free(table->line);
	*table = (struct tsv){0};
}

int tsv_column(const struct tsv *table, const char *name)
{
	for (int i = 0; i < table->columns; i++)
		if (strcmp(table->header[i], name) == 0)
			return i;
	return -1;
}

int tsv_need_column(const struct tsv *table, const char *name)
{
	int column = tsv_column(table, name);

	if (column < 0)
		fail(table->path, "has no column '%s'", name);
	return column;
}

const char *tsv_cell(const struct tsv *table, int64_t row, int column)
{
	return table->cells[row * table->columns + column];
}

double tsv_number(const struct tsv *table, int64_t row, int column)
{
	const char *cell = tsv_cell(table, row, column);
	char *end;

	if (strcmp(cell, "NA") == 0)
		return NAN;
	double value = strtod(cell, &end);
	if (end == cell || *end || !isfinite(value))
		fail(table->path, "line %lld: %s is '%s' (expected a number or NA)", (long long)table->line[row],
			table->header[column], cell);
	return value;
}
