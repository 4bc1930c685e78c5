/* ablation.c: one head after the other replaced, from the middle of the encoder on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ablation.h"

#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "predict.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

/* ---- what replaces a head ---- */

struct context_sums {
	const struct model *model;
	double *of_blocks; /* [S, layers, H] each block's in the row of its first sentence */
};

static void sum_context_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	const struct context_sums *sums = argument;
	const struct model *model = sums->model;
	const int64_t layers = model->config.layers, hidden = model->config.hidden;

	activations_fit(activations, &model->config, batch);
	encoder_embed(model, batch, activations, NULL);
	for (int64_t l = 0; l < layers; l++) {
		double *row = sums->of_blocks + (first * layers + l) * hidden;
		encoder_attend(model, l, batch, activations, NULL);
		for (int64_t i = 0; i < batch_tokens(batch) * hidden; i++)
			row[i % hidden] += (double)activations->layers[l].context[i];
		encoder_project(model, l, batch, activations, NULL);
		encoder_normalize(model, l, batch, activations);
		encoder_feed_forward(model, l, batch, activations, NULL);
	}
}

/* The blocks' sums are added up in the order of the blocks: the same for every number of threads. */
float *find_mean_context(const struct model *model, const struct tokens *tokens, int64_t block_tokens)
{
	const int64_t row = model->config.layers * model->config.hidden;
	struct context_sums sums = {model, allocate((size_t)(tokens->sentences * row), sizeof(double))};
	float *mean = allocate((size_t)row, sizeof *mean);

	for_each_block(&model->config, tokens, block_tokens, false, sum_context_block, &sums);
	for (int64_t i = 0; i < row; i++) {
		double sum = 0;
		for (int64_t s = 0; s < tokens->sentences; s++)
			sum += sums.of_blocks[s * row + i];
		mean[i] = (float)(sum / (double)tokens->count);
	}
	free(sums.of_blocks);
	return mean;
}

int64_t *draw_donors(int64_t sentences, int64_t seed)
{
	int64_t *circle = allocate((size_t)sentences, sizeof *circle);
	int64_t *donors = allocate((size_t)sentences, sizeof *donors);
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(random, (unsigned long)seed);
	for (int64_t s = 0; s < sentences; s++)
		circle[s] = s;
	gsl_ran_shuffle(random, circle, (size_t)sentences, sizeof *circle);
	for (int64_t s = 0; s < sentences; s++)
		donors[circle[s]] = circle[(s + 1) % sentences];
	gsl_rng_free(random);
	free(circle);
	return donors;
}

/* The donors of a block's sentences, packed, and their own pass through the encoder. */
struct donor_block {
	struct packed packed;
	struct batch batch;
	struct activations *activations;
};

static void pack_donors(const struct ablation *ablation, int64_t first, int64_t sentences, struct donor_block *block)
{
	block->batch = pack_sentences(ablation->tokens, ablation->donors + first, sentences, &block->packed);
	activations_fit(block->activations, &ablation->model->config, &block->batch);
	encoder_embed(ablation->model, &block->batch, block->activations, NULL);
}

/* delta [n, head_dim] = replacement - c_h for every token of the batch. context: [n, H] of the layer */
static void replace_head(const struct ablation *ablation, enum removal removal, const struct batch *batch,
	const float *context, int64_t layer, int64_t head, const struct donor_block *donors, float *delta)
{
	const int64_t hidden = ablation->model->config.hidden, head_dim = config_head_dim(&ablation->model->config);
	const int64_t column = head * head_dim;
	const float *mean = removal == MEAN ? ablation->mean_context + layer * hidden + column : NULL;

	for (int64_t s = 0; s < batch->sentences; s++) {
		const int64_t begin = batch->offsets[s] - batch->offsets[0],
			      length = batch->offsets[s + 1] - batch->offsets[s];
		for (int64_t t = 0; t < length; t++) {
			const float *own = context + (begin + t) * hidden + column, *other = mean;
			if (removal == RESAMPLE) {
				const int64_t *at = donors->batch.offsets + s;
				const int64_t donor_begin = at[0], last = at[1] - donor_begin - 1;
				/* round(t last / (length - 1)) */
				int64_t u = length > 1 ? (2 * t * last + length - 1) / (2 * (length - 1)) : 0;
				other = donors->activations->layers[layer].context + (donor_begin + u) * hidden +
					column;
			}
			for (int64_t i = 0; i < head_dim; i++)
				delta[(begin + t) * head_dim + i] = (other ? other[i] : 0) - own[i];
		}
	}
}

/* ---- the variants ---- */

/* Scratch for a block. */
struct variants {
	int64_t *offsets; /* of the packed variants */
	float *delta;	  /* [n, head_dim] */
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

/* The logits of the variants [copies, sentences] of heads head … into [S, layers, heads, C]. */
static void store_variants(const struct ablation *ablation, enum removal removal, int64_t first, int64_t sentences,
	int64_t layer, int64_t head, int64_t copies, const struct activations *activations)
{
	const struct config *config = &ablation->model->config;

	for (int64_t v = 0; v < copies; v++)
		for (int64_t s = 0; s < sentences; s++) {
			struct batch one = {.sentences = 1};
			struct activations row = {
				.logits = activations->logits + (v * sentences + s) * config->classes};
			store_logits(config, &row, &one,
				((first + s) * config->layers + layer) * config->heads + head + v,
				ablation->logits_without[removal]);
		}
}

/* All heads of one layer, as many at a time as fill a packed batch. state: the whole model's, attended = sum */
static void ablate_layer(const struct ablation *ablation, enum removal removal, const struct batch *batch,
	int64_t first, int64_t layer, const struct layer_state *state, const struct donor_block *donors,
	struct variants *variants)
{
	const struct config *config = &ablation->model->config;
	const int64_t n = batch_tokens(batch), heads = config->heads;
	const int64_t most = n < ablation->variant_tokens ? ablation->variant_tokens / n : 1;

	for (int64_t head = 0; head < heads; head += most) {
		const int64_t copies = heads - head < most ? heads - head : most;
		struct batch packed = repeat_batch(batch, copies, variants);
		activations_fit(variants->activations, config, &packed);
		for (int64_t v = 0; v < copies; v++) {
			replace_head(
				ablation, removal, batch, state->context, layer, head + v, donors, variants->delta);
			remove_head(ablation->model, layer, head + v, n, state->attended, variants->delta,
				variants->activations->layers[layer].attended + v * n * config->hidden);
		}
		encoder_run_from_sum(ablation->model, layer, packed, variants->activations, NULL, NULL);
		store_variants(ablation, removal, first, batch->sentences, layer, head, copies, variants->activations);
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
		.activations = &rooms[1],
	};

	activations_fit(activations, config, batch);
	encoder_embed(model, batch, activations, NULL);
	if (ablation->donors)
		pack_donors(ablation, first, batch->sentences, &donors);
	for (int64_t l = 0; l < config->layers; l++) {
		current = encoder_attend_needed(model, l, &current, activations, NULL);
		encoder_project(model, l, &current, activations, NULL);
		if (ablation->donors)
			donors.batch = encoder_attend_needed(model, l, &donors.batch, donors.activations, NULL);
		for (enum removal removal = 0; removal < REMOVALS; removal++)
			if (ablation->logits_without[removal])
				ablate_layer(ablation, removal, &current, first, l, &activations->layers[l], &donors,
					&variants);
		encoder_normalize(model, l, &current, activations);
		encoder_feed_forward(model, l, &current, activations, NULL);
		if (ablation->donors) {
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
}

void ablate_heads(struct ablation *ablation)
{
	for_each_block(
		&ablation->model->config, ablation->tokens, ablation->block_tokens, false, ablate_block, ablation);
}
