/* fuzz-tsv.c: tab-separated tables.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "tsv.h"

const char *const fuzz_name = "table.tsv", *const fuzz_beside[] = {NULL};

/* Every cell is taken for a number until one is none. */
void fuzz_read(const char *folder, const char *path)
{
	struct tsv table;

	(void)folder;
	tsv_read(&table, path);
	tsv_need_column(&table, table.header[table.columns - 1]);
	for (int64_t row = 0; row < table.rows; row++)
		for (int column = 0; column < table.columns; column++)
			tsv_number(&table, row, column);
	tsv_free(&table);
}
