/* inspect.c: what is in a file, as text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: a safetensors file, or a model folder (config.json and model.safetensors).
 * Out: a table, tab-separated, that can be read by programs and compared by diff (tensors by name, no offsets):
 *   default        name, dtype, shape, min, mean, max and the number of NaN, which the other three leave out
 *   --tensor NAME  the elements: the indices, then one row of the last dimension; a list has one element a row
 *   --history      not a table but a tree: the steps that led to the file, back to the inputs
 * What else is known (program, version, configuration) stands above a table in lines that begin with #.
 */
#include "config.h"
#include "fail.h"
#include "history.h"
#include "options.h"
#include "read-file.h"
#include "tensors.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *chosen;
static bool want_history;
static int64_t limit;

static struct option_row rows[] = {
	{"tensor", 0, OPTION_TEXT, &chosen, 0, 0, "NAME", "print this tensor's elements", false, false},
	{"limit", 0, OPTION_INTEGER, &limit, 0, 1e15, "N", "print only the first N rows of it; 0: all", false, false},
	{"history", 0, OPTION_FLAG, &want_history, 0, 0, NULL, "print the steps that led to the file", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Prints what is in a safetensors file or a model folder.",
	.arguments = "FILE",
	.example = "inspect --tensor logits --limit 10 build/pocket/ablation.safetensors",
	.rows = rows,
	.least_files = 1,
	.most_files = 1,
};

/* Prints text of unknown origin. */
static void print_safely(const char *text)
{
	char *copy = make_printable(copy_string(text));

	fputs(copy, stdout);
	free(copy);
}

/* ---- what stands above the table ---- */

static void print_remark(const char *key, const char *text)
{
	fputs("# ", stdout);
	print_safely(key);
	fputs(": ", stdout);
	print_safely(text);
	putchar('\n');
}

static void print_config(const char *folder)
{
	struct config config;
	char epsilon[NUMBER_TEXT];

	config_read(&config, folder);
	printf("# architecture: %s\n", config_model_type(&config));
	printf("# layers: %lld\n# heads: %lld\n# hidden: %lld\n# head_dim: %lld\n# intermediate: %lld\n",
		(long long)config.layers, (long long)config.heads, (long long)config.hidden,
		(long long)config_head_dim(&config), (long long)config.intermediate);
	printf("# vocabulary: %lld\n# max_positions: %lld\n# token_types: %lld\n# layer_norm_epsilon: %s\n",
		(long long)config.vocabulary, (long long)config.max_positions, (long long)config.token_types,
		double_text(config.layer_norm_epsilon, epsilon));
	for (int64_t i = 0; i < config.classes; i++) {
		char *key = format_string("class %lld", (long long)i);
		print_remark(key, config.labels[i]);
		free(key);
	}
}

static void print_metadata(const struct tensor_file *file)
{
	const char *key;
	json_t *value;

	json_object_foreach(file->metadata, key, value)
		if (strcmp(key, "history") != 0)
			print_remark(key, json_string_value(value));
}

/* ---- elements ---- */

/* A tensor's elements: whole or real, by its dtype. */
struct elements {
	enum dtype dtype;
	bool is_whole;
	union {
		int64_t *whole;
		double *real;
	};
};

static struct elements read_elements(const struct tensor_file *file, const struct tensor *tensor)
{
	if (dtype_is_integer(tensor->dtype))
		return (struct elements){tensor->dtype, true, .whole = tensor_read_i64(file, tensor)};
	return (struct elements){tensor->dtype, false, .real = tensor_read_f64(file, tensor)};
}

static void free_elements(struct elements *elements)
{
	free(elements->is_whole ? (void *)elements->whole : (void *)elements->real);
}

static void print_element(const struct elements *elements, int64_t i)
{
	char text[NUMBER_TEXT];

	if (elements->is_whole)
		printf("%lld", (long long)elements->whole[i]);
	else if (elements->dtype == DTYPE_F64)
		fputs(double_text(elements->real[i], text), stdout);
	else
		fputs(float_text((float)elements->real[i], text), stdout);
}

/* ---- the table of tensors ---- */

/* Of what is not NaN; NaN where nothing is left. */
struct summary {
	double min, mean, max;
	size_t nans;
};

static struct summary summarize(const struct tensor_file *file, const struct tensor *tensor)
{
	struct summary summary = {.min = NAN, .max = NAN};
	struct elements elements = read_elements(file, tensor);
	double sum = 0;

	for (size_t i = 0; i < tensor->count; i++) {
		double value = elements.is_whole ? (double)elements.whole[i] : elements.real[i];
		if (isnan(value)) {
			summary.nans++;
			continue;
		}
		summary.min = fmin(summary.min, value);
		summary.max = fmax(summary.max, value);
		sum += value;
	}
	summary.mean = sum / (double)(tensor->count - summary.nans);
	free_elements(&elements);
	return summary;
}

static void print_cell(double value, int digits)
{
	if (isnan(value))
		fputs("\tNA", stdout);
	else
		printf("\t%.*g", digits, value);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct tensor *)left)->name, ((const struct tensor *)right)->name);
}

static void print_tensors(struct tensor_file *file)
{
	qsort(file->tensors, (size_t)file->count, sizeof *file->tensors, by_name);
	puts("name\tdtype\tshape\tmin\tmean\tmax\tnan");
	for (int i = 0; i < file->count; i++) {
		const struct tensor *tensor = &file->tensors[i];
		struct summary summary = summarize(file, tensor);
		int digits = dtype_is_integer(tensor->dtype) ? 15 : 6;
		char *shape = shape_text(tensor->rank, tensor->shape);
		print_safely(tensor->name);
		printf("\t%s\t%s", dtype_name(tensor->dtype), shape);
		print_cell(summary.min, digits);
		print_cell(summary.mean, 6);
		print_cell(summary.max, digits);
		printf("\t%zu\n", summary.nans);
		free(shape);
	}
}

/* ---- the table of one tensor's elements ---- */

static void print_header(int dimensions, int64_t columns, bool is_list)
{
	for (int i = 0; i < dimensions; i++)
		printf("i%d\t", i);
	if (is_list)
		fputs("value", stdout);
	for (int64_t i = 0; !is_list && i < columns; i++)
		printf("%s%lld", i ? "\t" : "", (long long)i);
	putchar('\n');
}

/* The indices of row number row in the leading dimensions. */
static void print_indices(const int64_t *shape, int dimensions, int64_t row)
{
	int64_t index[TENSOR_RANK_MAX] = {0};

	for (int i = dimensions - 1; i >= 0; i--) {
		index[i] = row % shape[i];
		row /= shape[i];
	}
	for (int i = 0; i < dimensions; i++)
		printf("%lld\t", (long long)index[i]);
}

/* A list [n] is printed as if it were [n, 1]. */
static void print_elements(const struct tensor_file *file, const char *name)
{
	const struct tensor *tensor = tensor_find(file, name);
	if (!tensor)
		fail(file->path, "has no tensor '%s'", name);
	bool is_list = tensor->rank < 2;
	int dimensions = is_list ? tensor->rank : tensor->rank - 1;
	int64_t columns = is_list ? 1 : tensor->shape[dimensions];
	int64_t all = columns ? (int64_t)tensor->count / columns : 0, shown = limit && limit < all ? limit : all;
	struct elements elements = read_elements(file, tensor);
	char *shape = shape_text(tensor->rank, tensor->shape);
	char *form = format_string("%s %s", dtype_name(tensor->dtype), shape);

	print_remark(tensor->name, form);
	if (shown < all)
		printf("# rows: %lld of %lld\n", (long long)shown, (long long)all);
	print_header(dimensions, columns, is_list);
	for (int64_t row = 0; row < shown; row++) {
		print_indices(tensor->shape, dimensions, row);
		for (int64_t i = 0; i < columns; i++) {
			print_element(&elements, row * columns + i);
			putchar(i + 1 < columns ? '\t' : '\n');
		}
	}
	free(form);
	free(shape);
	free_elements(&elements);
}

/* ---- the tree of steps ---- */

static void indent(int depth)
{
	for (int i = 0; i < depth; i++)
		fputs("  ", stdout);
}

/* The text at key, or ? where a foreign history has none. */
static void print_text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	print_safely(text ? text : "?");
}

/* As on the command line; flags that were not given are left out. */
static void print_argument(const char *name, const json_t *value)
{
	char real[NUMBER_TEXT];

	if (json_is_false(value))
		return;
	fputs(" --", stdout);
	print_safely(name);
	if (json_is_true(value))
		return;
	putchar(' ');
	char *other = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	print_safely(json_is_string(value) ? json_string_value(value)
		     : json_is_real(value) ? double_text(json_real_value(value), real)
					   : other);
	free(other);
}

/* The first digits of object's sum, and the line's end. */
static void print_sum_at(const json_t *object)
{
	const char *sha256 = json_string_value(json_object_get(object, "sha256"));
	char *digits = format_string(" %.12s", sha256 ? sha256 : "?");

	print_safely(digits);
	putchar('\n');
	free(digits);
}

/* What was merged, if something was; a shard may have been merged itself. */
static void print_shards(const json_t *merged, int depth)
{
	json_t *shard;
	size_t i;

	json_array_foreach(json_object_get(merged, "shards"), i, shard)
	{
		indent(depth);
		fputs("shard ", stdout);
		print_text_at(shard, "range");
		print_sum_at(shard);
		print_shards(shard, depth + 1);
	}
}

/* One step, then its inputs, each with the step that made it. */
static void print_step(const json_t *step, int depth)
{
	const char *name;
	json_t *value;
	size_t i;

	indent(depth);
	print_text_at(step, "program");
	putchar(' ');
	print_text_at(step, "version");
	json_object_foreach(json_object_get(step, "arguments"), name, value)
		print_argument(name, value);
	putchar('\n');
	json_array_foreach(json_object_get(step, "inputs"), i, value) {
		indent(depth + 1);
		print_text_at(value, "role");
		putchar(' ');
		print_text_at(value, "name");
		print_sum_at(value);
		if (json_object_get(value, "history"))
			print_step(json_object_get(value, "history"), depth + 2);
	}
	print_shards(step, depth + 1);
}

static void print_history(const struct tensor_file *file)
{
	const char *text = json_string_value(json_object_get(file->metadata, "history"));
	json_t *history = text ? json_loads(text, 0, NULL) : NULL;
	char *name = base_name(file->path), sha256[SHA256_TEXT];

	if (text && !json_is_object(history))
		fail(file->path, "metadata 'history' is not a JSON object");
	tensor_file_sha256(file, sha256);
	print_safely(name);
	printf(" %.12s\n", sha256);
	if (history)
		print_step(history, 1);
	else
		puts("  no history recorded");
	free(name);
	json_decref(history);
}

/* ---- the whole ---- */

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int main(int argc, char **argv)
{
	const char *path = argv[parse_options_stdout(argc, argv, &command)];
	char *inside = is_directory(path) ? path_in(path, "model.safetensors") : NULL;
	struct tensor_file file;

	if (want_history && chosen)
		fail_usage("--history and --tensor exclude each other");
	if (limit && !chosen)
		fail_usage("--limit goes with --tensor");
	if (inside && !want_history && !chosen)
		print_config(path);
	tensor_file_open(&file, inside ? inside : path);
	if (want_history) {
		print_history(&file);
	} else if (chosen) {
		print_elements(&file, chosen);
	} else {
		print_metadata(&file);
		print_tensors(&file);
	}
	tensor_file_close(&file);
	free(inside);
	close_stdout();
	return STATUS_DONE;
}
