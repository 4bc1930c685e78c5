/* cross-fit.c: halves of resampled sentences, and what heads score on them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cross-fit.h"

#include "fail.h"

#include <stdlib.h>

/* ---- halves ---- */

static struct strata distinct_sentences(const struct strata *classes, const int32_t *times)
{
	struct strata distinct = {.groups = classes->groups,
		.members = allocate((size_t)classes->count, sizeof *distinct.members),
		.begin = allocate((size_t)classes->groups + 1, sizeof *distinct.begin)};

	for (int64_t g = 0; g < classes->groups; g++) {
		for (int64_t i = classes->begin[g]; i < classes->begin[g + 1]; i++)
			if (times[classes->members[i]] > 0)
				distinct.members[distinct.count++] = classes->members[i];
		distinct.begin[g + 1] = distinct.count;
	}
	return distinct;
}

/* members = the sentences of one half, with their repetitions; returns how many. */
static int64_t list_half(
	const struct strata *distinct, const int32_t *times, const bool *first, bool wanted, int64_t *members)
{
	int64_t used = 0;

	for (int64_t i = 0; i < distinct->count; i++)
		for (int32_t j = 0; first[distinct->members[i]] == wanted && j < times[distinct->members[i]]; j++)
			members[used++] = distinct->members[i];
	return used;
}

struct halves halves_draw_repeated(const struct strata *classes, const int32_t *times, int64_t splits, gsl_rng *rng)
{
	struct strata distinct = distinct_sentences(classes, times);
	struct halves halves = {.splits = splits, .first = allocate((size_t)splits, sizeof *halves.first)};
	bool *first = allocate((size_t)strata_largest_member(classes) + 1, sizeof *first);

	for (int64_t i = 0; i < distinct.count; i++)
		halves.count += times[distinct.members[i]];
	halves.members = allocate((size_t)(splits * halves.count), sizeof *halves.members);
	for (int64_t i = 0; i < splits; i++) {
		int64_t *members = halves.members + i * halves.count;
		stratified_halves(&distinct, rng, first);
		halves.first[i] = list_half(&distinct, times, first, true, members);
		list_half(&distinct, times, first, false, members + halves.first[i]);
	}
	strata_free(&distinct);
	free(first);
	return halves;
}

/* ---- scores ---- */

static void score_heads(const struct columns *columns, const struct column *column, const int64_t *chosen,
	int64_t count, struct ordered *scores)
{
	column_scores(columns, column, chosen, count, scores->values);
	ordered_sort(scores, (struct heads){columns->layers, columns->heads});
}

struct scores scores_from(const struct columns *columns, const struct column *column, const struct halves *halves)
{
	const struct heads heads = {columns->layers, columns->heads};
	struct scores scores = {.splits = halves->splits,
		.all = ordered_allocate(heads, 1),
		.halves = ordered_allocate(heads, 2 * halves->splits)};

	score_heads(columns, column, halves->members, halves->count, scores.all);
	for (int64_t i = 0; i < halves->splits; i++) {
		const int64_t *members = halves->members + i * halves->count, first = halves->first[i];
		score_heads(columns, column, members, first, &scores.halves[2 * i]);
		score_heads(columns, column, members + first, halves->count - first, &scores.halves[2 * i + 1]);
	}
	return scores;
}

void scores_free(struct scores *scores)
{
	ordered_free(scores->all);
	ordered_free(scores->halves);
	*scores = (struct scores){0};
}

/* ---- fit ---- */

struct fit fit_heads(
	const struct scores *scores, const struct scores *importance, struct heads heads, const int32_t *times)
{
	const int64_t pairs = 2 * scores->splits;
	struct agreement sum = {0};

	for (int64_t i = 0; i < pairs; i++) {
		const int64_t other = i ^ 1; /* the other half of the same split */
		struct agreement one = agreement_of(&scores->halves[i], &importance->halves[other], heads, times);
		sum.overall += one.overall;
		sum.within += one.within;
		sum.partial += one.partial;
	}
	return (struct fit){
		.same = agreement_of(scores->all, importance->all, heads, times),
		.crossed = {sum.overall / (double)pairs, sum.within / (double)pairs, sum.partial / (double)pairs},
	};
}
