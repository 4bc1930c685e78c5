/* read-file.c: whole files and JSON files.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-file.h"

#include "fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the system knows of an open file. */
static struct stat look_at(int descriptor, const char *path)
{
	struct stat status;

	if (fstat(descriptor, &status) != 0)
		fail(path, "cannot look at:");
	return status;
}

/* Fails if the file is not what it was; a pipe always is. */
static void check_unchanged(int descriptor, const char *path, off_t size, struct timespec changed)
{
	const struct stat now = look_at(descriptor, path);

	if (S_ISREG(now.st_mode) && (now.st_size != size || now.st_mtim.tv_sec != changed.tv_sec ||
					    now.st_mtim.tv_nsec != changed.tv_nsec))
		fail(path, "was written to while it was read");
}

char *read_file(const char *path, size_t *size)
{
	size_t used = 0, room = 1 << 16;
	char *bytes = allocate(room + 1, 1);
	FILE *stream = fopen(path, "rb");

	if (!stream)
		fail(path, "cannot open:");
	const struct stat before = look_at(fileno(stream), path);
	for (size_t got; (got = fread(bytes + used, 1, room - used, stream)) > 0;) {
		used += got;
		if (used == room) {
			room *= 2;
			bytes = reallocate(bytes, room + 1, 1);
		}
	}
	if (ferror(stream))
		fail(path, "cannot read:");
	check_unchanged(fileno(stream), path, before.st_size, before.st_mtim);
	fclose(stream);
	bytes = reallocate(bytes, used + 1, 1); /* a read beyond the file's end is one beyond this memory */
	bytes[used] = '\0';
	*size = used;
	return bytes;
}

struct regular_file regular_file_open(const char *path)
{
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0)
		fail(path, "cannot open:");
	const struct stat status = look_at(descriptor, path);
	if (!S_ISREG(status.st_mode))
		fail(path, "is not a regular file");
	return (struct regular_file){
		.descriptor = descriptor, .size = (size_t)status.st_size, .changed = status.st_mtim};
}

void regular_file_close(const struct regular_file *file, const char *path)
{
	check_unchanged(file->descriptor, path, (off_t)file->size, file->changed);
	close(file->descriptor);
}

bool read_at(int descriptor, void *buffer, size_t count, size_t offset)
{
	for (size_t done = 0; done < count;) {
		ssize_t got = pread(descriptor, (char *)buffer + done, count - done, (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0)
				errno = 0;
			return false;
		}
		done += (size_t)got;
	}
	return true;
}

json_t *read_json(const char *path)
{
	json_error_t error;
	size_t size;
	char *text = read_file(path, &size);
	json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);

	free(text);
	if (!object)
		fail(path, "is not JSON: %s (line %d)", error.text, error.line);
	if (!json_is_object(object))
		fail(path, "is not a JSON object");
	return object;
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

char *path_in(const char *folder, const char *name)
{
	return format_string("%s/%s", folder, name);
}

char *path_last(const char *path, size_t length)
{
	size_t begin;

	while (length > 1 && path[length - 1] == '/')
		length--;
	for (begin = length; begin > 0 && path[begin - 1] != '/';)
		begin--;
	return format_string("%.*s", (int)(length - begin), path + begin);
}
