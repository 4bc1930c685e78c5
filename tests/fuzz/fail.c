/* fail.c: that of the library, but a failure gives up the input instead of the program, and the next may fail again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include <stdatomic.h>
#include <stdlib.h>

#define quick_exit(status) fuzz_give_up()
#define exit(status) fuzz_give_up()
#undef atomic_flag_test_and_set
#define atomic_flag_test_and_set(flag) ((void)(flag), 0)

#include "../../src/lib/fail.c"
