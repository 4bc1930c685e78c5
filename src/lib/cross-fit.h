/* cross-fit.h: the heads' scores against their importance, on the same sentences and across two halves of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Score and importance of a head are means over the same sentences, and what is peculiar to one of them can be in both:
 * a score that sees the labels, above all, shares the noise of what it is to predict. Cross-fitted, the score is from
 * one half of the sentences and the importance from the other, both ways round, on average over many splits.
 *
 * A bootstrap of the cross-fitted value must not put a sentence into both halves, or the noise would be shared again: a
 * resample is drawn first, and then its distinct sentences are split, each with its repetitions. A half has fewer
 * distinct sentences than one of the original, so resampled values lie lower; intervals are centred on the observed
 * one. The splits of a resample are few and add a little of their own variation: intervals are a little too wide
 * rather than too narrow.
 */
#ifndef T_MODEL_CROSS_FIT_H
#define T_MODEL_CROSS_FIT_H

#include "agreement.h"
#include "columns.h"
#include "statistics.h"

/* Random halves of a resample in which each sentence is times [sentences] often: the distinct sentences of each class
 * are halved. Members repeat in halves as they do in the resample. */
struct halves halves_draw_repeated(const struct strata *classes, const int32_t *times, int64_t splits, gsl_rng *rng);

/* A column's scores from all sentences of a selection and from either half of every split of it, sorted. */
struct scores {
	int64_t splits;
	struct ordered *all;	/* [1] */
	struct ordered *halves; /* [splits, 2] */
};
struct scores scores_from(const struct columns *columns, const struct column *column, const struct halves *halves);
void scores_free(struct scores *scores);

struct fit {
	struct agreement same;	  /* from all sentences */
	struct agreement crossed; /* the mean over splits and directions; NaN where one of them is */
};

/* times [heads], as in agreement_of. */
struct fit fit_heads(
	const struct scores *scores, const struct scores *importance, struct heads heads, const int32_t *times);

#endif
