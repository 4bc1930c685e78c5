/* tsv-write.c: cells of tables.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tsv-write.h"

#include "fail.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

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
