/* ablation.c: one head after the other replaced, from the middle of the encoder on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ablation.h"

#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "predict.h"

#include <stdlib.h>
#include <string.h>

/* ---- the variants ---- */

/* Scratch for a block. */
struct variants {
	int64_t *offsets; /* of the packed variants */
	float *delta;	  /* [n, head_dim] */
	int64_t *heads;	  /* [heads] of the layer at hand that are removed in turn */
	struct activations *activations;
};

/* Offsets of `copies` copies of the batch, one after another. */
static struct batch repeat_batch(const struct batch *batch, int64_t copies, struct variants *variants)
{
	const int64_t n = batch_tokens(batch), sentences = batch->sentences;

	for (int64_t v = 0; v < copies; v++)
		for (int64_t s = 0; s <= sentences; s++)
			variants->offsets[v * sentences + s] = v * n + batch->offsets[s] - batch->offsets[0];
	return (struct batch){copies * sentences, variants->offsets, NULL};
}

/* excerpt: ablate-head */
/* sum = hidden + context W_o^T + b_o of the whole layer; without one head it is sum + delta W_o[:, h]^T. */
static void remove_head(const struct model *model, int64_t layer, int64_t head, int64_t n, const float *sum,
	const float *delta, float *sum_without)
{
	const int64_t hidden = model->config.hidden, head_dim = config_head_dim(&model->config);
	const float *weight = model->layers[layer].attention_output.weight + head * head_dim;

	memcpy(sum_without, sum, (size_t)(n * hidden) * sizeof *sum);
	multiply_nt(n, hidden, head_dim, 1, delta, head_dim, weight, hidden, 1, sum_without, hidden);
}
/* end excerpt */

/* The logits of the variants [copies, sentences], each without one of heads [copies], into [S, M, heads, C]. */
static void store_variants(const struct ablation *ablation, enum substitute removal, int64_t first, int64_t sentences,
	int64_t layer, const int64_t *heads, int64_t copies, const struct activations *activations)
{
	const struct config *config = &ablation->model->config;

	for (int64_t v = 0; v < copies; v++)
		for (int64_t s = 0; s < sentences; s++) {
			struct batch one = {.sentences = 1};
			struct activations row = {
				.logits = activations->logits + (v * sentences + s) * config->classes};
			store_logits(config, &row, &one,
				((first + s) * range_count(&ablation->layers) + layer - ablation->layers.begin) *
						config->heads +
					heads[v],
				ablation->logits_without[removal]);
		}
}

/* The heads of one layer that are not removed in every pass: fills list [heads] and returns how many. */
static int64_t list_heads(const struct ablation *ablation, int64_t layer, int64_t *list)
{
	const int64_t heads = ablation->model->config.heads;
	int64_t count = 0;

	for (int64_t h = 0; h < heads; h++)
		if (!ablation->removed || !ablation->removed[layer * heads + h])
			list[count++] = h;
	return count;
}

/* All heads of one layer, as many at a time as fill a packed batch. state: the whole model's, attended = sum */
static void ablate_layer(const struct ablation *ablation, enum substitute removal, const struct batch *batch,
	int64_t first, int64_t layer, const struct layer_state *state, const struct donor_block *donors,
	struct variants *variants)
{
	const struct config *config = &ablation->model->config;
	const int64_t n = batch_tokens(batch), count = list_heads(ablation, layer, variants->heads);
	const int64_t most = n < ablation->variant_tokens ? ablation->variant_tokens / n : 1;

	for (int64_t begin = 0; begin < count; begin += most) {
		const int64_t *heads = variants->heads + begin;
		const int64_t copies = count - begin < most ? count - begin : most;
		struct batch packed = repeat_batch(batch, copies, variants);
		activations_fit(variants->activations, config, &packed);
		for (int64_t v = 0; v < copies; v++) {
			replace_head(config, batch, state->context, layer, heads[v],
				removal == MEAN ? ablation->mean_context : NULL, removal == RESAMPLE ? donors : NULL,
				variants->delta);
			remove_head(ablation->model, layer, heads[v], n, state->attended, variants->delta,
				variants->activations->layers[layer].attended + v * n * config->hidden);
		}
		encoder_run_from_sum(ablation->model, layer, packed, variants->activations, ablation->removed, NULL);
		store_variants(ablation, removal, first, batch->sentences, layer, heads, copies, variants->activations);
	}
}

/* rooms: of the whole model, of the variants, of the donors. */
static void ablate_block(void *argument, const struct batch *batch, int64_t first, struct activations *rooms)
{
	struct ablation *ablation = argument;
	const struct model *model = ablation->model;
	const struct config *config = &model->config;
	const int64_t n = batch_tokens(batch);
	struct batch current = *batch;
	struct activations *activations = &rooms[0];
	struct donor_block donors = {.activations = &rooms[2]};
	struct variants variants = {
		.offsets = allocate((size_t)(config->heads * batch->sentences) + 1, sizeof(int64_t)),
		.delta = allocate((size_t)(n * config_head_dim(config)), sizeof(float)),
		.heads = allocate((size_t)config->heads, sizeof(int64_t)),
		.activations = &rooms[1],
	};

	activations_fit(activations, config, batch);
	encoder_embed(model, batch, activations, NULL);
	if (ablation->donors)
		pack_donors(model, ablation->all, ablation->donors + ablation->sentences.begin + first,
			batch->sentences, &donors);
	for (int64_t l = 0; l < config->layers; l++) {
		current = encoder_attend_needed(model, l, &current, activations, NULL);
		if (ablation->removed)
			encoder_remove_heads(config, batch_tokens(&current), ablation->removed + l * config->heads,
				activations->layers[l].context);
		encoder_project(model, l, &current, activations, NULL);
		if (ablation->donors && l < ablation->layers.end)
			donors.batch = encoder_attend_needed(model, l, &donors.batch, donors.activations, NULL);
		for (enum substitute removal = 0; removal < SUBSTITUTES; removal++)
			if (ablation->logits_without[removal] && l >= ablation->layers.begin &&
				l < ablation->layers.end)
				ablate_layer(ablation, removal, &current, first, l, &activations->layers[l], &donors,
					&variants);
		encoder_normalize(model, l, &current, activations);
		encoder_feed_forward(model, l, &current, activations, NULL);
		if (ablation->donors && l + 1 < ablation->layers.end) {
			encoder_project(model, l, &donors.batch, donors.activations, NULL);
			encoder_normalize(model, l, &donors.batch, donors.activations);
			encoder_feed_forward(model, l, &donors.batch, donors.activations, NULL);
		}
	}
	encoder_classify(model, &current, activations, NULL);
	store_logits(config, activations, batch, first, ablation->logits);
	packed_free(&donors.packed);
	free(variants.offsets);
	free(variants.delta);
	free(variants.heads);
}

void ablate_heads(struct ablation *ablation)
{
	for_each_block(
		&ablation->model->config, ablation->tokens, ablation->block_tokens, false, ablate_block, ablation);
}
