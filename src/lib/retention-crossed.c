/* retention-crossed.c: what is left when one half of the sentences ranks the heads and the other measures.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "retention.h"

#include "fail.h"
#include "mean-effects.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* u [S], stride apart: what a sentence adds to the share kept, R = 100 Σm / Σm_whole, and to its error: their mean is
 * R - 100, and m - R m_whole tells how the ratio changes with the sentence. */
static void linearize_ratio(
	const struct retention *retention, const struct ranking *ranking, int64_t b, double *u, int64_t stride)
{
	const int64_t sentences = retention->whole.sentences;
	const double *margins = ranking->crossed_margins;
	double sum = 0, whole = 0;

	for (int64_t s = 0; s < sentences; s++) {
		sum += margins[s * retention->budgets + b];
		whole += margins[s * retention->budgets];
	}
	for (int64_t s = 0; s < sentences; s++) {
		const double *m = margins + s * retention->budgets;
		u[s * stride] = 100 * (sum / whole - 1) + 100 * (double)sentences * (m[b] - sum / whole * m[0]) / whole;
	}
}

static double mean_right(const struct retention *retention, const struct ranking *ranking, int64_t b)
{
	double right = 0;

	for (int64_t s = 0; s < retention->whole.sentences; s++)
		right += ranking->crossed_right[s * retention->budgets + b];
	return 100 * right / (double)retention->whole.sentences;
}

static bool is_tested(const struct retention *retention, int64_t cell)
{
	return retention->rankings[cell / retention->budgets].crossed_margins && cell % retention->budgets > 0;
}

static struct crossed_kept judge_crossed(
	const struct retention *retention, const struct ranking *ranking, int64_t b, const struct mean_effect *effect)
{
	const double accuracy = mean_right(retention, ranking, b);
	const bool above = effect->mean > 0 && effect->p_holm < 0.05 && accuracy >= mean_right(retention, ranking, 0);

	return (struct crossed_kept){.margin = 100 + effect->mean,
		.low = 100 + effect->low,
		.high = 100 + effect->high,
		.p = effect->p,
		.p_holm = effect->p_holm,
		.accuracy = accuracy,
		.above = isnan(effect->p_holm) ? NAN : above};
}

/* At budget 0, or of a ranking of which the file does not tell. */
static struct crossed_kept untested(const struct retention *retention, const struct ranking *ranking)
{
	const bool known = ranking->crossed_margins;

	return (struct crossed_kept){.margin = known ? 100 : NAN,
		.low = NAN,
		.high = NAN,
		.p = NAN,
		.p_holm = NAN,
		.accuracy = known ? mean_right(retention, ranking, 0) : NAN,
		.above = NAN};
}

/* Of a model without a margin. */
static void leave_accuracy(struct crossed_kept *kept)
{
	kept->margin = kept->low = kept->high = kept->p = kept->p_holm = kept->above = NAN;
}

struct crossed_kept *retention_cross_fitted(const struct retention *retention, int64_t resamples, gsl_rng *rng)
{
	const int64_t budgets = retention->budgets, cells = retention->count * budgets;
	struct crossed_kept *kept = allocate((size_t)cells, sizeof *kept);
	double *u = allocate((size_t)(retention->whole.sentences * cells), sizeof *u); /* [S, tests] */
	struct strata classes = strata_from(retention->whole.labels, retention->whole.sentences);
	int64_t tests = 0, test = 0;

	for (int64_t c = 0; c < cells; c++)
		tests += is_tested(retention, c);
	for (int64_t c = 0; c < cells; c++)
		if (is_tested(retention, c))
			linearize_ratio(retention, &retention->rankings[c / budgets], c % budgets, u + test++, tests);
	struct mean_effect *effects = mean_effects(u, tests, &classes, resamples, rng), *effect = effects;
	for (int64_t c = 0; c < cells; c++) {
		const struct ranking *ranking = &retention->rankings[c / budgets];
		kept[c] = is_tested(retention, c) ? judge_crossed(retention, ranking, c % budgets, effect++)
						  : untested(retention, ranking);
		if (isnan(margin_kept(retention, ranking, 0).mean))
			leave_accuracy(&kept[c]);
	}
	strata_free(&classes);
	free(effects);
	free(u);
	return kept;
}
