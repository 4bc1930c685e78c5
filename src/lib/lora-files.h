/* lora-files.h: adapters in PEFT's folder format.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder holds adapter_config.json and adapter_model.safetensors with, for each adapted linear map,
 *   base_model.model.MODULE.lora_A.weight [rank, in], base_model.model.MODULE.lora_B.weight [out, rank]
 * and, for each module trained whole, base_model.model.PARAMETER; F32, F16, BF16 or F64 are read. The scale is
 * alpha / rank, or alpha / sqrt(rank) where use_rslora says so.
 */
#ifndef T_MODEL_LORA_FILES_H
#define T_MODEL_LORA_FILES_H

#include "lora.h"

#include <jansson.h>

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

/* Writes the factors in the model and the modules trained whole, in F32 or, rounded, in F16; fails on a value that
 * F16 cannot hold. base: the name recorded as base model. */
void lora_write(const struct model *model, const struct lora_recipe *recipe, const char *base, const char *folder,
	bool half, json_t *metadata);

#endif
