/* ablation.h: every sentence's logits without each head.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only what changes is computed again: a layer's output projection is linear in the context, so removing one head adds
 * (replacement - c_h) W_o[:, h]^T to the whole model's; from there the variants of several heads go through the rest of
 * the layers as one packed batch.
 */
#ifndef T_MODEL_ABLATION_H
#define T_MODEL_ABLATION_H

#include "replacement.h"

#include <stdint.h>

struct ablation {
	const struct model *model;
	const struct tokens *tokens;
	struct range sentences;		  /* of all: which the tokens are */
	const struct tokens *all;	  /* for RESAMPLE */
	struct range layers;		  /* whose heads are removed: M of them */
	int64_t block_tokens;             /* tokens in a block of sentences, */
	int64_t variant_tokens;           /* in a packed batch of its variants: results depend on them by rounding alone */
	float *mean_context;              /* [layers, H] for MEAN */
	int64_t *donors;		  /* [all sentences] for RESAMPLE: whose context a sentence gets */
	const unsigned char *removed;     /* [layers, heads] nonzero: set to zero in every pass; NULL: none */
	double *logits;                   /* [S, C] to be filled */
	double *logits_without[SUBSTITUTES]; /* [S, M, heads, C] to be filled, NULL: not wanted */
};

/* Fills the logits; those without a head that is removed in every pass are left as they are. */
void ablate_heads(struct ablation *ablation);

#endif
