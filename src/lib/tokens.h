/* tokens.h: tokenized sentences, packed one after another without padding.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_TOKENS_H
#define T_MODEL_TOKENS_H

#include "config.h"
#include "range.h"

#include <jansson.h>
#include <stdint.h>

struct tokens {
	int64_t sentences, count;
	int32_t *ids;     /* [count] */
	int64_t *offsets; /* [sentences + 1], of a part not from 0; ids[offsets[s]] … ids[offsets[s+1] - 1] are sentence s */
	int32_t *labels;  /* [sentences] */
	int64_t longest;  /* tokens of the longest sentence */
	char *classes;    /* comma-separated names, from the file's metadata; NULL if it tells none */
};

/* Reads a tokens file and adds it to history under role "tokens" (or the role given). Fails where it does
 * not suit a model of that shape: an id beyond the vocabulary, a sentence that is empty or longer than the
 * positions, a label out of range, classes of other names. classes: how many labels there may be, which are then
 * config's; 0: any. */
void tokens_read(struct tokens *tokens, const char *path, const struct config *config, int64_t classes, json_t *history,
	const char *role);
void tokens_free(struct tokens *tokens);

/* The sentences of a range, in the memory of the whole, which must stay and is the one to free. */
struct tokens tokens_part(const struct tokens *whole, const struct range *range);

/* Consecutive sentences, cut into blocks of about the same number of tokens, at most about `most` (or one sentence that
 * is longer). An even number of blocks, so that two threads have equal shares; the cut itself depends on the sentences
 * alone. Returns the first sentence of each block and, at the end, the number of sentences, in fresh memory:
 * [*blocks + 1]. */
int64_t *cut_blocks(const int64_t *offsets, int64_t sentences, int64_t most, int64_t *blocks);

#endif
