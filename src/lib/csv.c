/* csv.c: reading tables with quoted cells.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "csv.h"

#include "fail.h"
#include "read-file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Where the reader stands. Cells are unquoted and ended with NUL in place: they only get shorter. */
struct reader {
	const char *path;
	char separator;
	char *rest;
	int64_t line;
};

/* Steps over a line end, if one is there. */
static bool skip_line_end(struct reader *reader)
{
	size_t length = strncmp(reader->rest, "\r\n", 2) == 0 ? 2 : *reader->rest == '\n';

	reader->rest += length;
	reader->line += length > 0;
	return length > 0;
}

static bool at_line_end(const char *text)
{
	return *text == '\0' || *text == '\n' || strncmp(text, "\r\n", 2) == 0;
}

/* From behind the opening quote to behind the closing one; the cell is what stands between. Returns the cell's end. */
static char *close_quote(struct reader *reader)
{
	const int64_t opened = reader->line;
	char *end = reader->rest;

	for (char *c = reader->rest;; c++) {
		if (*c == '\0')
			fail(reader->path, "line %lld: a quote is never closed", (long long)opened);
		if (*c == '"' && *++c != '"') {
			reader->rest = c;
			return end;
		}
		reader->line += *c == '\n';
		*end++ = *c;
	}
}

/* Takes the next cell; *more tells whether another follows in the row. */
static char *next_cell(struct reader *reader, bool *more)
{
	const bool quoted = *reader->rest == '"';
	char *cell, *end;

	reader->rest += quoted;
	cell = reader->rest;
	if (quoted) {
		end = close_quote(reader);
		if (*reader->rest != reader->separator && !at_line_end(reader->rest))
			fail(reader->path,
				"line %lld: a closing quote is followed by '%c' (expected the next cell or line)",
				(long long)reader->line, *reader->rest);
	} else {
		for (end = cell; *end != reader->separator && !at_line_end(end); end++)
			if (*end == '"')
				fail(reader->path, "line %lld: a quote within a cell that does not begin with one",
					(long long)reader->line);
		reader->rest = end;
	}
	*more = *reader->rest == reader->separator;
	if (*more)
		reader->rest++;
	else
		skip_line_end(reader);
	*end = '\0';
	return cell;
}

/* The cells of one row of the width that the first row has; width 0: this is the first row. */
static void read_row(struct reader *reader, struct csv *table, int64_t *room)
{
	const int64_t line = reader->line, first = table->rows * table->columns;
	int64_t count = 0;

	for (bool more = true; more; count++) {
		char *cell = next_cell(reader, &more);
		if (table->rows > 0 && count == table->columns)
			fail(reader->path, "line %lld has more than %lld cells (expected as many as in the first row)",
				(long long)line, (long long)table->columns);
		if (first + count == *room) {
			*room = *room ? 2 * *room : 1024;
			table->cells = reallocate(table->cells, (size_t)*room, sizeof *table->cells);
			/* a row has a cell at least */
			table->line = reallocate(table->line, (size_t)*room, sizeof *table->line);
		}
		table->cells[first + count] = cell;
	}
	if (table->rows == 0)
		table->columns = count;
	if (count != table->columns)
		fail(reader->path, "line %lld has %lld cells (expected %lld, as in the first row)", (long long)line,
			(long long)count, (long long)table->columns);
	table->line[table->rows++] = line;
}

void csv_read(struct csv *table, const char *path, char separator)
{
	size_t size;
	int64_t room = 0;

	*table = (struct csv){.path = copy_string(path), .text = read_file(path, &size)};
	if (memchr(table->text, '\0', size))
		fail(path, "holds a NUL byte: not a text table");
	struct reader reader = {.path = path, .separator = separator, .rest = table->text, .line = 1};
	if (strncmp(reader.rest, "\xef\xbb\xbf", 3) == 0)
		reader.rest += 3;
	while (*reader.rest)
		if (!skip_line_end(&reader))
			read_row(&reader, table, &room);
	if (table->rows == 0)
		fail(path, "is empty: rows were expected");
}

void csv_free(struct csv *table)
{
	free(table->path);
	free(table->text);
	free(table->cells);
	free(table->line);
	*table = (struct csv){0};
}

const char *csv_cell(const struct csv *table, int64_t row, int64_t column)
{
	return table->cells[row * table->columns + column];
}
