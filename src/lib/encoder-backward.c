/* encoder-backward.c: the backward pass; each step names the forward line that it differentiates.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "encoder.h"

#include "blas.h"
#include "encoder-dropout.h"

#include <math.h>
#include <string.h>

/* No layer's part is left out. */
enum { NO_LAYER = -1 };

/* y = x W^T + b: from dy, adds dW = dy^T x and db, or the gradients of the factors of W = W0 + scale B A.
 * low_rank: scratch [2, n, rank]. Rows of dy are ld apart. */
static void linear_parameters_backward(const struct linear *linear, const struct linear *gradient, int64_t n,
	const float *x, const float *dy, int64_t ld, float *low_rank)
{
	if (gradient->weight)
		multiply_tn(linear->out, linear->in, n, 1, dy, ld, x, linear->in, 1, gradient->weight, linear->in);
	if (gradient->bias)
		for (int64_t row = 0; row < n; row++)
			kernels()->add(gradient->bias, dy + row * ld, linear->out);
	if (gradient->rank > 0) {
		const int64_t rank = linear->rank;
		float *ax = low_rank, *bdy = low_rank + n * rank;
		multiply_nt(n, rank, linear->in, 1, x, linear->in, linear->a, linear->in, 0, ax, rank);
		multiply_tn(linear->out, rank, n, linear->scale, dy, ld, ax, rank, 1, gradient->b, rank);
		multiply_nn(n, rank, linear->out, 1, dy, ld, linear->b, rank, 0, bdy, rank);
		multiply_tn(rank, linear->in, n, linear->scale, bdy, rank, x, linear->in, 1, gradient->a, linear->in);
	}
}

/* y = x W^T + b: dx [n, in] = dy [n, out] W + keep dx */
static void linear_input_backward(
	const struct linear *linear, int64_t n, int64_t out, const float *dy, float keep, float *dx)
{
	multiply_nn(n, linear->in, out, 1, dy, out, linear->weight, linear->in, keep, dx, linear->in);
}

/* y = gain normalized + bias */
static void norm_parameters_backward(
	const struct norm *gradient, int64_t n, int64_t hidden, const float *dy, const float *normalized)
{
	if (!gradient->gain)
		return;
	for (int64_t i = 0; i < n * hidden; i++)
		gradient->gain[i % hidden] += dy[i] * normalized[i];
	kernels()->add_column_sums(gradient->bias, dy, n, hidden);
}

/* y = activation(x); dy becomes dx */
static void activate_head_backward(
	enum head_activation activation, int64_t count, const float *x, const float *y, float *dy)
{
	if (activation == HEAD_GELU)
		kernels()->gelu_backward(dy, dy, x, count);
	for (int64_t i = 0; activation != HEAD_GELU && i < count; i++)
		dy[i] *= activation == HEAD_TANH ? 1 - y[i] * y[i] : (float)(y[i] > 0);
}

/* logits = dropout(activation(first W_p^T + b_p)) W_c^T + b_c, where first may have had dropout too; fills gradient.hidden [n, H], which is zero
 * but for the first token of each sentence */
static void classify_backward(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout, const float *dlogits, struct model *gradient)
{
	const int64_t hidden = model->config.hidden, sentences = batch->sentences;
	float *dpooled = activations->gradient.pooled, *dfirst = activations->gradient.first;

	if (gradient)
		linear_parameters_backward(&model->classifier, &gradient->classifier, sentences,
			activations->pooled_dropped, dlogits, model->config.classes, activations->gradient.low_rank);
	linear_input_backward(&model->classifier, sentences, model->config.classes, dlogits, 0, dpooled);
	drop(dpooled, sentences * hidden, model->config.classifier_dropout, dropout, DROPOUT_POOLED, 0, 0);
	activate_head_backward(model->config.head_activation, sentences * hidden, activations->pooler_output,
		activations->pooled, dpooled);
	if (gradient)
		linear_parameters_backward(&model->pooler, &gradient->pooler, sentences, activations->first, dpooled, hidden,
			activations->gradient.low_rank);
	linear_input_backward(&model->pooler, sentences, hidden, dpooled, 0, dfirst);
	if (model->config.head_drops_first)
		drop(dfirst, sentences * hidden, model->config.classifier_dropout, dropout, DROPOUT_FIRST, 0, 0);
	memset(activations->gradient.hidden, 0, (size_t)(batch_tokens(batch) * hidden) * sizeof(float));
	for (int64_t s = 0; s < sentences; s++)
		memcpy(activations->gradient.hidden + (batch->offsets[s] - batch->offsets[0]) * hidden, dfirst + s * hidden,
			(size_t)hidden * sizeof(float));
}

/* output = LayerNorm(attended + dropout(GELU(attended W_1^T + b_1) W_2^T + b_2));
 * gradient.hidden: from that of output to that of attended; dropped: by the residual alone */
static void feed_forward_backward(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout, struct model *gradient, bool dropped)
{
	const int64_t hidden = model->config.hidden, intermediate = model->config.intermediate, n = batch_tokens(batch);
	const struct layer *parameters = &model->layers[layer];
	const struct layer_state *state = &activations->layers[layer];
	float *dhidden = activations->gradient.hidden, *dprojection = activations->gradient.projection;
	float *dinner = activations->gradient.inner;

	if (gradient)
		norm_parameters_backward(
			&gradient->layers[layer].output_norm, n, hidden, dhidden, state->output_normalized);
	kernels()->layer_norm_backward(dhidden, dhidden, state->output_normalized, state->output_scale,
		parameters->output_norm.gain, n, hidden);
	if (dropped)
		return;
	memcpy(dprojection, dhidden, (size_t)(n * hidden) * sizeof(float));
	drop(dprojection, n * hidden, model->config.dropout, dropout, DROPOUT_OUTPUT, layer, 0);
	if (gradient)
		linear_parameters_backward(&parameters->outer, &gradient->layers[layer].outer, n, state->activated,
			dprojection, hidden, activations->gradient.low_rank);
	linear_input_backward(&parameters->outer, n, hidden, dprojection, 0, dinner);
	kernels()->gelu_backward(dinner, dinner, state->inner, n * intermediate);
	if (gradient)
		linear_parameters_backward(&parameters->inner, &gradient->layers[layer].inner, n, state->attended, dinner,
			intermediate, activations->gradient.low_rank);
	linear_input_backward(&parameters->inner, n, intermediate, dinner, 1, dhidden);
}

/* attended = LayerNorm(hidden + dropout(context W_o^T + b_o)); gradient.hidden: from that of attended to that
 * of the sum, which is the residual's; gradient.context: that of context, zero if dropped */
static void project_backward(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout, struct model *gradient, bool dropped)
{
	const int64_t hidden = model->config.hidden, n = batch_tokens(batch);
	const struct layer *parameters = &model->layers[layer];
	const struct layer_state *state = &activations->layers[layer];
	float *dhidden = activations->gradient.hidden, *dprojection = activations->gradient.projection;

	if (gradient)
		norm_parameters_backward(
			&gradient->layers[layer].attention_norm, n, hidden, dhidden, state->attended_normalized);
	kernels()->layer_norm_backward(dhidden, dhidden, state->attended_normalized, state->attended_scale,
		parameters->attention_norm.gain, n, hidden);
	if (dropped) {
		memset(activations->gradient.context, 0, (size_t)(n * hidden) * sizeof(float));
		return;
	}
	memcpy(dprojection, dhidden, (size_t)(n * hidden) * sizeof(float));
	drop(dprojection, n * hidden, model->config.dropout, dropout, DROPOUT_PROJECTION, layer, 0);
	if (gradient)
		linear_parameters_backward(&parameters->attention_output, &gradient->layers[layer].attention_output, n,
			state->context, dprojection, hidden, activations->gradient.low_rank);
	linear_input_backward(&parameters->attention_output, n, hidden, dprojection, 0, activations->gradient.context);
}

/* context_h = dropout(softmax(scale Q K^T)) V for one head of one sentence; fills its columns of gradient.qkv */
static void head_backward(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout, int64_t s, int64_t h)
{
	const int64_t hidden = model->config.hidden, heads = model->config.heads, head_dim = hidden / heads;
	const int64_t first = batch->offsets[s] - batch->offsets[0];
	const int64_t length = batch->offsets[s + 1] - batch->offsets[s], area = length * length;
	const float scale = 1.0f / sqrtf((float)head_dim);
	const struct layer_state *state = &activations->layers[layer];
	const float *query = state->qkv + first * 3 * hidden + h * head_dim, *key = query + hidden, *value = key + hidden;
	const float *attention = state->attention + activations->attention_offsets[s] + h * area;
	const float *dcontext = activations->gradient.context + first * hidden + h * head_dim;
	float *dquery = activations->gradient.qkv + first * 3 * hidden + h * head_dim;
	float *dkey = dquery + hidden, *dvalue = dkey + hidden;
	float *dropped = activations->square, *dattention = activations->square + area;
	const double rate = model->config.attention_dropout;
	const int64_t index = s * heads + h;

	memcpy(dropped, attention, (size_t)area * sizeof *dropped);
	drop(dropped, area, rate, dropout, DROPOUT_ATTENTION, layer, index);
	multiply_tn(length, head_dim, length, 1, dropped, length, dcontext, hidden, 0, dvalue, 3 * hidden);
	multiply_nt(length, length, head_dim, 1, dcontext, hidden, value, 3 * hidden, 0, dattention, length);
	drop(dattention, area, rate, dropout, DROPOUT_ATTENTION, layer, index);
	kernels()->softmax_backward(dattention, attention, length, length);
	multiply_nn(length, head_dim, length, scale, dattention, length, key, 3 * hidden, 0, dquery, 3 * hidden);
	multiply_tn(length, head_dim, length, scale, dattention, length, query, 3 * hidden, 0, dkey, 3 * hidden);
}

/* qkv = hidden [W_q W_k W_v]^T + b, then every head; gradient.hidden: adds to the residual's what comes
 * through attention, where anything below wants it */
static void attend_backward(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout, struct model *gradient, bool wants_input)
{
	const int64_t hidden = model->config.hidden, n = batch_tokens(batch);
	const struct layer *parameters = &model->layers[layer];
	const float *input = activations->layers[layer].hidden;
	const float *dqkv = activations->gradient.qkv;

	for (int64_t s = 0; s < batch->sentences; s++)
		for (int64_t h = 0; h < model->config.heads; h++)
			head_backward(model, layer, batch, activations, dropout, s, h);
	if (gradient) {
		const struct layer *g = &gradient->layers[layer];
		float *low_rank = activations->gradient.low_rank;
		linear_parameters_backward(&parameters->query, &g->query, n, input, dqkv, 3 * hidden, low_rank);
		linear_parameters_backward(&parameters->key, &g->key, n, input, dqkv + hidden, 3 * hidden, low_rank);
		linear_parameters_backward(&parameters->value, &g->value, n, input, dqkv + 2 * hidden, 3 * hidden, low_rank);
	}
	if (wants_input)
		linear_input_backward(&parameters->query, n, 3 * hidden, dqkv, 1, activations->gradient.hidden);
}

/* hidden = dropout(LayerNorm(words[id] + positions[t] + types[0])), or its projection */
static void embed_backward(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout, struct model *gradient)
{
	const struct linear *projection = &model->embeddings.projection;
	const int64_t columns = model->config.embedding, n = batch_tokens(batch);
	const int64_t first = model->config.first_position;
	float *dsum = activations->gradient.hidden;

	if (projection->weight) {
		linear_parameters_backward(projection, &gradient->embeddings.projection, n, activations->embedded, dsum,
			projection->out, activations->gradient.low_rank);
		dsum = activations->gradient.embedded;
		linear_input_backward(projection, n, projection->out, activations->gradient.hidden, 0, dsum);
	}
	drop(dsum, n * columns, model->config.dropout, dropout, DROPOUT_EMBEDDINGS, 0, 0);
	norm_parameters_backward(&gradient->embeddings.norm, n, columns, dsum, activations->embedded_normalized);
	kernels()->layer_norm_backward(dsum, dsum, activations->embedded_normalized, activations->embedded_scale,
		model->embeddings.norm.gain, n, columns);
	for (int64_t s = 0; s < batch->sentences; s++)
		for (int64_t i = batch->offsets[s]; i < batch->offsets[s + 1]; i++) {
			const float *row = dsum + (i - batch->offsets[0]) * columns;
			kernels()->add(
				gradient->embeddings.words + batch->ids[i - batch->offsets[0]] * columns, row, columns);
			kernels()->add(gradient->embeddings.positions + (first + i - batch->offsets[s]) * columns, row, columns);
			if (gradient->embeddings.types)
				kernels()->add(gradient->embeddings.types, row, columns);
		}
}

static void backward(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout, const float *logits_gradient, struct model *gradient,
	float *const *context_gradient, int64_t dropped)
{
	const bool wants_embeddings = gradient && gradient->embeddings.words;
	const size_t context_bytes = (size_t)(batch_tokens(batch) * model->config.hidden) * sizeof(float);

	classify_backward(model, batch, activations, dropout, logits_gradient, gradient);
	for (int64_t l = model->config.layers - 1; l >= 0; l--) {
		feed_forward_backward(model, l, batch, activations, dropout, gradient, l == dropped);
		project_backward(model, l, batch, activations, dropout, gradient, l == dropped);
		if (context_gradient)
			memcpy(context_gradient[l], activations->gradient.context, context_bytes);
		if (l != dropped && (l > 0 || gradient))
			attend_backward(model, l, batch, activations, dropout, gradient, l > 0 || wants_embeddings);
	}
	if (wants_embeddings)
		embed_backward(model, batch, activations, dropout, gradient);
}

void encoder_backward(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout, const float *logits_gradient, struct model *gradient,
	float *const *context_gradient)
{
	backward(model, batch, activations, dropout, logits_gradient, gradient, context_gradient, NO_LAYER);
}

void encoder_backward_dropping(const struct model *model, const struct batch *batch, struct activations *activations,
	const float *logits_gradient, float *const *context_gradient, int64_t dropped)
{
	backward(model, batch, activations, NULL, logits_gradient, NULL, context_gradient, dropped);
}
