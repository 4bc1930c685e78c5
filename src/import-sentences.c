/* import-sentences.c: turns a published table of labelled texts into a sentence file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  TABLE, whose cells may be quoted (csv.h).
 * Out: TSV sentence, label. The sentence is the text of one or more columns in plain text (markup.h: character
 *      references, tags and escaped line ends are replaced), the label a class's name.
 */
#include "csv.h"
#include "fail.h"
#include "markup.h"
#include "names.h"
#include "options.h"
#include "sentences.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 64 };

static const char *text_columns = "1", *label_names;
static int64_t label_column = 2;
static bool tabs, header;

static struct option_row rows[] = {
	{"text", 0, OPTION_TEXT, &text_columns, 0, 0, "N,N", "columns of the text, from 1, joined", false, false},
	{"label", 0, OPTION_INTEGER, &label_column, 1, COLUMNS_MAX, "N", "column of the label, from 1", false, false},
	{"names", 0, OPTION_TEXT, &label_names, 0, 0, "A=X,B=Y", "label A is named X, B Y; no other", false, false},
	{"tabs", 0, OPTION_FLAG, &tabs, 0, 0, NULL, "tabs separate the cells, not commas", false, false},
	{"header", 0, OPTION_FLAG, &header, 0, 0, NULL, "the first row is a header", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Turns a published table of labelled texts (CSV) into a sentence file.",
	.arguments = "TABLE",
	.example = "import-sentences --text 2,3 --label 1 --names 1=World,2=Sports,3=Business,4=Sci/Tech test.csv "
		   "-o agnews-test.tsv",
	.rows = rows,
	.least_files = 1,
	.most_files = 1,
};

/* ---- the choice of columns ---- */

struct choice {
	int64_t count, text[COLUMNS_MAX], label; /* from 0 */
};

static void choose_columns(struct choice *choice, const struct csv *table)
{
	const char *rest = text_columns;

	*choice = (struct choice){.label = label_column - 1};
	for (char *name; (name = next_name(&rest)); free(name)) {
		char *end;
		long long number = strtoll(name, &end, 10);
		if (*end || number < 1 || number > COLUMNS_MAX || choice->count == COLUMNS_MAX)
			fail_usage("--text: '%s' is not a column from 1 to %d", name, COLUMNS_MAX);
		if (number > table->columns)
			fail(table->path, "has no column %lld (%lld in all)", number, (long long)table->columns);
		choice->text[choice->count++] = number - 1;
	}
	if (choice->count == 0)
		fail_usage("--text: no column is named");
	if (label_column > table->columns)
		fail(table->path, "has no column %lld (%lld in all)", (long long)label_column,
			(long long)table->columns);
}

/* ---- labels ---- */

/* The name that --names gives to a label, in fresh memory, or NULL. */
static char *name_of_label(const char *label)
{
	const char *rest = label_names;
	const size_t length = strlen(label);

	for (char *pair; (pair = next_name(&rest)); free(pair)) {
		const char *equals = strchr(pair, '=');
		if (!equals || equals == pair || equals[1] == '\0')
			fail_usage("--names: '%s' is not LABEL=NAME", pair);
		if ((size_t)(equals - pair) == length && strncmp(pair, label, length) == 0) {
			char *name = copy_string(equals + 1);
			free(pair);
			return name;
		}
	}
	return NULL;
}

static const char *class_of_row(const struct csv *table, int64_t row, const struct choice *choice)
{
	const char *label = csv_cell(table, row, choice->label);
	const char *name = label_names ? name_of_label(label) : label;

	if (!name)
		fail(table->path, "line %lld: label '%s' is not among those of --names", (long long)table->line[row],
			label);
	if (*name == '\0' || !is_utf8(name))
		fail(table->path, "line %lld: the label is %s", (long long)table->line[row],
			*name ? "not UTF-8" : "empty");
	return name;
}

/* ---- texts ---- */

/* The columns' texts, with a space between. */
static char *text_of_row(const struct csv *table, int64_t row, const struct choice *choice)
{
	char *joined = copy_string("");

	for (int64_t i = 0; i < choice->count; i++) {
		const char *cell = csv_cell(table, row, choice->text[i]);
		if (!is_utf8(cell))
			fail(table->path, "line %lld: the text is not UTF-8", (long long)table->line[row]);
		char *text = plain_text(cell);
		char *longer = format_string("%s%s%s", joined, *joined && *text ? " " : "", text);
		free(text);
		free(joined);
		joined = longer;
	}
	if (*joined == '\0')
		fail(table->path, "line %lld: the text is empty", (long long)table->line[row]);
	return joined;
}

static void collect(struct sentences *sentences, const struct csv *table, const struct choice *choice)
{
	for (int64_t row = header; row < table->rows; row++)
		sentences_add(sentences, text_of_row(table, row, choice), class_of_row(table, row, choice));
	if (sentences->count == 0)
		fail(table->path, "holds no sentence");
}

static void report(const struct sentences *sentences)
{
	fprintf(stderr, "%s: %lld sentences: %s\n", program_name(), (long long)sentences->count,
		sentences_by_label(sentences));
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	struct csv table;
	struct choice choice;
	struct sentences sentences = {0};

	csv_read(&table, argv[first], tabs ? '\t' : ',');
	choose_columns(&choice, &table);
	collect(&sentences, &table, &choice);
	sentences_write(&sentences, common.output);
	if (common.verbose)
		report(&sentences);
	return STATUS_DONE;
}
