/* predict.h: the logits of all sentences, in blocks shared out over the threads.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_PREDICT_H
#define T_MODEL_PREDICT_H

#include "encoder.h"
#include "options.h"
#include "tokens.h"

/* Tokens in a block: enough to keep the matrix products busy, few enough to stay in the cache. It must not
 * depend on the number of threads, or results would. */
enum { BLOCK_TOKENS = 800 };

/* The rows of a program's options that choose another number, of sentences' tokens and of those without some of the
 * heads; results depend on them by rounding alone. */
#define BLOCK_OPTION(tokens)                                                                                           \
	{"block-tokens", 0, OPTION_INTEGER, &(tokens), 1, 1e9, "N", "tokens of sentences worked on at a time", false, false}
#define VARIANT_OPTION(tokens)                                                                                         \
	{"variant-tokens", 0, OPTION_INTEGER, &(tokens), 1, 1e9, "N", "tokens without heads worked on at a time", false, false}

/* The sentences [first, end) of tokens as a batch. */
struct batch tokens_batch(const struct tokens *tokens, int64_t first, int64_t end);

/* Sentences picked from anywhere, packed; begins as {0} and is used again and again. */
struct packed {
	int64_t *offsets;
	int32_t *ids;
};
struct batch pack_sentences(const struct tokens *tokens, const int64_t *chosen, int64_t count, struct packed *packed);
void packed_free(struct packed *packed);

/* Calls work(argument, block batch, its first sentence, this thread's activations) for every block of
 * sentences (see cut_blocks), shared out over common.threads threads. A thread has ROOMS of them, for what is computed
 * beside the block; they are kept from block to block, since fresh memory costs more than all of a layer's GELU.
 * backward: the first has room for encoder_backward. */
enum { ROOMS = 3 };
typedef void block_work(void *argument, const struct batch *batch, int64_t first, struct activations *activations);
void for_each_block(const struct config *config, const struct tokens *tokens, int64_t block_tokens, bool backward,
	block_work *work, void *argument);

/* Fills logits [sentences, classes]. removed: [layers, heads] or NULL, as in encoder_forward. Fails on a
 * logit that is not finite. */
void predict(const struct model *model, const struct tokens *tokens, const unsigned char *removed, double *logits);

/* Copies one block's logits into their place in logits [sentences, classes], checked to be finite. */
void store_logits(const struct config *config, const struct activations *activations, const struct batch *batch,
	int64_t first, double *logits);

/* The share of sentences whose largest logit is the label's. */
double accuracy(const double *logits, const int32_t *labels, int64_t sentences, int64_t classes);

#endif
