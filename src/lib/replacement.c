/* replacement.c: means and donors.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "replacement.h"

#include "fail.h"
#include "history.h"
#include "tensors.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

struct context_sums {
	const struct model *model;
	int64_t *row_of;   /* [S] of a block's first sentence: its row */
	double *of_blocks; /* [blocks, layers, H] */
};

static void sum_context_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	const struct context_sums *sums = argument;
	const struct model *model = sums->model;
	const int64_t layers = model->config.layers, hidden = model->config.hidden;

	activations_fit(activations, &model->config, batch);
	encoder_embed(model, batch, activations, NULL);
	for (int64_t l = 0; l < layers; l++) {
		double *row = sums->of_blocks + (sums->row_of[first] * layers + l) * hidden;
		encoder_attend(model, l, batch, activations, NULL);
		for (int64_t i = 0; i < batch_tokens(batch) * hidden; i++)
			row[i % hidden] += (double)activations->layers[l].context[i];
		encoder_project(model, l, batch, activations, NULL);
		encoder_normalize(model, l, batch, activations);
		encoder_feed_forward(model, l, batch, activations, NULL);
	}
}

/* The blocks' sums are added up in the order of the blocks: the same for every number of threads. */
double *sum_contexts(const struct model *model, const struct tokens *tokens, int64_t block_tokens)
{
	const int64_t row = model->config.layers * model->config.hidden;
	int64_t blocks, *first = cut_blocks(tokens->offsets, tokens->sentences, block_tokens, &blocks);
	struct context_sums sums = {.model = model,
		.row_of = allocate((size_t)tokens->sentences, sizeof *sums.row_of),
		.of_blocks = allocate((size_t)(blocks * row), sizeof *sums.of_blocks)};
	double *total = allocate((size_t)row, sizeof *total);

	for (int64_t b = 0; b < blocks; b++)
		sums.row_of[first[b]] = b;

	for_each_block(&model->config, tokens, block_tokens, false, sum_context_block, &sums);
	for (int64_t b = 0; b < blocks; b++)
		for (int64_t i = 0; i < row; i++)
			total[i] += sums.of_blocks[b * row + i];
	free(first);
	free(sums.row_of);
	free(sums.of_blocks);
	return total;
}

static double *read_sums(const struct config *config, int64_t tokens, const char *path, json_t *history)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	int64_t *count = tensor_read_i64(&file, tensor_expect(&file, "tokens", 1, (int64_t[]){1}));
	if (*count != tokens)
		fail(path, "is of %lld tokens (expected all %lld)", (long long)*count, (long long)tokens);
	double *sums = tensor_read_f64(
		&file, tensor_expect(&file, "context_sum", 2, (int64_t[]){config->layers, config->hidden}));
	for (int64_t i = 0; i < config->layers * config->hidden; i++)
		if (!isfinite(sums[i]))
			fail(path, "tensor 'context_sum': element %lld is not finite", (long long)i);
	history_add_tensors(history, "contexts", &file);
	tensor_file_close(&file);
	free(count);
	return sums;
}

float *find_mean_context(
	const struct model *model, const struct tokens *all, int64_t block_tokens, const char *path, json_t *history)
{
	const int64_t row = model->config.layers * model->config.hidden;
	double *sums =
		path ? read_sums(&model->config, all->count, path, history) : sum_contexts(model, all, block_tokens);
	float *mean = allocate((size_t)row, sizeof *mean);

	for (int64_t i = 0; i < row; i++)
		mean[i] = (float)(sums[i] / (double)all->count);
	free(sums);
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

void pack_donors(const struct model *model, const struct tokens *tokens, const int64_t *donors, int64_t sentences,
	struct donor_block *block)
{
	block->batch = pack_sentences(tokens, donors, sentences, &block->packed);
	activations_fit(block->activations, &model->config, &block->batch);
	encoder_embed(model, &block->batch, block->activations, NULL);
}

void replace_head(const struct config *config, const struct batch *batch, const float *context, int64_t layer,
	int64_t head, const float *mean_context, const struct donor_block *donors, float *delta)
{
	const int64_t hidden = config->hidden, head_dim = config_head_dim(config), column = head * head_dim;
	const float *mean = mean_context ? mean_context + layer * hidden + column : NULL;

	for (int64_t s = 0; s < batch->sentences; s++) {
		const int64_t begin = batch->offsets[s] - batch->offsets[0],
			      length = batch->offsets[s + 1] - batch->offsets[s];
		for (int64_t t = 0; t < length; t++) {
			const float *own = context + (begin + t) * hidden + column, *other = mean;
			if (donors) {
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
