/* options.c: the command line from one table.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "options.h"

#include "fail.h"
#include "library-failures.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const t_model_version = "0.1.0";

struct common_options common;

enum { ROWS_MAX = 48, HELP_VALUE = 1000, VERSION_VALUE, THREADS_VALUE, ROW_VALUE };

static void print_row(const char *name, char letter, const char *argument, const char *help, const char *standard)
{
	char left[64];

	snprintf(left, sizeof left, "%s%c%s --%s%s%s", letter ? "-" : " ", letter ? letter : ' ', letter ? "," : " ",
		name, argument ? " " : "", argument ? argument : "");
	printf("  %-28s %s", left, help);
	if (standard && *standard)
		printf(" [%s]", standard);
	putchar('\n');
}

static void print_help(const struct command *command, bool has_output)
{
	printf("usage: %s [options] %s%s\n\n%s\n\noptions [defaults]:\n", program_name(), command->arguments,
		has_output ? " -o OUT" : "", command->purpose);
	for (const struct option_row *row = command->rows; row->name; row++) {
		char standard[64] = "";
		if (row->kind == OPTION_INTEGER)
			snprintf(standard, sizeof standard, "%lld", (long long)*(int64_t *)row->value);
		else if (row->kind == OPTION_REAL)
			snprintf(standard, sizeof standard, "%g", *(double *)row->value);
		else if (row->kind == OPTION_TEXT && *(const char **)row->value)
			snprintf(standard, sizeof standard, "%s", *(const char **)row->value);
		print_row(row->name, row->letter, row->argument, row->help, standard);
	}
	if (has_output)
		print_row("output", 'o', "OUT", "what to write", NULL);
	print_row("threads", 0, "N", "worker threads; never changes a result", "processors");
	print_row("verbose", 'v', NULL, "say more on standard error", NULL);
	print_row("help", 0, NULL, "this text", NULL);
	print_row("version", 0, NULL, "the version", NULL);
	printf("\nexample:\n  %s\n", command->example);
}

static double parse_number(const struct option_row *row, const char *text)
{
	char *end;

	errno = 0;
	double value = strtod(text, &end);
	if (end == text || *end || errno == ERANGE || !(value >= row->least && value <= row->most))
		fail_usage("--%s: '%s' is not a number from %g to %g", row->name, text, row->least, row->most);
	if (row->kind == OPTION_INTEGER && value != floor(value))
		fail_usage("--%s: '%s' is not a whole number", row->name, text);
	return value;
}

static void set_option(struct option_row *row, const char *text)
{
	row->given = true;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)row->value = true;
		break;
	case OPTION_TEXT:
		*(const char **)row->value = text;
		break;
	case OPTION_INTEGER:
		*(int64_t *)row->value = (int64_t)parse_number(row, text);
		break;
	case OPTION_REAL:
		*(double *)row->value = parse_number(row, text);
		break;
	}
}

/* To getopt's list of letters; there is room. */
static void add_letter(char *letters, char letter, bool has_argument)
{
	char *end = letters + strlen(letters);

	*end++ = letter;
	if (has_argument)
		*end++ = ':';
	*end = '\0';
}

static int parse(int argc, char **argv, const struct command *command, bool has_output)
{
	struct option table[ROWS_MAX + 6];
	char letters[2 * ROWS_MAX + 8] = ":v";
	int used = 0;
	struct option_row threads = {
		.name = "threads", .kind = OPTION_INTEGER, .value = &common.threads, .least = 1, .most = 1024};

	set_program_name(argv[0]);
	catch_library_failures();
	/* A closed pipe is then an error of write(2), reported like any other. */
	signal(SIGPIPE, SIG_IGN);
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	common.threads = online > 0 ? online : 1;
	if (has_output)
		add_letter(letters, 'o', true);
	for (struct option_row *row = command->rows; row->name && used < ROWS_MAX; row++) {
		int value = row->letter ? row->letter : ROW_VALUE + used;
		table[used++] = (struct option){
			row->name, row->kind == OPTION_FLAG ? no_argument : required_argument, NULL, value};
		if (row->letter)
			add_letter(letters, row->letter, row->kind != OPTION_FLAG);
	}
	table[used++] = (struct option){"help", no_argument, NULL, HELP_VALUE};
	table[used++] = (struct option){"version", no_argument, NULL, VERSION_VALUE};
	table[used++] = (struct option){"threads", required_argument, NULL, THREADS_VALUE};
	table[used++] = (struct option){"verbose", no_argument, NULL, 'v'};
	if (has_output)
		table[used++] = (struct option){"output", required_argument, NULL, 'o'};
	table[used] = (struct option){0};

	opterr = 0;
	for (int value; (value = getopt_long(argc, argv, letters, table, NULL)) != -1;) {
		if (value == '?')
			fail_usage("unknown option '%s'", argv[optind - 1]);
		if (value == ':')
			fail_usage("option '%s' needs a value", argv[optind - 1]);
		if (value == HELP_VALUE) {
			print_help(command, has_output);
			close_stdout();
			exit(STATUS_DONE);
		}
		if (value == VERSION_VALUE) {
			printf("%s %s\n", program_name(), t_model_version);
			close_stdout();
			exit(STATUS_DONE);
		}
		if (value == THREADS_VALUE)
			set_option(&threads, optarg);
		else if (value == 'v')
			common.verbose = true;
		else if (value == 'o' && has_output)
			common.output = optarg;
		else
			for (int i = 0; command->rows[i].name; i++)
				if (value == (command->rows[i].letter ? command->rows[i].letter : ROW_VALUE + i))
					set_option(&command->rows[i], optarg);
	}
	int files = argc - optind;
	if (files < command->least_files || (command->most_files >= 0 && files > command->most_files))
		fail_usage("expected %s, found %d file argument%s", command->arguments, files, files == 1 ? "" : "s");
	if (has_output && !common.output)
		fail_usage("-o OUT is missing");
	return optind;
}

int parse_options(int argc, char **argv, const struct command *command)
{
	return parse(argc, argv, command, true);
}

int parse_options_stdout(int argc, char **argv, const struct command *command)
{
	return parse(argc, argv, command, false);
}

int64_t rising_number(const char *option, const char *list, const char **rest, int64_t before, int64_t most)
{
	char *end;
	const long long number = strtoll(*rest, &end, 10);

	if (end == *rest || (*end && *end != ',') || number <= before || number > most)
		fail_usage("--%s: '%s' is not a list of rising whole numbers", option, list);
	*rest = end + (*end == ',');
	return number;
}

void close_stdout(void)
{
	bool failed = ferror(stdout) != 0;
	errno = 0;
	if (fclose(stdout) != 0 || failed)
		fail("standard output", "cannot write:");
}
