/* statistics.h: ranks, correlations with their intervals and p-values, reliability.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All in F64. What is undefined is NaN, never a failure: the tables then say NA.
 */
#ifndef T_MODEL_STATISTICS_H
#define T_MODEL_STATISTICS_H

#include "strata.h"

/* ---- one sample ---- */

/* NaN for no values, and where one of them is NaN; the standard deviation (of n - 1) also for a single value. */
double mean(const double *values, int64_t count);
double standard_deviation(const double *values, int64_t count);

/* Standard deviation / |mean|. */
double coefficient_of_variation(const double *values, int64_t count);

/* Hyndman & Fan's (1996) type 7, the default of R and NumPy; fraction in [0, 1]. */
double quantile(const double *values, int64_t count, double fraction);

/* ---- correlation ---- */

/* Ranks from 1; equal values share the mean of theirs. No value may be NaN. */
void average_ranks(const double *values, int64_t count, double *ranks);

/* Pairs in which a value is NaN are left out. NaN for fewer than 3 pairs and where x or y is constant. */
double pearson(const double *x, const double *y, int64_t count);
double spearman(const double *x, const double *y, int64_t count);

struct interval {
	double low, high;
};

/* 95 % interval of a correlation by Fisher's z: tanh(atanh r ± 1.96 / √(n - 3)). For published values of which
 * nothing but r and n is known. */
struct interval fisher_interval(double r, int64_t count);

/* Student's interval of a mean, and Welch's of a difference of the means of x and y. NaN for fewer than 2 values; where
 * nothing varies, the mean itself. */
struct interval t_interval(const double *values, int64_t count, double confidence);
struct interval welch_interval(const double *x, int64_t x_count, const double *y, int64_t y_count, double confidence);

struct bootstrap_interval {
	double low, high;
	/* Where the bootstrap's centre lies, tanh(mean z), less the observed r. Below 0 as a rule: a resample repeats
	 * sentences, so its scores are noisier and correlate less. That is why the interval is not of percentiles. */
	double shift;
	int64_t used; /* resamples with a defined correlation */
};

/* 95 % interval around the observed r from correlations of bootstrap resamples: tanh(atanh r ± 1.96 SD of atanh r*).
 * NaN where r, or an r*, is ±1: its z is infinite. */
struct bootstrap_interval bootstrap_interval(double observed, const double *resampled, int64_t count);

/* The same of a difference of two correlations, which has no z: observed ± 1.96 SD of its resamples. */
struct bootstrap_interval difference_interval(double observed, const double *resampled, int64_t count);

/* ---- permutation tests ---- */

/* Two-sided p of Spearman's rho when y is permuted among pairs of the same label (labels NULL: among all): the share
 * of permutations, the observed order counted as one, that lie at least as far from the mean of all permutations.
 * Without labels that mean is 0 and this is the usual test; with layers as labels it asks whether x orders the heads
 * beyond what their layers explain. NaN where rho is. */
double permutation_p(
	const double *x, const double *y, const int32_t *labels, int64_t count, int64_t permutations, gsl_rng *rng);

/* The same without groups, over all permutations: no draw, no error. Defined for up to EXACT_MOST pairs. */
enum { EXACT_MOST = 12 };
double exact_permutation_p(const double *x, const double *y, int64_t count);

/* adjusted [count] = p-values by Holm's (1979) method: those below 0.05 are so together. NaN is left out and stays. */
void holm(const double *p, int64_t count, double *adjusted);

/* ---- reliability ---- */

/* The reliability of a measurement factor times as long (Spearman 1910; Brown 1910). */
double spearman_brown(double r, double factor);

/* What a correlation with a measurement of that reliability would be without the noise in it (Spearman 1904); NaN where
 * the reliability is not above 0. */
double without_noise(double r, double reliability);

/* Reliability of head scores data [sentences, heads]: Spearman's rho of the heads' means over two halves of the
 * sentences, averaged over random splits, then stepped up to the full length. */
double split_half_reliability(
	const double *data, int64_t heads, const struct strata *classes, int64_t splits, gsl_rng *rng);

/* ---- correlation within groups, across halves ---- */

/* The mean over the groups of spearman within each; groups in which it is undefined are left out. */
double spearman_within(const double *x, const double *y, const struct strata *groups);

/* split_half_reliability from a quantity's means over either half, x [splits, 2, heads]. */
double halves_reliability(const double *x, int64_t heads, int64_t splits);

/* x, y [splits, 2, heads]: each head's score and importance, from either half. The mean over the splits of spearman
 * between x of one half and y of the other, both ways round, so that nothing that a sentence does to both by chance
 * counts. NaN where one of them is. */
double cross_fitted_spearman(const double *x, const double *y, int64_t heads, int64_t splits);

#endif
