/* sentences.c: tables of labelled sentences.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sentences.h"

#include "fail.h"
#include "output.h"
#include "text.h"
#include "tsv-write.h"
#include "tsv.h"

#include <stdlib.h>
#include <string.h>

void sentences_add(struct sentences *sentences, const char *text, const char *label)
{
	if (sentences->count == sentences->room) {
		sentences->room = sentences->room ? 2 * sentences->room : 256;
		sentences->list = reallocate(sentences->list, (size_t)sentences->room, sizeof *sentences->list);
	}
	sentences->list[sentences->count++] = (struct sentence){text, label};
}

void sentences_read(struct sentences *sentences, const char *path)
{
	struct tsv table;

	tsv_read(&table, path);
	const int text = tsv_need_column(&table, "sentence"), label = tsv_need_column(&table, "label");
	const int columns[] = {text, label};
	if (table.rows == 0)
		fail(path, "holds no sentence");
	for (int64_t row = 0; row < table.rows; row++) {
		for (int i = 0; i < 2; i++) {
			const char *cell = tsv_cell(&table, row, columns[i]), *name = table.header[columns[i]];
			if (*cell == '\0')
				fail(path, "line %lld: the %s is empty", (long long)table.line[row], name);
			if (!is_utf8(cell))
				fail(path, "line %lld: the %s is not UTF-8", (long long)table.line[row], name);
		}
		sentences_add(sentences, tsv_cell(&table, row, text), tsv_cell(&table, row, label));
	}
}

void sentences_write(const struct sentences *sentences, const char *path)
{
	struct output output;

	output_open(&output, path);
	fputs("sentence\tlabel\n", output.stream);
	for (int64_t i = 0; i < sentences->count; i++) {
		write_text(output.stream, sentences->list[i].text);
		fputc('\t', output.stream);
		write_text(output.stream, sentences->list[i].label);
		fputc('\n', output.stream);
	}
	output_close(&output);
}

static int compare_labels(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *sentences_by_label(const struct sentences *sentences)
{
	const char **labels = allocate((size_t)sentences->count, sizeof *labels);
	char *list = copy_string("");

	for (int64_t i = 0; i < sentences->count; i++)
		labels[i] = sentences->list[i].label;
	qsort(labels, (size_t)sentences->count, sizeof *labels, compare_labels);
	for (int64_t first = 0, next; first < sentences->count; first = next) {
		for (next = first; next < sentences->count && strcmp(labels[next], labels[first]) == 0;)
			next++;
		char *longer =
			format_string("%s%s%s %lld", list, first ? ", " : "", labels[first], (long long)(next - first));
		free(list);
		list = longer;
	}
	free(labels);
	return list;
}
