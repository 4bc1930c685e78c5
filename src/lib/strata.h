/* strata.h: classes of sentences, layers of heads, and what is drawn at random within them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Randomness comes from a generator that the caller seeds: the same seed gives the same draws.
 */
#ifndef T_MODEL_STRATA_H
#define T_MODEL_STRATA_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>

struct strata {
	int64_t count, groups;
	int64_t *members; /* [count] indices, group by group: 0 … count - 1, unless these are but a part */
	int64_t *begin;	  /* [groups + 1] where each group begins in members */
};

/* Groups what bears the same label; labels NULL: everything is one group. */
struct strata strata_from(const int32_t *labels, int64_t count);
void strata_free(struct strata *strata);

/* Heads 0 … layers × heads - 1, grouped by layer. */
struct strata strata_of_layers(int64_t layers, int64_t heads);

/* How many members the smallest group has. */
int64_t strata_smallest(const struct strata *strata);

/* The largest index among the members, 0 without any. */
int64_t strata_largest_member(const struct strata *strata);

/* One of the groups, as strata of its own. */
struct strata strata_group(const struct strata *strata, int64_t group);

static inline int64_t strata_size(const struct strata *strata, int64_t group)
{
	return strata->begin[group + 1] - strata->begin[group];
}

/* ---- drawn from them ---- */

/* A Mersenne Twister. */
gsl_rng *random_generator(uint64_t seed);

/* One of many, of draw 0, 1, …, so that threads can share the draws out; those of different seeds, which are 1 or more, have
 * none in common. */
gsl_rng *random_generator_of(uint64_t seed, int64_t draw);

/* order [count] = a permutation of 0 … count - 1 that moves within groups only. */
void random_permutation(const struct strata *groups, gsl_rng *rng, int64_t *order);

/* indices [count] = a bootstrap resample: as many of each class as there are, drawn with replacement. */
void stratified_resample(const struct strata *classes, gsl_rng *rng, int64_t *indices);

/* The same as how often each member is drawn, [count] in fresh memory. */
int32_t *stratified_times(const struct strata *classes, gsl_rng *rng);

/* first [by member] = is the sentence in the first half? Each class is halved; where classes are odd, the extra
 * sentences go to either half in turn. */
void stratified_halves(const struct strata *classes, gsl_rng *rng, bool *first);

/* indices [count] = members drawn with replacement, as many of each class, or one more of some that are drawn. */
void balanced_resample(const struct strata *classes, int64_t count, gsl_rng *rng, int64_t *indices);

/* ---- halves ---- */

/* Random halves of the sentences, drawn again and again. */
struct halves {
	int64_t splits, count;
	int64_t *members; /* [splits, count] the sentences of the first half, then those of the second */
	int64_t *first;	  /* [splits] how many are in the first */
};
struct halves halves_draw(const struct strata *classes, int64_t splits, gsl_rng *rng);
void halves_free(struct halves *halves);

/* The same of `count` sentences, drawn anew (without replacement) for every split: as many of each class, or one more
 * of some that are drawn. No class may have fewer sentences than that. */
struct halves halves_draw_balanced(const struct strata *classes, int64_t count, int64_t splits, gsl_rng *rng);

#endif
