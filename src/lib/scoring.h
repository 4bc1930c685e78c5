/* scoring.h: what score and decompose-gradient share: a model, sentences, and an array for each score to fill.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_SCORING_H
#define T_MODEL_SCORING_H

#include "model.h"
#include "tokens.h"

#include <jansson.h>

/* What the scores need of the model: a classifier whose classes the labels are; any encoder, whose classes the labels
 * are if it has some; or any encoder at all. */
enum model_kind { OWN_CLASSIFIER, OWN_ENCODER, ANY_ENCODER };

struct scoring {
	struct model model;
	struct tokens all, tokens; /* of the file, and those that are scored */
	struct range sentences;	   /* which they are */
	enum model_kind kind;
	const char *const *names; /* [count] */
	int count;
	double **scores; /* [count] arrays [S, layers, heads] */
};

/* Where in its array the score of a head in a sentence stands. */
static inline int64_t scoring_place(const struct scoring *scoring, int64_t sentence, int64_t layer, int64_t head)
{
	return (sentence * scoring->model.config.layers + layer) * scoring->model.config.heads + head;
}

/* Reads the model and the tokens; makes room for the scores of the sentences "A:B" (range.h; NULL: of all). */
void scoring_begin(struct scoring *scoring, const char *model_folder, const char *tokens_path, const char *sentences,
	enum model_kind kind, const char *const *names, int count, json_t *history);

/* Writes the scores and the labels I32 [S]; consumes history and frees everything. */
void scoring_end(struct scoring *scoring, const char *path, json_t *history);

#endif
