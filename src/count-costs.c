/* count-costs.c: what each method costs, in forward passes over the same sentences.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  what forward wrote, which is the unit, and the files of any other programs on the same model and sentences.
 * Out: a row a method (TSV): method, program, operations (of the matrix products, blas.h, as each file's metadata
 * counts them) and passes, the same in forward passes. A method is a score, F64 [S, layers, heads], by the name under
 *      which it is read (columns.h), a ranking, RANKING/logits, or the ablation. Those of one file bear all of its
 * costs: that of a score alone is at most as much.
 */
#include "columns.h"
#include "fail.h"
#include "options.h"
#include "output.h"
#include "tensors.h"
#include "tsv-write.h"

#include <stdlib.h>
#include <string.h>

static struct option_row rows[] = {{0}};

static const struct command command = {
	.purpose = "Writes what each method costs in forward passes, as a table (TSV).",
	.arguments = "FORWARD FILE...",
	.example = "count-costs build/pocket/forward.safetensors build/pocket/scores.safetensors -o costs.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

static const char *metadata_text(const struct tensor_file *file, const char *key)
{
	const char *text = json_string_value(json_object_get(file->metadata, key));

	if (!text)
		fail(file->path, "metadata '%s' is not there", key);
	return text;
}

static double count_operations(const struct tensor_file *file)
{
	const char *text = metadata_text(file, "operations");
	char *end;
	const double operations = strtod(text, &end);

	if (end == text || *end || !(operations > 0))
		fail(file->path, "metadata 'operations' is '%s' (expected a number above 0)", text);
	return operations;
}

/* The method that a tensor holds, in fresh memory; NULL if it holds none. */
static char *method_name(const struct tensor *tensor)
{
	static const char ranking[] = "/logits", ablation[] = "logits_without";
	const size_t length = strlen(tensor->name), suffix = sizeof ranking - 1, prefix = sizeof ablation - 1;

	if (strncmp(tensor->name, ablation, prefix) == 0)
		return format_string("ablation%s", tensor->name + prefix);
	if (tensor->dtype != DTYPE_F64 || tensor->rank != 3)
		return NULL;
	if (length > suffix && strcmp(tensor->name + length - suffix, ranking) == 0)
		return format_string("%.*s", (int)(length - suffix), tensor->name);
	return copy_string(column_name(tensor->name));
}

static void write_costs(FILE *stream, const char *path, double unit)
{
	struct tensor_file file;
	int methods = 0;

	tensor_file_open(&file, path);
	const double operations = count_operations(&file);
	for (int i = 0; i < file.count; i++) {
		char *method = method_name(&file.tensors[i]);
		if (!method)
			continue;
		methods++;
		write_text(stream, method);
		fputc('\t', stream);
		write_text(stream, metadata_text(&file, "program"));
		write_number(stream, operations);
		write_number(stream, operations / unit);
		fputc('\n', stream);
		free(method);
	}
	if (methods == 0)
		fail(path, "holds no method (expected scores, rankings or an ablation)");
	tensor_file_close(&file);
}

static double read_unit(const char *path)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	const double unit = count_operations(&file);
	tensor_file_close(&file);
	return unit;
}

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command);
	const double unit = read_unit(argv[first]);
	struct output output;

	output_open(&output, common.output);
	fputs("method\tprogram\toperations\tpasses\n", output.stream);
	for (int i = first + 1; i < argc; i++)
		write_costs(output.stream, argv[i], unit);
	output_close(&output);
	return STATUS_DONE;
}
