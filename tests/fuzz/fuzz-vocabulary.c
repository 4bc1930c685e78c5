/* fuzz-vocabulary.c: vocab.txt.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-wordpiece.h"

const char *const fuzz_name = "vocab.txt", *const fuzz_beside[] = {NULL};
