/* tsv-write.h: the cells of a table that tsv.h can read back.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_TSV_WRITE_H
#define T_MODEL_TSV_WRITE_H

#include <stdio.h>

/* A text of unknown origin: what could break the table is made visible. */
void write_text(FILE *stream, const char *text);

/* A tab, then the number in nine digits; NA for NaN. */
void write_number(FILE *stream, double value);

/* Of a program that writes one of several tables: their names, and what writes them. A list of them ends with {0}. */
typedef void table_writer(FILE *stream);
struct named_table {
	const char *name;
	table_writer *write;
};

/* Ends with status 2, naming all, where there is none of that name. */
table_writer *choose_table(const struct named_table *tables, const char *name);

#endif
