/* optimizer.h: AdamW over the parameters that are trained.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A batch is cut into a fixed number of shards, whatever the number of threads; each has a gradient of its
 * own, and they are summed in order, so that training is the same for every number of threads.
 *
 * A batch uses few rows of the word embedding. The gradient of the others is zero, so their steps are put off until
 * they are needed and then taken one after another in the cache: bit for bit the same, without passing over the whole
 * matrix and its moments in every step.
 */
#ifndef T_MODEL_OPTIMIZER_H
#define T_MODEL_OPTIMIZER_H

#include "lora.h"
#include "model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHARDS = 2 };

/* One array that is trained: a parameter, or a factor of an adapter. */
struct trainable {
	float *value; /* in the model, [count] */
	size_t count, offset; /* offset: its place in the optimizer's arrays */
	bool decay;           /* weight decay acts on matrices, not on biases and LayerNorm */
};

/* The rows of the word embedding and how far each has come. */
struct lazy_rows {
	const struct trainable *words; /* NULL: the word embedding is not trained */
	int64_t count, columns;
	int64_t *done;    /* [count] steps taken */
	int64_t *touched; /* rows that this step's batch uses, rising */
	int64_t touched_count;
};

struct optimizer {
	struct trainable *list;
	int count;
	size_t total;                  /* numbers trained */
	float *m, *v;                  /* [total] moments */
	float *gradients[SHARDS];      /* [total] */
	struct model gradient[SHARDS]; /* the same memory in the shape of the model */
	int64_t start, step;           /* steps taken before this run, and so far */
	struct adamw_step *taken;      /* [step - start] for the rows that were put off */
	struct lazy_rows rows;
};

struct optimizer_rates {
	double rate, beta1, beta2, epsilon, weight_decay, clip;
};

/* recipe: the adapter that is attached to the model and trained with its whole modules; NULL: everything. */
void optimizer_init(struct optimizer *optimizer, struct model *model, const struct lora_recipe *recipe);
void optimizer_free(struct optimizer *optimizer);

/* Goes on after that many steps, of which the values and moments already know. */
void optimizer_resume(struct optimizer *optimizer, int64_t step);

/* Begins a step on a batch with these tokens (NULL: any): brings their embeddings up to date and sets the gradients
 * to zero. */
void optimizer_begin(struct optimizer *optimizer, const int32_t *ids, int64_t count);

/* Ends it: sums the shards, clips by the global norm as PyTorch's clip_grad_norm_ does (clip 0: never), updates.
 * Returns the norm before clipping. */
double optimizer_step(struct optimizer *optimizer, const struct optimizer_rates *rates);

/* Brings every row up to date: before the model is used or written. */
void optimizer_settle(struct optimizer *optimizer);

#endif
