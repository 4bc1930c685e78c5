/* markup.c: character references, tags and escapes out of scraped text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "markup.h"

#include "fail.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static void replace_escapes(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != '\\')
			*to++ = *from;
		else if (from[1] != '$')
			*to++ = ' ';
	*to = '\0';
}

/* ---- character references ---- */

struct reference {
	size_t length; /* in the text, to the semicolon; 0: there is none */
	uint32_t point;
};

/* Of what follows &#: a code point, decimal or hexadecimal. */
static struct reference numbered_reference(const char *text)
{
	static const uint16_t windows[32] = {0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030,
		0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178};
	const bool hexadecimal = *text == 'x' || *text == 'X';
	const size_t digits = strspn(text + hexadecimal, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789");
	struct reference reference = {0};

	if (digits < 1 || digits > 7 || text[hexadecimal + digits] != ';')
		return reference;
	reference.point = (uint32_t)strtoul(text + hexadecimal, NULL, hexadecimal ? 16 : 10);
	if (reference.point < ' ') /* rather a number of something: "seed #3; seed #4" */
		return reference;
	reference.length = hexadecimal + digits + 1;
	if (reference.point >= 128 && reference.point < 160)
		reference.point = windows[reference.point - 128];
	if (!utf8proc_codepoint_valid((utf8proc_int32_t)reference.point))
		reference.point = 0xfffd;
	return reference;
}

/* Of what follows &: those names that occur. */
static struct reference named_reference(const char *text)
{
	static const struct {
		const char *name;
		uint32_t point;
	} known[] = {{"amp;", '&'}, {"apos;", '\''}, {"eacute;", 0xe9}, {"gt;", '>'}, {"hellip;", 0x2026}, {"lt;", '<'},
		{"nbsp;", 0xa0}, {"quot;", '"'}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strncmp(text, known[i].name, strlen(known[i].name)) == 0)
			return (struct reference){strlen(known[i].name), known[i].point};
	return (struct reference){0};
}

/* Of what stands behind an ampersand. */
static struct reference reference_behind_ampersand(const char *text)
{
	struct reference reference = *text == '#' ? numbered_reference(text + 1) : named_reference(text);

	reference.length += reference.length > 0 && *text == '#';
	return reference;
}

/* One that begins here. A space may stand for its ampersand, which before a number may be missing altogether. */
static struct reference reference_at(const char *text)
{
	const size_t ampersand = *text == '&' || *text == ' ';
	struct reference reference = {0};

	if (ampersand || *text == '#')
		reference = reference_behind_ampersand(text + ampersand);
	reference.length += reference.length > 0 ? ampersand : 0;
	return reference;
}

/* In place: no character is longer than its reference. */
static void replace_references(char *text)
{
	char *to = text;

	for (char *from = text; *from;) {
		struct reference reference = reference_at(from);
		from += reference.length;
		if (reference.length == 0)
			*to++ = *from++;
		else if (reference.point == '&' && reference_behind_ampersand(from).length > 0)
			*--from = '&';
		else
			to += utf8proc_encode_char((utf8proc_int32_t)reference.point, (utf8proc_uint8_t *)to);
	}
	*to = '\0';
}

/* ---- tags ---- */

/* The length of the tag that begins here, or 0. A tag's name is of letters and digits: <HAL.N> is none. */
static size_t tag_length(const char *text)
{
	const char *name = text + 1 + (text[0] && text[1] == '/'), *end = name;

	if (*text != '<' || !isalpha((unsigned char)*name))
		return 0;
	while (isalnum((unsigned char)*end))
		end++;
	if (isspace((unsigned char)*end) || *end == '/')
		end += strcspn(end, "<>");
	return *end == '>' ? (size_t)(end + 1 - text) : 0;
}

static void replace_tags(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		size_t length = tag_length(from);
		*to++ = length ? ' ' : *from;
		from += length ? length : 1;
	}
	*to = '\0';
}

/* ---- white space ---- */

/* The length of the space or control character that begins here, or 0; those of Latin-1 have two bytes. */
static size_t space_length(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (*byte == '\0')
		return 0;
	if (*byte <= ' ' || *byte == 0x7f)
		return 1;
	return byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] <= 0xa0 ? 2 : 0;
}

static void join_spaces(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		size_t length = space_length(from);
		if (length == 0)
			*to++ = *from++;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
		from += length;
	}
	if (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

char *plain_text(const char *marked)
{
	char *text = copy_string(marked);

	replace_escapes(text);
	replace_references(text);
	replace_tags(text);
	join_spaces(text);
	return text;
}
