/* tsv-write.c: cells of tables.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tsv-write.h"

#include "fail.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void write_text(FILE *stream, const char *text)
{
	char *copy = make_printable(copy_string(text));

	fputs(copy, stream);
	free(copy);
}

void write_number(FILE *stream, double value)
{
	if (isnan(value))
		fputs("\tNA", stream);
	else
		fprintf(stream, "\t%.9g", value);
}

table_writer *choose_table(const struct named_table *tables, const char *name)
{
	char *names = copy_string("");

	for (int i = 0; tables[i].name; i++) {
		if (strcmp(tables[i].name, name) == 0) {
			free(names);
			return tables[i].write;
		}
		const char *separator = i == 0 ? "" : tables[i + 1].name ? ", " : " or ";
		char *longer = format_string("%s%s%s", names, separator, tables[i].name);
		free(names);
		names = longer;
	}
	fail_usage("unknown table '%s' (expected %s)", name, names);
}
