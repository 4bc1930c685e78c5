/* range.h: a part of the sentences, or of the layers, for a program to work on: a shard (shards.h).
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_RANGE_H
#define T_MODEL_RANGE_H

#include "options.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* From begin to before end, counted from 0; of: how many there are. */
struct range {
	int64_t begin, end, of;
	bool asked_for; /* false: all, because the option was not given */
};

/* The row of a program's options; text: where its argument goes, NULL by default. Not recorded among the arguments: the
 * whole that shards are joined to has the history of one run. */
#define SENTENCES_OPTION(text)                                                                                         \
	{                                                                                                              \
		"sentences", 0, OPTION_TEXT, &(text), 0, 0, "A:B", "only those from A to before B, counted from 0",    \
			false, true                                                                                    \
	}
#define LAYERS_OPTION(text)                                                                                            \
	{                                                                                                              \
		"layers", 0, OPTION_TEXT, &(text), 0, 0, "A:B", "only those from A to before B, counted from 0",       \
			false, true                                                                                    \
	}

/* The range that text names, "A:B"; all of them where it is NULL. Ends with status 2 where it is not one of so many. */
struct range range_parse(const char *option, const char *text, int64_t of);

static inline int64_t range_count(const struct range *range)
{
	return range->end - range->begin;
}

/* What a shard says of itself in metadata `sentences` or `layers`: "A:B of N". Nothing if it was not asked for. */
void range_tell(const struct range *range, const char *what, json_t *metadata);

/* Reads it; false where the file has none. Fails where it is no range. */
bool range_of_file(struct range *range, const char *what, const json_t *metadata, const char *path);

#endif
