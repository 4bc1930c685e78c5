/* fuzz-text.c: sentences for WordPiece.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "read-file.h"
#include "wordpiece.h"

#include <stdlib.h>

const char *const fuzz_name = "sentence.txt", *const fuzz_beside[] = {"tests/fixtures/tokens/vocab.txt", NULL};

static struct wordpiece wordpiece;

void fuzz_begin(const char *folder)
{
	const struct config config = {.vocabulary = 1 << 16};

	wordpiece_read(&wordpiece, folder, &config);
}

/* What is kept is at most as much as asked for, and ids of the vocabulary. */
void fuzz_read(const char *folder, const char *path)
{
	size_t size;
	struct ids ids = {0};
	char *sentence = read_file(path, &size);
	const int64_t whole = wordpiece_encode(&wordpiece, sentence, 16, &ids);

	(void)folder;
	if (whole >= 0 && ids.count != (whole < 16 ? whole : 16))
		abort();
	for (int64_t i = 0; i < ids.count; i++)
		if (ids.values[i] < 0 || ids.values[i] >= wordpiece.count)
			abort();
	free(ids.values);
	free(sentence);
}
