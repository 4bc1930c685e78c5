/* passes.h: the gradients of several targets with respect to every context, by as few backward passes as do.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The context's gradient is linear in the logits': that of any target is a sum of those of a few directions, and only
 * the directions are carried back, in F32, the shares being kept in F64, however small the loss.
 */
#ifndef T_MODEL_PASSES_H
#define T_MODEL_PASSES_H

#include "encoder.h"

struct passes {
	int64_t targets, sentences, classes, layers;
	int64_t count;
	double *targeted;         /* [targets, sentences, classes] the logits' gradient of each target */
	float *direction;         /* [count, sentences, classes] that of each pass */
	double *share;            /* [targets, count, sentences] of each pass in each target */
	float **context_gradient; /* [count, layers] arrays [n, hidden] */
};

/* Room for the targets' gradients with respect to the logits, for the caller to fill; each must sum to 0 over the
 * classes, as that of any function of their differences does. */
struct passes passes_make(const struct config *config, int64_t targets, int64_t sentences);
void passes_free(struct passes *passes);

/* Where the gradient of one target with respect to one sentence's logits stands, [classes]. */
static inline double *passes_target(const struct passes *passes, int64_t target, int64_t sentence)
{
	return passes->targeted + (target * passes->sentences + sentence) * passes->classes;
}

/* Carries the targets back through what the last encoder_forward computed for the batch, whose labels are given. */
void passes_run(struct passes *passes, const struct model *model, const struct batch *batch,
	struct activations *activations, const int32_t *labels);

/* Then: gradient [n, hidden] of one target with respect to one layer's context, from its share of each pass. */
void passes_gradient(const struct passes *passes, int64_t target, int64_t layer, const struct batch *batch,
	int64_t hidden, double *gradient);

#endif
