/* byte-bpe.h: RoBERTa's byte-level BPE, from a sentence to token ids.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same ids as the `tokenizers` library's ByteLevelBPETokenizer with RoBERTa's special tokens (Sennrich et al. 2016;
 * Radford et al. 2019, section 2.2), in these steps:
 *   split    into contractions ('s, 't, 're, 've, 'm, 'll, 'd), letters, digits, and signs that are none of these, each
 *            with one space before them if there is one; and the spaces that are left over;
 *   bytes    each byte of such a word is a piece; in the files those that do not print are written as U+0100 and on;
 *   merge    of all neighbours that the list of merges has, those that stand first in it, the leftmost first, until
 *            there are none.
 * Every byte has its piece, so nothing is unknown; case, accents, control characters are kept. Special tokens that a
 * sentence spells out are plain text. Letters and digits are those of libutf8proc's Unicode.
 *
 * Files: vocab.json, {piece: id, …}, with merges.txt, a merge a line, or without these tokenizer.json with a BPE model.
 * Whether a space is put before the sentence, tokenizer_config.json says, else tokenizer.json; else it is not. A
 * treatment that is not among these is refused.
 */
#ifndef T_MODEL_BYTE_BPE_H
#define T_MODEL_BYTE_BPE_H

#include "config.h"
#include "ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two neighbours become one piece. */
struct merge {
	int32_t left, right, merged, rank; /* three ids; the place in the list */
};

struct byte_bpe {
	char *path; /* the file that the vocabulary came from */
	int64_t count, merge_count;
	char **pieces;        /* [count] by id */
	struct merge *merges; /* [merge_count], sorted by left, then right */
	int32_t bytes[256];   /* the id of each byte's piece */
	int32_t begin, end;   /* ids of <s>, </s> */
	bool prefix_space;    /* is a sentence that is not empty read as if a space stood before it? */
};

/* Reads the vocabulary of the model in that folder, which must fit the rows of its word embedding. Fails on what is
 * not supported or not sound. */
void byte_bpe_read(struct byte_bpe *bpe, const char *folder, const struct config *config);
void byte_bpe_free(struct byte_bpe *bpe);

/* The bytes of the first word of a text that is valid, not empty UTF-8. */
size_t byte_bpe_word(const char *text);

/* Appends <s>, the sentence's pieces and </s>; of more than max_length (at least 2) tokens the last pieces are left out,
 * as the reference truncates. Returns the tokens that the whole sentence has, or -1 if it is not UTF-8. */
int64_t byte_bpe_encode(const struct byte_bpe *bpe, const char *sentence, int64_t max_length, struct ids *ids);

/* Write FOLDER/vocab.json with FOLDER/merges.txt, and FOLDER/tokenizer_config.json, so that transformers 4 and 5 tokenize
 * as this file does. */
void byte_bpe_write_vocabulary(const struct byte_bpe *bpe, const char *folder);
void byte_bpe_write_config(const struct byte_bpe *bpe, const char *folder, const struct config *config);

#endif
