/* in-folder.h: a folder of the test's own, for the one file that the test at hand writes and reads.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To be included after in-child.h and read-file.h, with the file's name as FILE_NAME.
 */
#ifndef T_MODEL_IN_FOLDER_H
#define T_MODEL_IN_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/unit-test.XXXXXX";
static char *path; /* of the file */

static void write_bytes(const void *bytes, size_t count)
{
	FILE *stream = fopen(path, "wb");

	assert_non_null(stream);
	assert_int_equal(fwrite(bytes, 1, count, stream), count);
	assert_int_equal(fclose(stream), 0);
}

/* For cmocka_run_group_tests, before and after all tests. */
static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	path = path_in(folder, FILE_NAME);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	free(path);
	return rmdir(folder);
}

#endif
