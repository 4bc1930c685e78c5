/* reference.c: the equations of src/lib/encoder.h, one after the other.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "reference.h"

#include "fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct trace trace_make(const struct config *config, int64_t tokens)
{
	const int64_t layer = tokens * config->hidden, square = config->heads * tokens * tokens;

	return (struct trace){
		.hidden = allocate((size_t)((config->layers + 1) * layer), sizeof(double)),
		.attention = allocate((size_t)(config->layers * square), sizeof(double)),
		.context = allocate((size_t)(config->layers * layer), sizeof(double)),
		.logits = allocate((size_t)config->classes, sizeof(double)),
	};
}

void trace_free(struct trace *trace)
{
	free(trace->hidden);
	free(trace->attention);
	free(trace->context);
	free(trace->logits);
}

static double *doubles(int64_t rows, int64_t columns)
{
	return allocate((size_t)rows, (size_t)columns * sizeof(double));
}

/* y [rows, out] = x [rows, in] W^T + b */
static void linear(const struct linear *map, int64_t rows, const double *x, double *y)
{
	for (int64_t row = 0; row < rows; row++)
		for (int64_t o = 0; o < map->out; o++) {
			double sum = (double)map->bias[o];
			for (int64_t i = 0; i < map->in; i++)
				sum += (double)map->weight[o * map->in + i] * x[row * map->in + i];
			y[row * map->out + o] = sum;
		}
}

/* Each row x becomes gain (x - mean) / sqrt(variance + epsilon) + bias. */
static void layer_norm(const struct norm *norm, double epsilon, int64_t rows, int64_t columns, double *x)
{
	for (int64_t row = 0; row < rows; row++, x += columns) {
		double mean = 0, variance = 0;
		for (int64_t i = 0; i < columns; i++)
			mean += x[i] / (double)columns;
		for (int64_t i = 0; i < columns; i++)
			variance += (x[i] - mean) * (x[i] - mean) / (double)columns;
		for (int64_t i = 0; i < columns; i++)
			x[i] = (double)norm->gain[i] * (x[i] - mean) / sqrt(variance + epsilon) + (double)norm->bias[i];
	}
}

static void softmax_row(int64_t columns, double *x)
{
	double largest = x[0], sum = 0;

	for (int64_t i = 0; i < columns; i++)
		largest = fmax(largest, x[i]);
	for (int64_t i = 0; i < columns; i++)
		sum += exp(x[i] - largest);
	for (int64_t i = 0; i < columns; i++)
		x[i] = exp(x[i] - largest) / sum;
}

/* x Phi(x), Phi the normal distribution function */
static double gelu(double x)
{
	return x * erfc(-x / sqrt(2)) / 2;
}

/* hidden = LayerNorm(words[id] + positions[t] + types[0]) */
static void embed(const struct model *model, const int32_t *ids, int64_t tokens, double *hidden)
{
	const int64_t columns = model->config.hidden;

	for (int64_t t = 0; t < tokens; t++)
		for (int64_t i = 0; i < columns; i++) {
			hidden[t * columns + i] = (double)model->embeddings.words[ids[t] * columns + i] +
						  (double)model->embeddings.positions[t * columns + i];
			if (model->embeddings.types)
				hidden[t * columns + i] += (double)model->embeddings.types[i];
		}
	layer_norm(&model->embeddings.norm, model->config.layer_norm_epsilon, tokens, columns, hidden);
}

/* attention = softmax(Q K^T / sqrt(head_dim)),  context_h = attention_h V_h */
static void attend(const struct config *config, const struct layer *layer, int64_t tokens, const double *hidden,
	double *attention, double *context)
{
	const int64_t columns = config->hidden, head_dim = columns / config->heads;
	double *query = doubles(tokens, columns), *key = doubles(tokens, columns), *value = doubles(tokens, columns);

	linear(&layer->query, tokens, hidden, query);
	linear(&layer->key, tokens, hidden, key);
	linear(&layer->value, tokens, hidden, value);
	for (int64_t h = 0; h < config->heads; h++)
		for (int64_t t = 0; t < tokens; t++) {
			double *row = attention + (h * tokens + t) * tokens;
			for (int64_t u = 0; u < tokens; u++) {
				double product = 0;
				for (int64_t i = h * head_dim; i < (h + 1) * head_dim; i++)
					product += query[t * columns + i] * key[u * columns + i];
				row[u] = product / sqrt((double)head_dim);
			}
			softmax_row(tokens, row);
			for (int64_t i = h * head_dim; i < (h + 1) * head_dim; i++) {
				double sum = 0;
				for (int64_t u = 0; u < tokens; u++)
					sum += row[u] * value[u * columns + i];
				context[t * columns + i] = sum;
			}
		}
	free(query);
	free(key);
	free(value);
}

/* added = context W_o^T + b_o,  attended = LayerNorm(hidden + added) */
static void project(const struct config *config, const struct layer *layer, int64_t tokens, const double *hidden,
	const double *context, double *attended)
{
	linear(&layer->attention_output, tokens, context, attended);
	for (int64_t i = 0; i < tokens * config->hidden; i++)
		attended[i] += hidden[i];
	layer_norm(&layer->attention_norm, config->layer_norm_epsilon, tokens, config->hidden, attended);
}

/* added = GELU(attended W_1^T + b_1) W_2^T + b_2 */
static void feed_forward(
	const struct config *config, const struct layer *layer, int64_t tokens, const double *attended, double *added)
{
	double *inner = doubles(tokens, config->intermediate);

	linear(&layer->inner, tokens, attended, inner);
	for (int64_t i = 0; i < tokens * config->intermediate; i++)
		inner[i] = gelu(inner[i]);
	linear(&layer->outer, tokens, inner, added);
	free(inner);
}

/* output = LayerNorm(attended + added), where what attention and feed-forward network add is that of another hidden and
 * context, as a rule the same. */
static void transform(const struct config *config, const struct layer *layer, int64_t tokens, const double *hidden,
	const double *adding_hidden, const double *adding_context, double *output)
{
	const int64_t columns = config->hidden;
	double *attended = doubles(tokens, columns), *adding_attended = doubles(tokens, columns);

	project(config, layer, tokens, hidden, adding_context, attended);
	project(config, layer, tokens, adding_hidden, adding_context, adding_attended);
	feed_forward(config, layer, tokens, adding_attended, output);
	for (int64_t i = 0; i < tokens * columns; i++)
		output[i] += attended[i];
	layer_norm(&layer->output_norm, config->layer_norm_epsilon, tokens, columns, output);
	free(attended);
	free(adding_attended);
}

/* logits = activation(first W_p^T + b_p) W_c^T + b_c of the first token: tanh for BERT, ReLU for DistilBERT */
static void classify(const struct model *model, const double *first, double *logits)
{
	double *pooled = doubles(1, model->config.hidden);

	linear(&model->pooler, 1, first, pooled);
	for (int64_t i = 0; i < model->config.hidden; i++)
		pooled[i] = model->config.architecture == ARCHITECTURE_BERT ? tanh(pooled[i]) : fmax(pooled[i], 0);
	linear(&model->classifier, 1, pooled, logits);
	free(pooled);
}

void reference_forward(const struct model *model, const int32_t *ids, int64_t tokens, edit_context *edit,
	void *argument, struct trace *trace)
{
	reference_forward_held(model, ids, tokens, edit, argument, NULL, 0, trace);
}

void reference_forward_held(const struct model *model, const int32_t *ids, int64_t tokens, edit_context *edit,
	void *argument, const struct trace *before, int64_t held, struct trace *trace)
{
	const struct config *config = &model->config;
	const int64_t area = tokens * config->hidden, square = config->heads * tokens * tokens;

	embed(model, ids, tokens, trace->hidden);
	for (int64_t l = 0; l < config->layers; l++) {
		const double *hidden = trace->hidden + l * area;
		double *context = trace->context + l * area;
		attend(config, &model->layers[l], tokens, hidden, trace->attention + l * square, context);
		if (edit)
			edit(argument, l, context);
		const struct trace *adding = before && l == held ? before : trace;
		transform(config, &model->layers[l], tokens, hidden, adding->hidden + l * area, adding->context + l * area,
			trace->hidden + (l + 1) * area);
	}
	classify(model, trace->hidden + config->layers * area, trace->logits);
}
