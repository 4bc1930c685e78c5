/* retention.c: retention curves from logits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "retention.h"

#include "fail.h"
#include "margin.h"
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

/* The ranking of which a tensor RANKING/SUFFIX tells, in fresh memory; NULL if it is another tensor. A draw's number is
 * left out. */
static char *ranking_name(const char *tensor, const char *suffix)
{
	static const char *const drawn[] = {"random", "random_layers"};
	const char *slash = strrchr(tensor, '/');

	if (!slash || slash == tensor || strcmp(slash + 1, suffix) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++) {
		const size_t length = strlen(drawn[i]);
		const char *number = tensor + length + 1;
		if (strncmp(tensor, drawn[i], length) == 0 && tensor[length] == '-' && number < slash &&
			strspn(number, "0123456789") == (size_t)(slash - number))
			return copy_string(drawn[i]);
	}
	return format_string("%.*s", (int)(slash - tensor), tensor);
}

static struct ranking *find_ranking(const struct retention *retention, const char *name)
{
	for (int i = 0; i < retention->count; i++)
		if (strcmp(retention->rankings[i].name, name) == 0)
			return &retention->rankings[i];
	return NULL;
}

const struct ranking *retention_find(const struct retention *retention, const char *name)
{
	return find_ranking(retention, name);
}

static struct ranking *find_or_add(struct retention *retention, const char *name)
{
	struct ranking *found = find_ranking(retention, name);

	if (found)
		return found;
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
	for (int64_t s = 0; s < whole->sentences; s++)
		ranking->margin_sums[s * retention->budgets + place] += margins[s];
	free(margins);
}

/* values [B, sentences, classes] are one more draw of the ranking. */
static void add_draw(
	const struct retention *retention, struct ranking *ranking, const int64_t *place, const double *values)
{
	const struct logits *whole = &retention->whole;
	const size_t room = (size_t)++ranking->draws * (size_t)retention->budgets;

	ranking->margins = reallocate(ranking->margins, room, sizeof *ranking->margins);
	ranking->accuracies = reallocate(ranking->accuracies, room, sizeof *ranking->accuracies);
	if (!ranking->margin_sums)
		ranking->margin_sums = allocate(
			(size_t)(whole->sentences * retention->budgets), sizeof *ranking->margin_sums);
	store(retention, ranking, 0, whole->values);
	for (int64_t b = 0; b < retention->budgets - 1; b++)
		store(retention, ranking, place[b], values + b * whole->sentences * whole->classes);
}

/* values [splits, B, S, classes] are the ranking's, cross-fitted. */
static void add_crossed(const struct retention *retention, struct ranking *ranking, const int64_t *place,
	const double *values, int64_t splits)
{
	const struct logits *whole = &retention->whole;
	const int64_t sentences = whole->sentences, budgets = retention->budgets;

	ranking->splits = splits;
	ranking->split_margins = allocate((size_t)(splits * budgets), sizeof *ranking->split_margins);
	ranking->crossed_margins = allocate((size_t)(sentences * budgets), sizeof *ranking->crossed_margins);
	ranking->crossed_right = allocate((size_t)(sentences * budgets), sizeof *ranking->crossed_right);
	for (int64_t s = 0; s < sentences; s++) {
		const double *z = whole->values + s * whole->classes;
		ranking->crossed_margins[s * budgets] = sentence_margin(whole, s, z);
		ranking->crossed_right[s * budgets] = argmax(z, whole->classes) == whole->labels[s];
	}
	for (int64_t i = 0; i < splits * (budgets - 1) * sentences; i++) {
		const int64_t s = i % sentences, b = place[i / sentences % (budgets - 1)], at = s * budgets + b;
		const double *z = values + i * whole->classes;
		const double left = sentence_margin(whole, s, z);
		ranking->split_margins[i / sentences / (budgets - 1) * budgets + b] += left;
		ranking->crossed_margins[at] += left / (double)splits;
		ranking->crossed_right[at] += (argmax(z, whole->classes) == whole->labels[s]) / (double)splits;
	}
}

static int by_method_order(const void *left, const void *right)
{
	return method_order(((const struct ranking *)left)->name, ((const struct ranking *)right)->name);
}

static void read_rankings(struct retention *retention, const struct tensor_file *file, const int64_t *place)
{
	const struct logits *whole = &retention->whole;
	const int64_t shape[] = {-1, retention->budgets - 1, whole->sentences, whole->classes};

	for (int i = 0; i < file->count; i++) {
		char *name = ranking_name(file->tensors[i].name, "logits");
		if (!name)
			continue;
		double *values = logits_read_others(file, file->tensors[i].name, 3, shape + 1);
		struct ranking *ranking = find_or_add(retention, name);
		add_draw(retention, ranking, place, values);
		if (strcmp(name, "greedy_cross") == 0)
			add_crossed(retention, ranking, place, values, 1);
		free(values);
		free(name);
	}
	for (int i = 0; i < file->count; i++) {
		char *name = ranking_name(file->tensors[i].name, "cross_fitted");
		if (!name)
			continue;
		struct ranking *ranking = find_ranking(retention, name);
		if (!ranking || ranking->crossed_margins)
			fail(file->path, "tensor '%s' is of no ranking, or of one among many draws", file->tensors[i].name);
		double *values = logits_read_others(file, file->tensors[i].name, 4, shape);
		if (file->tensors[i].shape[0] == 0)
			fail(file->path, "tensor '%s' is of no splits", file->tensors[i].name);
		add_crossed(retention, ranking, place, values, file->tensors[i].shape[0]);
		free(values);
		free(name);
	}
}

void retention_read(struct retention *retention, const char *path)
{
	struct tensor_file file;

	*retention = (struct retention){0};
	tensor_file_open(&file, path);
	logits_read(&retention->whole, &file);
	int64_t *place = read_budgets(retention, &file);
	read_rankings(retention, &file, place);
	if (retention->count == 0)
		fail(path, "holds no rankings (expected tensors RANKING/logits)");
	qsort(retention->rankings, (size_t)retention->count, sizeof *retention->rankings, by_method_order);
	free(place);
	tensor_file_close(&file);
}

/* ---- of several files ---- */

/* values [rows, budgets], NULL: none; leaves the columns that are shared, in place. */
static void keep_columns(double *values, int64_t rows, int64_t budgets, const bool *shared)
{
	int64_t left = 0;

	for (int64_t i = 0; values && i < rows * budgets; i++)
		if (shared[i % budgets])
			values[left++] = values[i];
}

static bool has_budget(const struct retention *retention, int64_t budget)
{
	for (int64_t b = 0; b < retention->budgets; b++)
		if (retention->budget[b] == budget)
			return true;
	return false;
}

/* Leaves the budgets that the other has, too. */
static void keep_shared(struct retention *retention, const struct retention *other)
{
	const int64_t budgets = retention->budgets, sentences = retention->whole.sentences;
	bool *shared = allocate((size_t)budgets, sizeof *shared);
	int64_t left = 0;

	for (int64_t b = 0; b < budgets; b++)
		shared[b] = has_budget(other, retention->budget[b]);
	for (int i = 0; i < retention->count; i++) {
		struct ranking *ranking = &retention->rankings[i];
		keep_columns(ranking->margins, ranking->draws, budgets, shared);
		keep_columns(ranking->accuracies, ranking->draws, budgets, shared);
		keep_columns(ranking->margin_sums, sentences, budgets, shared);
		keep_columns(ranking->split_margins, ranking->splits, budgets, shared);
		keep_columns(ranking->crossed_margins, sentences, budgets, shared);
		keep_columns(ranking->crossed_right, sentences, budgets, shared);
	}
	for (int64_t b = 0; b < budgets; b++)
		if (shared[b])
			retention->budget[left++] = retention->budget[b];
	retention->budgets = left;
	free(shared);
}

void retention_add(struct retention *retention, const char *path)
{
	struct retention other;

	retention_read(&other, path);
	retention_must_match(&other, &retention->whole, retention->heads, path);
	for (int i = 0; i < other.count; i++)
		if (find_ranking(retention, other.rankings[i].name))
			fail(path, "has the ranking '%s' again", other.rankings[i].name);
	keep_shared(retention, &other);
	keep_shared(&other, retention);
	if (retention->budgets < 2)
		fail(path, "has no budget in common with the file before it");
	const size_t count = (size_t)retention->count + (size_t)other.count;
	retention->rankings = reallocate(retention->rankings, count, sizeof *retention->rankings);
	for (int i = 0; i < other.count; i++) /* taken over */
		retention->rankings[retention->count++] = other.rankings[i];
	other.count = 0;
	qsort(retention->rankings, count, sizeof *retention->rankings, by_method_order);
	retention_free(&other);
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
		fail(path, "its labels are not those of the file before it");
	for (int64_t i = 0; i < whole->sentences * whole->classes; i++)
		if (!(fabs(whole->values[i] - logits->values[i]) <= 1e-3 + 1e-3 * fabs(logits->values[i])))
			fail(path, "its logits without any removal are not those of the file before it: another model's");
}

void retention_free(struct retention *retention)
{
	for (int i = 0; i < retention->count; i++) {
		free(retention->rankings[i].name);
		free(retention->rankings[i].margins);
		free(retention->rankings[i].accuracies);
		free(retention->rankings[i].margin_sums);
		free(retention->rankings[i].split_margins);
		free(retention->rankings[i].crossed_margins);
		free(retention->rankings[i].crossed_right);
	}
	free(retention->rankings);
	free(retention->budget);
	logits_free(&retention->whole);
	*retention = (struct retention){0};
}

/* ---- summaries ---- */

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

struct kept margin_kept(const struct retention *retention, const struct ranking *ranking, int64_t place)
{
	return summarise(ranking->margins + place, ranking->draws, retention->budgets);
}

struct kept accuracy_kept(const struct retention *retention, const struct ranking *ranking, int64_t place)
{
	return summarise(ranking->accuracies + place, ranking->draws, retention->budgets);
}

bool is_of_mean(int64_t budget)
{
	return budget > 0 && budget <= 30 && budget % 5 == 0;
}

double *draws_of_margin(const struct retention *retention, const struct ranking *ranking, int64_t place)
{
	double *margins = allocate((size_t)ranking->draws, sizeof *margins);
	int64_t count = 0;

	for (int64_t b = 1; b < retention->budgets; b++) {
		if (place > 0 ? b != place : !is_of_mean(retention->budget[b]))
			continue;
		for (int64_t d = 0; d < ranking->draws; d++)
			margins[d] += ranking->margins[d * retention->budgets + b];
		count++;
	}
	for (int64_t d = 0; d < ranking->draws; d++)
		margins[d] /= (double)count;
	return margins;
}

double mean_margin_kept(const struct retention *retention, const struct ranking *ranking)
{
	double *margins = draws_of_margin(retention, ranking, 0);
	const double kept = mean(margins, ranking->draws);

	free(margins);
	return kept;
}
