/* test-statistics.c: against NIST's certified values, textbooks, and what NumPy and SciPy compute.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fixtures/make-statistics.py made fixtures/statistics.safetensors. Tolerances are relative, and 1e-13 where nothing
 * else is said: a few roundings of F64.
 */
#include "statistics.h"
#include "tensors.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tensor_file fixtures;

#define assert_close(found, expected, tolerance) assert_close_at(found, expected, tolerance, #found, __FILE__, __LINE__)

static void assert_close_at(
	double found, double expected, double tolerance, const char *text, const char *file, int line)
{
	if (isnan(expected) ? isnan(found) : fabs(found - expected) <= tolerance * fmax(1, fabs(expected)))
		return;
	print_error("%s: found %.17g, expected %.17g within %g\n", text, found, expected, tolerance);
	_fail(file, line);
}

/* A fixture's values in fresh memory and how many they are. */
static double *column(const char *part, const char *quantity, int64_t *count)
{
	char name[64];

	snprintf(name, sizeof name, "%s/%s", part, quantity);
	const struct tensor *tensor = tensor_find(&fixtures, name);
	if (!tensor)
		fail_msg("fixture %s is missing", name);
	*count = (int64_t)tensor->count;
	return tensor_read_f64(&fixtures, tensor);
}

static int32_t *label_column(const char *name)
{
	return tensor_read_i32(&fixtures, tensor_find(&fixtures, name));
}

/* ---- one sample ---- */

/* NIST StRD, univariate: NumAcc1 to 4, certified mean and standard deviation. The tolerance of the last two allows for
 * their data, which F64 cannot hold: 10000000.1 is off by 1e-9, relative to the deviation of 0.1 by 1e-8. */
static void test_moments_are_those_that_nist_certifies(void **state)
{
	static const double first[] = {10000001, 10000003, 10000002};
	static const struct {
		double base, mean, tolerance;
	} long_ones[] = {{1, 1.2, 1e-13}, {1000000, 1000000.2, 1e-9}, {10000000, 10000000.2, 1e-8}};
	double values[1001];

	(void)state;
	assert_close(mean(first, 3), 10000002, 1e-15);
	assert_close(standard_deviation(first, 3), 1, 1e-15);
	for (size_t i = 0; i < sizeof long_ones / sizeof *long_ones; i++) {
		for (int j = 0; j < 1001; j++)
			values[j] = long_ones[i].base + (j == 0 ? 0.2 : j % 2 ? 0.1 : 0.3);
		assert_close(mean(values, 1001), long_ones[i].mean, 1e-15);
		assert_close(standard_deviation(values, 1001), 0.1, long_ones[i].tolerance);
	}
}

static void test_moments_and_quantiles_are_those_of_numpy(void **state)
{
	int64_t count, fractions, unused;
	double *values = column("sample", "values", &count), *moments = column("sample", "moments", &unused);
	double *fraction = column("sample", "fractions", &fractions);
	double *expected = column("sample", "quantiles", &unused);

	(void)state;
	assert_close(mean(values, count), moments[0], 1e-14);
	assert_close(standard_deviation(values, count), moments[1], 1e-13);
	assert_close(coefficient_of_variation(values, count), moments[2], 1e-13);
	for (int64_t i = 0; i < fractions; i++)
		assert_close(quantile(values, count, fraction[i]), expected[i], 1e-14);
	free(values);
	free(moments);
	free(fraction);
	free(expected);
}

static void test_what_a_sample_does_not_tell_is_nan(void **state)
{
	static const double one[] = {7}, opposite[] = {-1, -3}, spoilt[] = {1, NAN, 2};

	(void)state;
	assert_close(mean(one, 0), NAN, 0);
	assert_close(mean(one, 1), 7, 0);
	assert_close(mean(spoilt, 3), NAN, 0);
	assert_close(standard_deviation(one, 1), NAN, 0);
	assert_close(standard_deviation(spoilt, 3), NAN, 0);
	assert_close(coefficient_of_variation(opposite, 2), sqrt(2) / 2, 1e-15);
	assert_close(quantile(one, 0, 0.5), NAN, 0);
	assert_close(quantile(one, 1, 0.975), 7, 0);
	assert_close(quantile(spoilt, 3, 0.5), NAN, 0);
	assert_close(quantile(one, 1, 1.5), NAN, 0);
	assert_close(quantile(one, 1, NAN), NAN, 0);
}

/* ---- correlation ---- */

static void test_ties_share_their_mean_rank(void **state)
{
	int64_t count, unused;
	double *values = column("ranks", "values", &count), *expected = column("ranks", "ranks", &unused), ranks[64];

	(void)state;
	average_ranks(values, count, ranks);
	for (int64_t i = 0; i < count; i++)
		assert_close(ranks[i], expected[i], 0);
	average_ranks((const double[]){5, 5, 5, 5}, 4, ranks);
	for (int i = 0; i < 4; i++)
		assert_close(ranks[i], 2.5, 0);
	free(values);
	free(expected);
}

static void test_correlations_are_those_of_scipy(void **state)
{
	static const char *const samples[] = {"plain", "ties", "tail", "offset", "three", "perfect", "infinite",
		"missing", "constant", "constant_left", "two", "two_left", "none"};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		int64_t count, unused;
		double *x = column(samples[i], "x", &count), *y = column(samples[i], "y", &unused);
		double *expected = column(samples[i], "r", &unused);
		/* offset: 1e8 + x is rounded to 1.5e-8, the same for both programs, and so are their means */
		double tolerance = strcmp(samples[i], "offset") == 0 ? 1e-9 : 1e-13;
		assert_close(pearson(x, y, count), expected[0], tolerance);
		assert_close(spearman(x, y, count), expected[1], 1e-13);
		assert_close(spearman(y, x, count), expected[1], 1e-13);
		free(x);
		free(y);
		free(expected);
	}
}

/* NIST StRD, linear regression: Norris, of which R² = 0.999993745883712 is certified. */
static void test_pearson_is_what_nist_certifies(void **state)
{
	static const double y[] = {0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1,
		778.1, 668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0,
		998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2};
	static const double x[] = {0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6,
		775.5, 666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2,
		999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5};
	double r = pearson(x, y, 36);

	(void)state;
	assert_close(r * r, 0.999993745883712, 2e-15);
}

/* Anscombe (1973), his first two sets: equal correlations to three digits, unequal ranks. */
static void test_anscombe_is_told_apart_by_ranks(void **state)
{
	static const double x[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
	static const double line[] = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
	static const double curve[] = {9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74};

	(void)state;
	assert_close(pearson(x, line, 11), 0.81642051634484, 1e-13);
	assert_close(pearson(x, curve, 11), 0.8162365060002428, 1e-13);
	/* without ties 1 - 6 Σd² / n(n² - 1), with Σd² = 40 and 68 */
	assert_close(spearman(x, line, 11), 1 - 6 * 40.0 / 1320, 1e-13);
	assert_close(spearman(x, curve, 11), 1 - 6 * 68.0 / 1320, 1e-13);
}

static void test_a_correlation_never_leaves_its_range(void **state)
{
	double x[40], y[40];

	(void)state;
	for (int scale = 1; scale <= 200; scale++) {
		for (int i = 0; i < 40; i++) {
			x[i] = sin(i * scale) / scale;
			y[i] = -x[i] * 0.1;
		}
		assert_true(pearson(x, x, 40) <= 1 && pearson(x, y, 40) >= -1);
		assert_close(pearson(x, x, 40), 1, 1e-15);
	}
}

/* ---- intervals ---- */

static void test_fisher_interval_is_that_of_scipy(void **state)
{
	int64_t count, unused;
	double *r = column("plain", "r", &unused), *x = column("plain", "x", &count);
	double *expected = column("fisher", "interval", &unused);
	struct interval found = fisher_interval(r[0], count);

	(void)state;
	assert_close(found.low, expected[0], 1e-13);
	assert_close(found.high, expected[1], 1e-13);
	found = fisher_interval(-1, 10);
	assert_close(found.low, -1, 0);
	assert_close(found.high, -1, 0);
	assert_close(fisher_interval(0.5, 3).low, NAN, 0);
	assert_close(fisher_interval(NAN, 30).high, NAN, 0);
	assert_close(fisher_interval(1.01, 30).high, NAN, 0);
	free(r);
	free(x);
	free(expected);
}

static void test_bootstrap_interval_is_centred_on_the_observed(void **state)
{
	int64_t count, unused;
	double *resampled = column("bootstrap", "resampled", &count), *r = column("plain", "r", &unused);
	double *expected = column("bootstrap", "interval", &unused), *shift = column("bootstrap", "shift", &unused);
	struct bootstrap_interval found = bootstrap_interval(r[0], resampled, count);

	(void)state;
	assert_close(found.low, expected[0], 1e-13);
	assert_close(found.high, expected[1], 1e-13);
	assert_close(found.shift, shift[0], 1e-13);
	assert_int_equal(found.used, count);
	assert_close((atanh(found.low) + atanh(found.high)) / 2, atanh(r[0]), 1e-14);
	free(resampled);
	free(r);
	free(expected);
	free(shift);
}

static void test_resamples_without_a_correlation_are_left_out(void **state)
{
	static const double some[] = {0.1, NAN, 0.3, NAN}, kept[] = {0.1, 0.3}, perfect[] = {0.1, 1, 0.3};

	(void)state;
	struct bootstrap_interval found = bootstrap_interval(0.2, some, 4), same = bootstrap_interval(0.2, kept, 2);
	assert_int_equal(found.used, 2);
	assert_close(found.low, same.low, 0);
	assert_close(found.shift, same.shift, 0);
	assert_close(bootstrap_interval(0.2, some, 2).low, NAN, 0);
	assert_close(bootstrap_interval(0.2, some, 0).shift, NAN, 0);
	assert_close(bootstrap_interval(0.2, perfect, 3).high, NAN, 0);
	assert_close(bootstrap_interval(1, kept, 2).high, NAN, 0);
	assert_close(bootstrap_interval(NAN, kept, 2).shift, NAN, 0);
}

/* ---- strata and random draws ---- */

static const int32_t labels[] = {1, 0, 1, -5, 0, 1, 1, -5, 0, 7};
enum { COUNT = sizeof labels / sizeof *labels };

static void test_strata_list_each_index_once(void **state)
{
	static const int64_t members[] = {3, 7, 1, 4, 8, 0, 2, 5, 6, 9}, begin[] = {0, 2, 5, 9, 10};
	struct strata strata = strata_from(labels, COUNT), one = strata_from(NULL, 3), none = strata_from(NULL, 0);

	(void)state;
	assert_int_equal(strata.groups, 4);
	assert_memory_equal(strata.members, members, sizeof members);
	assert_memory_equal(strata.begin, begin, sizeof begin);
	assert_int_equal(one.groups, 1);
	assert_int_equal(one.begin[1], 3);
	assert_int_equal(none.groups, 0);
	strata_free(&strata);
	strata_free(&one);
	strata_free(&none);
}

static void test_a_resample_keeps_the_classes(void **state)
{
	struct strata strata = strata_from(labels, COUNT);
	gsl_rng *rng = random_generator(1);
	int drawn[COUNT] = {0};

	(void)state;
	for (int round = 0; round < 4000; round++) {
		int64_t indices[COUNT];
		int counts[13] = {0};
		stratified_resample(&strata, rng, indices);
		for (int i = 0; i < COUNT; i++) {
			assert_in_range(indices[i], 0, COUNT - 1);
			counts[labels[indices[i]] + 5]++;
			drawn[indices[i]]++;
		}
		assert_true(counts[0] == 2 && counts[5] == 3 && counts[6] == 4 && counts[12] == 1);
	}
	/* each member is drawn once a round on average; six standard deviations of a sum of 4000 */
	for (int i = 0; i < COUNT; i++)
		assert_close(drawn[i], 4000, 6 * sqrt(4000.0) / 4000);
	gsl_rng_free(rng);
	strata_free(&strata);
}

static void test_halves_share_every_class(void **state)
{
	struct strata strata = strata_from(labels, COUNT);
	gsl_rng *rng = random_generator(2);
	int in_first[COUNT] = {0};

	(void)state;
	for (int round = 0; round < 4000; round++) {
		bool first[COUNT];
		int counts[13] = {0}, all = 0;
		stratified_halves(&strata, rng, first);
		for (int i = 0; i < COUNT; i++) {
			counts[labels[i] + 5] += first[i];
			in_first[i] += first[i];
			all += first[i];
		}
		assert_true(counts[0] == 1 && (counts[5] == 1 || counts[5] == 2) && counts[6] == 2 && counts[12] <= 1);
		assert_int_equal(all, 5); /* the classes of three and of one take turns */
	}
	for (int i = 0; i < COUNT; i++)
		assert_close(in_first[i], 2000, 6 * sqrt(1000.0) / 2000);
	gsl_rng_free(rng);
	strata_free(&strata);
}

/* How many of each class stand among indices, of which none occurs twice unless with replacement. */
static void count_classes(const int64_t *indices, int64_t count, bool replacement, int counts[13])
{
	bool used[COUNT] = {false};

	memset(counts, 0, 13 * sizeof *counts);
	for (int64_t i = 0; i < count; i++) {
		assert_in_range(indices[i], 0, COUNT - 1);
		assert_true(replacement || !used[indices[i]]);
		used[indices[i]] = true;
		counts[labels[indices[i]] + 5]++;
	}
}

/* labels: classes of two, three, four and one. */
static void test_balanced_samples_share_every_class(void **state)
{
	struct strata strata = strata_from(labels, COUNT);
	gsl_rng *rng = random_generator(9);
	struct halves four = halves_draw_balanced(&strata, 4, 300, rng),
		      three = halves_draw_balanced(&strata, 3, 3000, rng);
	int64_t indices[7];
	int counts[13], left_out = 0, extra = 0;

	(void)state;
	for (int64_t i = 0; i < 300; i++) {
		count_classes(four.members + i * 4, 4, false, counts);
		assert_true(counts[0] == 1 && counts[5] == 1 && counts[6] == 1 && counts[12] == 1);
		assert_int_equal(four.first[i], 2);
	}
	for (int64_t i = 0; i < 3000; i++) {
		count_classes(three.members + i * 3, 3, false, counts);
		assert_true(counts[0] <= 1 && counts[5] <= 1 && counts[6] <= 1 && counts[12] <= 1);
		left_out += counts[5] == 0;
		balanced_resample(&strata, 7, rng, indices);
		count_classes(indices, 7, true, counts);
		assert_true(counts[0] / 3 + counts[5] / 3 + counts[6] / 3 + counts[12] / 3 == 0);
		extra += counts[6] == 2;
	}
	assert_close(left_out, 750, 6 * sqrt(3000 * 0.25 * 0.75) / 750);
	assert_close(extra, 2250, 6 * sqrt(3000 * 0.25 * 0.75) / 2250);
	halves_free(&four);
	halves_free(&three);
	strata_free(&strata);
	gsl_rng_free(rng);
}

static void test_a_group_is_strata_of_its_own(void **state)
{
	struct strata strata = strata_from(labels, COUNT), last = strata_group(&strata, strata.groups - 1);

	(void)state;
	assert_int_equal(last.groups, 1);
	assert_int_equal(last.begin[1], last.count);
	for (int64_t i = 0; i < last.count; i++)
		assert_int_equal(last.members[i], strata.members[COUNT - last.count + i]);
	strata_free(&last);
	strata_free(&strata);
}

static void test_permutations_are_fair_and_stay_within_groups(void **state)
{
	struct strata strata = strata_from(labels, COUNT), all = strata_from(NULL, 3);
	gsl_rng *rng = random_generator(3);
	int seen[6] = {0};

	(void)state;
	for (int round = 0; round < 6000; round++) {
		int64_t order[COUNT];
		bool used[COUNT] = {false};
		random_permutation(&strata, rng, order);
		for (int i = 0; i < COUNT; i++) {
			assert_int_equal(labels[order[i]], labels[i]);
			assert_false(used[order[i]]);
			used[order[i]] = true;
		}
		random_permutation(&all, rng, order);
		seen[order[0] * 2 + (order[1] > order[2])]++;
	}
	for (int i = 0; i < 6; i++)
		assert_close(seen[i], 1000, 6 * sqrt(1000 * 5 / 6.0) / 1000);
	gsl_rng_free(rng);
	strata_free(&strata);
	strata_free(&all);
}

static void test_the_same_seed_gives_the_same_draws(void **state)
{
	struct strata strata = strata_from(NULL, 50);
	int64_t first[50], second[50], other[50];

	(void)state;
	gsl_rng *a = random_generator(11), *b = random_generator(11), *c = random_generator(12);
	random_permutation(&strata, a, first);
	random_permutation(&strata, b, second);
	random_permutation(&strata, c, other);
	assert_memory_equal(first, second, sizeof first);
	assert_memory_not_equal(first, other, sizeof first);
	gsl_rng_free(a);
	gsl_rng_free(b);
	gsl_rng_free(c);
	strata_free(&strata);
}

/* ---- permutation test ---- */

/* Four standard errors of a share p of so many draws. */
static double sampling_error(double p, double draws)
{
	return 4 * sqrt(p * (1 - p) / draws);
}

static void test_p_is_the_share_of_all_permutations(void **state)
{
	int64_t count, unused;
	double *x = column("permutation", "x", &count), *y = column("permutation", "y", &unused);
	double *within = column("permutation", "p_within", &unused), *seven = column("permutation", "p_seven", &unused);
	int32_t *layers = label_column("permutation/labels");
	gsl_rng *rng = random_generator(4);

	(void)state;
	assert_close(permutation_p(x, y, NULL, 7, 20000, rng), *seven, sampling_error(*seven, 20000));
	double p = permutation_p(x, y, layers, count, 20000, rng);
	assert_close(p, *within, sampling_error(*within, 20000));
	gsl_rng_set(rng, 5);
	double once = permutation_p(x, y, layers, count, 100, rng);
	gsl_rng_set(rng, 5);
	assert_close(permutation_p(x, y, layers, count, 100, rng), once, 0);
	free(x);
	free(y);
	free(within);
	free(seven);
	free(layers);
	gsl_rng_free(rng);
}

static void test_p_is_never_zero_and_one_where_nothing_can_move(void **state)
{
	double x[30];
	int32_t own_group[30];
	gsl_rng *rng = random_generator(6);

	(void)state;
	for (int i = 0; i < 30; i++) {
		x[i] = own_group[i] = i;
	}
	assert_close(permutation_p(x, x, NULL, 30, 999, rng), 1e-3, 1e-15);
	assert_close(permutation_p(x, x, own_group, 30, 999, rng), 1, 0);
	assert_close(permutation_p(x, x, NULL, 30, 0, rng), 1, 0);
	gsl_rng_free(rng);
}

static void test_p_leaves_out_spoilt_pairs_and_undefined_correlations(void **state)
{
	static const double x[] = {1, NAN, 2, 3, 4, 5}, y[] = {2, 9, 1, NAN, 5, 4};
	static const double kept_x[] = {1, 2, 4, 5}, kept_y[] = {2, 1, 5, 4}, flat[] = {3, 3, 3, 3};
	static const int32_t groups[] = {0, 0, 0, 1, 1, 1}, kept_groups[] = {0, 0, 1, 1};
	gsl_rng *rng = random_generator(7);

	(void)state;
	double found = permutation_p(x, y, groups, 6, 500, rng);
	gsl_rng_set(rng, 7);
	assert_close(permutation_p(kept_x, kept_y, kept_groups, 4, 500, rng), found, 0);
	assert_close(permutation_p(kept_x, flat, NULL, 4, 500, rng), NAN, 0);
	assert_close(permutation_p(kept_x, kept_y, NULL, 2, 500, rng), NAN, 0);
	gsl_rng_free(rng);
}

/* Under the null hypothesis p is uniform: of 400 tests about a tenth fall to 0.1. */
static void test_p_is_uniform_under_the_null_hypothesis(void **state)
{
	gsl_rng *rng = random_generator(8);
	int32_t groups[12];
	int low = 0;

	(void)state;
	for (int round = 0; round < 400; round++) {
		double x[12], y[12];
		for (int i = 0; i < 12; i++) {
			groups[i] = i / 4;
			x[i] = gsl_rng_uniform(rng) + groups[i];
			y[i] = gsl_rng_uniform(rng) + groups[i];
		}
		low += permutation_p(x, y, groups, 12, 199, rng) <= 0.1;
	}
	assert_close(low / 400.0, 0.1, sampling_error(0.1, 400));
	gsl_rng_free(rng);
}

static void test_exact_p_counts_all_permutations(void **state)
{
	static const double rising[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
	static const double falling[] = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1, -2};
	static const double holes[] = {1, NAN, 2, 3}, flat[] = {7, 7, 7};
	int64_t count, unused;
	double *x = column("exact", "x", &count), *y = column("exact", "y", &count);
	double *expected = column("exact", "p", &unused);

	(void)state;
	assert_close(exact_permutation_p(x, y, count), *expected, 1e-14);
	/* the order itself and its reverse, of 12! */
	assert_close(exact_permutation_p(rising, falling, 12), 2 / 479001600.0, 1e-20);
	assert_close(exact_permutation_p(rising, falling, 3), 1.0 / 3, 1e-15);
	assert_close(exact_permutation_p(holes, rising, 4), 1.0 / 3, 1e-15);
	assert_close(exact_permutation_p(flat, rising, 3), NAN, 0);
	assert_close(exact_permutation_p(rising, rising, 2), NAN, 0);
	assert_close(exact_permutation_p(rising, rising, 13), NAN, 0);
	free(x);
	free(y);
	free(expected);
}

/* ---- many tests ---- */

/* Holm (1979): the least of n p-values times n, the next times n - 1, …, none below the one before, none above 1. */
static void test_holm_multiplies_by_the_tests_that_are_left(void **state)
{
	static const double p[] = {0.04, 0.01, NAN, 0.03, 0.01, 0.9, 0.6};
	static const double expected[] = {0.12, 0.06, NAN, 0.12, 0.06, 1, 1};
	double adjusted[7];

	(void)state;
	holm(p, 7, adjusted);
	for (int i = 0; i < 7; i++)
		assert_close(adjusted[i], expected[i], 1e-15);
	holm(p, 0, adjusted);
	holm(p + 2, 1, adjusted);
	assert_close(adjusted[0], NAN, 0);
}

/* ---- reliability ---- */

static void test_spearman_brown_is_the_textbooks(void **state)
{
	(void)state;
	assert_close(spearman_brown(0.6, 2), 0.75, 1e-15);
	assert_close(spearman_brown(0.75, 0.5), 0.6, 1e-15);
	assert_close(spearman_brown(0.4, 1), 0.4, 1e-15);
	assert_close(spearman_brown(NAN, 2), NAN, 0);
}

static void test_reliability_is_that_of_all_splits(void **state)
{
	int64_t unused;
	double *data = column("halves", "data", &unused), *expected = column("halves", "reliability", &unused);
	int32_t *classes = label_column("halves/labels");
	struct strata strata = strata_from(classes, 8);
	gsl_rng *rng = random_generator(9);

	(void)state;
	/* rho varies between splits by about 0.1, so 4000 of them leave 0.002; four times that */
	assert_close(split_half_reliability(data, 12, &strata, 4000, rng), *expected, 0.008);
	strata_free(&strata);
	gsl_rng_free(rng);
	free(data);
	free(expected);
	free(classes);
}

static void test_reliability_of_the_same_row_in_every_sentence_is_one(void **state)
{
	double data[6 * 5], flat[6 * 5];
	struct strata strata = strata_from(NULL, 6);
	gsl_rng *rng = random_generator(10);

	(void)state;
	for (int i = 0; i < 30; i++) {
		data[i] = i % 5;
		flat[i] = 1;
	}
	assert_close(split_half_reliability(data, 5, &strata, 10, rng), 1, 1e-15);
	assert_close(split_half_reliability(flat, 5, &strata, 10, rng), NAN, 0);
	strata_free(&strata);
	gsl_rng_free(rng);
}

/* ---- Student's intervals ---- */

static void test_intervals_of_means_are_those_of_scipy(void **state)
{
	int64_t count, unused;
	double *values = column("sample", "values", &count), *expected = column("student", "interval", &unused);
	double *welch = column("student", "welch", &unused);
	struct interval interval = t_interval(values, 5, 0.9);

	(void)state;
	/* quantiles of t: GSL's and SciPy's agree to 1e-11 */
	assert_close(interval.low, expected[0], 1e-10);
	assert_close(interval.high, expected[1], 1e-10);
	interval = welch_interval(values, count, values, 5, 0.95);
	assert_close(interval.low, welch[0], 1e-10);
	assert_close(interval.high, welch[1], 1e-10);
	free(values);
	free(expected);
	free(welch);
}

static void test_intervals_without_variation_or_values(void **state)
{
	const double flat[] = {0.5, 0.5, 0.5}, other[] = {0.25, 0.25};

	(void)state;
	assert_close(t_interval(flat, 3, 0.95).low, 0.5, 0);
	assert_close(t_interval(flat, 3, 0.95).high, 0.5, 0);
	assert_close(t_interval(flat, 1, 0.95).low, NAN, 0);
	assert_close(welch_interval(flat, 3, other, 2, 0.95).low, 0.25, 0);
	assert_close(welch_interval(flat, 3, other, 2, 0.95).high, 0.25, 0);
	assert_close(welch_interval(flat, 3, other, 1, 0.95).high, NAN, 0);
}

/* ---- correlation within groups, across halves ---- */

static void test_correlation_within_groups_leaves_out_undefined_ones(void **state)
{
	int64_t count;
	double *x = column("permutation", "x", &count), *y = column("permutation", "y", &count);
	double *missing = column("within", "missing", &count);
	int32_t *layers = label_column("permutation/labels");
	struct strata groups = strata_from(layers, count);
	double flat[11] = {0};
	double *expected = column("within", "rho", &count);

	(void)state;
	assert_close(spearman_within(x, y, &groups), expected[0], 1e-13);
	assert_close(spearman_within(missing, y, &groups), expected[1], 1e-13);
	assert_close(spearman_within(flat, y, &groups), NAN, 0);
	strata_free(&groups);
	free(x);
	free(y);
	free(missing);
	free(layers);
	free(expected);
}

static void test_cross_fitting_pairs_each_half_with_the_other(void **state)
{
	int64_t unused;
	double *x = column("cross", "x", &unused), *y = column("cross", "y", &unused);
	double *expected = column("cross", "rho", &unused);

	(void)state;
	assert_close(cross_fitted_spearman(x, y, 9, 5), *expected, 1e-13);
	for (int h = 0; h < 9; h++)
		y[3 * 9 + h] = 1; /* a half without variation */
	assert_close(cross_fitted_spearman(x, y, 9, 5), NAN, 0);
	free(x);
	free(y);
	free(expected);
}

static void test_halves_drawn_ahead_are_those_of_the_same_seed(void **state)
{
	const int32_t odd[] = {0, 1, 1, 0, 0, 1, 0, 1, 1};
	struct strata classes = strata_from(odd, 9);
	gsl_rng *rng = random_generator(12), *again = random_generator(12);
	struct halves halves = halves_draw(&classes, 20, rng);
	bool first[9];

	(void)state;
	for (int64_t i = 0; i < 20; i++) {
		stratified_halves(&classes, again, first);
		assert_in_range(halves.first[i], 4, 5);
		bool seen[9] = {false};
		for (int64_t j = 0; j < 9; j++) {
			const int64_t member = halves.members[i * 9 + j];
			assert_false(seen[member]);
			seen[member] = true;
			assert_int_equal(first[member], j < halves.first[i]);
		}
	}
	halves_free(&halves);
	strata_free(&classes);
	gsl_rng_free(rng);
	gsl_rng_free(again);
}

static int open_fixtures(void **state)
{
	(void)state;
	tensor_file_open(&fixtures, "tests/fixtures/statistics.safetensors");
	return 0;
}

static int close_fixtures(void **state)
{
	(void)state;
	tensor_file_close(&fixtures);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments_are_those_that_nist_certifies),
		cmocka_unit_test(test_moments_and_quantiles_are_those_of_numpy),
		cmocka_unit_test(test_what_a_sample_does_not_tell_is_nan),
		cmocka_unit_test(test_ties_share_their_mean_rank),
		cmocka_unit_test(test_correlations_are_those_of_scipy),
		cmocka_unit_test(test_pearson_is_what_nist_certifies),
		cmocka_unit_test(test_anscombe_is_told_apart_by_ranks),
		cmocka_unit_test(test_a_correlation_never_leaves_its_range),
		cmocka_unit_test(test_fisher_interval_is_that_of_scipy),
		cmocka_unit_test(test_bootstrap_interval_is_centred_on_the_observed),
		cmocka_unit_test(test_resamples_without_a_correlation_are_left_out),
		cmocka_unit_test(test_strata_list_each_index_once),
		cmocka_unit_test(test_a_resample_keeps_the_classes),
		cmocka_unit_test(test_halves_share_every_class),
		cmocka_unit_test(test_balanced_samples_share_every_class),
		cmocka_unit_test(test_a_group_is_strata_of_its_own),
		cmocka_unit_test(test_permutations_are_fair_and_stay_within_groups),
		cmocka_unit_test(test_the_same_seed_gives_the_same_draws),
		cmocka_unit_test(test_p_is_the_share_of_all_permutations),
		cmocka_unit_test(test_p_is_never_zero_and_one_where_nothing_can_move),
		cmocka_unit_test(test_p_leaves_out_spoilt_pairs_and_undefined_correlations),
		cmocka_unit_test(test_p_is_uniform_under_the_null_hypothesis),
		cmocka_unit_test(test_exact_p_counts_all_permutations),
		cmocka_unit_test(test_holm_multiplies_by_the_tests_that_are_left),
		cmocka_unit_test(test_spearman_brown_is_the_textbooks),
		cmocka_unit_test(test_reliability_is_that_of_all_splits),
		cmocka_unit_test(test_reliability_of_the_same_row_in_every_sentence_is_one),
		cmocka_unit_test(test_intervals_of_means_are_those_of_scipy),
		cmocka_unit_test(test_intervals_without_variation_or_values),
		cmocka_unit_test(test_correlation_within_groups_leaves_out_undefined_ones),
		cmocka_unit_test(test_cross_fitting_pairs_each_half_with_the_other),
		cmocka_unit_test(test_halves_drawn_ahead_are_those_of_the_same_seed),
	};

	return cmocka_run_group_tests(tests, open_fixtures, close_fixtures);
}
