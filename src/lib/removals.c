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
	struct removals removals = {.model = model, .tokens = tokens};
	int64_t *all = allocate((size_t)tokens->sentences, sizeof *all);

	for (int64_t s = 0; s < tokens->sentences; s++)
		all[s] = s;
	removals_add(&removals, NULL, 0, all, tokens->sentences);
	free(all);
	return removals;
}

void removals_free(struct removals *removals)
{
	for (int64_t r = 0; r < removals->count; r++) {
		free(removals->list[r].heads);
		free(removals->list[r].wanted);
		free(removals->list[r].logits);
	}
	free(removals->list);
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

/* ---- the order in which they are made ---- */

static size_t heads_compared;

static int by_heads(const void *left, const void *right)
{
	const struct removal *const *a = left, *const *b = right;

	return memcmp((*a)->heads, (*b)->heads, heads_compared);
}

/* In fresh memory, those that lose the same heads of the first layers side by side. */
static struct removal **sort_removals(const struct removals *removals)
{
	struct removal **sorted = allocate((size_t)removals->count, sizeof *sorted);

	for (int64_t r = 0; r < removals->count; r++)
		sorted[r] = &removals->list[r];
	heads_compared = (size_t)(removals->model->config.layers * removals->model->config.heads);
	qsort(sorted, (size_t)removals->count, sizeof *sorted, by_heads);
	return sorted;
}

/* ---- sentences on their way through the layers ---- */

/* Some of a block's sentences before a layer. */
struct state {
	struct batch batch;	 /* of all their tokens, or before the last layer of the first of each */
	int64_t *sentences;	 /* [batch.sentences] rising, counted from the block's first */
	int64_t *offsets;	 /* [batch.sentences + 1] the batch's */
	float *hidden, *context; /* [tokens, H] the layer's, with all its heads */
};

/* The way parts where removals do: those that lose the same heads of the layers so far are computed together. */
struct walk {
	const struct model *model;
	struct removal *const *removals; /* as sort_removals leaves them */
	int64_t first;			 /* of all sentences, the block's first */
	struct state *states;		 /* [layers + 1] before each layer, on the way to the removals at hand; of the last, sentences alone */
	struct activations *activations; /* of the layer at hand */
	double *logits;			 /* [S, C] scratch */
};

static struct state *allocate_states(const struct config *config, const struct batch *batch)
{
	struct state *states = allocate((size_t)config->layers + 1, sizeof *states);

	for (int64_t l = 0; l <= config->layers; l++) {
		states[l].sentences = allocate((size_t)batch->sentences, sizeof(int64_t));
		states[l].offsets = allocate((size_t)batch->sentences + 1, sizeof(int64_t));
		states[l].hidden = allocate((size_t)(batch_tokens(batch) * config->hidden), sizeof(float));
		states[l].context = allocate((size_t)(batch_tokens(batch) * config->hidden), sizeof(float));
	}
	return states;
}

static void free_states(struct state *states, const struct config *config)
{
	for (int64_t l = 0; l <= config->layers; l++) {
		free(states[l].sentences);
		free(states[l].offsets);
		free(states[l].hidden);
		free(states[l].context);
	}
	free(states);
}

/* What is computed of a layer before any of its heads is removed, from the activations into the state before it, which
 * has its sentences already. */
static void keep_state(const struct walk *walk, int64_t layer, const struct batch *batch)
{
	const struct layer_state *computed = &walk->activations->layers[layer];
	const size_t size = (size_t)(batch_tokens(batch) * walk->model->config.hidden) * sizeof(float);
	struct state *state = &walk->states[layer];

	memcpy(state->hidden, computed->hidden, size);
	memcpy(state->context, computed->context, size);
	for (int64_t s = 0; s <= batch->sentences; s++)
		state->offsets[s] = batch->offsets[s] - batch->offsets[0];
	state->batch = (struct batch){batch->sentences, state->offsets, NULL};
}

static bool is_wanted(const struct walk *walk, int64_t begin, int64_t end, int64_t sentence)
{
	for (int64_t r = begin; r < end; r++)
		if (walk->removals[r]->wanted[walk->first + sentence])
			return true;
	return false;
}

/* From the state before a layer back into the activations, as a batch: the sentences for which any of the removals
 * [begin, end) is wanted. They are the next state's. */
static struct batch take_wanted(const struct walk *walk, int64_t layer, int64_t begin, int64_t end)
{
	const struct state *from = &walk->states[layer], *to = from + 1;
	const int64_t hidden = walk->model->config.hidden;
	const struct layer_state *taken = &walk->activations->layers[layer];
	struct batch batch = {0, to->offsets, NULL};

	for (int64_t i = 0; i < from->batch.sentences; i++) {
		if (!is_wanted(walk, begin, end, from->sentences[i]))
			continue;
		const int64_t at = from->offsets[i], place = to->offsets[batch.sentences];
		const int64_t length = from->offsets[i + 1] - at;
		const size_t size = (size_t)(length * hidden) * sizeof(float);
		memcpy(taken->hidden + place * hidden, from->hidden + at * hidden, size);
		memcpy(taken->context + place * hidden, from->context + at * hidden, size);
		to->sentences[batch.sentences++] = from->sentences[i];
		to->offsets[batch.sentences] = place + length;
	}
	activations_fit(walk->activations, &walk->model->config, &batch);
	return batch;
}

/* The last layers of a single removal. */
static void finish(const struct walk *walk, int64_t layer, const struct batch *batch, const struct removal *removal)
{
	const struct config *config = &walk->model->config;
	const int64_t *sentences = walk->states[layer + 1].sentences;

	encoder_run_from_context(walk->model, layer, *batch, walk->activations, removal->heads, NULL);
	store_logits(config, walk->activations, batch, 0, walk->logits);
	for (int64_t i = 0; i < batch->sentences; i++)
		memcpy(removal->logits + (walk->first + sentences[i]) * config->classes,
			walk->logits + i * config->classes, (size_t)config->classes * sizeof *walk->logits);
}

/* The removals [begin, end), alike before this layer, from there on. */
static void descend(const struct walk *walk, int64_t layer, int64_t begin, int64_t end)
{
	const struct config *config = &walk->model->config;

	for (int64_t r = begin, next; r < end; r = next) {
		const unsigned char *removed = walk->removals[r]->heads + layer * config->heads;
		for (next = r + 1; next < end; next++)
			if (memcmp(walk->removals[next]->heads + layer * config->heads, removed, (size_t)config->heads) != 0)
				break;
		struct batch batch = take_wanted(walk, layer, r, next);
		if (batch.sentences == 0)
			continue;
		if (next == r + 1) {
			finish(walk, layer, &batch, walk->removals[r]);
			continue;
		}
		encoder_remove_heads(
			config, batch_tokens(&batch), removed, walk->activations->layers[layer].context);
		encoder_project(walk->model, layer, &batch, walk->activations, NULL);
		encoder_normalize(walk->model, layer, &batch, walk->activations);
		encoder_feed_forward(walk->model, layer, &batch, walk->activations, NULL);
		batch = encoder_attend_needed(walk->model, layer + 1, &batch, walk->activations, NULL);
		keep_state(walk, layer + 1, &batch);
		descend(walk, layer + 1, r, next);
	}
}

/* What every block's walk has in common. */
struct task {
	const struct removals *removals;
	struct removal **sorted;
};

static void run_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	const struct task *task = argument;
	const struct model *model = task->removals->model;
	const struct walk walk = {.model = model,
		.removals = task->sorted,
		.first = first,
		.states = allocate_states(&model->config, batch),
		.activations = activations,
		.logits = allocate((size_t)(batch->sentences * model->config.classes), sizeof(double))};

	activations_fit(activations, &model->config, batch);
	encoder_embed(model, batch, activations, NULL);
	const struct batch rows = encoder_attend_needed(model, 0, batch, activations, NULL);
	for (int64_t s = 0; s < batch->sentences; s++)
		walk.states[0].sentences[s] = s;
	keep_state(&walk, 0, &rows);
	descend(&walk, 0, 0, task->removals->count);
	free_states(walk.states, &model->config);
	free(walk.logits);
}

void removals_run(struct removals *removals, int64_t block_tokens)
{
	struct task task = {removals, sort_removals(removals)};

	progress_begin("sentences", removals->tokens->sentences);
	for_each_block(&removals->model->config, removals->tokens, block_tokens, false, run_block, &task);
	progress_end();
	free(task.sorted);
}
