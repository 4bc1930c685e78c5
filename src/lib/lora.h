/* lora.h: low-rank adapters (Hu et al. 2021): the weight is W0 + scale B A, scale = alpha / rank.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_LORA_H
#define T_MODEL_LORA_H

#include "model.h"

#include <gsl/gsl_rng.h>

/* How an adapter was or is to be made. */
struct lora_recipe {
	int64_t rank;
	double alpha;
	const char *targets; /* comma-separated ends of module names, e.g. query,key,output.dense */
	const char *whole;   /* comma-separated modules trained whole, e.g. pooler,classifier */
};

/* Gives every linear map whose module name ends in one of the targets zero factors a and b of that rank; as in
 * PEFT, what is trained whole gets none. Fails where a name of the recipe matches nothing. */
void lora_attach(struct model *model, const struct lora_recipe *recipe);
void lora_detach(struct model *model);

/* Adds scale B A to weight [out, in]; does nothing for a linear map without an adapter. */
void lora_add(const struct linear *linear, float *weight);

/* Does a parameter belong to one of the modules that are trained whole? As PEFT matches: a module is named by
 * the end of its path, even within a word (classifier is pre_classifier too), and has all parameters below it. */
bool lora_saves_whole(const char *parameter, const char *list);

/* alpha / rank */
float lora_scale(const struct lora_recipe *recipe);

/* PEFT's initialization: A uniform in ±1 / sqrt(in), B zero, so that training starts from the base. */
void lora_initialize(struct model *model, gsl_rng *random);

/* A copy of every weight that has an adapter, by the index of its linear map, taken before any is merged. */
float **lora_keep_base(const struct model *model);

/* Sets every adapted weight to W0 + scale B A; base: what lora_keep_base returned. */
void lora_set_weights(const struct model *model, float *const *base);

#endif
