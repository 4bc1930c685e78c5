/* names.c: taking a comma-separated text apart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "names.h"

#include "fail.h"

#include <stddef.h>
#include <string.h>

/* Behind the name that begins here and its comma; NULL where it is the last, be it with a comma. */
static const char *behind(const char *names)
{
	const char *comma = strchr(names, ',');

	return comma && comma[1] ? comma + 1 : NULL;
}

char *next_name(const char **rest)
{
	const char *first = *rest;

	if (!first || !*first)
		return NULL;
	*rest = behind(first);
	return format_string("%.*s", (int)strcspn(first, ","), first);
}

int64_t count_names(const char *names)
{
	int64_t count = 0;

	for (const char *rest = *names ? names : NULL; rest; rest = behind(rest))
		count++;
	return count;
}

bool has_name(const char *names, const char *name)
{
	const size_t length = strlen(name);

	for (const char *rest = names; rest; rest = behind(rest))
		if (strcspn(rest, ",") == length && strncmp(rest, name, length) == 0)
			return length > 0;
	return false;
}
