/* text.h: names and numbers as text that is safe to print and exact to read back.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_TEXT_H
#define T_MODEL_TEXT_H

#include <stdbool.h>

enum { NUMBER_TEXT = 32 };

bool is_utf8(const char *text);

/* Replaces by ? whatever could steer a terminal or break a table: control characters (C0, DEL and C1, tabs and line
 * ends among them), the marks that reorder text, and bytes that are not UTF-8. Returns text. */
char *make_printable(char *text);

/* The shortest decimal text that reads back as the same number; `nan`, `inf` and `-inf` for what is not finite. */
const char *double_text(double value, char text[NUMBER_TEXT]);
const char *float_text(float value, char text[NUMBER_TEXT]);

#endif
