/* removals.h: sets of heads removed together: every sentence's logits without them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rankings of the heads have many sets of lowest ones in common, above all rankings by the same score from different
 * sentences. Each distinct set is removed once, from the sentences alone for which it is wanted; and what sets that lose
 * the same heads of the first layers compute there is computed once for all of them.
 */
#ifndef T_MODEL_REMOVALS_H
#define T_MODEL_REMOVALS_H

#include "model.h"
#include "tokens.h"

#include <stdbool.h>
#include <stdint.h>

struct removal {
	unsigned char *heads; /* [layers x heads] nonzero: removed */
	bool *wanted;	      /* [S] for which sentences */
	double *logits;	      /* [S, C] of these */
};

struct removals {
	const struct model *model;
	const struct tokens *tokens;
	int64_t count;
	struct removal *list; /* the first removes none, from every sentence */
};

struct removals removals_of(const struct model *model, const struct tokens *tokens);

/* The index of the removal of heads[0 … count - 1], now wanted for these sentences too. */
int64_t removals_add(struct removals *removals, const int64_t *heads, int64_t count, const int64_t *sentences,
	int64_t sentence_count);

/* Fills in all logits; results depend on block_tokens (predict.h) by rounding alone. */
void removals_run(struct removals *removals, int64_t block_tokens);

void removals_free(struct removals *removals);

#endif
