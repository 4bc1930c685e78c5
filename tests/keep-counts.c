/* keep-counts.c: for programs that count which of their lines run: a failure ends by quick_exit, which would lose the counts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

void __gcov_dump(void);

/* The first to be registered is the last to be called. */
__attribute__((constructor)) static void keep_counts(void)
{
	at_quick_exit(__gcov_dump);
}
