/* readings.h: the ways in which the logits of one network are read as a margin.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `max` and, with more than two classes, `mean` are those of margin.h; a group reading is the log-odds of a stated set
 * of classes against the others, as if the network had been asked that question of two answers.
 */
#ifndef T_MODEL_READINGS_H
#define T_MODEL_READINGS_H

#include "logits.h"
#include "margin.h"

#include <stdbool.h>
#include <stdint.h>

struct reading {
	char *name;
	enum margin_kind kind;
	bool *group; /* [classes] is the class in the stated set? NULL but for MARGIN_GROUP */
};

struct readings {
	int count;
	struct reading *list;
};

/* All readings of the logits in that file. groups: "NAME=CLASS+CLASS,NAME=…", classes as the file's metadata `classes`
 * names them; "": none. Ends the program with status 2 where groups cannot be understood, with 1 where they do not suit
 * the classes. */
struct readings readings_from(const char *groups, const struct tensor_file *file, int64_t classes);
void readings_free(struct readings *readings);

/* The mean over the sentences of the margin, and of 1 - p, p being the probability of the true class or, in a group
 * reading, of the side on which it lies. */
double mean_reading_margin(const struct reading *reading, const struct logits *logits);
double mean_reading_doubt(const struct reading *reading, const struct logits *logits);

/* What the removal of each head does: the margin less the margin without the head, [sentences, heads] in fresh memory,
 * from without [sentences, heads, classes]. */
double *reading_effects(
	const struct reading *reading, const struct logits *logits, const double *without, int64_t heads);

#endif
