/* pool-sentences.c: one sentence file out of several that overlap.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  SENTENCES.tsv..., and with --except those that must not occur (a test set).
 * Out: TSV sentence, label: each item once, its longest copy, in the order of reading.
 *
 * Two texts are one item when they end alike: in their last --tail letters and digits (case, spaces, punctuation
 * aside), or in all of the shorter one's. So an item with a headline is found again without it, and mostly in another
 * agency's wording. A text of under 20 letters and digits is too little to be found at another's end: it must be equal.
 * Items that stand in --except are dropped, and those whose copies have different labels.
 */
#include "fail.h"
#include "options.h"
#include "sentences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SHORTEST = 20 };

static int64_t tail = 60;
static const char *except;

static struct option_row rows[] = {
	{"except", 0, OPTION_TEXT, &except, 0, 0, "FILE", "drop what stands in this sentence file", false, false},
	{"tail", 0, OPTION_INTEGER, &tail, SHORTEST, 1 << 20, "N", "letters and digits that tell an item", false,
		false},
	{0},
};

static const struct command command = {
	.purpose = "Makes one sentence file out of several that overlap.",
	.arguments = "SENTENCES.tsv...",
	.example = "pool-sentences --except agnews-test.tsv first.tsv second.tsv -o agnews-pool.tsv",
	.rows = rows,
	.least_files = 1,
	.most_files = -1,
};

/* ---- in: those to keep, then those of --except ---- */

struct input {
	struct sentences sentences;
	int64_t candidates; /* the first so many are to keep, the others not */
	int64_t *ends;	    /* [files] where the sentences of each file end */
};

static void read_input(struct input *input, char *const *paths, int files)
{
	*input = (struct input){.ends = allocate((size_t)files, sizeof *input->ends)};
	for (int i = 0; i < files; i++) {
		sentences_read(&input->sentences, paths[i]);
		input->ends[i] = input->sentences.count;
	}
	input->candidates = input->sentences.count;
	if (except)
		sentences_read(&input->sentences, except);
}

/* ---- texts that end alike stand together when sorted backwards ---- */

struct ending {
	char *backwards; /* letters and digits in lower case; bytes, last first */
	int64_t index;	 /* among the sentences */
};

static bool is_letter_or_digit(utf8proc_int32_t point)
{
	utf8proc_category_t category = utf8proc_category(point);

	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

static char *read_backwards(const char *text)
{
	const size_t room = 2 * strlen(text) + 1; /* a lower-case letter may be longer, by less than twice */
	char *key = allocate(room, 1);
	size_t length = 0;
	utf8proc_int32_t point;

	for (utf8proc_ssize_t bytes; *text; text += bytes) {
		bytes = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
		if (is_letter_or_digit(point))
			length +=
				(size_t)utf8proc_encode_char(utf8proc_tolower(point), (utf8proc_uint8_t *)key + length);
	}
	for (size_t i = 0; i < length / 2; i++) {
		char byte = key[i];
		key[i] = key[length - 1 - i];
		key[length - 1 - i] = byte;
	}
	return key;
}

static int compare_endings(const void *a, const void *b)
{
	const struct ending *left = a, *right = b;
	int order = strcmp(left->backwards, right->backwards);

	return order ? order : (left->index > right->index) - (left->index < right->index);
}

static struct ending *sort_endings(const struct sentences *sentences)
{
	struct ending *endings = allocate((size_t)sentences->count, sizeof *endings);

	for (int64_t i = 0; i < sentences->count; i++)
		endings[i] = (struct ending){read_backwards(sentences->list[i].text), i};
	qsort(endings, (size_t)sentences->count, sizeof *endings, compare_endings);
	return endings;
}

/* Does the text end as the first of its group does, which is the shortest where one holds the other? */
static bool ends_alike(const struct ending *first, const struct ending *other)
{
	size_t length = strlen(first->backwards);

	if (length < SHORTEST)
		return strcmp(first->backwards, other->backwards) == 0;
	return strncmp(first->backwards, other->backwards, length < (size_t)tail ? length : (size_t)tail) == 0;
}

/* ---- items ---- */

struct outcome {
	bool *kept; /* [candidates] */
	int64_t excepted, disputed, disputed_items, copies;
};

static bool is_longer(const struct sentences *sentences, int64_t a, int64_t b)
{
	return strlen(sentences->list[a].text) > strlen(sentences->list[b].text);
}

/* Decides about one item, the sentences at endings[0 … count-1]. */
static void judge_item(struct outcome *outcome, const struct input *input, const struct ending *endings, int64_t count)
{
	const struct sentence *list = input->sentences.list;
	int64_t candidates = 0, best = -1;
	bool disputed = false;

	for (int64_t i = 0; i < count; i++) {
		int64_t index = endings[i].index;
		if (index >= input->candidates)
			continue;
		candidates++;
		if (best >= 0 && strcmp(list[index].label, list[best].label) != 0)
			disputed = true;
		if (best < 0 || is_longer(&input->sentences, index, best) ||
			(index < best && !is_longer(&input->sentences, best, index)))
			best = index;
	}
	if (candidates < count) {
		outcome->excepted += candidates;
	} else if (disputed) {
		outcome->disputed += candidates;
		outcome->disputed_items++;
	} else {
		outcome->copies += candidates - 1;
		outcome->kept[best] = true;
	}
}

static void judge_all(struct outcome *outcome, const struct input *input)
{
	struct ending *endings = sort_endings(&input->sentences);

	*outcome = (struct outcome){.kept = allocate((size_t)input->candidates, sizeof *outcome->kept)};
	for (int64_t first = 0, next; first < input->sentences.count; first = next) {
		next = first + 1;
		while (next < input->sentences.count && ends_alike(&endings[first], &endings[next]))
			next++;
		judge_item(outcome, input, endings + first, next - first);
	}
}

/* ---- out ---- */

static struct sentences select_kept(const struct input *input, const struct outcome *outcome)
{
	struct sentences pool = {0};

	for (int64_t i = 0; i < input->candidates; i++)
		if (outcome->kept[i])
			sentences_add(&pool, input->sentences.list[i].text, input->sentences.list[i].label);
	if (pool.count == 0)
		fail(NULL, "no sentence is left");
	return pool;
}

static void report(char *const *paths, int files, const struct input *input, const struct outcome *outcome,
	const struct sentences *pool)
{
	for (int64_t file = 0, i = 0; file < files; file++) {
		const int64_t first = i;
		int64_t kept = 0;
		for (; i < input->ends[file]; i++)
			kept += outcome->kept[i];
		fprintf(stderr, "%s: %s: kept %lld of %lld sentences\n", program_name(), paths[file], (long long)kept,
			(long long)(i - first));
	}
	if (except)
		fprintf(stderr, "%s: %s: dropped %lld that stand there\n", program_name(), except,
			(long long)outcome->excepted);
	fprintf(stderr, "%s: dropped %lld copies, and %lld of %lld items that are labelled differently\n",
		program_name(), (long long)outcome->copies, (long long)outcome->disputed,
		(long long)outcome->disputed_items);
	fprintf(stderr, "%s: kept %lld of %lld sentences: %s\n", program_name(), (long long)pool->count,
		(long long)input->candidates, sentences_by_label(pool));
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	struct input input;
	struct outcome outcome;

	read_input(&input, argv + first, argc - first);
	judge_all(&outcome, &input);
	struct sentences pool = select_kept(&input, &outcome);
	sentences_write(&pool, common.output);
	if (common.verbose)
		report(argv + first, argc - first, &input, &outcome, &pool);
	return STATUS_DONE;
}
