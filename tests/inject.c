/* inject.c: makes one call of a program to the system fail; to be loaded before the C library, by LD_PRELOAD.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   INJECT=FUNCTION:N    the N-th call of FUNCTION fails, of those that the program makes itself, not by a library
 *   COUNTS=FILE          gets a line for each function that was called: its name, a tab, how often
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ZIP_ER_MEMORY = 14 }; /* libzip's own */

struct function {
	const char *name;
	void *real;
	atomic_long calls;
	atomic_bool known; /* is it in the list? */
	struct function *next;
};

/* Where the program's own code is. */
static uintptr_t first, last;
/* The functions that were called, and the call that has to fail. */
static _Atomic(struct function *) functions;
static const char *wanted = "";
static size_t wanted_length;
static long wanted_call;
static atomic_bool over; /* what the program does after main is not its own */

static int find_program(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
			first = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			last = first + info->dlpi_phdr[i].p_memsz;
		}
	return 1; /* the program comes first */
}

__attribute__((constructor)) static void begin(void)
{
	const char *inject = getenv("INJECT"), *colon = inject ? strchr(inject, ':') : NULL;

	dl_iterate_phdr(find_program, NULL);
	if (colon) {
		wanted = inject;
		wanted_length = (size_t)(colon - inject);
		wanted_call = strtol(colon + 1, NULL, 10);
	}
}

static void end(void)
{
	const char *counts = getenv("COUNTS");
	int descriptor = counts ? creat(counts, 0666) : -1;

	over = true;
	for (struct function *function = functions; function && descriptor >= 0; function = function->next)
		dprintf(descriptor, "%s\t%ld\n", function->name, (long)function->calls);
}

static void list(struct function *function)
{
	if (atomic_exchange(&function->known, true))
		return;
	if (!functions) {
		atexit(end);
		at_quick_exit(end);
	}
	function->next = functions;
	while (!atomic_compare_exchange_weak(&functions, &function->next, function))
		;
}

static bool is_due(struct function *function, const void *caller)
{
	if (!function->real)
		function->real = dlsym(RTLD_NEXT, function->name);
	if (over || (uintptr_t)caller < first || (uintptr_t)caller >= last)
		return false;
	list(function);
	return atomic_fetch_add(&function->calls, 1) + 1 == wanted_call && strlen(function->name) == wanted_length &&
	       strncmp(function->name, wanted, wanted_length) == 0;
}

/* What a failed write leaves, ferror() tells. */
static size_t mark(FILE *stream)
{
	stream->_flags |= 0x20; /* the C library's own */
	return 0;
}

/* The function itself, unless the call is due to fail, with that result and errno. */
#define INJECT(result, call, failed, error, parameters, ...)                                                         \
	result call parameters                                                                                       \
	{                                                                                                            \
		static struct function function = {.name = #call};                                                   \
		if (!is_due(&function, __builtin_return_address(0)))                                                 \
			return ((result(*) parameters)function.real)(__VA_ARGS__);                                   \
		errno = error;                                                                                       \
		return failed;                                                                                       \
	}

/* memory */
INJECT(void *, aligned_alloc, NULL, ENOMEM, (size_t alignment, size_t size), alignment, size)
INJECT(void *, realloc, NULL, ENOMEM, (void *memory, size_t size), memory, size)

/* reading */
INJECT(FILE *, fopen, NULL, EMFILE, (const char *path, const char *mode), path, mode)
INJECT(int, fstat, -1, EIO, (int descriptor, struct stat *status), descriptor, status)
INJECT(ssize_t, pread, -1, EIO, (int descriptor, void *buffer, size_t count, off_t offset), descriptor, buffer, count, offset)

/* writing */
INJECT(int, mkdir, -1, EACCES, (const char *path, mode_t mode), path, mode)
INJECT(int, mkstemp, -1, EACCES, (char *path), path)
INJECT(int, fchmod, -1, EPERM, (int descriptor, mode_t mode), descriptor, mode)
INJECT(FILE *, fdopen, NULL, ENOMEM, (int descriptor, const char *mode), descriptor, mode)
INJECT(size_t, fwrite, mark(stream), ENOSPC, (const void *bytes, size_t size, size_t count, FILE *stream), bytes, size, count, stream)
INJECT(int, fflush, EOF, ENOSPC, (FILE *stream), stream)
INJECT(int, fsync, -1, EIO, (int descriptor), descriptor)
INJECT(int, rename, -1, EXDEV, (const char *from, const char *to), from, to)

/* libraries that can fail for want of memory */
INJECT(void *, EVP_MD_CTX_new, NULL, ENOMEM, (void), )
INJECT(int, EVP_DigestInit_ex, 0, ENOMEM, (void *context, const void *type, void *engine), context, type, engine)
INJECT(int, EVP_DigestUpdate, 0, ENOMEM, (void *context, const void *bytes, size_t count), context, bytes, count)
INJECT(int, EVP_DigestFinal_ex, 0, ENOMEM, (void *context, unsigned char *digest, unsigned *size), context, digest, size)
INJECT(void *, zip_open, (*code = ZIP_ER_MEMORY, NULL), ENOMEM, (const char *path, int flags, int *code), path, flags, code)
INJECT(void *, zip_fopen_index, NULL, ENOMEM, (void *archive, unsigned long index, unsigned flags), archive, index, flags)
INJECT(long, zip_fread, -1, EIO, (void *member, void *buffer, unsigned long count), member, buffer, count)
INJECT(unsigned char *, utf8proc_NFD, NULL, ENOMEM, (const unsigned char *text), text)
INJECT(char *, json_dumps, NULL, ENOMEM, (const void *json, size_t flags), json, flags)
