/* tolerances.h: how far a value may be from the one that is expected, by file and part.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table of tolerances has the columns file, part, atol, rtol, and what else its writer wants to say. file and part are
 * patterns as in a shell. The first row that fits applies; where none does, values must be equal.
 */
#ifndef T_MODEL_TOLERANCES_H
#define T_MODEL_TOLERANCES_H

#include <stdbool.h>

struct tolerance {
	double absolute, relative; /* relative to the expected value */
};

/* The rows that may apply to one file. */
struct tolerances {
	int count;
	char **part;                 /* [count] patterns */
	struct tolerance *tolerance; /* [count] */
};

/* Reads the rows for the file of that name. Fails on a table that is not as above, or a negative number. */
void tolerances_read(struct tolerances *tolerances, const char *table_path, const char *file_name);

/* The same for every part. */
struct tolerances tolerances_alike(struct tolerance tolerance);

struct tolerance tolerance_of(const struct tolerances *tolerances, const char *part);

/* |found - expected|; infinite where only one is NaN. */
double deviation_of(double found, double expected);

/* Is that deviation within absolute + relative |expected|? */
bool is_tolerated(double deviation, double expected, struct tolerance tolerance);

#endif
