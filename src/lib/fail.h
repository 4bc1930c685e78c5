/* fail.h: how every program ends when something is wrong, and memory that cannot fail silently.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exit status: 0 done, 1 bad data or I/O, 2 usage, 3 a verification failed.
 * A failure prints one line on standard error, `prog: FILE: what is wrong`, and half-written output is
 * removed (output.h registers that with atexit and at_quick_exit). Standard output that was not yet flushed is lost.
 */
#ifndef T_MODEL_FAIL_H
#define T_MODEL_FAIL_H

#include <stddef.h>

enum status { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_DISAGREES = 3 };

/* Remembers the program's name, for messages and for the metadata of what it writes. */
void set_program_name(const char *argv0);
const char *program_name(void);

/* Ends the program with status 1. file: the file at fault, or NULL. A format that ends in a colon gets
 * errno's text appended. */
_Noreturn void fail(const char *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the program with status 2, pointing to --help. */
_Noreturn void fail_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line on standard error; the program goes on. */
void warn(const char *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Zeroed memory for count elements of size bytes; never NULL: fails on overflow and exhaustion.
 * Aligned to 64 bytes, so that whole vector registers can be loaded; release with free(). */
void *allocate(size_t count, size_t size) __attribute__((returns_nonnull));

/* As realloc(3) for count elements of size bytes, never NULL; new memory is not zeroed. */
void *reallocate(void *memory, size_t count, size_t size) __attribute__((returns_nonnull));

/* A formatted string in fresh memory; never NULL. */
char *format_string(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* Copies text; never NULL. */
char *copy_string(const char *text) __attribute__((returns_nonnull));

#endif
