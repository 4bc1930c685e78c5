/* fail.c: that of the library, but a failure gives up the input instead of the program, and the next may fail again;
 * and memory ends where what was asked for ends, so that AddressSanitizer sees the first byte beyond it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include <stdatomic.h>
#include <stdlib.h>

#define quick_exit(status) fuzz_give_up()
#define exit(status) fuzz_give_up()
#undef atomic_flag_test_and_set
#define atomic_flag_test_and_set(flag) ((void)(flag), 0)


static void *allocate_exactly(size_t alignment, size_t bytes)
{
	void *memory;

	return posix_memalign(&memory, alignment, bytes ? bytes : 1) == 0 ? memory : NULL;
}

/* allocate's own variables: bytes is what it rounds up */
#define aligned_alloc(alignment, rounded) allocate_exactly(alignment, bytes = count * size)

#include "../../src/lib/fail.c"
