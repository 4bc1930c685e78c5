/* attribution.c: products of replacements and gradients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "attribution.h"

#include "fail.h"
#include "margin.h"

#include <math.h>
#include <stdlib.h>

struct baselines baselines_make(const struct model *model, const struct tokens *all, int64_t first, int64_t seed,
	int64_t block_tokens, const char *contexts, json_t *history)
{
	return (struct baselines){
		.model = model,
		.all = all,
		.first = first,
		.mean_context = find_mean_context(model, all, block_tokens, contexts, history),
		.donors = all->sentences > 1 ? draw_donors(all->sentences, seed) : NULL,
	};
}

void baselines_free(struct baselines *baselines)
{
	free(baselines->mean_context);
	free(baselines->donors);
}

void margin_directions(const struct config *config, const struct activations *activations, const struct batch *batch,
	const int32_t *labels, float *direction)
{
	const int64_t classes = config->classes;
	double *logits = allocate((size_t)(batch->sentences * classes), sizeof *logits);
	double *gradient = allocate((size_t)classes, sizeof *gradient);

	store_logits(config, activations, batch, 0, logits);
	for (int64_t s = 0; s < batch->sentences; s++) {
		max_margin_gradient(logits + s * classes, classes, labels[s], gradient);
		for (int64_t c = 0; c < classes; c++)
			direction[s * classes + c] = (float)gradient[c];
	}
	free(logits);
	free(gradient);
}

double head_product(
	const float *a, int64_t a_stride, const float *b, int64_t b_stride, int64_t tokens, int64_t head_dim)
{
	double sum = 0;

	for (int64_t t = 0; t < tokens; t++)
		for (int64_t i = 0; i < head_dim; i++)
			sum += (double)a[t * a_stride + i] * (double)b[t * b_stride + i];
	return sum;
}

/* One head in all sentences of the batch. delta: [n, head_dim] replacement - c_h, NULL: none; falls: of the batch's
 * first sentence, layer and head. */
static void multiply_delta(const struct config *config, const struct batch *batch, int64_t layer, int64_t head,
	const float *delta, const float *gradient, double *falls)
{
	const int64_t head_dim = config_head_dim(config);

	for (int64_t s = 0; s < batch->sentences; s++) {
		const int64_t begin = batch->offsets[s] - batch->offsets[0];
		falls[(s * config->layers + layer) * config->heads + head] =
			delta ? -head_product(delta + begin * head_dim, head_dim,
					gradient + begin * config->hidden + head * head_dim, config->hidden,
					batch->offsets[s + 1] - batch->offsets[s], head_dim)
			      : NAN;
	}
}

void predict_falls(const struct baselines *baselines, const struct batch *batch, int64_t first,
	const struct activations *activations, struct activations *donor_room, float *const *context_gradient,
	int64_t gradients, double *falls)
{
	const struct model *model = baselines->model;
	const struct config *config = &model->config;
	const int64_t block = batch->sentences * config->layers * config->heads;
	struct donor_block donors = {.activations = donor_room};
	float *delta = allocate((size_t)(batch_tokens(batch) * config_head_dim(config)), sizeof *delta);

	if (baselines->donors)
		pack_donors(
			model, baselines->all, baselines->donors + baselines->first + first, batch->sentences, &donors);
	for (int64_t l = 0; l < config->layers; l++) {
		if (baselines->donors)
			encoder_attend(model, l, &donors.batch, donor_room, NULL);
		for (int64_t i = 0; i < SUBSTITUTES * config->heads; i++) {
			const enum substitute removal = (enum substitute)(i / config->heads);
			const int64_t head = i % config->heads;
			const bool none = removal == RESAMPLE && !baselines->donors;
			if (!none)
				replace_head(config, batch, activations->layers[l].context, l, head,
					removal == MEAN ? baselines->mean_context : NULL,
					removal == RESAMPLE ? &donors : NULL, delta);
			for (int64_t g = 0; g < gradients; g++)
				multiply_delta(config, batch, l, head, none ? NULL : delta,
					context_gradient[g * config->layers + l],
					falls + (g * SUBSTITUTES + removal) * block);
		}
		if (baselines->donors) {
			encoder_project(model, l, &donors.batch, donor_room, NULL);
			encoder_normalize(model, l, &donors.batch, donor_room);
			encoder_feed_forward(model, l, &donors.batch, donor_room, NULL);
		}
	}
	packed_free(&donors.packed);
	free(delta);
}
