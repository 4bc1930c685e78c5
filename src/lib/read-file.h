/* read-file.h: a whole file in memory.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_READ_FILE_H
#define T_MODEL_READ_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* The file's bytes and a NUL after them, in fresh memory; *size without that NUL. Fails if it cannot be
 * read, is a directory, or is written to meanwhile. Reads pipes as well. */
char *read_file(const char *path, size_t *size);

/* A regular file, open for reads at any offset. */
struct regular_file {
	int descriptor;
	size_t size; /* as it was when it was opened, like the time of its last change */
	struct timespec changed;
};

/* Fails on anything but a regular file. */
struct regular_file regular_file_open(const char *path);

/* Fails if another process has written to the file meanwhile: what was read of it may be neither the old nor the new. */
void regular_file_close(const struct regular_file *file, const char *path);

/* Reads count bytes of an open file from offset on; false at its end (errno is 0) and where it cannot be read. */
bool read_at(int descriptor, void *buffer, size_t count, size_t offset);

/* The file as a JSON object; fails where it is not one. */
json_t *read_json(const char *path);

/* Is there something at that path? */
bool path_exists(const char *path);

/* "folder/name" in fresh memory. */
char *path_in(const char *folder, const char *name);

/* The last part of the first `length` bytes of a path, without slashes at its end, in fresh memory. */
char *path_last(const char *path, size_t length);

#endif
