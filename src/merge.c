/* merge.c: shards, each of some of the sentences or of some of the layers, joined to the file that one run would write.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  shards: what a program has written with --sentences A:B, or ablate with --layers A:B, in any order.
 * Out: the same tensors, along sentences or layers whole. Which way they are joined is told by the shards: along the
 *      layers, where all are of the same sentences. (Of shards in both ways, first those of the same sentences.)
 *
 * Together they must hold every sentence (or layer) once, and be of the same program, version, options, model and other
 * inputs; what all hold in full must agree: whole numbers exactly, others within rounding, since machines may differ.
 * Metadata `history` is that of one run, which all have in common, with the shards and their sums beside its inputs;
 * `operations` is their sum. No more than a piece of a tensor is in memory.
 */
#include "fail.h"
#include "history.h"
#include "options.h"
#include "output.h"
#include "results.h"
#include "shards.h"
#include "tensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct option_row rows[] = {{0}};

static const struct command command = {
	.purpose = "Joins shards, along sentences or layers, to the file that one run would have written.",
	.arguments = "SHARD...",
	.example = "merge build/mine/scores-1.safetensors build/mine/scores-2.safetensors -o "
		   "build/mine/scores.safetensors",
	.rows = rows,
	.least_files = 1,
	.most_files = -1,
};

/* ---- how the tensors are joined ---- */

enum joining { EQUAL, SUMMED, AVERAGED, ERRORS, CONCATENATED, OFFSETS };

struct way {
	enum joining joining;
	int axis; /* of CONCATENATED */
};

/* From the axes' letters (results.h). */
static struct way way_of(const struct shards *shards, const char *name)
{
	const struct shard *first = &shards->shard[0];
	const char *axes = json_string_value(json_object_get(first->axes, name));
	const struct tensor *tensor = tensor_find(&first->file, name);

	if (!axes || strlen(axes) - strspn(axes, AXES_SUMMARIES) != (size_t)tensor->rank)
		fail(first->file.path, "metadata 'axes' does not fit tensor '%s'", name);
	if (strspn(axes, AXES_SUMMARIES) > 0 && !shards->by_layers)
		return (struct way){*axes == '+' ? SUMMED : *axes == '=' ? AVERAGED : ERRORS, 0};
	const size_t axis = strcspn(axes, shards->by_layers ? "L" : "STFO");
	if (axes[axis] == '\0')
		return (struct way){EQUAL, 0};
	if (axes[axis] == 'O' && (tensor->rank != 1 || tensor->dtype != DTYPE_I64))
		fail(first->file.path, "tensor '%s' is no list of offsets (I64)", name);
	return (struct way){axes[axis] == 'O' ? OFFSETS : CONCATENATED, (int)axis};
}

/* How long the axis must be; -1: any, as that of the tokens. */
static int64_t expected_length(const struct shard *shard, const char *name, int axis)
{
	const char letter = json_string_value(json_object_get(shard->axes, name))[axis];

	if (letter == 'T' || letter == 'F')
		return -1;
	return range_count(&shard->range) + (letter == 'O');
}

/* The tensor of that name in another shard, which must be like the first one's but along the axis. */
static const struct tensor *find_like(
	const struct shards *shards, const struct shard *shard, const char *name, struct way way)
{
	const struct tensor *like = tensor_find(&shards->shard[0].file, name);
	int64_t shape[TENSOR_RANK_MAX];

	memcpy(shape, like->shape, sizeof shape);
	if (way.joining == CONCATENATED || way.joining == OFFSETS)
		shape[way.axis] = expected_length(shard, name, way.axis);
	const struct tensor *tensor = tensor_expect(&shard->file, name, like->rank, shape);
	if (tensor->dtype != like->dtype)
		fail(shard->file.path, "tensor '%s' is %s (%s: %s)", name, dtype_name(tensor->dtype),
			shards->shard[0].file.path, dtype_name(like->dtype));
	return tensor;
}

/* The merged tensor's shape. */
static void plan_tensor(const struct shards *shards, const struct tensor *tensor, struct tensor_source *source)
{
	const struct way way = way_of(shards, tensor->name);
	int64_t length = way.joining == OFFSETS;

	*source = (struct tensor_source){.name = tensor->name, .dtype = tensor->dtype, .rank = tensor->rank};
	memcpy(source->shape, tensor->shape, sizeof source->shape);
	for (int i = 0; i < shards->count; i++) {
		const struct tensor *part = find_like(shards, &shards->shard[i], tensor->name, way);
		if (way.joining == CONCATENATED || way.joining == OFFSETS)
			length += part->shape[way.axis] - (way.joining == OFFSETS);
	}
	if (way.joining == CONCATENATED || way.joining == OFFSETS)
		source->shape[way.axis] = length;
}

/* ---- the tensors ---- */

/* Whole numbers may not differ at all; others by what summing in another order leaves. */
static bool agrees(double value, double expected)
{
	return value == expected || (isnan(value) && isnan(expected)) ||
	       fabs(value - expected) <= 1e-4 + 1e-4 * fabs(expected);
}

static void write_equal(const struct shards *shards, const struct tensor *tensor, struct output *output)
{
	const struct tensor_file *first = &shards->shard[0].file;
	const size_t bytes = tensor->count * dtype_size(tensor->dtype);
	char *expected = allocate(bytes, 1), *own = allocate(bytes, 1);

	tensor_read_bytes(first, tensor, 0, bytes, expected);
	for (int i = 1; i < shards->count; i++) {
		const struct tensor_file *file = &shards->shard[i].file;
		tensor_read_bytes(file, tensor_find(file, tensor->name), 0, bytes, own);
		bool same = memcmp(own, expected, bytes) == 0;
		if (!same && !dtype_is_integer(tensor->dtype)) {
			same = true;
			for (size_t e = 0; same && e < tensor->count; e++)
				same = agrees(element_as_double(own, tensor->dtype, e),
					element_as_double(expected, tensor->dtype, e));
		}
		if (!same)
			fail(file->path, "tensor '%s' differs from that of %s", tensor->name, first->path);
	}
	output_write(output, expected, bytes);
	free(expected);
	free(own);
}

static void write_whole_sum(const struct shards *shards, const struct tensor *tensor, struct output *output)
{
	int64_t *sum = allocate(tensor->count, sizeof *sum);

	for (int i = 0; i < shards->count; i++) {
		const struct tensor_file *file = &shards->shard[i].file;
		int64_t *values = tensor_read_i64(file, tensor_find(file, tensor->name));
		for (size_t e = 0; e < tensor->count; e++)
			if (__builtin_add_overflow(sum[e], values[e], &sum[e]))
				fail(file->path, "tensor '%s': the sum is too large", tensor->name);
		free(values);
	}
	output_write(output, sum, tensor->count * sizeof *sum);
	free(sum);
}

/* Of n sentences, n_i in a shard, with w_i = n_i / n: the mean is Σ w_i mean_i, its squared error Σ (w_i error_i)². */
static void write_summary(
	const struct shards *shards, const struct tensor *tensor, enum joining joining, struct output *output)
{
	double *sum = allocate(tensor->count, sizeof *sum);

	if (tensor->dtype != DTYPE_F64)
		fail(shards->shard[0].file.path, "tensor '%s' is %s (expected F64)", tensor->name,
			dtype_name(tensor->dtype));
	for (int i = 0; i < shards->count; i++) {
		const struct shard *shard = &shards->shard[i];
		const double weight =
			joining == SUMMED ? 1 : (double)range_count(&shard->range) / (double)shard->range.of;
		double *values = tensor_read_f64(&shard->file, tensor_find(&shard->file, tensor->name));
		for (size_t e = 0; e < tensor->count; e++) {
			const double weighted = weight * values[e];
			sum[e] += joining == ERRORS ? weighted * weighted : weighted;
		}
		free(values);
	}
	for (size_t e = 0; e < tensor->count && joining == ERRORS; e++)
		sum[e] = sqrt(sum[e]);
	output_write(output, sum, tensor->count * sizeof *sum);
	free(sum);
}

/* Each shard's from where the one before it ends. */
static void write_offsets(const struct shards *shards, const struct tensor *tensor, struct output *output)
{
	int64_t end = 0;

	output_write(output, &end, sizeof end);
	for (int i = 0; i < shards->count; i++) {
		const struct tensor_file *file = &shards->shard[i].file;
		const struct tensor *part = tensor_find(file, tensor->name);
		int64_t *offsets = tensor_read_i64(file, part);
		const int64_t before = end;
		for (size_t s = 1; s < part->count; s++) {
			if (offsets[0] != 0 || offsets[s] < offsets[s - 1] ||
				__builtin_add_overflow(before, offsets[s], &end))
				fail(file->path, "tensor '%s' does not rise from 0", tensor->name);
			output_write(output, &end, sizeof end);
		}
		free(offsets);
	}
}

/* Copies bytes [offset, offset + count) of a tensor, a piece at a time. */
static void copy_bytes(
	const struct tensor_file *file, const struct tensor *tensor, size_t offset, size_t count, struct output *output)
{
	enum { PIECE = 1 << 20 };
	static char buffer[PIECE];

	for (size_t piece; count > 0; offset += piece, count -= piece) {
		piece = count < PIECE ? count : PIECE;
		tensor_read_bytes(file, tensor, offset, piece, buffer);
		output_write(output, buffer, piece);
	}
}

/* For every place before the axis, all shards' rows from there on, one after another. */
static void write_concatenated(
	const struct shards *shards, const struct tensor *tensor, int axis, struct output *output)
{
	size_t places = 1;

	for (int d = 0; d < axis; d++)
		places *= (size_t)tensor->shape[d];
	for (size_t place = 0; place < places; place++)
		for (int i = 0; i < shards->count; i++) {
			const struct tensor_file *file = &shards->shard[i].file;
			const struct tensor *part = tensor_find(file, tensor->name);
			const size_t bytes = part->count / places * dtype_size(part->dtype);
			copy_bytes(file, part, place * bytes, bytes, output);
		}
}

static void write_tensor(void *argument, const struct tensor_source *source, struct output *output)
{
	const struct shards *shards = argument;
	const struct tensor *tensor = tensor_find(&shards->shard[0].file, source->name);
	const struct way way = way_of(shards, source->name);

	switch (way.joining) {
	case EQUAL:
		write_equal(shards, tensor, output);
		break;
	case SUMMED:
	case AVERAGED:
	case ERRORS:
		if (way.joining == SUMMED && tensor->dtype == DTYPE_I64)
			write_whole_sum(shards, tensor, output);
		else
			write_summary(shards, tensor, way.joining, output);
		break;
	case OFFSETS:
		write_offsets(shards, tensor, output);
		break;
	case CONCATENATED:
		write_concatenated(shards, tensor, way.axis, output);
		break;
	}
}

/* ---- metadata ---- */

/* The history of one run, with its shards: [{"range": "sentences A:B", "sha256", "shards"?}, …], the last if it was
 * merged itself. */
static void merge_history(const struct shards *shards, json_t *metadata)
{
	json_t *history = json_deep_copy(shards->shard[0].history), *parts = json_array();

	for (int i = 0; i < shards->count; i++) {
		const struct shard *shard = &shards->shard[i];
		char sha256[SHA256_TEXT];
		tensor_file_sha256(&shard->file, sha256);
		char *range = format_string(
			"%s %lld:%lld", shards->what, (long long)shard->range.begin, (long long)shard->range.end);
		json_array_append_new(parts, json_pack("{s:s, s:s, s:O*}", "range", range, "sha256", sha256, "shards",
						     json_object_get(shard->history, "shards")));
		free(range);
	}
	json_object_set_new(history, "shards", parts);
	char *text = json_dumps(history, JSON_COMPACT);
	if (!text)
		fail(NULL, "cannot write the history as JSON");
	json_object_set_new(metadata, "history", json_string(text));
	free(text);
	json_decref(history);
}

static void add_operations(const struct shards *shards, json_t *metadata)
{
	int64_t sum = 0;

	for (int i = 0; i < shards->count; i++) {
		const struct tensor_file *file = &shards->shard[i].file;
		const char *text = json_string_value(json_object_get(file->metadata, "operations"));
		char *end = NULL;
		const long long operations = text ? strtoll(text, &end, 10) : 0;
		if (text && (end == text || *end || operations < 0 || __builtin_add_overflow(sum, operations, &sum)))
			fail(file->path, "metadata 'operations' is '%s' (expected a number)", text);
	}
	if (!json_object_get(metadata, "operations"))
		return;
	char *text = format_string("%lld", (long long)sum);
	json_object_set_new(metadata, "operations", json_string(text));
	free(text);
}

/* That of a whole, or of a shard in the other way. */
static json_t *merge_metadata(const struct shards *shards)
{
	json_t *metadata = json_deep_copy(shards->shard[0].file.metadata);

	merge_history(shards, metadata);
	add_operations(shards, metadata);
	json_object_del(metadata, shards->what);
	if (!json_object_get(metadata, "sentences"))
		json_object_del(metadata, "axes");
	return metadata;
}

static void write_merged(struct shards *shards)
{
	const struct tensor_file *first = &shards->shard[0].file;
	struct tensor_source *sources = allocate((size_t)first->count, sizeof *sources);

	for (int t = 0; t < first->count; t++)
		plan_tensor(shards, &first->tensors[t], &sources[t]);
	for (int i = 1; i < shards->count; i++)
		if (shards->shard[i].file.count != first->count)
			fail(shards->shard[i].file.path, "has %d tensors (%s: %d)", shards->shard[i].file.count,
				first->path, first->count);
	json_t *metadata = merge_metadata(shards);
	tensors_write_by(common.output, sources, first->count, metadata, write_tensor, shards);
	json_decref(metadata);
	free(sources);
}

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command);
	struct shards shards;

	shards_open(&shards, argv + first, argc - first);
	write_merged(&shards);
	shards_close(&shards);
	return STATUS_DONE;
}
