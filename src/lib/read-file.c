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

char *read_file(const char *path, size_t *size)
{
	size_t used = 0, room = 1 << 16;
	char *bytes = allocate(room + 1, 1);
	FILE *stream = fopen(path, "rb");

	if (!stream)
		fail(path, "cannot open:");
	for (size_t got; (got = fread(bytes + used, 1, room - used, stream)) > 0;) {
		used += got;
		if (used == room) {
			room *= 2;
			bytes = reallocate(bytes, room + 1, 1);
		}
	}
	if (ferror(stream))
		fail(path, "cannot read:");
	fclose(stream);
	bytes[used] = '\0';
	*size = used;
	return bytes;
}

int open_regular_file(const char *path, size_t *size)
{
	struct stat status;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0)
		fail(path, "cannot open:");
	if (fstat(descriptor, &status) != 0)
		fail(path, "cannot look at:");
	if (!S_ISREG(status.st_mode))
		fail(path, "is not a regular file");
	*size = (size_t)status.st_size;
	return descriptor;
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
