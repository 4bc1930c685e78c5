/* retention-crossed.c: what is left when one half of the sentences ranks the heads and the other measures.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "retention.h"

#include "fail.h"
#include "mean-effects.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Adds weight times u to total [S], stride apart: what a sentence adds to the share kept, R = 100 Σm / Σm_whole, and to
 * its error: the mean of u is R - 100, and m - R m_whole tells how the ratio changes with the sentence.
 * margins [S, budgets], on any scale. */
static void add_linearized(const struct retention *retention, const double *margins, int64_t b, double weight,
	double *total, int64_t stride)
{
	const int64_t sentences = retention->whole.sentences;
	double sum = 0, whole = 0;

	for (int64_t s = 0; s < sentences; s++) {
		sum += margins[s * retention->budgets + b];
		whole += margins[s * retention->budgets];
	}
	for (int64_t s = 0; s < sentences; s++) {
		const double *m = margins + s * retention->budgets;
		const double u =
			100 * (sum / whole - 1) + 100 * (double)sentences * (m[b] - sum / whole * m[0]) / whole;
		total[s * stride] += weight * u;
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
			add_linearized(retention, retention->rankings[c / budgets].crossed_margins, c % budgets, 1,
				u + test++, tests);
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

/* ---- beside another ranking ---- */

static int64_t count_of_mean(const struct retention *retention)
{
	int64_t count = 0;

	for (int64_t b = 1; b < retention->budgets; b++)
		count += is_of_mean(retention->budget[b]);
	return count;
}

/* As add_linearized; b 0: the mean over budgets. */
static void add_kept(const struct retention *retention, const double *margins, int64_t b, double weight, double *total,
	int64_t stride)
{
	const int64_t count = count_of_mean(retention);

	if (b > 0) {
		add_linearized(retention, margins, b, weight, total, stride);
		return;
	}
	for (int64_t i = 1; i < retention->budgets; i++)
		if (is_of_mean(retention->budget[i]))
			add_linearized(retention, margins, i, weight / (double)count, total, stride);
}

static double random_95(const struct retention *retention, int64_t b)
{
	const struct ranking *random = retention_find(retention, "random");

	if (!random)
		return NAN;
	double *margins = draws_of_margin(retention, random, b);
	const double value = quantile(margins, random->draws, 0.95);
	free(margins);
	return value;
}

/* The standard deviation over the splits of the share kept, of the mean over budgets at b 0, by the root of their number. */
static double split_error(const struct retention *retention, const struct ranking *ranking, int64_t b)
{
	const int64_t splits = ranking->splits, budgets = retention->budgets;
	double *share = allocate((size_t)splits, sizeof *share), whole = 0;

	for (int64_t s = 0; s < retention->whole.sentences; s++)
		whole += ranking->crossed_margins[s * budgets];
	for (int64_t i = 0; i < splits * budgets; i++)
		if (b > 0 ? i % budgets == b : is_of_mean(retention->budget[i % budgets]))
			share[i / budgets] += 100 * ranking->split_margins[i] / whole;
	const double error = splits > 1 ? gsl_stats_sd(share, 1, (size_t)splits) / sqrt((double)splits) : NAN;
	free(share);
	return b > 0 ? error : error / (double)count_of_mean(retention);
}

/* Nothing is fitted to random rankings: their margins are as good as cross-fitted. */
static const double *fair_margins(const struct ranking *ranking)
{
	return strcmp(ranking->name, "random") == 0 ? ranking->margin_sums : ranking->crossed_margins;
}

/* effects [S, budgets, 2], stride apart: at each place the share kept, and that less the other ranking's. */
static void set_effects(const struct retention *retention, const struct ranking *ranking, const struct ranking *beside,
	double *effects, int64_t stride)
{
	for (int64_t b = 0; b < retention->budgets; b++) {
		add_kept(retention, ranking->crossed_margins, b, 1, effects + 2 * b, stride);
		add_kept(retention, ranking->crossed_margins, b, 1, effects + 2 * b + 1, stride);
		add_kept(retention, fair_margins(beside), b, -1, effects + 2 * b + 1, stride);
	}
}

static struct kept_beside beside_nothing(void)
{
	return (struct kept_beside){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
}

static struct kept_beside judge_beside(const struct retention *retention, const struct ranking *ranking, int64_t b,
	const struct mean_effect *margin, const struct mean_effect *above)
{
	return (struct kept_beside){.margin = 100 + margin->mean,
		.low = 100 + margin->low,
		.high = 100 + margin->high,
		.above = above->mean,
		.above_low = above->low,
		.above_high = above->high,
		.random_95 = random_95(retention, b),
		.split_error = split_error(retention, ranking, b)};
}

struct kept_beside *retention_beside(
	const struct retention *retention, const struct ranking *beside, int64_t resamples, gsl_rng *rng)
{
	const bool defined = beside && fair_margins(beside) && !isnan(margin_kept(retention, beside, 0).mean);
	const int64_t budgets = retention->budgets, cells = retention->count * budgets;
	struct kept_beside *kept = allocate((size_t)cells, sizeof *kept);
	double *effects = allocate((size_t)(retention->whole.sentences * 2 * cells), sizeof *effects);
	struct strata classes = strata_from(retention->whole.labels, retention->whole.sentences);

	for (int64_t i = 0; i < retention->count; i++)
		if (defined && retention->rankings[i].crossed_margins)
			set_effects(retention, &retention->rankings[i], beside, effects + 2 * i * budgets, 2 * cells);
	struct mean_effect *found = mean_effects(effects, 2 * cells, &classes, resamples, rng);
	for (int64_t c = 0; c < cells; c++) {
		const struct ranking *ranking = &retention->rankings[c / budgets];
		const bool placed = c % budgets > 0 || count_of_mean(retention) > 0;
		kept[c] = defined && placed && ranking->crossed_margins
				  ? judge_beside(retention, ranking, c % budgets, &found[2 * c], &found[2 * c + 1])
				  : beside_nothing();
		if (ranking == beside) /* beside itself: nothing but rounding */
			kept[c].above = kept[c].above_low = kept[c].above_high = NAN;
	}
	strata_free(&classes);
	free(effects);
	free(found);
	return kept;
}
