/* shards.c: files that together are one run's: see shards.h.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shards.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* ---- what each holds ---- */

static json_t *parse_metadata(const struct tensor_file *file, const char *key)
{
	const char *text = json_string_value(json_object_get(file->metadata, key));
	json_t *value = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (!json_is_object(value))
		fail(file->path, text ? "metadata '%s' is not a JSON object" : "has no metadata '%s'", key);
	return value;
}

static void read_shard(struct shard *shard, const char *path)
{
	struct tensor_file *file = &shard->file;

	tensor_file_open(file, path);
	const bool some_sentences = range_of_file(&shard->sentences, "sentences", file->metadata, path);
	const bool some_layers = range_of_file(&shard->layers, "layers", file->metadata, path);
	if (!some_sentences && !some_layers)
		fail(path, "is no shard: it does not say which sentences or layers it holds");
	shard->history = parse_metadata(file, "history");
	shard->axes = parse_metadata(file, "axes");
}

static bool same_range(const struct range *a, const struct range *b)
{
	return a->asked_for == b->asked_for && a->begin == b->begin && a->end == b->end && a->of == b->of;
}

/* Sets along what is joined; the other range must be the same in all. */
static void choose_direction(struct shards *shards)
{
	const struct shard *first = &shards->shard[0];

	shards->by_layers = first->layers.asked_for;
	for (int i = 1; i < shards->count; i++)
		shards->by_layers &= same_range(&shards->shard[i].sentences, &first->sentences);
	shards->what = shards->by_layers ? "layers" : "sentences";
	for (int i = 0; i < shards->count; i++) {
		struct shard *shard = &shards->shard[i];
		shard->range = shards->by_layers ? shard->layers : shard->sentences;
		if (!shard->range.asked_for)
			fail(shard->file.path, "is no shard of the %s, as %s is", shards->what, first->file.path);
		if (shard->range.of != first->range.of)
			fail(shard->file.path, "is a shard of %lld %s (%s: of %lld)", (long long)shard->range.of,
				shards->what, first->file.path, (long long)first->range.of);
		if (!shards->by_layers && !same_range(&shard->layers, &first->layers))
			fail(shard->file.path, "differs from %s in its sentences and in its layers", first->file.path);
	}
}

static int by_range(const void *left, const void *right)
{
	const struct range *a = &((const struct shard *)left)->range, *b = &((const struct shard *)right)->range;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

/* Fails where the sentences or layers [begin, end) are in no shard. */
static void check_gap(const struct shards *shards, int64_t begin, int64_t end)
{
	if (begin < end)
		fail(NULL, "%s %lld:%lld of %lld are in none of the files", shards->what, (long long)begin,
			(long long)end, (long long)shards->shard[0].range.of);
}

static void check_coverage(const struct shards *shards)
{
	int64_t covered = 0;

	for (int i = 0; i < shards->count; i++) {
		const struct shard *shard = &shards->shard[i], *before = &shards->shard[i > 0 ? i - 1 : 0];
		if (shard->range.begin < covered)
			fail(shard->file.path, "has %s %lld:%lld, but %s has %lld:%lld", shards->what,
				(long long)shard->range.begin, (long long)shard->range.end, before->file.path,
				(long long)before->range.begin, (long long)before->range.end);
		check_gap(shards, covered, shard->range.begin);
		covered = shard->range.end;
	}
	check_gap(shards, covered, shards->shard[0].range.of);
}

/* ---- of the same run? ---- */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "?";
}

/* Fails where the value at key differs: "was made with seed 2 (FILE: 1)". */
static void check_same(const struct shard *shard, const struct shard *first, const char *what, const json_t *value,
	const json_t *expected)
{
	if (value && expected && json_equal(value, expected))
		return;
	char *own = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : copy_string("none");
	char *other = expected ? json_dumps(expected, JSON_ENCODE_ANY | JSON_COMPACT) : copy_string("none");
	fail(shard->file.path, "was made with %s %s (%s: %s)", what, own, first->file.path, other);
}

static void check_arguments(const struct shard *shard, const struct shard *first)
{
	const json_t *own = json_object_get(shard->history, "arguments");
	json_t *expected = json_object_get(first->history, "arguments"), *value;
	const char *key;

	json_object_foreach(expected, key, value)
	{
		char *option = format_string("--%s", key);
		check_same(shard, first, option, json_object_get(own, key), value);
		free(option);
	}
	if (json_object_size(own) != json_object_size(expected))
		fail(shard->file.path, "was made with other options than %s", first->file.path);
}

/* Inputs are the same by their sums: names and what came before do not matter. */
static void check_inputs(const struct shard *shard, const struct shard *first)
{
	const json_t *own = json_object_get(shard->history, "inputs"),
		     *expected = json_object_get(first->history, "inputs");

	if (json_array_size(own) != json_array_size(expected))
		fail(shard->file.path, "was made from %zu inputs (%s: from %zu)", json_array_size(own),
			first->file.path, json_array_size(expected));
	for (size_t i = 0; i < json_array_size(own); i++) {
		const json_t *one = json_array_get(own, i), *other = json_array_get(expected, i);
		const char *role = text_of(other, "role");
		if (strcmp(text_of(one, "role"), role) != 0 ||
			strcmp(text_of(one, "sha256"), text_of(other, "sha256")) != 0)
			fail(shard->file.path, "was made from another input as %s, '%s', than %s, by its SHA-256", role,
				text_of(one, "name"), first->file.path);
	}
}

/* What has to be the same of the metadata beside the history. */
static bool is_common(const char *key)
{
	return strcmp(key, "history") != 0 && strcmp(key, "operations") != 0 && strcmp(key, "sentences") != 0 &&
	       strcmp(key, "layers") != 0;
}

static void check_metadata(const struct shard *shard, const struct shard *first)
{
	const char *key;
	json_t *value;

	json_object_foreach(first->file.metadata, key, value) if (is_common(key))
		check_same(shard, first, key, json_object_get(shard->file.metadata, key), value);
	if (json_object_size(shard->file.metadata) != json_object_size(first->file.metadata))
		fail(shard->file.path, "has other metadata than %s", first->file.path);
}

static void check_same_run(const struct shard *shard, const struct shard *first)
{
	static const char *const keys[] = {"program", "version"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		check_same(shard, first, keys[i], json_object_get(shard->history, keys[i]),
			json_object_get(first->history, keys[i]));
	check_arguments(shard, first);
	check_inputs(shard, first);
	check_metadata(shard, first);
}

/* All shards are open at once, maybe more than a process may have by default. */
static void allow_open_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* where it is not allowed, opening tells */
}

void shards_open(struct shards *shards, char *const *paths, int count)
{
	*shards = (struct shards){.count = count, .shard = allocate((size_t)count, sizeof *shards->shard)};
	allow_open_files();
	for (int i = 0; i < count; i++)
		read_shard(&shards->shard[i], paths[i]);
	choose_direction(shards);
	for (int i = 1; i < count; i++)
		check_same_run(&shards->shard[i], &shards->shard[0]);
	qsort(shards->shard, (size_t)count, sizeof *shards->shard, by_range);
	check_coverage(shards);
}

void shards_close(struct shards *shards)
{
	for (int i = 0; i < shards->count; i++) {
		json_decref(shards->shard[i].history);
		json_decref(shards->shard[i].axes);
		tensor_file_close(&shards->shard[i].file);
	}
	free(shards->shard);
}
