/* wordpiece.h: BERT's WordPiece, from a sentence to token ids.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same ids as the `tokenizers` library's BertWordPieceTokenizer, in these steps (Devlin et al.
 * 2019; Wu et al. 2016, section 4.1):
 *   clean      drop U+FFFD, control (Cc), format (Cf) and private use (Co) characters; every space becomes U+0020;
 *   normalize  of uncased models: canonical decomposition (NFD), nonspacing marks (Mn) dropped; letters in lower case
 *              one by one; cased ones do neither, and the two can be had alone;
 *   split      at spaces; each punctuation mark (P*, and every ASCII symbol) and each Chinese character is a word;
 *   pieces     the longest piece of the vocabulary that begins the word, then the longest with `##` that goes on,
 *              and so on; a word that cannot be spelled so, or of more than 100 characters, is one [UNK].
 * The categories are those of Unicode 8, which the reference has kept: newer marks, signs and format characters
 * count as letters. Decomposition and case are libutf8proc's; letters newer than its Unicode are left as they are.
 * Special tokens that a sentence spells out are plain text: "[SEP]" is three words, so no sentence can end itself.
 *
 * Files: vocab.txt, one piece a line, or without it tokenizer.json with a WordPiece model. Lower case, accents and Chinese
 * characters are treated as tokenizer_config.json says, else as the normalizer in tokenizer.json does, else as for an
 * uncased model. A treatment that is not among these is refused.
 */
#ifndef T_MODEL_WORDPIECE_H
#define T_MODEL_WORDPIECE_H

#include "config.h"
#include "ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wordpiece {
	char *path; /* the file that the vocabulary came from */
	int64_t count;
	char **pieces;               /* [count] by id */
	int32_t unknown, begin, end; /* ids of [UNK], [CLS], [SEP] */
	int32_t *slots;              /* [slot_count] hash table of ids, -1 where free */
	size_t slot_count;           /* a power of two, at least twice count */
	size_t longest;              /* bytes of the longest piece */
	bool lowercase, strip_accents, split_chinese;
};

/* Reads the vocabulary of the model in that folder, which must fit the rows of its word embedding. Fails on what is
 * not supported or not sound. */
void wordpiece_read(struct wordpiece *wordpiece, const char *folder, const struct config *config);
void wordpiece_free(struct wordpiece *wordpiece);

/* The sentence cleaned and normalized, its words with one space between, in fresh memory; NULL if it is not UTF-8. */
char *split_words(const struct wordpiece *wordpiece, const char *sentence);

/* Appends [CLS], the sentence's pieces and [SEP]; of more than max_length (at least 2) tokens the last pieces are left
 * out, as the reference truncates. Returns the tokens that the whole sentence has, or -1 if it is not UTF-8. */
int64_t wordpiece_encode(const struct wordpiece *wordpiece, const char *sentence, int64_t max_length, struct ids *ids);

/* Write FOLDER/vocab.txt and FOLDER/tokenizer_config.json, so that transformers 4 and 5 tokenize as this file does. */
void wordpiece_write_vocabulary(const struct wordpiece *wordpiece, const char *folder);
void wordpiece_write_config(const struct wordpiece *wordpiece, const char *folder, const struct config *config);

#endif
