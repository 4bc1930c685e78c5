/* tsv.h: tab-separated tables with one header line.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UTF-8, no quoting: a cell cannot hold a tab or a line end. Lines may end in LF or CRLF; a byte order mark
 * and empty lines are skipped; lines that begin with # before the header are comments.
 */
#ifndef T_MODEL_TSV_H
#define T_MODEL_TSV_H

#include <stdint.h>

struct tsv {
	char *path, *text;
	int columns;
	char **header; /* [columns] */
	int64_t rows;
	char **cells;  /* [rows, columns] */
	int64_t *line; /* [rows] line in the file, from 1, for messages */
};

/* Reads a whole table. Fails where a row has another number of cells than the header, naming the line. */
void tsv_read(struct tsv *table, const char *path);
void tsv_free(struct tsv *table);

/* The column of that name, or -1; tsv_need_column fails instead. */
int tsv_column(const struct tsv *table, const char *name);
int tsv_need_column(const struct tsv *table, const char *name);

const char *tsv_cell(const struct tsv *table, int64_t row, int column);

/* The cell as a finite number, NA as NaN; fails on anything else, naming line and column. */
double tsv_number(const struct tsv *table, int64_t row, int column);

#endif
