/* output.c: atomic output files.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "output.h"

#include "fail.h"
#include "read-file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_MAX_FILES = 32 };

/* The temporary files that would have to be removed were the program to end now. */
static char *volatile pending[OPEN_MAX_FILES];

void output_abandon_all(void)
{
	for (int i = 0; i < OPEN_MAX_FILES; i++)
		if (pending[i])
			unlink(pending[i]);
}

static void abandon_and_die(int signal_number)
{
	output_abandon_all();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void remember(char *temporary)
{
	static bool registered;

	if (!registered) {
		static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
		if (atexit(output_abandon_all) != 0 || at_quick_exit(output_abandon_all) != 0)
			fail(temporary, "cannot be removed, should the program fail");
		for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
			struct sigaction now;
			/* A program that handles the signal itself (train) or ignores it (nohup) keeps its way. */
			if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL)
				signal(ending[i], abandon_and_die);
		}
		registered = true;
	}
	for (int i = 0; i < OPEN_MAX_FILES; i++)
		if (!pending[i]) {
			pending[i] = temporary;
			return;
		}
	unlink(temporary);
	fail(temporary, "too many files open for writing");
}

static void forget(const char *temporary)
{
	for (int i = 0; i < OPEN_MAX_FILES; i++)
		if (pending[i] == temporary)
			pending[i] = NULL;
}

void output_open(struct output *output, const char *path)
{
	output->path = copy_string(path);
	output->temporary = format_string("%s.XXXXXX", path);
	int descriptor = mkstemp(output->temporary);
	if (descriptor < 0)
		fail(path, "cannot create:");
	remember(output->temporary);
	mode_t mask = umask(0);
	umask(mask);
	if (fchmod(descriptor, 0666 & ~mask) != 0 || !(output->stream = fdopen(descriptor, "wb")))
		fail(path, "cannot open for writing:");
}

void output_write(struct output *output, const void *bytes, size_t count)
{
	if (count != 0 && fwrite(bytes, 1, count, output->stream) != count)
		fail(output->path, "cannot write:");
}

void output_close(struct output *output)
{
	if (ferror(output->stream))
		fail(output->path, "cannot write");
	if (fflush(output->stream) != 0 || fsync(fileno(output->stream)) != 0)
		fail(output->path, "cannot write:");
	if (fclose(output->stream) != 0)
		fail(output->path, "cannot write:");
	if (rename(output->temporary, output->path) != 0)
		fail(output->path, "cannot rename into place:");
	forget(output->temporary);
	free(output->temporary);
	free(output->path);
	*output = (struct output){0};
}

void write_json(const char *folder, const char *name, json_t *json, bool sorted)
{
	char *path = path_in(folder, name);
	char *text = json_dumps(json, JSON_INDENT(2) | (sorted ? JSON_SORT_KEYS : 0));
	struct output output;

	if (!text)
		fail(path, "cannot write: a name is not UTF-8");
	output_open(&output, path);
	fprintf(output.stream, "%s\n", text);
	output_close(&output);
	free(text);
	free(path);
	json_decref(json);
}

void make_directory(const char *path)
{
	struct stat status;

	if (mkdir(path, 0777) == 0)
		return;
	if (errno != EEXIST || stat(path, &status) != 0)
		fail(path, "cannot make the directory:");
	if (!S_ISDIR(status.st_mode))
		fail(path, "is not a directory");
}
