/* columns.h: head scores by name, kept per sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A column is an F64 tensor [sentences, layers, heads]; a head's score is its mean over sentences. What some columns
 * become after that mean, in every selection of sentences: `entropy` is read as `entinv` and `entropy_length` as
 * `entinv_length`, the inverse; `michel` and `michel_token` are divided by the L2 norm of their layer's heads.
 */
#ifndef T_MODEL_COLUMNS_H
#define T_MODEL_COLUMNS_H

#include <jansson.h>
#include <stdint.h>

/* What becomes of the means over sentences. */
enum reduction { AS_MEAN, AS_INVERSE, BY_LAYER_NORM };

struct column {
	char *name;
	double *values; /* [sentences, layers, heads]; NaN: not defined for that sentence */
	enum reduction reduction;
};

struct columns {
	int64_t sentences, layers, heads;
	int count;
	struct column *list;
};

/* The name under which a stored tensor is read. */
const char *column_name(const char *stored);

/* Adds every F64 tensor of rank 3 in the file; the first one sets the shape if it is not known, another that differs
 * is refused, as is a name that is there already. The file goes into history under that role. */
void columns_read(struct columns *columns, const char *path, json_t *history, const char *role);
void columns_free(struct columns *columns);

/* Adds a column; values are taken over. */
void columns_add(
	struct columns *columns, const char *name, double *values, enum reduction reduction, const char *path);

/* The column of that name, or NULL. */
const struct column *columns_find(const struct columns *columns, const char *name);

/* Scores of all heads, [layers x heads], from the sentences chosen[0 … count-1] (NULL: all; a sentence may
 * be chosen several times). NaN sentences are left out; NaN where none remains. A layer of zeros stays one. */
void column_scores(const struct columns *columns, const struct column *column, const int64_t *chosen, int64_t count,
	double *scores);

/* How many sentences carry a score: Kish's effective number (Σ|v|)² / Σv² over a head's sentences, the mean over the heads.
 * As many as there are if all weigh the same, 1 if one has it all. NaN where every value is 0. */
double column_effective_sentences(const struct columns *columns, const struct column *column);

#endif
