/* test-output.c: however a program ends, a file is the old one or the new one, and nothing lies beside it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fail.h"
#include "output.h"
#include "read-file.h"

#include <dirent.h>
#include <signal.h>

#include "in-child.h"

#define FILE_NAME "table.tsv"
#include "in-folder.h"

static int begin_tests(void **state)
{
	const int signals[] = {SIGINT, SIGTERM, SIGHUP}; /* which whoever started us may ignore */

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		signal(signals[i], SIG_DFL);
	return make_folder(state);
}

/* The folder holds the table alone, with this text. */
static void assert_table(const char *expected)
{
	DIR *listing = opendir(folder);
	size_t size;
	int files = 0;

	assert_non_null(listing);
	for (const struct dirent *entry; (entry = readdir(listing));)
		files += entry->d_name[0] != '.';
	closedir(listing);
	assert_int_equal(files, 1);
	char *text = read_file(path, &size);
	assert_string_equal(text, expected);
	free(text);
}

/* ---- ends of a program that has written half a file ---- */

static void begin(void)
{
	static struct output output;

	output_open(&output, path);
	output_write(&output, "half", 4);
	fflush(output.stream);
}

static void end_by_interrupt(void)
{
	begin();
	raise(SIGINT);
}

static void end_by_termination(void)
{
	begin();
	raise(SIGTERM);
}

static void end_by_hanging_up(void)
{
	begin();
	raise(SIGHUP);
}

static void end_by_failing(void)
{
	begin();
	(fail)(path, "cannot go on"); /* not the macro of cmocka */
}

static void end_by_returning(void)
{
	begin();
}

static void what_was_there_stays_however_a_program_ends(void **state)
{
	static void (*const by_signal[])(void) = {end_by_interrupt, end_by_termination, end_by_hanging_up};

	(void)state;
	write_bytes("before\n", 7);
	for (size_t i = 0; i < sizeof by_signal / sizeof *by_signal; i++) {
		assert_int_equal(in_child(by_signal[i]), -1); /* the signal, not a status of its own */
		assert_string_equal(said, "");
		assert_table("before\n");
	}
	assert_ends(end_by_failing, 1, path, "cannot go on");
	assert_table("before\n");
	assert_int_equal(in_child(end_by_returning), 0);
	assert_table("before\n");
}

static void ignore_hanging_up(void)
{
	struct output output;

	signal(SIGHUP, SIG_IGN);
	output_open(&output, path);
	output_write(&output, "after\n", 6);
	raise(SIGHUP);
	output_close(&output);
}

static void a_signal_that_is_ignored_ends_nothing(void **state)
{
	(void)state;
	write_bytes("before\n", 7);
	assert_int_equal(in_child(ignore_hanging_up), 0);
	assert_table("after\n");
}

/* ---- what cannot be written ---- */

static void open_many(void)
{
	for (int i = 0; i < 100; i++)
		begin();
}

static void write_what_is_not_utf8(void)
{
	write_json(folder, "table.tsv", json_pack("{s:s}", "name", "\xff"), false);
}

static void write_to_a_closed_stream(void)
{
	struct output output;

	output_open(&output, path);
	close(fileno(output.stream));
	output_write(&output, "after\n", 6);
	output_close(&output);
}

static void make_a_folder_of_a_file(void)
{
	make_directory(path);
}

static void what_cannot_be_written_fails_in_one_line(void **state)
{
	(void)state;
	write_bytes("before\n", 7);
	assert_ends(open_many, 1, path, "too many files open for writing");
	assert_table("before\n");
	assert_ends(write_what_is_not_utf8, 1, path, "a name is not UTF-8");
	assert_table("before\n");
	assert_ends(write_to_a_closed_stream, 1, path, "cannot write: Bad file descriptor");
	assert_table("before\n");
	assert_ends(make_a_folder_of_a_file, 1, path, "is not a directory");
	assert_table("before\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_there_stays_however_a_program_ends),
		cmocka_unit_test(a_signal_that_is_ignored_ends_nothing),
		cmocka_unit_test(what_cannot_be_written_fails_in_one_line),
	};

	set_program_name("test-output");
	return cmocka_run_group_tests(tests, begin_tests, remove_folder);
}
