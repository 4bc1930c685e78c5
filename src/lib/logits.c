/* logits.c: logits and labels, checked.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "logits.h"

#include "fail.h"
#include "margin.h"
#include "names.h"

#include <math.h>
#include <stdlib.h>

double *logits_read_others(const struct tensor_file *file, const char *name, int rank, const int64_t *shape)
{
	const struct tensor *tensor = tensor_expect(file, name, rank, shape);
	double *values = tensor_read_f64(file, tensor);

	for (size_t i = 0; i < tensor->count; i++)
		if (!isfinite(values[i]))
			fail(file->path, "tensor '%s': element %zu is not finite (%g)", name, i, values[i]);
	return values;
}

void logits_read(struct logits *logits, const struct tensor_file *file)
{
	logits->values = logits_read_others(file, "logits", 2, (int64_t[]){-1, -1});
	logits->sentences = tensor_find(file, "logits")->shape[0];
	logits->classes = tensor_find(file, "logits")->shape[1];
	if (logits->sentences < 1 || logits->classes < 2)
		fail(file->path, "tensor 'logits' is of %lld sentences and %lld classes (expected 1 and 2 or more)",
			(long long)logits->sentences, (long long)logits->classes);
	logits->labels = tensor_read_i32(file, tensor_expect(file, "labels", 1, &logits->sentences));
	for (int64_t s = 0; s < logits->sentences; s++)
		if (logits->labels[s] < 0 || logits->labels[s] >= logits->classes)
			fail(file->path, "tensor 'labels': element %lld is no class (found %d, expected 0 to %lld)",
				(long long)s, (int)logits->labels[s], (long long)logits->classes - 1);
}

void logits_free(struct logits *logits)
{
	free(logits->values);
	free(logits->labels);
	*logits = (struct logits){0};
}

double *logits_read_without(
	const struct logits *logits, const struct tensor_file *file, int64_t *layers, int64_t *heads)
{
	const int64_t shape[] = {logits->sentences, -1, -1, logits->classes};
	double *without = logits_read_others(file, "logits_without", 4, shape);
	const struct tensor *tensor = tensor_find(file, "logits_without");

	if (tensor->count == 0)
		fail(file->path, "tensor 'logits_without' is of no heads");
	*layers = tensor->shape[1];
	*heads = tensor->shape[2];
	return without;
}

char *logits_class_name(const struct logits *logits, const struct tensor_file *file, int64_t c)
{
	const char *names = json_string_value(json_object_get(file->metadata, "classes"));
	char *name = NULL;

	if (!names || count_names(names) != logits->classes)
		return format_string("class_%lld", (long long)c);
	for (int64_t i = 0; i <= c; i++) {
		free(name);
		name = next_name(&names);
	}
	return name;
}

double sentence_margin(const struct logits *logits, int64_t s, const double *z)
{
	return margin(MARGIN_MAX, z, logits->classes, logits->labels[s], NULL);
}

void logits_margins(const struct logits *logits, const double *values, double *margins)
{
	for (int64_t s = 0; s < logits->sentences; s++)
		margins[s] = sentence_margin(logits, s, values + s * logits->classes);
}

double logits_accuracy(const struct logits *logits, const double *values)
{
	int64_t right = 0;

	for (int64_t s = 0; s < logits->sentences; s++)
		right += argmax(values + s * logits->classes, logits->classes) == logits->labels[s];
	return 100 * (double)right / (double)logits->sentences;
}
