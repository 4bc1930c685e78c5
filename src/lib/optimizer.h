/* optimizer.h: AdamW over the parameters that are trained.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A batch is cut into a fixed number of shards, whatever the number of threads; each has a gradient of its
 * own, and they are summed in order, so that training is the same for every number of threads.
 */
#ifndef T_MODEL_OPTIMIZER_H
#define T_MODEL_OPTIMIZER_H

#include "lora.h"
#include "model.h"

#include <stdbool.h>
#include <stddef.h>

enum { SHARDS = 2 };

/* One array that is trained: a parameter, or a factor of an adapter. */
struct trainable {
	float *value; /* in the model, [count] */
	size_t count, offset; /* offset: its place in the optimizer's arrays */
	bool decay;           /* weight decay acts on matrices, not on biases and LayerNorm */
};

struct optimizer {
	struct trainable *list;
	int count;
	size_t total;                  /* numbers trained */
	float *m, *v;                  /* [total] moments */
	float *gradients[SHARDS];      /* [total] */
	struct model gradient[SHARDS]; /* the same memory in the shape of the model */
};

struct optimizer_rates {
	double rate, beta1, beta2, epsilon, weight_decay, clip;
};

/* recipe: the adapter that is attached to the model and trained with its whole modules; NULL: everything. */
void optimizer_init(struct optimizer *optimizer, struct model *model, const struct lora_recipe *recipe);
void optimizer_free(struct optimizer *optimizer);

/* Sets all gradients to zero. */
void optimizer_clear(struct optimizer *optimizer);

/* Step number `step` (from 1): sums the shards, clips by the global norm as PyTorch's clip_grad_norm_ does
 * (clip 0: never), updates. Returns the norm before clipping. */
double optimizer_step(struct optimizer *optimizer, const struct optimizer_rates *rates, int64_t step);

#endif
