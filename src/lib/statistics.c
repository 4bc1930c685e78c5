/* statistics.c: the paper's statistics, on top of GSL.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GSL ends the program where a sample is too small and sorts NaN anywhere: every call stands behind a guard.
 */
#include "statistics.h"

#include "fail.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one sample ---- */

static bool has_nan(const double *values, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		if (isnan(values[i]))
			return true;
	return false;
}

double mean(const double *values, int64_t count)
{
	return count < 1 ? NAN : gsl_stats_mean(values, 1, (size_t)count);
}

double standard_deviation(const double *values, int64_t count)
{
	return count < 2 ? NAN : gsl_stats_sd(values, 1, (size_t)count);
}

double coefficient_of_variation(const double *values, int64_t count)
{
	return standard_deviation(values, count) / fabs(mean(values, count));
}

double quantile(const double *values, int64_t count, double fraction)
{
	if (count < 1 || !(fraction >= 0 && fraction <= 1) || has_nan(values, count))
		return NAN;
	double *sorted = allocate((size_t)count, sizeof *sorted);
	memcpy(sorted, values, (size_t)count * sizeof *sorted);
	gsl_sort(sorted, 1, (size_t)count);
	double value = gsl_stats_quantile_from_sorted_data(sorted, 1, (size_t)count, fraction);
	free(sorted);
	return value;
}

/* ---- correlation ---- */

void average_ranks(const double *values, int64_t count, double *ranks)
{
	size_t *order = allocate((size_t)count, sizeof *order);

	gsl_sort_index(order, values, 1, (size_t)count);
	for (int64_t i = 0, j; i < count; i = j) {
		for (j = i + 1; j < count && values[order[j]] == values[order[i]]; j++)
			;
		for (int64_t k = i; k < j; k++)
			ranks[order[k]] = (double)(i + 1 + j) / 2; /* the mean of i + 1 … j */
	}
	free(order);
}

/* Two columns without the pairs that a NaN spoils. */
struct pairs {
	double *x, *y;	 /* [count] */
	int32_t *labels; /* [count] the groups that permutation keeps to; all 0 without groups */
	int64_t count;
};

static struct pairs complete_pairs(const double *x, const double *y, const int32_t *labels, int64_t count)
{
	struct pairs pairs = {.x = allocate((size_t)count, sizeof *pairs.x),
		.y = allocate((size_t)count, sizeof *pairs.y),
		.labels = allocate((size_t)count, sizeof *pairs.labels)};

	for (int64_t i = 0; i < count; i++) {
		if (isnan(x[i]) || isnan(y[i]))
			continue;
		pairs.x[pairs.count] = x[i];
		pairs.y[pairs.count] = y[i];
		pairs.labels[pairs.count++] = labels ? labels[i] : 0;
	}
	return pairs;
}

static void free_pairs(struct pairs *pairs)
{
	free(pairs->x);
	free(pairs->y);
	free(pairs->labels);
}

static bool is_constant(const double *values, int64_t count)
{
	for (int64_t i = 1; i < count; i++)
		if (values[i] != values[0])
			return false;
	return true;
}

static bool is_defined(const struct pairs *pairs)
{
	return pairs->count >= 3 && !is_constant(pairs->x, pairs->count) && !is_constant(pairs->y, pairs->count);
}

/* Rounding may lead past ±1, where atanh is undefined. */
static double correlation(const struct pairs *pairs)
{
	double r = gsl_stats_correlation(pairs->x, 1, pairs->y, 1, (size_t)pairs->count);

	return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* Replaces both columns by their ranks less the mean rank: multiples of 1/2, so that sums of their products are exact
 * and equal ones compare as equal. */
static void rank_pairs(struct pairs *pairs)
{
	double *columns[] = {pairs->x, pairs->y}, *ranks = allocate((size_t)pairs->count, sizeof *ranks);

	for (int c = 0; c < 2; c++) {
		average_ranks(columns[c], pairs->count, ranks);
		for (int64_t i = 0; i < pairs->count; i++)
			columns[c][i] = ranks[i] - (double)(pairs->count + 1) / 2;
	}
	free(ranks);
}

static double sum_of_products(const double *x, const double *y, int64_t count)
{
	double sum = 0;

	for (int64_t i = 0; i < count; i++)
		sum += x[i] * y[i];
	return sum;
}

/* Of pairs that are ranked. The same order gives exactly 1, the opposite one exactly -1. */
static double rank_correlation(const struct pairs *pairs)
{
	double xx = sum_of_products(pairs->x, pairs->x, pairs->count);
	double yy = sum_of_products(pairs->y, pairs->y, pairs->count);

	return sum_of_products(pairs->x, pairs->y, pairs->count) / sqrt(xx * yy);
}

double pearson(const double *x, const double *y, int64_t count)
{
	struct pairs pairs = complete_pairs(x, y, NULL, count);
	double r = is_defined(&pairs) ? correlation(&pairs) : NAN;

	free_pairs(&pairs);
	return r;
}

double spearman(const double *x, const double *y, int64_t count)
{
	struct pairs pairs = complete_pairs(x, y, NULL, count);
	double rho = NAN;

	if (is_defined(&pairs)) {
		rank_pairs(&pairs);
		rho = rank_correlation(&pairs);
	}
	free_pairs(&pairs);
	return rho;
}

/* ---- intervals ---- */

static struct interval interval_around(double z, double deviation)
{
	double reach = gsl_cdf_ugaussian_Pinv(0.975) * deviation;

	return (struct interval){tanh(z - reach), tanh(z + reach)};
}

struct interval fisher_interval(double r, int64_t count)
{
	if (!(fabs(r) <= 1) || count <= 3)
		return (struct interval){NAN, NAN};
	return interval_around(atanh(r), 1 / sqrt((double)(count - 3)));
}

static struct interval student_interval(double centre, double error, double freedom, double confidence)
{
	double reach = error > 0 ? error * gsl_cdf_tdist_Pinv((1 + confidence) / 2, freedom) : error;

	return (struct interval){centre - reach, centre + reach};
}

struct interval t_interval(const double *values, int64_t count, double confidence)
{
	double error = standard_deviation(values, count) / sqrt((double)count);

	return student_interval(mean(values, count), error, (double)(count - 1), confidence);
}

struct interval welch_interval(const double *x, int64_t x_count, const double *y, int64_t y_count, double confidence)
{
	double x_square = pow(standard_deviation(x, x_count), 2) / (double)x_count;
	double y_square = pow(standard_deviation(y, y_count), 2) / (double)y_count;
	double sum = x_square + y_square;
	double freedom =
		sum * sum / (x_square * x_square / (double)(x_count - 1) + y_square * y_square / (double)(y_count - 1));

	return student_interval(mean(x, x_count) - mean(y, y_count), sqrt(sum), freedom, confidence);
}

struct bootstrap_interval bootstrap_interval(double observed, const double *resampled, int64_t count)
{
	double *z = allocate((size_t)count, sizeof *z);
	struct bootstrap_interval result = {.used = 0};

	for (int64_t i = 0; i < count; i++)
		if (!isnan(resampled[i]))
			z[result.used++] = atanh(resampled[i]);
	struct interval interval = interval_around(atanh(observed), standard_deviation(z, result.used));
	bool defined = isfinite(atanh(observed)) && isfinite(mean(z, result.used));
	result.low = defined ? interval.low : NAN;
	result.high = defined ? interval.high : NAN;
	result.shift = defined ? tanh(mean(z, result.used)) - observed : NAN;
	free(z);
	return result;
}

struct bootstrap_interval difference_interval(double observed, const double *resampled, int64_t count)
{
	double *defined = allocate((size_t)count, sizeof *defined);
	struct bootstrap_interval result = {.used = 0};

	for (int64_t i = 0; i < count; i++)
		if (!isnan(resampled[i]))
			defined[result.used++] = resampled[i];
	const double reach = gsl_cdf_ugaussian_Pinv(0.975) * standard_deviation(defined, result.used);
	result.low = observed - reach;
	result.high = observed + reach;
	result.shift = mean(defined, result.used) - observed;
	free(defined);
	return result;
}

/* ---- permutation test ---- */

static double sum_of(const double *values, int64_t count)
{
	double sum = 0;

	for (int64_t i = 0; i < count; i++)
		sum += values[i];
	return sum;
}

static double permute(struct pairs *pairs, int64_t permutations, gsl_rng *rng)
{
	const double slack = 1e-9; /* far below the sums' steps of 1/4, above the rounding of expected */
	struct strata groups = strata_from(pairs->labels, pairs->count);
	double *x = allocate((size_t)pairs->count, sizeof *x), *y = allocate((size_t)pairs->count, sizeof *y);
	double expected = 0; /* sum of products under permutation: each y replaced by its group's mean */
	int64_t as_far = 0;

	rank_pairs(pairs);
	for (int64_t i = 0; i < pairs->count; i++) {
		x[i] = pairs->x[groups.members[i]];
		y[i] = pairs->y[groups.members[i]];
	}
	for (int64_t g = 0; g < groups.groups; g++) {
		int64_t begin = groups.begin[g], size = strata_size(&groups, g);
		expected += sum_of(x + begin, size) * sum_of(y + begin, size) / (double)size;
	}
	double observed = fabs(sum_of_products(x, y, pairs->count) - expected);
	for (int64_t i = 0; i < permutations; i++) {
		for (int64_t g = 0; g < groups.groups; g++)
			gsl_ran_shuffle(rng, y + groups.begin[g], (size_t)strata_size(&groups, g), sizeof *y);
		as_far += fabs(sum_of_products(x, y, pairs->count) - expected) >= observed - slack;
	}
	free(x);
	free(y);
	strata_free(&groups);
	return (double)(as_far + 1) / (double)(permutations + 1);
}

double permutation_p(
	const double *x, const double *y, const int32_t *labels, int64_t count, int64_t permutations, gsl_rng *rng)
{
	struct pairs pairs = complete_pairs(x, y, labels, count);
	double p = is_defined(&pairs) ? permute(&pairs, permutations, rng) : NAN;

	free_pairs(&pairs);
	return p;
}

static int64_t members_of(int64_t set)
{
	int64_t members = 0;

	for (; set; set >>= 1)
		members += set & 1;
	return members;
}

/* All orders of y by how large a sum of products with x they give, without listing them: the first i elements of x can
 * be paired with any set of i elements of y, in so many orders for each partial sum. Ranks are doubled to be whole. */
static double count_permutations(const struct pairs *pairs)
{
	const int64_t count = pairs->count, sets = (int64_t)1 << count;
	const int64_t most = 4 * (int64_t)sqrt(sum_of_products(pairs->x, pairs->x, count) *
					       sum_of_products(pairs->y, pairs->y, count)) +
			     4; /* no partial sum is larger */
	const int64_t observed = llabs((int64_t)(4 * sum_of_products(pairs->x, pairs->y, count)));
	const int64_t sums = 2 * most + 1;
	uint32_t *orders = allocate((size_t)(sets * sums), sizeof *orders); /* [sets, sums]; 12! < 2^32 */
	double as_far = 0, all = 0;

	orders[most] = 1;
	for (int64_t set = 0; set < sets - 1; set++) {
		const int64_t i = members_of(set);
		for (int64_t j = 0; j < count; j++) {
			if (set >> j & 1)
				continue;
			const int64_t product = (int64_t)(4 * pairs->x[i] * pairs->y[j]);
			for (int64_t sum = 0; sum < sums; sum++)
				if (orders[set * sums + sum])
					orders[(set | (int64_t)1 << j) * sums + sum + product] +=
						orders[set * sums + sum];
		}
	}
	for (int64_t sum = 0; sum < sums; sum++) {
		const double found = orders[(sets - 1) * sums + sum];
		all += found;
		as_far += llabs(sum - most) >= observed ? found : 0;
	}
	free(orders);
	return as_far / all;
}

double exact_permutation_p(const double *x, const double *y, int64_t count)
{
	struct pairs pairs = complete_pairs(x, y, NULL, count);
	double p = NAN;

	if (is_defined(&pairs) && pairs.count <= EXACT_MOST) {
		rank_pairs(&pairs);
		p = count_permutations(&pairs);
	}
	free_pairs(&pairs);
	return p;
}

/* ---- correlation within groups, across halves ---- */

double spearman_within(const double *x, const double *y, const struct strata *groups)
{
	double *group_x = allocate((size_t)groups->count, sizeof *group_x);
	double *group_y = allocate((size_t)groups->count, sizeof *group_y);
	double sum = 0;
	int64_t defined = 0;

	for (int64_t g = 0; g < groups->groups; g++) {
		const int64_t size = strata_size(groups, g);
		for (int64_t i = 0; i < size; i++) {
			group_x[i] = x[groups->members[groups->begin[g] + i]];
			group_y[i] = y[groups->members[groups->begin[g] + i]];
		}
		double rho = spearman(group_x, group_y, size);
		if (isnan(rho))
			continue;
		sum += rho;
		defined++;
	}
	free(group_x);
	free(group_y);
	return defined ? sum / (double)defined : NAN;
}

double cross_fitted_spearman(const double *x, const double *y, int64_t heads, int64_t splits)
{
	double sum = 0;

	for (int64_t i = 0; i < splits; i++) {
		const double *one = x + 2 * i * heads, *other = y + 2 * i * heads;
		sum += spearman(one, other + heads, heads) + spearman(one + heads, other, heads);
	}
	return sum / (double)(2 * splits);
}

/* ---- many tests ---- */

void holm(const double *p, int64_t count, double *adjusted)
{
	size_t *order = allocate((size_t)count, sizeof *order);
	double *defined = allocate((size_t)count, sizeof *defined), largest = 0;
	int64_t tests = 0, *place = allocate((size_t)count, sizeof *place);

	for (int64_t i = 0; i < count; i++) {
		adjusted[i] = NAN;
		if (isnan(p[i]))
			continue;
		place[tests] = i;
		defined[tests++] = p[i];
	}
	gsl_sort_index(order, defined, 1, (size_t)tests);
	for (int64_t i = 0; i < tests; i++) {
		largest = fmax(largest, fmin(1, (double)(tests - i) * defined[order[i]]));
		adjusted[place[order[i]]] = largest;
	}
	free(order);
	free(defined);
	free(place);
}

/* ---- reliability ---- */

double spearman_brown(double r, double factor)
{
	const double scale = 1 + (factor - 1) * r;

	return scale > 0 ? factor * r / scale : NAN;
}

double without_noise(double r, double reliability)
{
	return reliability > 0 ? r / sqrt(reliability) : NAN;
}

/* halves [2, heads] = each head's mean over either half of the sentences. */
static void half_means(const double *data, int64_t heads, const bool *first, int64_t sentences, double *halves)
{
	int64_t sizes[2] = {0, 0};

	memset(halves, 0, 2 * (size_t)heads * sizeof *halves);
	for (int64_t s = 0; s < sentences; s++) {
		double *half = halves + (first[s] ? 0 : heads);
		sizes[first[s] ? 0 : 1]++;
		for (int64_t h = 0; h < heads; h++)
			half[h] += data[s * heads + h];
	}
	for (int64_t i = 0; i < 2 * heads; i++)
		halves[i] /= (double)sizes[i / heads];
}

double split_half_reliability(
	const double *data, int64_t heads, const struct strata *classes, int64_t splits, gsl_rng *rng)
{
	bool *first = allocate((size_t)classes->count, sizeof *first);
	double *halves = allocate(2 * (size_t)heads, sizeof *halves);
	double sum = 0;

	for (int64_t i = 0; i < splits; i++) {
		stratified_halves(classes, rng, first);
		half_means(data, heads, first, classes->count, halves);
		sum += spearman(halves, halves + heads, heads);
	}
	free(first);
	free(halves);
	return spearman_brown(sum / (double)splits, 2);
}

double halves_reliability(const double *x, int64_t heads, int64_t splits)
{
	double sum = 0;

	for (int64_t i = 0; i < splits; i++)
		sum += spearman(x + 2 * i * heads, x + (2 * i + 1) * heads, heads);
	return spearman_brown(sum / (double)splits, 2);
}
