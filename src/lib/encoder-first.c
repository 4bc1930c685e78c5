/* encoder-first.c: attention for the first token of each sentence alone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The classifier reads only the first token of the last layer, so there every other token is needed as a key and a
 * value alone, and neither needs a projection of every token. For one head, with its columns of the weights:
 *   q . (W_k x_t + b_k) = (W_k^T q) . x_t + q . b_k     whose last term is the same for every t: softmax drops it
 *   Σ_t a_t (W_v x_t + b_v) = W_v (Σ_t a_t x_t) + b_v   since the a_t sum to 1
 * That is 4 H^2 + 2 T H heads multiplications a sentence in place of 3 T H^2.
 */
#include "encoder.h"

#include "blas.h"
#include "kernels.h"

#include <math.h>
#include <string.h>

/* Moves the first row of each sentence together; rows only move towards the beginning. */
static void gather_first(const struct batch *batch, float *rows, int64_t hidden)
{
	for (int64_t s = 0; s < batch->sentences; s++)
		memmove(rows + s * hidden, rows + (batch->offsets[s] - batch->offsets[0]) * hidden,
			(size_t)hidden * sizeof *rows);
}

struct batch encoder_attend_first(const struct model *model, const struct batch *batch, struct activations *activations)
{
	const int64_t hidden = model->config.hidden, heads = model->config.heads, head_dim = hidden / heads;
	const int64_t sentences = batch->sentences;
	const float scale = 1.0f / sqrtf((float)head_dim);
	const struct layer *parameters = &model->layers[model->config.layers - 1];
	struct layer_state *state = &activations->layers[model->config.layers - 1];
	float *query = activations->first, *folded = activations->folded; /* [S, H], [S, heads, H] */

	for (int64_t s = 0; s < sentences; s++)
		memcpy(query + s * hidden, parameters->query.bias, (size_t)hidden * sizeof *query);
	for (int64_t s = 0; s < sentences; s++)
		memcpy(state->context + s * hidden, state->hidden + (batch->offsets[s] - batch->offsets[0]) * hidden,
			(size_t)hidden * sizeof *query);
	multiply_nt(sentences, hidden, hidden, 1, state->context, hidden, parameters->query.weight, hidden, 1, query, hidden);
	for (int64_t h = 0; h < heads; h++)
		multiply_nn(sentences, hidden, head_dim, scale, query + h * head_dim, hidden,
			parameters->key.weight + h * head_dim * hidden, hidden, 0, folded + h * hidden, heads * hidden);
	for (int64_t s = 0; s < sentences; s++) {
		const int64_t length = batch->offsets[s + 1] - batch->offsets[s];
		const float *rows = state->hidden + (batch->offsets[s] - batch->offsets[0]) * hidden;
		float *own = folded + s * heads * hidden, *attention = activations->square; /* [heads, T] */
		multiply_nt(heads, length, hidden, 1, own, hidden, rows, hidden, 0, attention, length);
		kernels()->softmax(attention, heads, length);
		multiply_nn(heads, hidden, length, 1, attention, length, rows, hidden, 0, own, hidden);
	}
	for (int64_t s = 0; s < sentences; s++)
		memcpy(state->context + s * hidden, parameters->value.bias, (size_t)hidden * sizeof *query);
	for (int64_t h = 0; h < heads; h++)
		multiply_nt(sentences, head_dim, hidden, 1, folded + h * hidden, heads * hidden,
			parameters->value.weight + h * head_dim * hidden, hidden, 1, state->context + h * head_dim, hidden);
	gather_first(batch, state->hidden, hidden);
	return (struct batch){sentences, activations->first_offsets, NULL};
}
