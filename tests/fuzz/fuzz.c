/* fuzz.c: libFuzzer's entrance: puts each input into a file and has it read.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program that fails leaves its memory and files to the system. Here the next input follows in the same process: so
 * the memory that a failure left is told by AddressSanitizer's hooks and freed, and descriptors are closed. What a
 * reader that did not fail leaves is a leak, and a finding.
 */
#include "fuzz.h"

#include "read-file.h"

#include <fcntl.h>
#include <sanitizer/allocator_interface.h>
#include <sanitizer/asan_interface.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
zip_t *__real_zip_open(const char *path, int flags, int *error);
zip_t *__wrap_zip_open(const char *path, int flags, int *error);
void __real_zip_discard(zip_t *archive);
void __wrap_zip_discard(zip_t *archive);
zip_file_t *__real_zip_fopen_index(zip_t *archive, zip_uint64_t index, zip_flags_t flags);
zip_file_t *__wrap_zip_fopen_index(zip_t *archive, zip_uint64_t index, zip_flags_t flags);
int __real_zip_fclose(zip_file_t *member);
int __wrap_zip_fclose(zip_file_t *member);

/* For targets that do without. */
__attribute__((weak)) void fuzz_begin(const char *unused)
{
	(void)unused;
}

/* ---- what the reader holds ---- */

enum { HELD_MAX = 1 << 20, DESCRIPTORS = 64 };

static _Thread_local bool reading; /* libFuzzer has a thread of its own */
static const volatile void *held[HELD_MAX];
static size_t held_count;
/* They hold a stream, which only libzip can close: a member first, then its archive. */
static zip_t *archive;
static zip_file_t *member;
static bool was_open[DESCRIPTORS]; /* before the first input: libFuzzer's own */

static void hold(const volatile void *memory, size_t size)
{
	(void)size;
	if (!reading)
		return;
	if (held_count == HELD_MAX)
		abort(); /* far more blocks than an input has bytes */
	held[held_count++] = memory;
}

/* Most blocks are freed soon after they were allocated. */
static void release(const volatile void *memory)
{
	if (reading && memory)
		for (size_t i = held_count; i-- > 0;)
			if (held[i] == memory) {
				held[i] = held[--held_count];
				return;
			}
}

zip_t *__wrap_zip_open(const char *path, int flags, int *error)
{
	return archive = __real_zip_open(path, flags, error);
}

void __wrap_zip_discard(zip_t *which)
{
	archive = NULL;
	__real_zip_discard(which);
}

zip_file_t *__wrap_zip_fopen_index(zip_t *of, zip_uint64_t index, zip_flags_t flags)
{
	return member = __real_zip_fopen_index(of, index, flags);
}

int __wrap_zip_fclose(zip_file_t *which)
{
	member = NULL;
	return __real_zip_fclose(which);
}

static void clear_away(void)
{
	if (member)
		__wrap_zip_fclose(member);
	if (archive)
		__wrap_zip_discard(archive);
	reading = false;
	while (held_count > 0)
		free((void *)held[--held_count]);
	for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++)
		if (!was_open[descriptor])
			close(descriptor);
}

/* ---- inputs ---- */

static jmp_buf failed;
static char *folder, *path;

void fuzz_give_up(void)
{
	longjmp(failed, 1);
}

static void write_bytes(const char *to, const void *bytes, size_t size)
{
	FILE *stream = fopen(to, "wb");

	if (!stream || fwrite(bytes, 1, size, stream) != size || fclose(stream) != 0)
		abort();
}

static void copy_beside(const char *from)
{
	size_t size;
	char *bytes = read_file(from, &size), *to = path_in(folder, strrchr(from, '/') + 1);

	write_bytes(to, bytes, size);
	free(bytes);
	free(to);
}

static void remove_folder(void)
{
	unlink(path);
	for (size_t i = 0; fuzz_beside[i]; i++) {
		char *copy = path_in(folder, strrchr(fuzz_beside[i], '/') + 1);
		unlink(copy);
		free(copy);
	}
	rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	const char *where = getenv("TMPDIR");

	folder = path_in(where ? where : "/tmp", "fuzz.XXXXXX");
	if (!mkdtemp(folder))
		abort();
	path = path_in(folder, fuzz_name);
	for (size_t i = 0; fuzz_beside[i]; i++)
		copy_beside(fuzz_beside[i]);
	fuzz_begin(folder);
	setenv("TZ", "UTC", 1); /* libzip asks for it, and unset it would be copied anew each time */
	tzset();
	atexit(remove_folder);
	if (!__sanitizer_install_malloc_and_free_hooks(hold, release))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool begun;

	for (int descriptor = 0; !begun && descriptor < DESCRIPTORS; descriptor++)
		was_open[descriptor] = fcntl(descriptor, F_GETFD) >= 0;
	begun = true;
	write_bytes(path, data, size);
	held_count = 0;
	reading = true;
	if (setjmp(failed) == 0) {
		fuzz_read(folder, path);
		reading = false;
		if (held_count > 0) { /* a leak, of a reader that did not fail */
			__asan_describe_address((void *)held[0]);
			abort();
		}
	} else {
		clear_away();
	}
	return 0;
}
