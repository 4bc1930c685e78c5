/* tokens.c: reading tokenized sentences and cutting them into blocks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tokens.h"

#include "fail.h"
#include "history.h"
#include "tensors.h"

#include <stdlib.h>
#include <string.h>

static void check_sentences(struct tokens *tokens, const char *path, const struct config *config)
{
	if (tokens->offsets[0] != 0 || tokens->offsets[tokens->sentences] != tokens->count)
		fail(path, "offsets do not span the %lld ids", (long long)tokens->count);
	for (int64_t s = 0; s < tokens->sentences; s++) {
		int64_t begin = tokens->offsets[s], end = tokens->offsets[s + 1];
		/* end may not pass count even where a later offset falls back */
		if (end <= begin || end > tokens->count)
			fail(path, "sentence %lld is empty or has bad offsets", (long long)s);
		if (end - begin > config->max_positions)
			fail(path, "sentence %lld has %lld tokens (the model takes %lld)", (long long)s,
				(long long)(end - begin), (long long)config->max_positions);
		if (end - begin > tokens->longest)
			tokens->longest = end - begin;
	}
	for (int64_t i = 0; i < tokens->count; i++)
		if (tokens->ids[i] < 0 || tokens->ids[i] >= config->vocabulary)
			fail(path, "token %lld is %d (the model's vocabulary has %lld)", (long long)i, tokens->ids[i],
				(long long)config->vocabulary);
}

/* A label is an index into the tokens' classes; it must mean the same to the model. */
static void check_classes(const char *names, const char *path, const struct config *config)
{
	char *expected = config_class_names(config);

	if (strcmp(names, expected) != 0)
		fail(path, "has the classes '%s' (the model's are '%s')", names, expected);
	free(expected);
}

void tokens_read(struct tokens *tokens, const char *path, const struct config *config, int64_t classes, json_t *history,
	const char *role)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	const struct tensor *ids = tensor_expect(&file, "ids", 1, (int64_t[]){-1});
	const struct tensor *offsets = tensor_expect(&file, "offsets", 1, (int64_t[]){-1});
	if (offsets->count < 2 || ids->count < 1)
		fail(path, "holds no sentence");
	*tokens = (struct tokens){.sentences = (int64_t)offsets->count - 1, .count = (int64_t)ids->count};
	tokens->ids = tensor_read_i32(&file, ids);
	tokens->offsets = tensor_read_i64(&file, offsets);
	tokens->labels = tensor_read_i32(&file, tensor_expect(&file, "labels", 1, (int64_t[]){tokens->sentences}));
	check_sentences(tokens, path, config);
	for (int64_t s = 0; s < tokens->sentences; s++)
		if (tokens->labels[s] < 0 || (classes > 0 && tokens->labels[s] >= classes))
			fail(path, "label of sentence %lld is %d (expected 0 to %lld)", (long long)s, tokens->labels[s],
				(long long)classes - 1);
	const char *names = json_string_value(json_object_get(file.metadata, "classes"));
	tokens->classes = names ? copy_string(names) : NULL;
	if (classes > 0 && names)
		check_classes(names, path, config);
	if (history)
		history_add_tensors(history, role, &file);
	tensor_file_close(&file);
}

void tokens_free(struct tokens *tokens)
{
	free(tokens->ids);
	free(tokens->offsets);
	free(tokens->labels);
	free(tokens->classes);
	*tokens = (struct tokens){0};
}

struct tokens tokens_part(const struct tokens *whole, const struct range *range)
{
	struct tokens part = *whole;

	part.sentences = range_count(range);
	part.offsets += range->begin;
	part.labels += range->begin;
	part.count = part.offsets[part.sentences] - part.offsets[0];
	return part;
}

int64_t *cut_blocks(const int64_t *offsets, int64_t sentences, int64_t most, int64_t *blocks)
{
	const int64_t total = offsets[sentences] - offsets[0];
	const int64_t wanted = (total + 2 * most - 1) / (2 * most) * 2;
	int64_t *first = allocate((size_t)sentences + 1, sizeof *first), before = -1;

	*blocks = 0;
	for (int64_t s = 0; s < sentences; s++) {
		/* the block in which the middle of the sentence lies */
		const int64_t middle = (offsets[s] + offsets[s + 1]) / 2 - offsets[0];
		const int64_t block = (int64_t)((double)middle / (double)total * (double)wanted);
		if (block != before)
			first[(*blocks)++] = s;
		before = block;
	}
	first[*blocks] = sentences;
	return first;
}
