/* sentences.h: labelled sentences as a table (TSV) with the columns sentence and label.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_SENTENCES_H
#define T_MODEL_SENTENCES_H

#include <stdint.h>

struct sentence {
	const char *text, *label;
};

struct sentences {
	int64_t count, room;
	struct sentence *list; /* [count]; the texts are kept by whoever added them, or for good */
};

void sentences_add(struct sentences *sentences, const char *text, const char *label);

/* Adds those of a file. Fails where it holds none, and on a text or label that is empty or not UTF-8. */
void sentences_read(struct sentences *sentences, const char *path);

/* Writes a file, whole or not at all. */
void sentences_write(const struct sentences *sentences, const char *path);

/* How many of each label, in order of the labels, "Sports 2, World 3", in fresh memory. */
char *sentences_by_label(const struct sentences *sentences);

#endif
