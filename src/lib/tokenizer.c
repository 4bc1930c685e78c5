/* tokenizer.c: one of two tokenizers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tokenizer.h"

void tokenizer_read(struct tokenizer *tokenizer, const char *folder, const struct config *config)
{
	tokenizer->byte_level = config->architecture == ARCHITECTURE_ROBERTA;
	if (tokenizer->byte_level)
		byte_bpe_read(&tokenizer->byte_bpe, folder, config);
	else
		wordpiece_read(&tokenizer->wordpiece, folder, config);
}

void tokenizer_free(struct tokenizer *tokenizer)
{
	if (tokenizer->byte_level)
		byte_bpe_free(&tokenizer->byte_bpe);
	else
		wordpiece_free(&tokenizer->wordpiece);
}

const char *tokenizer_path(const struct tokenizer *tokenizer)
{
	return tokenizer->byte_level ? tokenizer->byte_bpe.path : tokenizer->wordpiece.path;
}

int64_t tokenizer_encode(const struct tokenizer *tokenizer, const char *sentence, int64_t max_length, struct ids *ids)
{
	if (tokenizer->byte_level)
		return byte_bpe_encode(&tokenizer->byte_bpe, sentence, max_length, ids);
	return wordpiece_encode(&tokenizer->wordpiece, sentence, max_length, ids);
}

void tokenizer_write(const struct tokenizer *tokenizer, const char *folder, const struct config *config)
{
	if (tokenizer->byte_level) {
		byte_bpe_write_vocabulary(&tokenizer->byte_bpe, folder);
		byte_bpe_write_config(&tokenizer->byte_bpe, folder, config);
	} else {
		wordpiece_write_vocabulary(&tokenizer->wordpiece, folder);
		wordpiece_write_config(&tokenizer->wordpiece, folder, config);
	}
}
