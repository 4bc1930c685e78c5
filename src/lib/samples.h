/* samples.h: sentences drawn again and again, and what head quantities amount to in them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_SAMPLES_H
#define T_MODEL_SAMPLES_H

#include "columns.h"
#include "cross-fit.h"
#include "statistics.h"

#include <gsl/gsl_rng.h>
#include <stdint.h>

struct samples {
	int64_t sentences;	       /* in each */
	int64_t subsamples;	       /* how many of the splits are of other sentences: 1 (none is), or all */
	struct halves halves;	       /* of these sentences */
	int64_t resamples, *resampled; /* [resamples, sentences] bootstrap resamples */
	struct halves *again;	       /* [resamples] halves of each; NULL: they are not split */
};

/* All sentences in every split, and resamples of as many of each class. */
struct samples samples_of_all(const struct strata *classes, int64_t splits, int64_t resamples, gsl_rng *rng);

/* A balanced subsample of its own in every split, and balanced resamples of the same size (strata.h). */
struct samples samples_balanced(
	const struct strata *classes, int64_t sentences, int64_t splits, int64_t resamples, gsl_rng *rng);

/* Splits the distinct sentences of every resample into halves (cross-fit.h). classes: those it was drawn from. */
void samples_split_again(struct samples *samples, const struct strata *classes, int64_t splits, gsl_rng *rng);

void samples_free(struct samples *samples);

/* A column reduced to its score in each of the samples. */
struct reduced {
	int64_t resamples;
	int64_t heads;	      /* of all layers */
	double *whole;	      /* [subsamples, heads] */
	double *halves;	      /* [splits, 2, heads] */
	double *resampled;    /* [resamples, heads] */
	struct scores *again; /* [resamples]; NULL where these are not split */
};

struct reduced samples_reduce(
	const struct samples *samples, const struct columns *columns, const struct column *column);
void reduced_free(struct reduced *reduced);

/* Between two columns: Spearman's over the same sentences; cross-fitted; and the mean of those within the layers. Means
 * over subsamples and splits; layers groups the heads. */
struct correlations {
	double spearman, cross_fitted, within_layer;
};
struct correlations samples_correlate(
	const struct samples *samples, const struct reduced *x, const struct reduced *y, const struct strata *layers);

/* rho [resamples] = Spearman's in every resample; cross-fitted, if they are split. */
void samples_correlate_again(
	const struct samples *samples, const struct reduced *x, const struct reduced *y, double *rho);
void samples_cross_again(const struct reduced *x, const struct reduced *y, struct heads heads, double *rho);

#endif
