/* ablation.h: every sentence's logits without each head.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only what changes is computed again: a layer's output projection is linear in the context, so removing one head adds
 * (replacement - c_h) W_o[:, h]^T to the whole model's; from there the variants of several heads go through the rest of
 * the layers as one packed batch.
 */
#ifndef T_MODEL_ABLATION_H
#define T_MODEL_ABLATION_H

#include "model.h"
#include "tokens.h"

#include <stdint.h>

/* What takes the place of a removed head's context: nothing, its mean, or another sentence's. */
enum removal { ZERO, MEAN, RESAMPLE, REMOVALS };

struct ablation {
	const struct model *model;
	const struct tokens *tokens;
	int64_t block_tokens;             /* tokens in a block of sentences, */
	int64_t variant_tokens;           /* in a packed batch of its variants: results depend on them by rounding alone */
	float *mean_context;              /* [layers, H] for MEAN */
	int64_t *donors;                  /* [S] for RESAMPLE: whose context a sentence gets */
	double *logits;                   /* [S, C] to be filled */
	double *logits_without[REMOVALS]; /* [S, layers, heads, C] to be filled, NULL: not wanted */
};

/* The mean of every layer's context over all tokens of all sentences, [layers, H] in fresh memory. */
float *find_mean_context(const struct model *model, const struct tokens *tokens, int64_t block_tokens);

/* Everybody's donor is the next in a random circle, so nobody is their own; [sentences] in fresh memory. */
int64_t *draw_donors(int64_t sentences, int64_t seed);

/* Fills the logits. With RESAMPLE, token t of a sentence takes the donor's token at the same share of the way, so first
 * goes to first and last to last. */
void ablate_heads(struct ablation *ablation);

#endif
