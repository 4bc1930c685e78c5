/* replacement.h: what takes the place of a removed head's context: nothing, its mean, or another sentence's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_REPLACEMENT_H
#define T_MODEL_REPLACEMENT_H

#include "predict.h"

#include <jansson.h>
#include <stdint.h>

enum substitute { ZERO, MEAN, RESAMPLE, SUBSTITUTES };

/* The sum of every layer's context over all tokens of the sentences, [layers, H] in fresh memory. */
double *sum_contexts(const struct model *model, const struct tokens *tokens, int64_t block_tokens);

/* The row of a program's options; path: where its argument goes, NULL by default. */
#define CONTEXTS_OPTION(path)                                                                                          \
	{                                                                                                              \
		"contexts", 0, OPTION_TEXT, &(path), 0, 0, "FILE",                                                     \
			"by sum-contexts, of all sentences; else summed first", false, true                            \
	}

/* The mean over all tokens of all sentences, [layers, H] in fresh memory: from what sum-contexts has written at path,
 * which goes into history; computed, where path is NULL. Fails where the file is of other layers or tokens. */
float *find_mean_context(
	const struct model *model, const struct tokens *all, int64_t block_tokens, const char *path, json_t *history);

/* Everybody's donor is the next in a random circle, so nobody is their own; [sentences] in fresh memory. */
int64_t *draw_donors(int64_t sentences, int64_t seed);

/* The donors of a block's sentences, packed, and their own pass through the encoder. */
struct donor_block {
	struct packed packed;
	struct batch batch;
	struct activations *activations;
};

/* Packs the donors of so many sentences and embeds them. */
void pack_donors(const struct model *model, const struct tokens *tokens, const int64_t *donors, int64_t sentences,
	struct donor_block *block);

/* delta [n, head_dim] = replacement - c_h for every token of the batch. context: [n, H] of the layer. The replacement
 * is the donors', where they are given: token t takes the donor's token at the same share of the way, so first goes to
 * first and last to last; else the mean, where it is given; else zero. */
void replace_head(const struct config *config, const struct batch *batch, const float *context, int64_t layer,
	int64_t head, const float *mean_context, const struct donor_block *donors, float *delta);

#endif
