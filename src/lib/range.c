/* range.c: ranges on the command line and in metadata.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "range.h"

#include "fail.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A whole number at *text, which moves on behind it and the separator that must follow. */
static bool take_number(const char **text, const char *separator, int64_t *number)
{
	const size_t length = strlen(separator);
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*number = strtoll(*text, &end, 10);
	if (errno != 0 || (length == 0 ? *end != '\0' : strncmp(end, separator, length) != 0))
		return false;
	*text = end + length;
	return true;
}

struct range range_parse(const char *option, const char *text, int64_t of)
{
	struct range range = {.end = of, .of = of, .asked_for = text != NULL};
	const char *rest = text;

	if (text && (!take_number(&rest, ":", &range.begin) || !take_number(&rest, "", &range.end) ||
			    range.begin >= range.end || range.end > of))
		fail_usage("--%s: '%s' is not a range A:B of the %lld there are, counted from 0, without the last",
			option, text, (long long)of);
	return range;
}

void range_tell(const struct range *range, const char *what, json_t *metadata)
{
	if (!range->asked_for)
		return;
	char *text = format_string(
		"%lld:%lld of %lld", (long long)range->begin, (long long)range->end, (long long)range->of);
	json_object_set_new(metadata, what, json_string(text));
	free(text);
}

bool range_of_file(struct range *range, const char *what, const json_t *metadata, const char *path)
{
	const char *text = json_string_value(json_object_get(metadata, what)), *rest = text;

	*range = (struct range){.asked_for = text != NULL};
	if (!text)
		return false;
	if (!take_number(&rest, ":", &range->begin) || !take_number(&rest, " of ", &range->end) ||
		!take_number(&rest, "", &range->of) || range->begin >= range->end || range->end > range->of)
		fail(path, "metadata '%s' is '%s' (expected A:B of N)", what, text);
	return true;
}
