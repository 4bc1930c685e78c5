/* fuzz-csv.c: tables with quoted cells, separated by commas or tabs.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "csv.h"

#include <string.h>

const char *const fuzz_name = "table.csv", *const fuzz_beside[] = {NULL};

static void read_with(const char *path, char separator)
{
	struct csv table;
	volatile size_t length = 0;

	csv_read(&table, path, separator);
	for (int64_t row = 0; row < table.rows; row++)
		for (int64_t column = 0; column < table.columns; column++)
			length += strlen(csv_cell(&table, row, column));
	(void)length;
	csv_free(&table);
}

void fuzz_read(const char *folder, const char *path)
{
	(void)folder;
	read_with(path, ',');
	read_with(path, '\t');
}
