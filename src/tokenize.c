/* tokenize.c: turns labelled sentences into token ids.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  MODEL, a folder with config.json and the tokenizer's files (src/lib/wordpiece.h, byte-bpe.h); SENTENCES.tsv with
 *      columns sentence and label.
 * Out: ids I32 [tokens], offsets I64 [sentences + 1], labels I32 [sentences]; metadata `classes` names the labels.
 *
 * A label is a class name, or an index into the model's id2label (for an encoder without classes: into --classes).
 * The classes are those of --classes, whose order the labels then follow and beside which other rows are skipped;
 * else the model's; else, for an encoder with numbered labels, LABEL_0 to the largest.
 * A class `A+B` is also that of the labels A and B, unless they are classes themselves.
 */
#include "config.h"
#include "fail.h"
#include "history.h"
#include "options.h"
#include "tensors.h"
#include "tokenizer.h"
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LENGTH = 512, LABEL_MAX = 4095 };

static int64_t max_length = MAX_LENGTH;
static const char *class_names;
static const char *sentence_column = "sentence", *label_column = "label";

static struct option_row rows[] = {
	{"max-length", 0, OPTION_INTEGER, &max_length, 3, 1 << 24, "N", "longest sentence, in tokens", false, false},
	{"classes", 0, OPTION_TEXT, &class_names, 0, 0, "A,B+C", "only these classes, in this order", false, false},
	{"sentence-column", 0, OPTION_TEXT, &sentence_column, 0, 0, "NAME", "where the sentences stand", false, false},
	{"label-column", 0, OPTION_TEXT, &label_column, 0, 0, "NAME", "where the labels stand", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Turns labelled sentences into the model's token ids.",
	.arguments = "MODEL SENTENCES.tsv",
	.example = "tokenize build/distilbert-sst2/model data/sst-80.tsv -o build/distilbert-sst2/tokens.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

/* What is written, and what was left out. */
struct packed {
	int64_t sentences, skipped, cut;
	struct ids ids;
	int64_t *offsets; /* [sentences + 1] */
	int32_t *labels;  /* [sentences] */
};

/* The default gives way to a model with fewer positions; a wish beyond them is an error. */
static void limit_length(const struct config *model)
{
	if (max_length <= model->max_positions)
		return;
	if (rows[0].given)
		fail_usage("--max-length: %lld is more than the model's %lld positions", (long long)max_length,
			(long long)model->max_positions);
	max_length = model->max_positions;
}

/* ---- classes ---- */

static bool is_index(const char *label)
{
	return *label && label[strspn(label, "0123456789")] == '\0';
}

/* One more than the largest label of a file that must number its classes. */
static int64_t count_numbered_classes(const struct tsv *table, int column)
{
	int64_t count = 0;

	for (int64_t row = 0; row < table->rows; row++) {
		const char *label = tsv_cell(table, row, column);
		long long index = is_index(label) ? strtoll(label, NULL, 10) : LABEL_MAX + 1;
		if (index > LABEL_MAX)
			fail(table->path, "line %lld: label '%s' is not an index from 0 to %d (names need --classes)",
				(long long)table->line[row], label, LABEL_MAX);
		if (index >= count)
			count = index + 1;
	}
	return count;
}

static void choose_classes(struct config *chosen, const struct config *model, const struct tsv *table, int column)
{
	*chosen = *model;
	if (class_names)
		config_set_labels(chosen, class_names, 0);
	else if (model->classes == 0)
		config_set_labels(chosen, NULL, count_numbered_classes(table, column));
	for (int64_t i = 0; i < chosen->classes; i++)
		if (*chosen->labels[i] == '\0' || strchr(chosen->labels[i], ','))
			fail(class_names ? "--classes" : "config.json",
				"class %lld is named '%s' (expected a name without commas)", (long long)i,
				chosen->labels[i]);
}

/* The names, comma-separated. */
static char *join_names(const struct config *classes)
{
	char *joined = copy_string(classes->classes > 0 ? classes->labels[0] : "");

	for (int64_t i = 1; i < classes->classes; i++) {
		char *longer = format_string("%s,%s", joined, classes->labels[i]);
		free(joined);
		joined = longer;
	}
	return joined;
}

/* Is name one of those that make up the class A+B+... ? */
static bool has_part(const char *class, const char *name)
{
	const size_t length = strlen(name);

	for (const char *part = class; part; part = strchr(part, '+')) {
		part += part > class;
		if (strcspn(part, "+") == length && strncmp(part, name, length) == 0)
			return true;
	}
	return false;
}

/* The chosen class that has the name, else the one that has it as a part, else -1. */
static int64_t find_class(const struct config *chosen, const char *name, const struct tsv *table, int64_t row)
{
	int64_t found = -1;

	for (int64_t i = 0; i < chosen->classes; i++)
		if (strcmp(chosen->labels[i], name) == 0)
			return i;
	for (int64_t i = 0; i < chosen->classes; i++) {
		if (!has_part(chosen->labels[i], name))
			continue;
		if (found >= 0)
			fail(table->path, "line %lld: label '%s' is part of two classes, '%s' and '%s'",
				(long long)table->line[row], name, chosen->labels[found], chosen->labels[i]);
		found = i;
	}
	return found;
}

/* The row's class as an index into the chosen ones, or -1 for a class that --classes leaves out. */
static int64_t class_of_row(
	const struct tsv *table, int64_t row, int column, const struct config *model, const struct config *chosen)
{
	const char *label = tsv_cell(table, row, column), *name = label;
	const struct config *numbered = model->classes > 0 ? model : chosen;
	int64_t index = config_label_index(numbered, label);

	if (index >= 0)
		name = numbered->labels[index];
	const int64_t found = *name ? find_class(chosen, name, table, row) : -1;
	if (found >= 0)
		return found;
	if (*label == '\0' || !class_names || (index < 0 && is_index(label)))
		fail(table->path, "line %lld: label '%s' is no class of %s and no index from 0 to %lld",
			(long long)table->line[row], label, join_names(chosen), (long long)numbered->classes - 1);
	return -1;
}

/* ---- sentences ---- */

static void read_sentences(struct tsv *table, const char *path)
{
	tsv_read(table, path);
	if (table->rows == 0)
		fail(path, "holds no sentence");
}

static void encode_rows(struct packed *packed, const struct tsv *table, const struct tokenizer *tokenizer,
	const struct config *model, const struct config *chosen)
{
	int sentence = tsv_need_column(table, sentence_column), label = tsv_need_column(table, label_column);

	packed->offsets = allocate((size_t)table->rows + 1, sizeof *packed->offsets);
	packed->labels = allocate((size_t)table->rows, sizeof *packed->labels);
	for (int64_t row = 0; row < table->rows; row++) {
		int64_t index = class_of_row(table, row, label, model, chosen);
		if (index < 0) {
			packed->skipped++;
			continue;
		}
		int64_t tokens = tokenizer_encode(tokenizer, tsv_cell(table, row, sentence), max_length, &packed->ids);
		if (tokens < 0)
			fail(table->path, "line %lld: the sentence is not UTF-8", (long long)table->line[row]);
		packed->cut += tokens > max_length;
		packed->labels[packed->sentences++] = (int32_t)index;
		packed->offsets[packed->sentences] = packed->ids.count;
	}
}

/* A class named by mistake would otherwise only be missed much later. */
static void check_every_class(const struct packed *packed, const struct tsv *table, const struct config *chosen)
{
	if (packed->sentences == 0)
		fail(table->path, "has no sentence of class %s (%lld of others)", join_names(chosen),
			(long long)packed->skipped);
	for (int64_t i = 0; i < chosen->classes; i++) {
		int64_t s = 0;
		while (s < packed->sentences && packed->labels[s] != i)
			s++;
		if (s == packed->sentences)
			warn(table->path, "has no sentence of class %s", chosen->labels[i]);
	}
}

static json_t *describe(const struct tsv *table, const struct tokenizer *tokenizer, const struct config *chosen)
{
	json_t *history = history_begin(&command);
	char *names = join_names(chosen);

	history_add_file(history, "sentences", table->path);
	history_add_file(history, "vocabulary", tokenizer_path(tokenizer));
	json_t *metadata = history_metadata(history);
	if (json_object_set_new(metadata, "classes", json_string(names)) != 0)
		fail_usage("--classes: not UTF-8");
	free(names);
	return metadata;
}

static void write_tokens(const struct packed *packed, json_t *metadata)
{
	const struct tensor_source sources[] = {
		{"ids", DTYPE_I32, 1, {packed->ids.count}, packed->ids.values},
		{"offsets", DTYPE_I64, 1, {packed->sentences + 1}, packed->offsets},
		{"labels", DTYPE_I32, 1, {packed->sentences}, packed->labels},
	};

	tensors_write(common.output, sources, sizeof sources / sizeof *sources, metadata);
}

static void report(const struct packed *packed)
{
	fprintf(stderr, "%s: %lld sentences, %lld tokens; skipped %lld of other classes, cut %lld to %lld tokens\n",
		program_name(), (long long)packed->sentences, (long long)packed->ids.count, (long long)packed->skipped,
		(long long)packed->cut, (long long)max_length);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	struct config model, chosen;
	struct tokenizer tokenizer;
	struct tsv table;
	struct packed packed = {0};

	config_read(&model, argv[first]);
	tokenizer_read(&tokenizer, argv[first], &model);
	read_sentences(&table, argv[first + 1]);
	limit_length(&model);
	choose_classes(&chosen, &model, &table, tsv_need_column(&table, label_column));
	encode_rows(&packed, &table, &tokenizer, &model, &chosen);
	check_every_class(&packed, &table, &chosen);
	write_tokens(&packed, describe(&table, &tokenizer, &chosen));
	if (common.verbose)
		report(&packed);
	return STATUS_DONE;
}
