/* text.c: printable names and shortest numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decodes one UTF-8 sequence: its length, or 0 where there is none. */
static int decode(const unsigned char *bytes, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = bytes[0];
	int length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;

	*point = length < 2 ? lead : lead & (0xffu >> (length + 1));
	for (int i = 1; i < length; i++) {
		if (bytes[i] >> 6 != 2)
			return 0;
		*point = *point << 6 | (bytes[i] & 63u);
	}
	bool valid = *point >= least[length] && *point <= 0x10ffff && *point >> 11 != 0x1b; /* no surrogate */
	return valid ? length : 0;
}

bool is_utf8(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t point;

	while (*bytes) {
		int length = decode(bytes, &point);
		if (length == 0)
			return false;
		bytes += length;
	}
	return true;
}

/* Embeddings, overrides and isolates show a reader another order than the one that is there. */
static bool is_harmful(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

char *make_printable(char *text)
{
	for (unsigned char *c = (unsigned char *)text; *c;) {
		uint32_t point;
		int length = decode(c, &point);
		if (length == 0 || is_harmful(point))
			memset(c, '?', (size_t)(length ? length : 1));
		c += length ? length : 1;
	}
	return text;
}

static const char *special_text(double value)
{
	return isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

const char *double_text(double value, char text[NUMBER_TEXT])
{
	if (!isfinite(value))
		return special_text(value);
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, NUMBER_TEXT, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return text;
}

const char *float_text(float value, char text[NUMBER_TEXT])
{
	if (!isfinite(value))
		return special_text((double)value);
	for (int digits = 6; digits <= 9; digits++) {
		snprintf(text, NUMBER_TEXT, "%.*g", digits, (double)value);
		if (strtof(text, NULL) == value)
			break;
	}
	return text;
}
