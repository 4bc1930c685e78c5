/* mean-effects.c: means of head effects, with what other sentences might have given.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "mean-effects.h"

#include "fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sample {
	const double *effects; /* [all sentences, heads] */
	int64_t heads;
	const struct strata *classes;
	double *class_means; /* [classes, heads] */
};

/* What a resample says of every head: its mean less the observed one, and its squared standard error. */
struct moments {
	double *shift, *squared_error; /* [heads] */
	double *sum, *squares;	       /* [heads] of one class, as deviations from the observed class mean */
};

static double *find_class_means(const double *effects, int64_t heads, const struct strata *classes)
{
	double *means = allocate((size_t)(classes->groups * heads), sizeof *means);

	for (int64_t g = 0; g < classes->groups; g++) {
		const int64_t begin = classes->begin[g], end = classes->begin[g + 1];
		for (int64_t i = begin; i < end; i++)
			for (int64_t h = 0; h < heads; h++)
				means[g * heads + h] += effects[classes->members[i] * heads + h];
		for (int64_t h = 0; h < heads; h++)
			means[g * heads + h] /= (double)(end - begin);
	}
	return means;
}

static struct moments moments_of_heads(int64_t heads)
{
	return (struct moments){.shift = allocate((size_t)heads, sizeof(double)),
		.squared_error = allocate((size_t)heads, sizeof(double)),
		.sum = allocate((size_t)heads, sizeof(double)),
		.squares = allocate((size_t)heads, sizeof(double))};
}

static void moments_free(struct moments *moments)
{
	free(moments->shift);
	free(moments->squared_error);
	free(moments->sum);
	free(moments->squares);
}

static void add_class(struct moments *moments, const struct sample *sample, int64_t g, const int64_t *chosen)
{
	const double rounding = 1e-12; /* of a sum of squares: what is left below it is no deviation */
	const int64_t heads = sample->heads, size = sample->classes->begin[g + 1] - sample->classes->begin[g];
	const double *class_mean = sample->class_means + g * heads;
	const double n = (double)size, total = (double)sample->classes->count;

	memset(moments->sum, 0, (size_t)heads * sizeof *moments->sum);
	memset(moments->squares, 0, (size_t)heads * sizeof *moments->squares);
	for (int64_t i = 0; i < size; i++)
		for (int64_t h = 0; h < heads; h++) {
			double deviation = sample->effects[chosen[i] * heads + h] - class_mean[h];
			moments->sum[h] += deviation;
			moments->squares[h] += deviation * deviation;
		}
	for (int64_t h = 0; h < heads; h++) {
		double around_mean = moments->squares[h] - moments->sum[h] * moments->sum[h] / n;
		if (around_mean <= rounding * moments->squares[h])
			around_mean = 0;
		moments->shift[h] += moments->sum[h] / total;
		moments->squared_error[h] += n * (around_mean / (n - 1)) / (total * total);
	}
}

/* chosen [sentences of the classes], class by class. */
static void find_moments(struct moments *moments, const struct sample *sample, const int64_t *chosen)
{
	memset(moments->shift, 0, (size_t)sample->heads * sizeof *moments->shift);
	memset(moments->squared_error, 0, (size_t)sample->heads * sizeof *moments->squared_error);
	for (int64_t g = 0; g < sample->classes->groups; g++)
		add_class(moments, sample, g, chosen + sample->classes->begin[g]);
}

/* t* [heads, resamples]: infinite where a resample repeats one sentence of every class. */
static double *resample_t(const struct sample *sample, int64_t resamples, gsl_rng *rng)
{
	const int64_t heads = sample->heads;
	struct moments moments = moments_of_heads(heads);
	int64_t *chosen = allocate((size_t)sample->classes->count, sizeof *chosen);
	double *t = allocate((size_t)(heads * resamples), sizeof *t);

	for (int64_t i = 0; i < resamples; i++) {
		stratified_resample(sample->classes, rng, chosen);
		find_moments(&moments, sample, chosen);
		for (int64_t h = 0; h < heads; h++)
			t[h * resamples + i] = moments.squared_error[h] > 0
						       ? fabs(moments.shift[h]) / sqrt(moments.squared_error[h])
						       : INFINITY;
	}
	moments_free(&moments);
	free(chosen);
	return t;
}

/* t [resamples] of this head. */
static struct mean_effect judge_head(double mean_found, double squared_error, const double *t, int64_t resamples)
{
	const double error = sqrt(squared_error), reach = error * quantile(t, resamples, 0.95);
	struct mean_effect effect = {mean_found, NAN, NAN, NAN, NAN};
	int64_t as_large = 0;

	if (!(error > 0))
		return effect;
	if (isfinite(reach)) {
		effect.low = mean_found - reach;
		effect.high = mean_found + reach;
	}
	for (int64_t i = 0; i < resamples; i++)
		as_large += t[i] >= fabs(mean_found) / error;
	effect.p = (double)(as_large + 1) / (double)(resamples + 1);
	return effect;
}

static void adjust_p(struct mean_effect *effects, int64_t heads)
{
	double *p = allocate((size_t)heads, sizeof *p), *adjusted = allocate((size_t)heads, sizeof *adjusted);

	for (int64_t h = 0; h < heads; h++)
		p[h] = effects[h].p;
	holm(p, heads, adjusted);
	for (int64_t h = 0; h < heads; h++)
		effects[h].p_holm = adjusted[h];
	free(p);
	free(adjusted);
}

struct mean_effect *mean_effects(
	const double *effects, int64_t heads, const struct strata *classes, int64_t resamples, gsl_rng *rng)
{
	struct sample sample = {effects, heads, classes, find_class_means(effects, heads, classes)};
	struct moments observed = moments_of_heads(heads);
	struct mean_effect *results = allocate((size_t)heads, sizeof *results);
	double *t = resample_t(&sample, resamples, rng);

	find_moments(&observed, &sample, classes->members);
	for (int64_t h = 0; h < heads; h++) {
		double sum = 0;
		for (int64_t i = 0; i < classes->count; i++)
			sum += effects[classes->members[i] * heads + h];
		results[h] = judge_head(
			sum / (double)classes->count, observed.squared_error[h], t + h * resamples, resamples);
	}
	adjust_p(results, heads);
	free(sample.class_means);
	moments_free(&observed);
	free(t);
	return results;
}
