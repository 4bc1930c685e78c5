/* csv.h: tables whose cells may stand in quotes (RFC 4180), separated by commas or tabs.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A cell in double quotes may hold separators, line ends and, doubled, quotes. A backslash is a character like any
 * other. Lines may end in LF or CRLF; a byte order mark and empty lines are skipped.
 */
#ifndef T_MODEL_CSV_H
#define T_MODEL_CSV_H

#include <stdint.h>

struct csv {
	char *path, *text;
	int64_t rows, columns;
	char **cells;  /* [rows, columns] */
	int64_t *line; /* [rows] where the row begins in the file, from 1, for messages */
};

/* Reads a whole table; all rows, be the first a header or not, have as many cells as the first. Fails on another
 * number, on a quote that stands within a bare cell, ends before the cell does or is never closed, on a NUL, on a
 * table without rows; messages name the line. */
void csv_read(struct csv *table, const char *path, char separator);
void csv_free(struct csv *table);

const char *csv_cell(const struct csv *table, int64_t row, int64_t column);

#endif
