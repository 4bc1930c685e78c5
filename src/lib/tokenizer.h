/* tokenizer.h: the tokenizer that a model goes with: byte-level BPE for RoBERTa, WordPiece for the others.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_TOKENIZER_H
#define T_MODEL_TOKENIZER_H

#include "byte-bpe.h"
#include "config.h"
#include "ids.h"
#include "wordpiece.h"

#include <stdbool.h>
#include <stdint.h>

struct tokenizer {
	bool byte_level;
	union {
		struct byte_bpe byte_bpe;
		struct wordpiece wordpiece;
	};
};

/* Reads the tokenizer of the model in that folder. Fails on what is not supported or not sound. */
void tokenizer_read(struct tokenizer *tokenizer, const char *folder, const struct config *config);
void tokenizer_free(struct tokenizer *tokenizer);

/* The file that the vocabulary came from. */
const char *tokenizer_path(const struct tokenizer *tokenizer);

/* Appends the ids of a sentence, at most max_length (at least 2) with those that begin and end it. Returns how many the
 * whole sentence has, or -1 if it is not UTF-8. */
int64_t tokenizer_encode(const struct tokenizer *tokenizer, const char *sentence, int64_t max_length, struct ids *ids);

/* Writes the files into a folder, so that transformers 4 and 5 tokenize in the same way. */
void tokenizer_write(const struct tokenizer *tokenizer, const char *folder, const struct config *config);

#endif
