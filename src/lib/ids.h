/* ids.h: a growing list of token ids.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_IDS_H
#define T_MODEL_IDS_H

#include "fail.h"

#include <stddef.h>
#include <stdint.h>

/* Begins as {0}; its values are released with free(). */
struct ids {
	int32_t *values;
	int64_t count, room;
};

static inline void ids_append(struct ids *ids, int32_t id)
{
	if (ids->count == ids->room) {
		ids->room = ids->room ? 2 * ids->room : 1024;
		ids->values = reallocate(ids->values, (size_t)ids->room, sizeof *ids->values);
	}
	ids->values[ids->count++] = id;
}

/* Ends the sentence that begins at first with that id, its last tokens left out where it has more than max_length with
 * it. Returns how many it would have had. */
static inline int64_t ids_end_sentence(struct ids *ids, int64_t first, int64_t max_length, int32_t end)
{
	const int64_t whole = ids->count - first + 1;

	if (whole > max_length)
		ids->count = first + max_length - 1;
	ids_append(ids, end);
	return whole;
}

#endif
