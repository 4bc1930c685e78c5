/* methods.c: methods from their files, in the order of the tables.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "methods.h"

#include "fail.h"
#include "margin.h"
#include "tensors.h"

#include <stdlib.h>
#include <string.h>

/* ---- the order of the tables ---- */

/* An empty name stands for all that are not listed. */
static const char *const order[] = {"ablation", "oan", "tam", "random", "random_layers", "taylor", "attnorm", "entinv",
	"gradmag", "actmag", "", "layer", "oan_base", "oan_other", "oracle"};

static size_t place_of(const char *name)
{
	size_t others = 0;

	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		if (strcmp(order[i], name) == 0)
			return i;
		if (*order[i] == '\0')
			others = i;
	}
	return others;
}

int method_order(const char *left, const char *right)
{
	size_t a = place_of(left), b = place_of(right);

	return a != b ? (a < b ? -1 : 1) : strcmp(left, right);
}

static int by_method_order(const void *left, const void *right)
{
	return method_order(((const struct column *)left)->name, ((const struct column *)right)->name);
}

/* ---- ablation ---- */

/* What the removal of a head does to one sentence: positive where it hurts. whole, without: logits [classes]. */
typedef double effect(const double *whole, const double *without, int64_t classes, int64_t label);

static double drop_in_margin(const double *whole, const double *without, int64_t classes, int64_t label)
{
	return margin(MARGIN_MAX, whole, classes, label, NULL) - margin(MARGIN_MAX, without, classes, label, NULL);
}

static double drop_in_mean_margin(const double *whole, const double *without, int64_t classes, int64_t label)
{
	return margin(MARGIN_MEAN, whole, classes, label, NULL) - margin(MARGIN_MEAN, without, classes, label, NULL);
}

static double drop_in_accuracy(const double *whole, const double *without, int64_t classes, int64_t label)
{
	return (double)(argmax(whole, classes) == label) - (double)(argmax(without, classes) == label);
}

static double rise_of_cross_entropy(const double *whole, const double *without, int64_t classes, int64_t label)
{
	return cross_entropy(without, classes, label) - cross_entropy(whole, classes, label);
}

static double divergence(const double *whole, const double *without, int64_t classes, int64_t label)
{
	(void)label;
	return kl_divergence(whole, without, classes);
}

static const struct measure {
	const char *tensor, *column;
	effect *effect;
	int64_t least_classes; /* margins of two classes are all the same */
} measures[] = {
	{"logits_without", "ablation", drop_in_margin, 2},
	{"logits_without", "ablation_margin_mean", drop_in_mean_margin, 3},
	{"logits_without", "ablation_accuracy", drop_in_accuracy, 2},
	{"logits_without", "ablation_cross_entropy", rise_of_cross_entropy, 2},
	{"logits_without", "ablation_kl", divergence, 2},
	{"logits_without_mean", "ablation_mean", drop_in_margin, 2},
	{"logits_without_resample", "ablation_resample", drop_in_margin, 2},
};

/* [sentences, heads], from the logits without each head [sentences, heads, classes]. */
static double *measure_heads(
	const struct measure *measure, const struct logits *logits, const double *without, int64_t heads)
{
	const int64_t classes = logits->classes;
	double *values = allocate((size_t)(logits->sentences * heads), sizeof *values);

	for (int64_t i = 0; i < logits->sentences * heads; i++)
		values[i] = measure->effect(logits->values + i / heads * classes, without + i * classes, classes,
			logits->labels[i / heads]);
	return values;
}

void ablation_read(struct columns *columns, struct logits *logits, const char *path)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	logits_read(logits, &file);
	int64_t shape[] = {logits->sentences, -1, -1, logits->classes};
	for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
		if (logits->classes < measures[i].least_classes || (i > 0 && !tensor_find(&file, measures[i].tensor)))
			continue;
		double *without = logits_read_others(&file, measures[i].tensor, 4, shape);
		memcpy(shape, tensor_find(&file, measures[i].tensor)->shape, sizeof shape);
		columns_add(columns, measures[i].column,
			measure_heads(&measures[i], logits, without, shape[1] * shape[2]), AS_MEAN, path);
		free(without);
	}
	if (shape[1] * shape[2] == 0)
		fail(path, "tensor '%s' is of no heads", measures[0].tensor);
	columns->sentences = shape[0];
	columns->layers = shape[1];
	columns->heads = shape[2];
	tensor_file_close(&file);
}

/* ---- scores ---- */

void methods_add_oan(struct columns *columns, const char *name, const char *path)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	const struct tensor *oan =
		tensor_expect(&file, "oan", 3, (int64_t[]){columns->sentences, columns->layers, columns->heads});
	columns_add(columns, name, tensor_read_f64(&file, oan), AS_MEAN, path);
	tensor_file_close(&file);
}

/* Methods that are not read but made would stand in the tables twice. */
static void refuse_controls(const struct columns *columns, const char *path)
{
	static const char *const made[] = {"random", "random_layers", "layer", "oan_other", "oracle"};

	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		if (columns_find(columns, made[i]))
			fail(path, "has a score '%s', a name that is kept for a control", made[i]);
}

void methods_read(struct columns *columns, char *const *paths, int count, const char *base)
{
	for (int i = 0; i < count; i++) {
		int before = columns->count;
		columns_read(columns, paths[i], NULL, NULL);
		if (columns->count == before)
			fail(paths[i], "holds no scores (expected F64 tensors [sentences, layers, heads])");
		refuse_controls(columns, paths[i]);
	}
	if (base)
		methods_add_oan(columns, "oan_base", base);
	qsort(columns->list, (size_t)columns->count, sizeof *columns->list, by_method_order);
}

void methods_add_layer(struct columns *columns)
{
	const int64_t total = columns->layers * columns->heads;
	double *index = allocate((size_t)(columns->sentences * total), sizeof *index);

	for (int64_t i = 0; i < columns->sentences * total; i++)
		index[i] = (double)(i % total / columns->heads);
	columns_add(columns, "layer", index, AS_MEAN, NULL);
}
