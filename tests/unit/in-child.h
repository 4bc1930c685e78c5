/* in-child.h: what ends the program is made to happen in a child; its exit status and last words are the result.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To be included after fail.h: cmocka has a macro fail.
 */
#ifndef T_MODEL_IN_CHILD_H
#define T_MODEL_IN_CHILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What the last child wrote to standard error. */
static char said[4096];

/* Runs action in a child. Returns its exit status, or -1 if it crashed. */
static int in_child(void (*action)(void))
{
	FILE *words = tmpfile();
	int status;

	assert_non_null(words);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		if (dup2(fileno(words), STDERR_FILENO) < 0)
			_exit(100);
		action();
		exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	rewind(words);
	said[fread(said, 1, sizeof said - 1, words)] = '\0';
	fclose(words);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The action ends with this exit status and one line, in which both texts stand. */
#define assert_ends(action, status, path, words) assert_ends_at(action, status, path, words, __FILE__, __LINE__)

static void assert_ends_at(
	void (*action)(void), int expected, const char *path, const char *words, const char *file, int line)
{
	int status = in_child(action);
	const char *newline = strchr(said, '\n');

	if (status == expected && strstr(said, path) && strstr(said, words) && newline && newline[1] == '\0')
		return;
	print_error("status %d, said: %sexpected status %d and: %s … %s\n", status, said, expected, path, words);
	_fail(file, line);
}

#endif
