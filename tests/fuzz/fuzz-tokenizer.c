/* fuzz-tokenizer.c: tokenizer.json.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-wordpiece.h"

const char *const fuzz_name = "tokenizer.json", *const fuzz_beside[] = {NULL};
