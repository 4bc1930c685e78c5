/* read-file.h: a whole file in memory.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_READ_FILE_H
#define T_MODEL_READ_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The file's bytes and a NUL after them, in fresh memory; *size without that NUL. Fails if it cannot be
 * read or is a directory. Reads pipes as well. */
char *read_file(const char *path, size_t *size);

/* Opens a regular file for reads at any offset, and tells its size; fails on anything else. */
int open_regular_file(const char *path, size_t *size);

/* Reads count bytes of an open file from offset on; false at its end (errno is 0) and where it cannot be read. */
bool read_at(int descriptor, void *buffer, size_t count, size_t offset);

/* The file as a JSON object; fails where it is not one. */
json_t *read_json(const char *path);

/* Is there something at that path? */
bool path_exists(const char *path);

/* "folder/name" in fresh memory. */
char *path_in(const char *folder, const char *name);

#endif
