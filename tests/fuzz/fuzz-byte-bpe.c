/* fuzz-byte-bpe.c: tokenizer.json of byte-level BPE, and what its merges make of a sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "byte-bpe.h"

#include <stdlib.h>

const char *const fuzz_name = "tokenizer.json", *const fuzz_beside[] = {NULL};

/* What is kept is at most as much as asked for, and ids of the vocabulary. */
void fuzz_read(const char *folder, const char *path)
{
	struct byte_bpe bpe;
	struct ids ids = {0};
	const struct config config = {.vocabulary = 512};

	(void)path;
	byte_bpe_read(&bpe, folder, &config);
	const int64_t whole = byte_bpe_encode(&bpe, " the theme, that's   what they're 12  there", 16, &ids);
	if (whole < 2 || ids.count != (whole < 16 ? whole : 16))
		abort();
	for (int64_t i = 0; i < ids.count; i++)
		if (ids.values[i] < 0 || ids.values[i] >= bpe.count)
			abort();
	free(ids.values);
	byte_bpe_free(&bpe);
}
