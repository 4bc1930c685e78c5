/* removals.c: sentences through the layers, without some heads.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "removals.h"

#include "encoder.h"
#include "fail.h"
#include "predict.h"
#include "progress.h"

#include <stdlib.h>
#include <string.h>

struct removals removals_of(const struct model *model, const struct tokens *tokens)
{
	return (struct removals){.model = model,
		.tokens = tokens,
		.whole = allocate((size_t)(tokens->sentences * model->config.classes), sizeof(double))};
}

void removals_free(struct removals *removals)
{
	for (int64_t r = 0; r < removals->count; r++) {
		free(removals->list[r].heads);
		free(removals->list[r].wanted);
		free(removals->list[r].logits);
	}
	free(removals->list);
	free(removals->whole);
	*removals = (struct removals){0};
}

/* ---- sets of heads ---- */

static struct removal *find_removal(const struct removals *removals, const unsigned char *heads)
{
	const size_t total = (size_t)(removals->model->config.layers * removals->model->config.heads);

	for (int64_t r = 0; r < removals->count; r++)
		if (memcmp(removals->list[r].heads, heads, total) == 0)
			return &removals->list[r];
	return NULL;
}

/* heads is taken over. */
static struct removal *add_removal(struct removals *removals, unsigned char *heads)
{
	const int64_t sentences = removals->tokens->sentences, classes = removals->model->config.classes;

	removals->list = reallocate(removals->list, (size_t)removals->count + 1, sizeof *removals->list);
	struct removal *removal = &removals->list[removals->count++];
	*removal = (struct removal){.heads = heads,
		.wanted = allocate((size_t)sentences, sizeof(bool)),
		.logits = allocate((size_t)(sentences * classes), sizeof(double))};
	return removal;
}

int64_t removals_add(struct removals *removals, const int64_t *heads, int64_t count, const int64_t *sentences,
	int64_t sentence_count)
{
	const struct config *config = &removals->model->config;
	unsigned char *set = allocate((size_t)(config->layers * config->heads), 1);

	for (int64_t i = 0; i < count; i++)
		set[heads[i]] = 1;
	struct removal *removal = find_removal(removals, set);
	if (removal)
		free(set);
	else
		removal = add_removal(removals, set);
	for (int64_t i = 0; i < sentence_count; i++)
		removal->wanted[sentences[i]] = true;
	return removal - removals->list;
}

/* ---- logits ---- */

/* The sentences of a block for which a removal is wanted, as a batch. */
struct part {
	int64_t count;
	int64_t *chosen;  /* [count] counted from the block's first */
	int64_t *offsets; /* [count + 1] */
};

static void select_wanted(struct part *part, const struct removal *removal, const struct batch *batch, int64_t first)
{
	part->count = 0;
	for (int64_t s = 0; s < batch->sentences; s++) {
		if (!removal->wanted[first + s])
			continue;
		part->chosen[part->count++] = s;
		part->offsets[part->count] = part->offsets[part->count - 1] + batch->offsets[s + 1] - batch->offsets[s];
	}
}

/* to [part's tokens, hidden] = the rows of its sentences, taken from the block's. */
static void gather_rows(
	const struct part *part, const struct batch *batch, int64_t hidden, const float *from, float *to)
{
	for (int64_t i = 0; i < part->count; i++) {
		const int64_t row = batch->offsets[part->chosen[i]] - batch->offsets[0];
		memcpy(to + part->offsets[i] * hidden, from + row * hidden,
			(size_t)((part->offsets[i + 1] - part->offsets[i]) * hidden) * sizeof *to);
	}
}

/* The part's logits without the removed heads. Below the first layer that loses one all is as in the whole model, and
 * so is that layer's context before the removal: it is taken from there. whole: with all layers' arrays kept. */
static void run_without(const struct model *model, const struct batch *batch, const struct part *part,
	const struct activations *whole, struct activations *activations, const unsigned char *removed)
{
	const unsigned char *first = memchr(removed, 1, (size_t)(model->config.layers * model->config.heads));
	const int64_t layer = (first - removed) / model->config.heads, hidden = model->config.hidden;
	const struct batch wanted = {part->count, part->offsets, NULL};

	activations_fit(activations, &model->config, &wanted);
	gather_rows(part, batch, hidden, whole->layers[layer].hidden, activations->layers[layer].hidden);
	gather_rows(part, batch, hidden, whole->layers[layer].context, activations->layers[layer].context);
	encoder_run_from_context(model, layer, wanted, activations, removed, NULL);
}

/* rooms: of the whole model, with all layers' arrays kept, and of the pruned one. */
static void run_block(void *argument, const struct batch *batch, int64_t first, struct activations *rooms)
{
	struct removals *removals = argument;
	const struct config *config = &removals->model->config;
	struct part part = {.chosen = allocate((size_t)batch->sentences, sizeof *part.chosen),
		.offsets = allocate((size_t)batch->sentences + 1, sizeof *part.offsets)};
	double *logits = allocate((size_t)(batch->sentences * config->classes), sizeof *logits);

	encoder_forward(removals->model, batch, &rooms[0], NULL, NULL);
	store_logits(config, &rooms[0], batch, first, removals->whole);
	for (int64_t r = 0; r < removals->count; r++) {
		const struct removal *removal = &removals->list[r];
		select_wanted(&part, removal, batch, first);
		if (part.count == 0)
			continue;
		run_without(removals->model, batch, &part, &rooms[0], &rooms[1], removal->heads);
		store_logits(config, &rooms[1], &(struct batch){part.count, part.offsets, NULL}, 0, logits);
		for (int64_t i = 0; i < part.count; i++)
			memcpy(removal->logits + (first + part.chosen[i]) * config->classes,
				logits + i * config->classes, (size_t)config->classes * sizeof *logits);
	}
	free(part.chosen);
	free(part.offsets);
	free(logits);
}

void removals_run(struct removals *removals, int64_t block_tokens)
{
	progress_begin("sentences", removals->tokens->sentences);
	for_each_block(&removals->model->config, removals->tokens, block_tokens, true, run_block, removals);
	progress_end();
}
