/* fail.c: one-line failures and checked memory.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fail.h"

#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *name = "t-model";

void set_program_name(const char *argv0)
{
	const char *slash = strrchr(argv0, '/');
	name = slash ? slash + 1 : argv0;
}

const char *program_name(void)
{
	return name;
}

/* Writes one line; control characters of a hostile file's text are made visible. */
static void print_line(const char *file, const char *format, va_list arguments, int error)
{
	char line[2048];
	int used = 0;

	if (file)
		used = snprintf(line, sizeof line, "%s: %s: ", name, file);
	else
		used = snprintf(line, sizeof line, "%s: ", name);
	if (used < 0 || (size_t)used >= sizeof line)
		used = sizeof line - 1;
	vsnprintf(line + used, sizeof line - (size_t)used, format, arguments);
	size_t length = strlen(format);
	used = (int)strlen(line);
	if (length > 0 && format[length - 1] == ':')
		snprintf(line + used, sizeof line - (size_t)used, " %s", strerror(error));
	fprintf(stderr, "%s\n", make_printable(line));
}

/* The first thread that fails ends the program; what another has to say meanwhile is not heard. */
static void be_first_to_fail(void)
{
	static atomic_flag failed = ATOMIC_FLAG_INIT;

	while (atomic_flag_test_and_set(&failed))
		pause();
}

void fail(const char *file, const char *format, ...)
{
	int error = errno;
	va_list arguments;

	be_first_to_fail();
	va_start(arguments, format);
	print_line(file, format, arguments, error);
	va_end(arguments);
	/* exit(3) would take down OpenBLAS while other threads are computing */
	quick_exit(STATUS_FAILED);
}

void fail_usage(const char *format, ...)
{
	int error = errno;
	char message[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	errno = error;
	fprintf(stderr, "%s: %s (see --help)\n", name, make_printable(message));
	exit(STATUS_USAGE);
}

void warn(const char *file, const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	print_line(file, format, arguments, error);
	va_end(arguments);
}

void *allocate(size_t count, size_t size)
{
	const size_t alignment = 64;

	if (size != 0 && count > (SIZE_MAX - alignment) / size)
		fail(NULL, "out of memory (%zu elements of %zu bytes)", count, size);
	size_t bytes = (count * size + alignment - 1) / alignment * alignment;
	void *memory = aligned_alloc(alignment, bytes ? bytes : alignment);
	if (!memory)
		fail(NULL, "out of memory (%zu bytes)", bytes);
	memset(memory, 0, bytes);
	return memory;
}

void *reallocate(void *memory, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		fail(NULL, "out of memory (%zu elements of %zu bytes)", count, size);
	void *larger = realloc(memory, count * size > 0 ? count * size : 1);
	if (!larger)
		fail(NULL, "out of memory (%zu bytes)", count * size);
	return larger;
}

char *format_string(const char *format, ...)
{
	va_list arguments, again;

	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		fail(NULL, "cannot format a string");
	char *text = allocate((size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *copy_string(const char *text)
{
	return format_string("%s", text);
}
