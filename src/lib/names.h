/* names.h: comma-separated names, as options and metadata give them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_NAMES_H
#define T_MODEL_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Takes the first name off *rest, in fresh memory; NULL when none is left. */
char *next_name(const char **rest);

/* How many names; an empty text has none. */
int64_t count_names(const char *names);

/* Is name among them? */
bool has_name(const char *names, const char *name);

#endif
