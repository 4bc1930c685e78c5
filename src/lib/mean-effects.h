/* mean-effects.h: which heads matter, or do harm, beyond the chance of these sentences?
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_MEAN_EFFECTS_H
#define T_MODEL_MEAN_EFFECTS_H

#include "statistics.h"

#include <gsl/gsl_rng.h>
#include <stdint.h>

/* A head's effect: its mean over the sentences, a 95 % interval, the two-sided p of no effect, and that p by Holm's
 * method over all heads. All but the mean are NaN for a class of one sentence, and where the sentences of every class
 * agree to the last digit; the interval also where sentences are so few that resamples often repeat a single one. */
struct mean_effect {
	double mean, low, high, p, p_holm;
};

/* Of effects [all sentences, heads], those of the sentences in classes; [heads] in fresh memory.
 *
 * Interval and p come from one bootstrap of the sentences within their classes, studentized and symmetric (Hall 1988):
 * with t* = |mean* - mean| / se* in every resample, the interval is mean ± se · (95 % quantile of t*), and p the share
 * of t*, the observed mean / se counted as one, that are at least as large. It allows for small classes, as Student's t
 * does, and for skewed effects. se² = Σ over classes of n_c s_c² / n², s_c the standard deviation within the class. */
struct mean_effect *mean_effects(
	const double *effects, int64_t heads, const struct strata *classes, int64_t resamples, gsl_rng *rng);

#endif
