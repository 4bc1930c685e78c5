/* retention.c: retention curves from logits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "retention.h"

#include "fail.h"
#include "methods.h"
#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- budgets ---- */

/* Fills in heads and the budgets, and place [B]: where in ascending order each of the file's budgets comes. */
static int64_t *read_budgets(struct retention *retention, const struct tensor_file *file)
{
	const struct tensor *tensor = tensor_expect(file, "budgets", 1, (int64_t[]){-1});
	int64_t *heads = tensor_read_i64(file, tensor_expect(file, "heads", 1, (int64_t[]){1}));
	int64_t *found = tensor_read_i64(file, tensor), count = tensor->shape[0];
	int64_t *place = allocate((size_t)count, sizeof *place);

	retention->heads = *heads;
	retention->budgets = count + 1;
	retention->budget = allocate((size_t)count + 1, sizeof *retention->budget);
	for (int64_t i = 0; i < count; i++) {
		if (found[i] < 1 || found[i] >= *heads)
			fail(file->path, "tensor 'budgets': cannot remove %lld of %lld heads", (long long)found[i],
				(long long)*heads);
		for (int64_t j = 0; j < count; j++) {
			place[i] += found[j] <= found[i];
			if (j < i && found[j] == found[i])
				fail(file->path, "tensor 'budgets': %lld is there twice", (long long)found[i]);
		}
		retention->budget[place[i]] = found[i];
	}
	free(heads);
	free(found);
	return place;
}

/* ---- rankings ---- */

/* The ranking whose logits a tensor holds, in fresh memory; NULL if it holds something else. */
static char *ranking_name(const char *tensor)
{
	static const char suffix[] = "/logits", random[] = "random-";
	size_t length = strlen(tensor), end = sizeof suffix - 1, digits = sizeof random - 1;

	if (length <= end || strcmp(tensor + length - end, suffix) != 0)
		return NULL;
	length -= end;
	if (strncmp(tensor, random, digits) == 0 && length > digits &&
		strspn(tensor + digits, "0123456789") == length - digits)
		return copy_string("random");
	return format_string("%.*s", (int)length, tensor);
}

static struct ranking *find_or_add(struct retention *retention, const char *name)
{
	for (int i = 0; i < retention->count; i++)
		if (strcmp(retention->rankings[i].name, name) == 0)
			return &retention->rankings[i];
	retention->rankings =
		reallocate(retention->rankings, (size_t)retention->count + 1, sizeof *retention->rankings);
	struct ranking *ranking = &retention->rankings[retention->count++];
	*ranking = (struct ranking){.name = copy_string(name)};
	return ranking;
}

static double share_of_margin(const struct logits *whole, double mean_margin)
{
	double *margins = allocate((size_t)whole->sentences, sizeof *margins);

	logits_margins(whole, whole->values, margins);
	double all = mean(margins, whole->sentences);
	double error = standard_deviation(margins, whole->sentences) / sqrt((double)whole->sentences);
	free(margins);
	return all > 2 * error ? 100 * mean_margin / all : NAN;
}

static void store(const struct retention *retention, struct ranking *ranking, int64_t place, const double *values)
{
	const struct logits *whole = &retention->whole;
	double *margins = allocate((size_t)whole->sentences, sizeof *margins);
	int64_t at = (ranking->draws - 1) * retention->budgets + place;

	logits_margins(whole, values, margins);
	ranking->margins[at] = share_of_margin(whole, mean(margins, whole->sentences));
	ranking->accuracies[at] = logits_accuracy(whole, values);
	free(margins);
}

/* values [B, sentences, classes] are one more draw of the ranking. */
static void add_draw(
	const struct retention *retention, struct ranking *ranking, const int64_t *place, const double *values)
{
	const struct logits *whole = &retention->whole;
	size_t room = (size_t)++ranking->draws * (size_t)retention->budgets;

	ranking->margins = reallocate(ranking->margins, room, sizeof *ranking->margins);
	ranking->accuracies = reallocate(ranking->accuracies, room, sizeof *ranking->accuracies);
	store(retention, ranking, 0, whole->values);
	for (int64_t b = 0; b < retention->budgets - 1; b++)
		store(retention, ranking, place[b], values + b * whole->sentences * whole->classes);
}

static int by_method_order(const void *left, const void *right)
{
	return method_order(((const struct ranking *)left)->name, ((const struct ranking *)right)->name);
}

void retention_read(struct retention *retention, const char *path)
{
	struct tensor_file file;

	*retention = (struct retention){0};
	tensor_file_open(&file, path);
	logits_read(&retention->whole, &file);
	int64_t *place = read_budgets(retention, &file);
	int64_t shape[] = {retention->budgets - 1, retention->whole.sentences, retention->whole.classes};
	for (int i = 0; i < file.count; i++) {
		char *name = ranking_name(file.tensors[i].name);
		if (!name)
			continue;
		double *values = logits_read_others(&file, file.tensors[i].name, 3, shape);
		add_draw(retention, find_or_add(retention, name), place, values);
		free(values);
		free(name);
	}
	if (retention->count == 0)
		fail(path, "holds no rankings (expected tensors RANKING/logits)");
	qsort(retention->rankings, (size_t)retention->count, sizeof *retention->rankings, by_method_order);
	free(place);
	tensor_file_close(&file);
}

void retention_must_match(
	const struct retention *retention, const struct logits *logits, int64_t heads, const char *path)
{
	const struct logits *whole = &retention->whole;

	if (whole->sentences != logits->sentences || whole->classes != logits->classes || retention->heads != heads)
		fail(path, "is of %lld sentences, %lld classes and %lld heads (expected %lld, %lld and %lld)",
			(long long)whole->sentences, (long long)whole->classes, (long long)retention->heads,
			(long long)logits->sentences, (long long)logits->classes, (long long)heads);
	if (memcmp(whole->labels, logits->labels, (size_t)whole->sentences * sizeof *whole->labels) != 0)
		fail(path, "its labels are not those of the ablation");
}

void retention_free(struct retention *retention)
{
	for (int i = 0; i < retention->count; i++) {
		free(retention->rankings[i].name);
		free(retention->rankings[i].margins);
		free(retention->rankings[i].accuracies);
	}
	free(retention->rankings);
	free(retention->budget);
	logits_free(&retention->whole);
	*retention = (struct retention){0};
}

/* ---- summaries ---- */

const struct ranking *retention_find(const struct retention *retention, const char *name)
{
	for (int i = 0; i < retention->count; i++)
		if (strcmp(retention->rankings[i].name, name) == 0)
			return &retention->rankings[i];
	return NULL;
}

/* values: those of the first draw; each draw lies stride further. */
static struct kept summarise(const double *values, int64_t draws, int64_t stride)
{
	double *gathered = allocate((size_t)draws, sizeof *gathered);

	for (int64_t d = 0; d < draws; d++)
		gathered[d] = values[d * stride];
	struct kept kept = {mean(gathered, draws), NAN, NAN};
	if (draws > 1) {
		kept.low = quantile(gathered, draws, 0.025);
		kept.high = quantile(gathered, draws, 0.975);
	}
	free(gathered);
	return kept;
}

struct kept margin_kept(const struct retention *retention, const struct ranking *ranking, int64_t budget)
{
	return summarise(ranking->margins + budget, ranking->draws, retention->budgets);
}

struct kept accuracy_kept(const struct retention *retention, const struct ranking *ranking, int64_t budget)
{
	return summarise(ranking->accuracies + budget, ranking->draws, retention->budgets);
}

double mean_margin_kept(const struct retention *retention, const struct ranking *ranking)
{
	double sum = 0;
	int64_t count = 0;

	for (int64_t b = 0; b < retention->budgets; b++)
		if (retention->budget[b] >= 5 && retention->budget[b] <= 30) {
			sum += margin_kept(retention, ranking, b).mean;
			count++;
		}
	return count > 0 ? sum / (double)count : NAN;
}
