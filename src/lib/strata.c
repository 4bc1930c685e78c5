/* strata.c: groups of sentences or heads, and what is drawn at random within them: see strata.h.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "strata.h"

#include "fail.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

struct labelled {
	int32_t label;
	int64_t index;
};

static int by_label_then_index(const void *left, const void *right)
{
	const struct labelled *a = left, *b = right;

	if (a->label != b->label)
		return a->label < b->label ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

struct strata strata_from(const int32_t *labels, int64_t count)
{
	struct labelled *sorted = allocate((size_t)count, sizeof *sorted);
	struct strata strata = {.count = count};

	for (int64_t i = 0; i < count; i++)
		sorted[i] = (struct labelled){labels ? labels[i] : 0, i};
	qsort(sorted, (size_t)count, sizeof *sorted, by_label_then_index);
	strata.members = allocate((size_t)count, sizeof *strata.members);
	strata.begin = allocate((size_t)count + 1, sizeof *strata.begin);
	for (int64_t i = 0; i < count; i++) {
		if (i == 0 || sorted[i].label != sorted[i - 1].label)
			strata.begin[strata.groups++] = i;
		strata.members[i] = sorted[i].index;
	}
	strata.begin[strata.groups] = count;
	free(sorted);
	return strata;
}

void strata_free(struct strata *strata)
{
	free(strata->members);
	free(strata->begin);
	*strata = (struct strata){0};
}

struct strata strata_of_layers(int64_t layers, int64_t heads)
{
	int32_t *layer = allocate((size_t)(layers * heads), sizeof *layer);

	for (int64_t h = 0; h < layers * heads; h++)
		layer[h] = (int32_t)(h / heads);
	struct strata strata = strata_from(layer, layers * heads);
	free(layer);
	return strata;
}

int64_t strata_smallest(const struct strata *strata)
{
	int64_t smallest = strata->count;

	for (int64_t g = 0; g < strata->groups; g++)
		if (strata->begin[g + 1] - strata->begin[g] < smallest)
			smallest = strata->begin[g + 1] - strata->begin[g];
	return smallest;
}

int64_t strata_largest_member(const struct strata *strata)
{
	int64_t largest = 0;

	for (int64_t i = 0; i < strata->count; i++)
		if (strata->members[i] > largest)
			largest = strata->members[i];
	return largest;
}

struct strata strata_group(const struct strata *strata, int64_t group)
{
	const int64_t size = strata_size(strata, group);
	struct strata one = {.count = size,
		.groups = 1,
		.members = allocate((size_t)size, sizeof *one.members),
		.begin = allocate(2, sizeof *one.begin)};

	memcpy(one.members, strata->members + strata->begin[group], (size_t)size * sizeof *one.members);
	one.begin[1] = size;
	return one;
}

/* ---- drawn from them ---- */

gsl_rng *random_generator(uint64_t seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(rng, seed);
	return rng;
}

gsl_rng *random_generator_of(uint64_t seed, int64_t draw)
{
	const uint64_t apart = 1000003; /* more than there are draws */

	return random_generator((seed - 1) * apart + 1 + (uint64_t)draw);
}

/* shuffled [count] = the members, each group in a random order of its own. */
static void shuffle_members(const struct strata *groups, gsl_rng *rng, int64_t *shuffled)
{
	memcpy(shuffled, groups->members, (size_t)groups->count * sizeof *shuffled);
	for (int64_t g = 0; g < groups->groups; g++)
		if (strata_size(groups, g) > 0) /* GSL counts down from one less */
			gsl_ran_shuffle(
				rng, shuffled + groups->begin[g], (size_t)strata_size(groups, g), sizeof *shuffled);
}

void random_permutation(const struct strata *groups, gsl_rng *rng, int64_t *order)
{
	int64_t *shuffled = allocate((size_t)groups->count, sizeof *shuffled);

	shuffle_members(groups, rng, shuffled);
	for (int64_t i = 0; i < groups->count; i++)
		order[groups->members[i]] = shuffled[i];
	free(shuffled);
}

void stratified_resample(const struct strata *classes, gsl_rng *rng, int64_t *indices)
{
	for (int64_t g = 0; g < classes->groups; g++) {
		unsigned long size = (unsigned long)strata_size(classes, g);
		for (int64_t i = classes->begin[g]; i < classes->begin[g + 1]; i++)
			indices[i] = classes->members[classes->begin[g] + (int64_t)gsl_rng_uniform_int(rng, size)];
	}
}

int32_t *stratified_times(const struct strata *classes, gsl_rng *rng)
{
	int64_t *chosen = allocate((size_t)classes->count, sizeof *chosen);
	int32_t *times = allocate((size_t)classes->count, sizeof *times);

	stratified_resample(classes, rng, chosen);
	for (int64_t i = 0; i < classes->count; i++)
		times[chosen[i]]++;
	free(chosen);
	return times;
}

void stratified_halves(const struct strata *classes, gsl_rng *rng, bool *first)
{
	int64_t *shuffled = allocate((size_t)classes->count, sizeof *shuffled);
	int64_t extra = (int64_t)gsl_rng_uniform_int(rng, 2);

	shuffle_members(classes, rng, shuffled);
	for (int64_t g = 0; g < classes->groups; g++) {
		int64_t half = (strata_size(classes, g) + extra) / 2;
		for (int64_t i = 0; i < strata_size(classes, g); i++)
			first[shuffled[classes->begin[g] + i]] = i < half;
		extra ^= strata_size(classes, g) % 2;
	}
	free(shuffled);
}

/* ---- balanced samples ---- */

/* count, shared out evenly among the groups; what is left over goes to some that are drawn. [groups] in fresh memory */
static int64_t *even_shares(const struct strata *strata, int64_t count, gsl_rng *rng)
{
	int64_t *shares = allocate((size_t)strata->groups, sizeof *shares);
	int64_t *order = allocate((size_t)strata->groups, sizeof *order);

	for (int64_t g = 0; g < strata->groups; g++)
		order[g] = g;
	gsl_ran_shuffle(rng, order, (size_t)strata->groups, sizeof *order);
	for (int64_t i = 0; i < strata->groups; i++)
		shares[order[i]] = count / strata->groups + (i < count % strata->groups);
	free(order);
	return shares;
}

void balanced_resample(const struct strata *classes, int64_t count, gsl_rng *rng, int64_t *indices)
{
	int64_t *shares = even_shares(classes, count, rng);

	for (int64_t g = 0; g < classes->groups; g++)
		for (int64_t i = 0; i < shares[g]; i++)
			*indices++ =
				classes->members[classes->begin[g] + (int64_t)gsl_rng_uniform_int(rng,
									     (unsigned long)strata_size(classes, g))];
	free(shares);
}

/* Strata of their own, without the groups of which nothing was drawn. */
static struct strata balanced_subsample(const struct strata *classes, int64_t count, gsl_rng *rng)
{
	int64_t *shares = even_shares(classes, count, rng);
	int64_t *shuffled = allocate((size_t)classes->count, sizeof *shuffled);
	struct strata drawn = {.members = allocate((size_t)count, sizeof *drawn.members),
		.begin = allocate((size_t)classes->groups + 1, sizeof *drawn.begin)};

	shuffle_members(classes, rng, shuffled);
	for (int64_t g = 0; g < classes->groups; g++) {
		if (shares[g] == 0)
			continue;
		memcpy(drawn.members + drawn.count, shuffled + classes->begin[g],
			(size_t)shares[g] * sizeof *drawn.members);
		drawn.begin[drawn.groups++] = drawn.count;
		drawn.count += shares[g];
	}
	drawn.begin[drawn.groups] = drawn.count;
	free(shares);
	free(shuffled);
	return drawn;
}

/* ---- halves ---- */

static struct halves halves_of(int64_t splits, int64_t count)
{
	return (struct halves){.splits = splits,
		.count = count,
		.members = allocate((size_t)(splits * count), sizeof(int64_t)),
		.first = allocate((size_t)splits, sizeof(int64_t))};
}

static void draw_split(struct halves *halves, int64_t split, const struct strata *classes, gsl_rng *rng)
{
	int64_t *members = halves->members + split * halves->count, used = 0;
	bool *first = allocate((size_t)strata_largest_member(classes) + 1, sizeof *first);

	stratified_halves(classes, rng, first);
	for (int64_t i = 0; i < classes->count; i++)
		if (first[classes->members[i]])
			members[used++] = classes->members[i];
	halves->first[split] = used;
	for (int64_t i = 0; i < classes->count; i++)
		if (!first[classes->members[i]])
			members[used++] = classes->members[i];
	free(first);
}

struct halves halves_draw(const struct strata *classes, int64_t splits, gsl_rng *rng)
{
	struct halves halves = halves_of(splits, classes->count);

	for (int64_t i = 0; i < splits; i++)
		draw_split(&halves, i, classes, rng);
	return halves;
}

struct halves halves_draw_balanced(const struct strata *classes, int64_t count, int64_t splits, gsl_rng *rng)
{
	struct halves halves = halves_of(splits, count);

	for (int64_t i = 0; i < splits; i++) {
		struct strata drawn = balanced_subsample(classes, count, rng);
		draw_split(&halves, i, &drawn, rng);
		strata_free(&drawn);
	}
	return halves;
}

void halves_free(struct halves *halves)
{
	free(halves->members);
	free(halves->first);
	*halves = (struct halves){0};
}
