/* attribution.h: by how much the margin should fall when a head is replaced, to first order in the head's context.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attribution patching (Nanda 2023; Syed et al. 2023, eq. 2; Kramár et al. 2024, eq. 4) with a head's context, at all
 * tokens of the sentence together, as the node: Σ_t,i (c - replacement) ∂margin/∂c.
 */
#ifndef T_MODEL_ATTRIBUTION_H
#define T_MODEL_ATTRIBUTION_H

#include "replacement.h"

#include <stdint.h>

/* What the heads are replaced by, as ablate does. */
struct baselines {
	const struct model *model;
	const struct tokens *all;
	int64_t first;	     /* of all: the sentence that is the first of those worked on */
	float *mean_context; /* [layers, H] */
	int64_t *donors;     /* [all sentences]; NULL: one sentence has no other */
};

/* contexts: a file of sum-contexts, or NULL (find_mean_context). */
struct baselines baselines_make(const struct model *model, const struct tokens *all, int64_t first, int64_t seed,
	int64_t block_tokens, const char *contexts, json_t *history);
void baselines_free(struct baselines *baselines);

/* direction [sentences, classes]: the gradients of the margins (margin.h, MARGIN_MAX) with respect to the logits that
 * are there. Fails on a logit that is not finite. */
void margin_directions(const struct config *config, const struct activations *activations, const struct batch *batch,
	const int32_t *labels, float *direction);

/* For each of several gradients of the margins, context_gradient [gradients, layers] arrays [n, H]:
 * falls [gradients, SUBSTITUTES, sentences, layers, heads], NaN where there is no replacement. activations: of the block
 * that begins with sentence `first`, with all layers kept; donor_room: any. */
void predict_falls(const struct baselines *baselines, const struct batch *batch, int64_t first,
	const struct activations *activations, struct activations *donor_room, float *const *context_gradient,
	int64_t gradients, double *falls);

/* Σ of a b over the columns of one head: rows [tokens, head_dim], a_stride and b_stride apart. */
double head_product(
	const float *a, int64_t a_stride, const float *b, int64_t b_stride, int64_t tokens, int64_t head_dim);

#endif
