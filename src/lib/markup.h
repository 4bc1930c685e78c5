/* markup.h: the plain text of what news feeds and web pages were scraped to.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_MARKUP_H
#define T_MODEL_MARKUP_H

/* The plain text, in fresh memory:
 *   1. \$ is a dollar; any other backslash was a line end and is a space
 *   2. a character reference (&amp; &#39; &#x2014;) is its character, also where its & was lost or became a space,
 *      and where what it gives is a reference again; 128 to 159 are those of windows-1252, as in browsers
 *   3. a tag (<b>, </a>, <br/>, <a href="...">) is a space; < and > that make no tag stay
 *   4. white space and control characters in a row are one space, none at the ends
 * Text that is not UTF-8 stays that. */
char *plain_text(const char *marked);

#endif
