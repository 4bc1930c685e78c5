/* lora.h: low-rank adapters (Hu et al. 2021) in PEFT's folder format.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder holds adapter_config.json and adapter_model.safetensors with, for each adapted linear map,
 *   base_model.model.MODULE.lora_A.weight [rank, in], base_model.model.MODULE.lora_B.weight [out, rank]
 * and, for each module trained whole, base_model.model.PARAMETER. The adapted weight is
 * W0 + scale B A with scale = alpha / rank (alpha / sqrt(rank) where use_rslora says so).
 */
#ifndef T_MODEL_LORA_H
#define T_MODEL_LORA_H

#include "model.h"

#include <jansson.h>

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

/* The number of classes that the adapter's classifier has, or 0 if it brings none. */
int64_t lora_classes(const char *folder);

/* Does the adapter bring this parameter whole? */
bool lora_brings(const char *folder, const char *parameter);

/* Reads an adapter and merges it into the model's weights; its parameters replace the model's. Fails on
 * another kind of adapter, on tensors that fit nothing and on other shapes. Added to history, role adapter. */
void lora_merge(struct model *model, const char *folder, json_t *history);

/* Reads an adapter of that recipe, which is attached, into the factors and the modules trained whole: what
 * lora_write wrote. Fails where it holds other tensors, or scales its factors otherwise. Role adapter. */
void lora_read(struct model *model, const struct lora_recipe *recipe, const char *folder, json_t *history);

/* Writes the factors in the model and the modules trained whole. base: the name recorded as base model. */
void lora_write(const struct model *model, const struct lora_recipe *recipe, const char *base, const char *folder,
	json_t *metadata);

#endif
