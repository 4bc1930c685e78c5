/* test-agreement.c: agreement of heads against what NumPy and SciPy compute; scores across halves of resamples.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fixtures/make-statistics.py made fixtures/statistics.safetensors.
 */
#include "agreement.h"
#include "cross-fit.h"
#include "tensors.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LAYERS = 3, PER_LAYER = 6, HEADS = LAYERS * PER_LAYER };

static const struct heads heads = {LAYERS, PER_LAYER};

static void assert_close(double found, double expected)
{
	if (!(isnan(expected) ? isnan(found) : fabs(found - expected) <= 1e-13))
		fail_msg("found %.17g, expected %.17g", found, expected);
}

static struct ordered *sorted(const double *values)
{
	struct ordered *one = ordered_allocate(heads, 1);

	memcpy(one->values, values, HEADS * sizeof *values);
	ordered_sort(one, heads);
	return one;
}

static struct agreement agreement_between(const double *x, const double *y, const int32_t *times)
{
	struct ordered *one = sorted(x), *other = sorted(y);
	struct agreement found = agreement_of(one, other, heads, times);

	ordered_free(one);
	ordered_free(other);
	return found;
}

static void assert_agreement(struct agreement found, const double expected[3])
{
	assert_close(found.overall, expected[0]);
	assert_close(found.within, expected[1]);
	assert_close(found.partial, expected[2]);
}

/* ---- agreement ---- */

static void test_agreement_is_that_of_scipy(void **state)
{
	struct tensor_file file;

	(void)state;
	tensor_file_open(&file, "tests/fixtures/statistics.safetensors");
	double *x = tensor_read_f64(&file, tensor_find(&file, "agreement/x"));
	double *y = tensor_read_f64(&file, tensor_find(&file, "agreement/y"));
	double *once = tensor_read_f64(&file, tensor_find(&file, "agreement/once"));
	double *repeated = tensor_read_f64(&file, tensor_find(&file, "agreement/repeated"));
	int32_t *times = tensor_read_i32(&file, tensor_find(&file, "agreement/times"));
	assert_agreement(agreement_between(x, y, NULL), once);
	assert_agreement(agreement_between(x, y, times), repeated);
	assert_agreement(agreement_between(y, x, times), repeated);
	tensor_file_close(&file);
	free(x);
	free(y);
	free(once);
	free(repeated);
	free(times);
}

static void test_what_the_layers_explain_is_left_out(void **state)
{
	double layer[HEADS], rising[HEADS], zigzag[HEADS], none[HEADS], pair[HEADS];

	(void)state;
	for (int h = 0; h < HEADS; h++) {
		layer[h] = h / PER_LAYER;
		rising[h] = h;
		zigzag[h] = 100 * layer[h] - h;
		none[h] = NAN;
		pair[h] = h < 2 ? h : NAN;
	}
	/* rising over the layers, falling within them */
	const struct agreement found = agreement_between(rising, zigzag, NULL);
	assert_true(found.overall > 0.7);
	assert_close(found.within, -1);
	assert_close(found.partial, -1);
	assert_agreement(agreement_between(rising, rising, NULL), (double[]){1, 1, 1});
	assert_close(agreement_between(layer, rising, NULL).within, NAN);
	assert_close(agreement_between(layer, rising, NULL).partial, NAN);
	assert_agreement(agreement_between(none, rising, NULL), (double[]){NAN, NAN, NAN});
	assert_agreement(agreement_between(pair, rising, NULL), (double[]){NAN, NAN, NAN});
}

/* ---- halves of a resample ---- */

static void test_no_sentence_is_in_both_halves(void **state)
{
	static const int32_t labels[] = {0, 1, 1, 0, 1, 0, 0, 1, 1}, times[] = {3, 0, 1, 2, 0, 1, 0, 2, 1};
	struct strata classes = strata_from(labels, 9);
	gsl_rng *rng = random_generator(3);
	struct halves halves = halves_draw_repeated(&classes, times, 50, rng);

	(void)state;
	assert_int_equal(halves.count, 10);
	for (int64_t i = 0; i < halves.splits; i++) {
		int found[2][9] = {0}, distinct[2][2] = {0};
		for (int64_t j = 0; j < halves.count; j++)
			found[j >= halves.first[i]][halves.members[i * halves.count + j]]++;
		for (int s = 0; s < 9; s++) {
			assert_true(found[0][s] == 0 || found[1][s] == 0);
			assert_int_equal(found[0][s] + found[1][s], times[s]);
			for (int half = 0; half < 2; half++)
				distinct[half][labels[s]] += found[half][s] > 0;
		}
		/* three distinct sentences of either class */
		assert_int_equal(distinct[0][0] + distinct[0][1], 3);
		assert_true(abs(distinct[0][0] - distinct[1][0]) == 1 && abs(distinct[0][1] - distinct[1][1]) == 1);
	}
	halves_free(&halves);
	strata_free(&classes);
	gsl_rng_free(rng);
}

/* Score and importance of a sentence share its noise alone: they agree on the same sentences, not across halves. */
static void test_noise_of_the_same_sentences_does_not_count(void **state)
{
	enum { SENTENCES = 40 };
	static double noise[SENTENCES * HEADS];
	const struct columns columns = {SENTENCES, LAYERS, PER_LAYER, 0, NULL};
	const struct column column = {"x", noise, AS_MEAN};
	gsl_rng *rng = random_generator(4);
	struct strata classes = strata_from(NULL, SENTENCES);

	(void)state;
	for (int i = 0; i < SENTENCES * HEADS; i++)
		noise[i] = gsl_rng_uniform(rng);
	struct halves halves = halves_draw(&classes, 400, rng);
	struct scores scores = scores_from(&columns, &column, &halves);
	const struct fit fit = fit_heads(&scores, &scores, heads, NULL);
	assert_close(fit.same.overall, 1);
	/* what one half has in excess the other lacks, in this sample */
	assert_true(fit.crossed.overall < 0.2 && fit.crossed.overall > -1);
	scores_free(&scores);
	halves_free(&halves);
	strata_free(&classes);
	gsl_rng_free(rng);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agreement_is_that_of_scipy),
		cmocka_unit_test(test_what_the_layers_explain_is_left_out),
		cmocka_unit_test(test_no_sentence_is_in_both_halves),
		cmocka_unit_test(test_noise_of_the_same_sentences_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
