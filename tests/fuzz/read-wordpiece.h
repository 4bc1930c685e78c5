/* read-wordpiece.h: the reader of both files in which a vocabulary may come.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_READ_WORDPIECE_H
#define T_MODEL_READ_WORDPIECE_H

#include "fuzz.h"

#include "wordpiece.h"

void fuzz_read(const char *folder, const char *path)
{
	struct wordpiece wordpiece;
	const struct config config = {.vocabulary = 512};

	(void)path;
	wordpiece_read(&wordpiece, folder, &config);
	wordpiece_free(&wordpiece);
}

#endif
