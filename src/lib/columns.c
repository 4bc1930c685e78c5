/* columns.c: reading and averaging per-sentence head scores.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "columns.h"

#include "fail.h"
#include "history.h"
#include "tensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct rule {
	const char *stored, *name;
	enum reduction reduction;
} reductions[] = {
	{"entropy", "entinv", AS_INVERSE},
	{"entropy_length", "entinv_length", AS_INVERSE},
	{"michel", "michel", BY_LAYER_NORM},
	{"michel_token", "michel_token", BY_LAYER_NORM},
};

/* NULL: its mean, under its own name. */
static const struct rule *find_reduction(const char *stored)
{
	for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++)
		if (strcmp(stored, reductions[i].stored) == 0)
			return &reductions[i];
	return NULL;
}

const char *column_name(const char *stored)
{
	const struct rule *found = find_reduction(stored);

	return found ? found->name : stored;
}

const struct column *columns_find(const struct columns *columns, const char *name)
{
	for (int i = 0; i < columns->count; i++)
		if (strcmp(columns->list[i].name, name) == 0)
			return &columns->list[i];
	return NULL;
}

void columns_add(
	struct columns *columns, const char *name, double *values, enum reduction reduction, const char *path)
{
	if (columns_find(columns, name))
		fail(path, "score '%s' was read before from another file", name);
	columns->list = reallocate(columns->list, (size_t)columns->count + 1, sizeof *columns->list);
	columns->list[columns->count++] = (struct column){copy_string(name), values, reduction};
}

void columns_read(struct columns *columns, const char *path, json_t *history, const char *role)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	for (int i = 0; i < file.count; i++) {
		const struct tensor *tensor = &file.tensors[i];
		if (tensor->dtype != DTYPE_F64 || tensor->rank != 3)
			continue;
		if (columns->sentences == 0) {
			columns->sentences = tensor->shape[0];
			columns->layers = tensor->shape[1];
			columns->heads = tensor->shape[2];
			if (tensor->count == 0)
				fail(path, "tensor '%s' is empty", tensor->name);
		}
		tensor_expect(&file, tensor->name, 3, (int64_t[]){columns->sentences, columns->layers, columns->heads});
		const struct rule *found = find_reduction(tensor->name);
		columns_add(columns, column_name(tensor->name), tensor_read_f64(&file, tensor),
			found ? found->reduction : AS_MEAN, path);
	}
	if (history)
		history_add_tensors(history, role, &file);
	tensor_file_close(&file);
}

void columns_free(struct columns *columns)
{
	for (int i = 0; i < columns->count; i++) {
		free(columns->list[i].name);
		free(columns->list[i].values);
	}
	free(columns->list);
	*columns = (struct columns){0};
}

/* Divides every layer's scores [heads] by their L2 norm. */
static void divide_by_layer_norm(double *scores, int64_t layers, int64_t heads)
{
	for (int64_t l = 0; l < layers; l++) {
		double squares = 0;
		for (int64_t h = 0; h < heads; h++)
			squares += scores[l * heads + h] * scores[l * heads + h];
		for (int64_t h = 0; h < heads && squares != 0; h++)
			scores[l * heads + h] /= sqrt(squares);
	}
}

void column_scores(const struct columns *columns, const struct column *column, const int64_t *chosen, int64_t count,
	double *scores)
{
	const int64_t heads = columns->layers * columns->heads;
	double *defined = allocate((size_t)heads, sizeof *defined);

	if (!chosen)
		count = columns->sentences;
	memset(scores, 0, (size_t)heads * sizeof *scores);
	for (int64_t i = 0; i < count; i++) {
		const double *values = column->values + (chosen ? chosen[i] : i) * heads;
		for (int64_t h = 0; h < heads; h++) {
			scores[h] += isnan(values[h]) ? 0 : values[h];
			defined[h] += !isnan(values[h]);
		}
	}
	for (int64_t h = 0; h < heads; h++) {
		const double mean = defined[h] > 0 ? scores[h] / defined[h] : NAN;
		scores[h] = column->reduction == AS_INVERSE ? 1 / mean : mean;
	}
	if (column->reduction == BY_LAYER_NORM)
		divide_by_layer_norm(scores, columns->layers, columns->heads);
	free(defined);
}

double column_effective_sentences(const struct columns *columns, const struct column *column)
{
	const int64_t heads = columns->layers * columns->heads;
	double effective = 0, defined = 0;

	for (int64_t h = 0; h < heads; h++) {
		double sum = 0, squares = 0;
		for (int64_t s = 0; s < columns->sentences; s++) {
			const double value = column->values[s * heads + h];
			if (isnan(value))
				continue;
			sum += fabs(value);
			squares += value * value;
		}
		if (!(squares > 0))
			continue;
		effective += sum * sum / squares;
		defined++;
	}
	return defined > 0 ? effective / defined : NAN;
}
