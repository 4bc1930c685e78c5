/* model.h: a transformer classifier's parameters.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All parameters stand in one array; the structs below point into it. A gradient, and the moments of an
 * optimizer, have the shape of a model and are one: a pointer that is NULL there means "not wanted".
 * Weights are [out, in] as in PyTorch: y = x W^T + b.
 */
#ifndef T_MODEL_MODEL_H
#define T_MODEL_MODEL_H

#include "config.h"
#include "tensors.h"

#include <stddef.h>
#include <stdint.h>

/* Largest rank of an adapter. */
enum { LORA_RANK_MAX = 256 };

/* y = x W^T + b. While an adapter is trained W is the sum W0 + scale B A (Hu et al. 2021, eq. 3), kept merged. */
struct linear {
	char *module; /* Hugging Face's name of it, without .weight */
	int64_t in, out;
	float *weight; /* [out, in] */
	float *bias;   /* [out] */
	int64_t rank;  /* of the adapter; 0: none */
	float scale;
	float *a, *b; /* adapter factors [rank, in] and [out, rank] */
};

struct norm {
	float *gain, *bias; /* [hidden], of the embeddings [embedding] */
};

struct layer {
	/* query, key and value follow each other in memory: together a linear map [3 hidden, hidden] */
	struct linear query, key, value, attention_output, inner, outer;
	struct norm attention_norm, output_norm;
};

struct model {
	struct config config;
	struct {
		float *words;     /* [vocabulary, embedding] */
		float *positions; /* [first_position + max_positions, embedding] */
		float *types;     /* [token_types, embedding], NULL for DistilBERT */
		struct norm norm;
		struct linear projection; /* from embedding to hidden; without weight where these are the same */
	} embeddings;
	struct layer *layers; /* [config.layers] */
	struct linear pooler; /* BERT's pooler, DistilBERT's pre_classifier, RoBERTa's and ELECTRA's classifier.dense */
	struct linear classifier;
	float *values; /* every parameter, [count] */
	size_t count;
	struct parameter *parameters; /* in the order of values */
	int parameter_count;
};

/* One named tensor of a model, by its canonical Hugging Face name. */
struct parameter {
	char *name;
	int rank;
	int64_t shape[2];
	size_t count;
	float *value;
	float **slot; /* the pointer in struct model (which must not be moved) that points to value */
};

/* A model of that shape with all parameters zero. The model takes over config's labels. */
void model_init(struct model *model, const struct config *config);
void model_free(struct model *model);

/* As model_init, but no parameter has memory: the caller points the slots of those it wants somewhere. */
void model_outline(struct model *model, const struct config *config);

/* Reads a folder that import-checkpoint or train wrote. *history gets the safetensors' own history role
 * "model" added when it is not NULL. Fails on missing tensors, other shapes and values that are not finite. */
void model_read(struct model *model, const char *folder, json_t *history);

/* Writes config.json, then model.safetensors with metadata (extended by format: pt), last. */
void model_write(const struct model *model, const char *folder, json_t *metadata);

/* The parameter of that name, or NULL. */
struct parameter *model_find(const struct model *model, const char *name);

/* All linear maps that an adapter may have, in the order of the layers, then the pooler and the classifier where there is one. */
int model_linear_count(const struct model *model);
struct linear *model_linear(const struct model *model, int index);

/* Fails if any value is not finite, naming the file and the parameter. */
void model_check_finite(const struct model *model, const char *file);

#endif
