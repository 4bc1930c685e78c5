/* samples.c: drawing sentences, reducing head quantities to them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "samples.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* ---- sentences ---- */

struct samples samples_of_all(const struct strata *classes, int64_t splits, int64_t resamples, gsl_rng *rng)
{
	const int64_t sentences = classes->count;
	struct samples samples = {.sentences = sentences, .subsamples = 1, .resamples = resamples};

	samples.halves = halves_draw(classes, splits, rng);
	samples.resampled = allocate((size_t)(resamples * sentences), sizeof *samples.resampled);
	for (int64_t i = 0; i < resamples; i++)
		stratified_resample(classes, rng, samples.resampled + i * sentences);
	return samples;
}

struct samples samples_balanced(
	const struct strata *classes, int64_t sentences, int64_t splits, int64_t resamples, gsl_rng *rng)
{
	struct samples samples = {.sentences = sentences, .subsamples = splits, .resamples = resamples};

	samples.halves = halves_draw_balanced(classes, sentences, splits, rng);
	samples.resampled = allocate((size_t)(resamples * sentences), sizeof *samples.resampled);
	for (int64_t i = 0; i < resamples; i++)
		balanced_resample(classes, sentences, rng, samples.resampled + i * sentences);
	return samples;
}

void samples_split_again(struct samples *samples, const struct strata *classes, int64_t splits, gsl_rng *rng)
{
	const int64_t n = samples->sentences, most = strata_largest_member(classes);
	int32_t *times = allocate((size_t)most + 1, sizeof *times);

	samples->again = allocate((size_t)samples->resamples, sizeof *samples->again);
	for (int64_t i = 0; i < samples->resamples; i++) {
		memset(times, 0, (size_t)(most + 1) * sizeof *times);
		for (int64_t j = 0; j < n; j++)
			times[samples->resampled[i * n + j]]++;
		samples->again[i] = halves_draw_repeated(classes, times, splits, rng);
	}
	free(times);
}

void samples_free(struct samples *samples)
{
	for (int64_t i = 0; samples->again && i < samples->resamples; i++)
		halves_free(&samples->again[i]);
	free(samples->again);
	halves_free(&samples->halves);
	free(samples->resampled);
	*samples = (struct samples){0};
}

/* ---- head quantities ---- */

struct reduced samples_reduce(const struct samples *samples, const struct columns *columns, const struct column *column)
{
	const int64_t n = samples->sentences, heads = columns->layers * columns->heads, splits = samples->halves.splits;
	struct reduced reduced = {.resamples = samples->resamples,
		.heads = heads,
		.whole = allocate((size_t)(samples->subsamples * heads), sizeof *reduced.whole),
		.halves = allocate((size_t)(2 * splits * heads), sizeof *reduced.halves),
		.resampled = allocate((size_t)(samples->resamples * heads), sizeof *reduced.resampled)};

	for (int64_t i = 0; i < samples->subsamples; i++)
		column_scores(columns, column, samples->halves.members + i * n, n, reduced.whole + i * heads);
	for (int64_t i = 0; i < splits; i++) {
		const int64_t *members = samples->halves.members + i * n, first = samples->halves.first[i];
		double *half = reduced.halves + 2 * i * heads;
		column_scores(columns, column, members, first, half);
		column_scores(columns, column, members + first, n - first, half + heads);
	}
	for (int64_t i = 0; i < samples->resamples; i++)
		column_scores(columns, column, samples->resampled + i * n, n, reduced.resampled + i * heads);
	reduced.again = samples->again ? allocate((size_t)samples->resamples, sizeof *reduced.again) : NULL;
	for (int64_t i = 0; samples->again && i < samples->resamples; i++)
		reduced.again[i] = scores_from(columns, column, &samples->again[i]);
	return reduced;
}

void reduced_free(struct reduced *reduced)
{
	for (int64_t i = 0; reduced->again && i < reduced->resamples; i++)
		scores_free(&reduced->again[i]);
	free(reduced->again);
	free(reduced->whole);
	free(reduced->halves);
	free(reduced->resampled);
	*reduced = (struct reduced){0};
}

struct correlations samples_correlate(
	const struct samples *samples, const struct reduced *x, const struct reduced *y, const struct strata *layers)
{
	const int64_t heads = x->heads, subsamples = samples->subsamples;
	struct correlations sum = {0};

	for (int64_t i = 0; i < subsamples; i++) {
		sum.spearman += spearman(x->whole + i * heads, y->whole + i * heads, heads);
		sum.within_layer += spearman_within(x->whole + i * heads, y->whole + i * heads, layers);
	}
	return (struct correlations){
		.spearman = sum.spearman / (double)subsamples,
		.cross_fitted = cross_fitted_spearman(x->halves, y->halves, heads, samples->halves.splits),
		.within_layer = sum.within_layer / (double)subsamples,
	};
}

void samples_correlate_again(
	const struct samples *samples, const struct reduced *x, const struct reduced *y, double *rho)
{
	for (int64_t i = 0; i < samples->resamples; i++)
		rho[i] = spearman(x->resampled + i * x->heads, y->resampled + i * x->heads, x->heads);
}

void samples_cross_again(const struct reduced *x, const struct reduced *y, struct heads heads, double *rho)
{
	for (int64_t i = 0; i < x->resamples; i++)
		rho[i] = fit_heads(&x->again[i], &y->again[i], heads, NULL).crossed.overall;
}
