/* fuzz-vocabulary.c: vocab.txt.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "wordpiece.h"

const char *const fuzz_name = "vocab.txt", *const fuzz_beside[] = {NULL};

void fuzz_begin(const char *folder)
{
	(void)folder;
}

void fuzz_read(const char *folder, const char *path)
{
	struct wordpiece wordpiece;
	const struct config config = {.vocabulary = 512};

	(void)path;
	wordpiece_read(&wordpiece, folder, &config);
	wordpiece_free(&wordpiece);
}
