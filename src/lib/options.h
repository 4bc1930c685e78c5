/* options.h: the command line; one table feeds both getopt_long and --help.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_OPTIONS_H
#define T_MODEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_INTEGER, OPTION_REAL };

/* One option. value points to bool, const char *, int64_t or double by kind and holds the default
 * beforehand. A number must lie in [least, most]. argument is the word shown in --help. */
struct option_row {
	const char *name;
	char letter; /* short form, or 0 */
	enum option_kind kind;
	void *value;
	double least, most;
	const char *argument, *help;
	/* set from the command line, for the recorded history (see options_as_json) */
	bool given;
	/* how many threads, where to write, how loudly: true keeps it out of the recorded history */
	bool unrecorded;
};

/* What a program says of itself. rows end with a row whose name is NULL. */
struct command {
	const char *purpose;   /* one sentence */
	const char *arguments; /* usage, after `prog [options]` */
	const char *example;   /* one real command line */
	struct option_row *rows;
	int least_files, most_files; /* positional arguments allowed; most_files < 0: any number */
};

/* Options that every program has, set by parse_options. */
struct common_options {
	const char *output; /* -o, NULL if not given */
	int64_t threads;    /* --threads, default: the processors online */
	bool verbose;       /* -v */
};
extern struct common_options common;

/* Parses argv, answers --help and --version itself (exit 0), and ends with status 2 on misuse.
 * Also sets the program's name. Returns the index in argv of the first positional argument. */
int parse_options(int argc, char **argv, const struct command *command);

/* Like parse_options for a program that has no -o: its output is standard output. */
int parse_options_stdout(int argc, char **argv, const struct command *command);

/* The next of an option's list of rising whole numbers, "N,N,…". rest is what is left of it, not empty, and moves on to
 * the one after. Ends with status 2 if that is no number above `before` and up to most. */
int64_t rising_number(const char *option, const char *list, const char **rest, int64_t before, int64_t most);

/* Flushes and closes standard output and fails if that fails: a full disk or closed pipe is loud. */
void close_stdout(void);

/* The version that --version prints and that every written file carries. */
extern const char *const t_model_version;

#endif
