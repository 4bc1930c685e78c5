/* predict.c: blocks of sentences over threads.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "predict.h"

#include "fail.h"
#include "margin.h"
#include "options.h"
#include "progress.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

struct batch tokens_batch(const struct tokens *tokens, int64_t first, int64_t end)
{
	return (struct batch){end - first, tokens->offsets + first, tokens->ids + tokens->offsets[first]};
}

struct batch pack_sentences(const struct tokens *tokens, const int64_t *chosen, int64_t count, struct packed *packed)
{
	packed->offsets = reallocate(packed->offsets, (size_t)count + 1, sizeof *packed->offsets);
	packed->offsets[0] = 0;
	for (int64_t i = 0; i < count; i++)
		packed->offsets[i + 1] =
			packed->offsets[i] + tokens->offsets[chosen[i] + 1] - tokens->offsets[chosen[i]];
	packed->ids = reallocate(packed->ids, (size_t)packed->offsets[count], sizeof *packed->ids);
	for (int64_t i = 0; i < count; i++)
		memcpy(packed->ids + packed->offsets[i], tokens->ids + tokens->offsets[chosen[i]],
			(size_t)(packed->offsets[i + 1] - packed->offsets[i]) * sizeof *packed->ids);
	return (struct batch){count, packed->offsets, packed->ids};
}

void packed_free(struct packed *packed)
{
	free(packed->offsets);
	free(packed->ids);
	*packed = (struct packed){0};
}

void for_each_block(const struct config *config, const struct tokens *tokens, int64_t block_tokens, bool backward,
	block_work *work, void *argument)
{
	int64_t blocks;
	int64_t *first = cut_blocks(tokens->offsets, tokens->sentences, block_tokens, &blocks);

#pragma omp parallel num_threads((int)common.threads)
	{
		struct activations activations[ROOMS];
		for (int i = 0; i < ROOMS; i++)
			activations_init(&activations[i], backward && i == 0);
#pragma omp for schedule(dynamic)
		for (int64_t b = 0; b < blocks; b++) {
			struct batch batch = tokens_batch(tokens, first[b], first[b + 1]);
			work(argument, &batch, first[b], activations);
			progress_add(batch.sentences);
		}
		for (int i = 0; i < ROOMS; i++)
			activations_free(&activations[i], config);
	}
	free(first);
}

void store_logits(const struct config *config, const struct activations *activations, const struct batch *batch,
	int64_t first, double *logits)
{
	for (int64_t i = 0; i < batch->sentences * config->classes; i++) {
		if (!isfinite(activations->logits[i]))
			fail(NULL, "a logit is not finite: the model's weights are too large");
		logits[first * config->classes + i] = (double)activations->logits[i];
	}
}

struct prediction {
	const struct model *model;
	const unsigned char *removed;
	double *logits;
};

static void predict_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	const struct prediction *prediction = argument;

	encoder_forward(prediction->model, batch, activations, prediction->removed, NULL);
	store_logits(&prediction->model->config, activations, batch, first, prediction->logits);
}

void predict(const struct model *model, const struct tokens *tokens, const unsigned char *removed, double *logits)
{
	struct prediction prediction = {model, removed, logits};

	for_each_block(&model->config, tokens, BLOCK_TOKENS, false, predict_block, &prediction);
}

double accuracy(const double *logits, const int32_t *labels, int64_t sentences, int64_t classes)
{
	int64_t right = 0;

	for (int64_t s = 0; s < sentences; s++)
		right += argmax(logits + s * classes, classes) == labels[s];
	return (double)right / (double)sentences;
}
