/* fuzz.h: what a target is: a file that a reader of src/lib reads. The driver, fuzz.c, does the rest.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_FUZZ_H
#define T_MODEL_FUZZ_H

#include <stddef.h>

/* The name of the file, and what else its folder holds: paths to be copied there, NULL at the end. */
extern const char *const fuzz_name, *const fuzz_beside[];

/* Called once, before all inputs; what it allocates stays. folder lives as long as the program. A target may do without. */
void fuzz_begin(const char *folder);

/* Reads the file, as a program would. It may fail; what it leaves open or allocated then is cleared away. */
void fuzz_read(const char *folder, const char *path);

/* Ends fuzz_read: what fail() comes to here, where a program would end. */
_Noreturn void fuzz_give_up(void);

#endif
