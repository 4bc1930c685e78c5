/* encoder.c: the forward pass.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "encoder.h"

#include "blas.h"
#include "encoder-dropout.h"
#include "fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- room ---- */

void activations_init(struct activations *activations, bool backward)
{
	*activations = (struct activations){.backward = backward};
}

static void free_layer(struct layer_state *state)
{
	float *arrays[] = {state->qkv, state->attention, state->context, state->attended, state->inner, state->activated,
		state->attended_normalized, state->attended_scale, state->output_normalized, state->output_scale};

	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		free(arrays[i]);
}

void activations_free(struct activations *activations, const struct config *config)
{
	float *arrays[] = {activations->embedded, activations->pooler_output, activations->gradient.embedded,
		activations->embedded_normalized, activations->embedded_scale, activations->first,
		activations->pooled, activations->pooled_dropped, activations->logits, activations->square,
		activations->folded, activations->gradient.hidden, activations->gradient.residual, activations->gradient.projection,
		activations->gradient.context, activations->gradient.qkv, activations->gradient.inner,
		activations->gradient.low_rank, activations->gradient.pooled, activations->gradient.first};

	for (int64_t l = 0; activations->layers && l < (activations->backward ? config->layers : 1); l++) {
		free(activations->layers[l].hidden);
		free_layer(&activations->layers[l]);
	}
	if (activations->layers && activations->backward)
		free(activations->layers[config->layers - 1].output);
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		free(arrays[i]);
	free(activations->layers);
	free(activations->attention_offsets);
	free(activations->first_offsets);
	activations_init(activations, activations->backward);
}

static float *floats(int64_t rows, int64_t columns)
{
	return allocate((size_t)rows, (size_t)columns * sizeof(float));
}

static void allocate_layer(
	struct layer_state *state, const struct config *config, const struct activations *room, bool backward)
{
	const int64_t n = room->tokens, hidden = config->hidden;

	*state = (struct layer_state){
		.hidden = floats(n, hidden),
		.qkv = floats(n, 3 * hidden),
		.attention = floats(room->attention, 1),
		.context = floats(n, hidden),
		.attended = floats(n, hidden),
		.inner = floats(n, config->intermediate),
		.activated = floats(n, config->intermediate),
	};
	if (backward) {
		state->attended_normalized = floats(n, hidden);
		state->attended_scale = floats(n, 1);
		state->output_normalized = floats(n, hidden);
		state->output_scale = floats(n, 1);
	}
}

static void allocate_layers(struct activations *room, const struct config *config)
{
	room->layers = allocate((size_t)config->layers, sizeof *room->layers);
	for (int64_t l = 0; l < config->layers; l++) {
		if (l == 0 || room->backward)
			allocate_layer(&room->layers[l], config, room, room->backward);
		else
			room->layers[l] = room->layers[0];
	}
	for (int64_t l = 0; l < config->layers; l++) {
		/* Without a backward pass a layer's input is not needed once attended is computed. */
		if (!room->backward)
			room->layers[l].output = room->layers[0].hidden;
		else
			room->layers[l].output =
				l + 1 < config->layers ? room->layers[l + 1].hidden : floats(room->tokens, config->hidden);
	}
}

static void allocate_gradient(struct activations *room, const struct config *config)
{
	const int64_t n = room->tokens, hidden = config->hidden;

	room->embedded_normalized = floats(n, config->embedding);
	room->embedded_scale = floats(n, 1);
	if (config->embedding != hidden)
		room->gradient.embedded = floats(n, config->embedding);
	room->gradient.hidden = floats(n, hidden);
	room->gradient.residual = floats(n, hidden);
	room->gradient.projection = floats(n, hidden);
	room->gradient.context = floats(n, hidden);
	room->gradient.qkv = floats(n, 3 * hidden);
	room->gradient.inner = floats(n, config->intermediate);
	room->gradient.low_rank = floats(2 * n, LORA_RANK_MAX);
	room->gradient.pooled = floats(room->sentences, hidden);
	room->gradient.first = floats(room->sentences, hidden);
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void activations_fit(struct activations *activations, const struct config *config, const struct batch *batch)
{
	int64_t tokens = batch_tokens(batch), attention = 0, longest = 0;

	for (int64_t s = 0; s < batch->sentences; s++) {
		int64_t length = batch->offsets[s + 1] - batch->offsets[s];
		attention += config->heads * length * length;
		longest = larger(longest, length);
	}
	if (!activations->layers || tokens > activations->tokens || batch->sentences > activations->sentences ||
		attention > activations->attention || longest > activations->longest) {
		struct activations room = {.backward = activations->backward,
			.tokens = larger(tokens, activations->tokens),
			.sentences = larger(batch->sentences, activations->sentences),
			.attention = larger(attention, activations->attention),
			.longest = larger(longest, activations->longest)};
		activations_free(activations, config);
		*activations = room;
		activations->attention_offsets = allocate((size_t)room.sentences + 1, sizeof(int64_t));
		activations->first = floats(room.sentences, config->hidden);
		if (config->embedding != config->hidden)
			activations->embedded = floats(room.tokens, config->embedding);
		activations->pooler_output = floats(room.sentences, config->hidden);
		activations->pooled = floats(room.sentences, config->hidden);
		activations->pooled_dropped = floats(room.sentences, config->hidden);
		activations->logits = floats(room.sentences, config->classes);
		activations->square = floats(room.longest, larger(2 * room.longest, config->heads));
		activations->folded = floats(room.sentences * config->heads, config->hidden);
		activations->first_offsets = allocate((size_t)room.sentences + 1, sizeof(int64_t));
		for (int64_t s = 0; s <= room.sentences; s++)
			activations->first_offsets[s] = s;
		allocate_layers(activations, config);
		if (room.backward)
			allocate_gradient(activations, config);
	}
	for (int64_t s = 0; s < batch->sentences; s++) {
		int64_t length = batch->offsets[s + 1] - batch->offsets[s];
		activations->attention_offsets[s + 1] =
			activations->attention_offsets[s] + config->heads * length * length;
	}
}

/* ---- steps ---- */

/* y [n, out] = x [n, in] W^T + b */
static void linear_forward(const struct linear *linear, int64_t n, int64_t out, const float *x, float *y)
{
	for (int64_t row = 0; row < n; row++)
		memcpy(y + row * out, linear->bias, (size_t)out * sizeof *y);
	multiply_nt(n, out, linear->in, 1, x, linear->in, linear->weight, linear->in, 1, y, out);
}

void encoder_embed(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout)
{
	const int64_t columns = model->config.embedding, n = batch_tokens(batch);
	const float *positions = model->embeddings.positions + model->config.first_position * columns;
	const bool projected = model->embeddings.projection.weight != NULL;
	float *sum = projected ? activations->embedded : activations->layers[0].hidden;

	for (int64_t s = 0; s < batch->sentences; s++)
		for (int64_t i = batch->offsets[s]; i < batch->offsets[s + 1]; i++) {
			float *row = sum + (i - batch->offsets[0]) * columns;
			memcpy(row, model->embeddings.words + batch->ids[i - batch->offsets[0]] * columns,
				(size_t)columns * sizeof *row);
			kernels()->add(row, positions + (i - batch->offsets[s]) * columns, columns);
			if (model->embeddings.types) /* every token is of type 0: one sentence at a time */
				kernels()->add(row, model->embeddings.types, columns);
		}
	kernels()->layer_norm(sum, activations->embedded_normalized, activations->embedded_scale, sum,
		model->embeddings.norm.gain, model->embeddings.norm.bias, model->config.layer_norm_epsilon, n, columns);
	drop(sum, n * columns, model->config.dropout, dropout, DROPOUT_EMBEDDINGS, 0, 0);
	if (projected)
		linear_forward(&model->embeddings.projection, n, model->config.hidden, sum, activations->layers[0].hidden);
}

void encoder_attend(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout)
{
	const int64_t hidden = model->config.hidden, heads = model->config.heads, head_dim = hidden / heads;
	const float scale = 1.0f / sqrtf((float)head_dim);
	struct layer_state *state = &activations->layers[layer];

	linear_forward(&model->layers[layer].query, batch_tokens(batch), 3 * hidden, state->hidden, state->qkv);
	for (int64_t s = 0; s < batch->sentences; s++) {
		const int64_t first = batch->offsets[s] - batch->offsets[0];
		const int64_t length = batch->offsets[s + 1] - batch->offsets[s];
		for (int64_t h = 0; h < heads; h++) {
			const float *query = state->qkv + first * 3 * hidden + h * head_dim;
			const float *key = query + hidden, *value = key + hidden;
			float *attention = state->attention + activations->attention_offsets[s] + h * length * length;
			multiply_nt(
				length, length, head_dim, scale, query, 3 * hidden, key, 3 * hidden, 0, attention, length);
			kernels()->softmax(attention, length, length);
			if (dropout && model->config.attention_dropout > 0) {
				/* the backward pass needs the attention before dropout */
				memcpy(activations->square, attention, (size_t)(length * length) * sizeof *attention);
				attention = activations->square;
				drop(attention, length * length, model->config.attention_dropout, dropout, DROPOUT_ATTENTION,
					layer, s * heads + h);
			}
			multiply_nn(length, head_dim, length, 1, attention, length, value, 3 * hidden, 0,
				state->context + first * hidden + h * head_dim, hidden);
		}
	}
}

void encoder_project(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout)
{
	const int64_t hidden = model->config.hidden, n = batch_tokens(batch);
	const struct layer *parameters = &model->layers[layer];
	struct layer_state *state = &activations->layers[layer];

	linear_forward(&parameters->attention_output, n, hidden, state->context, state->attended);
	drop(state->attended, n * hidden, model->config.dropout, dropout, DROPOUT_PROJECTION, layer, 0);
	kernels()->add(state->attended, state->hidden, n * hidden);
}

void encoder_normalize(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations)
{
	const int64_t hidden = model->config.hidden, n = batch_tokens(batch);
	const struct layer *parameters = &model->layers[layer];
	struct layer_state *state = &activations->layers[layer];

	kernels()->layer_norm(state->attended, state->attended_normalized, state->attended_scale, state->attended,
		parameters->attention_norm.gain, parameters->attention_norm.bias, model->config.layer_norm_epsilon, n, hidden);
}

void encoder_feed_forward(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout)
{
	const int64_t hidden = model->config.hidden, intermediate = model->config.intermediate, n = batch_tokens(batch);
	const struct layer *parameters = &model->layers[layer];
	struct layer_state *state = &activations->layers[layer];

	linear_forward(&parameters->inner, n, intermediate, state->attended, state->inner);
	kernels()->gelu(state->activated, state->inner, n * intermediate);
	linear_forward(&parameters->outer, n, hidden, state->activated, state->output);
	drop(state->output, n * hidden, model->config.dropout, dropout, DROPOUT_OUTPUT, layer, 0);
	kernels()->add(state->output, state->attended, n * hidden);
	kernels()->layer_norm(state->output, state->output_normalized, state->output_scale, state->output,
		parameters->output_norm.gain, parameters->output_norm.bias, model->config.layer_norm_epsilon, n, hidden);
}

static void activate_head(enum head_activation activation, int64_t count, const float *x, float *y)
{
	if (activation == HEAD_GELU)
		kernels()->gelu(y, x, count);
	for (int64_t i = 0; activation != HEAD_GELU && i < count; i++)
		y[i] = activation == HEAD_TANH ? tanhf(x[i]) : fmaxf(x[i], 0);
}

void encoder_classify(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout)
{
	const int64_t hidden = model->config.hidden, classes = model->config.classes, sentences = batch->sentences;
	const float *output = activations->layers[model->config.layers - 1].output;

	for (int64_t s = 0; s < sentences; s++)
		memcpy(activations->first + s * hidden, output + (batch->offsets[s] - batch->offsets[0]) * hidden,
			(size_t)hidden * sizeof *output);
	if (model->config.head_drops_first)
		drop(activations->first, sentences * hidden, model->config.classifier_dropout, dropout, DROPOUT_FIRST, 0, 0);
	linear_forward(&model->pooler, sentences, hidden, activations->first, activations->pooler_output);
	activate_head(model->config.head_activation, sentences * hidden, activations->pooler_output, activations->pooled);
	memcpy(activations->pooled_dropped, activations->pooled, (size_t)(sentences * hidden) * sizeof(float));
	drop(activations->pooled_dropped, sentences * hidden, model->config.classifier_dropout, dropout, DROPOUT_POOLED,
		0, 0);
	linear_forward(&model->classifier, sentences, classes, activations->pooled_dropped, activations->logits);
}

void encoder_remove_heads(const struct config *config, int64_t n, const unsigned char *removed, float *context)
{
	const int64_t head_dim = config_head_dim(config);

	for (int64_t h = 0; h < config->heads; h++)
		for (int64_t row = 0; removed[h] && row < n; row++)
			memset(context + row * config->hidden + h * head_dim, 0, (size_t)head_dim * sizeof *context);
}

struct batch encoder_attend_needed(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout)
{
	if (layer + 1 == model->config.layers && !activations->backward)
		return encoder_attend_first(model, batch, activations);
	encoder_attend(model, layer, batch, activations, dropout);
	return *batch;
}

void encoder_run_from_context(const struct model *model, int64_t layer, struct batch batch,
	struct activations *activations, const unsigned char *removed, const struct dropout *dropout)
{
	if (removed)
		encoder_remove_heads(&model->config, batch_tokens(&batch), removed + layer * model->config.heads,
			activations->layers[layer].context);
	encoder_project(model, layer, &batch, activations, dropout);
	encoder_run_from_sum(model, layer, batch, activations, removed, dropout);
}

void encoder_run_from_sum(const struct model *model, int64_t layer, struct batch batch, struct activations *activations,
	const unsigned char *removed, const struct dropout *dropout)
{
	encoder_normalize(model, layer, &batch, activations);
	encoder_feed_forward(model, layer, &batch, activations, dropout);
	if (++layer == model->config.layers) {
		encoder_classify(model, &batch, activations, dropout);
		return;
	}
	batch = encoder_attend_needed(model, layer, &batch, activations, dropout);
	encoder_run_from_context(model, layer, batch, activations, removed, dropout);
}

void encoder_forward(const struct model *model, const struct batch *batch, struct activations *activations,
	const unsigned char *removed, const struct dropout *dropout)
{
	activations_fit(activations, &model->config, batch);
	encoder_embed(model, batch, activations, dropout);
	struct batch rows = encoder_attend_needed(model, 0, batch, activations, dropout);
	encoder_run_from_context(model, 0, rows, activations, removed, dropout);
}
