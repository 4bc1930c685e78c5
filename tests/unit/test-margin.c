/* test-margin.c: closed forms, finite differences, and margins so large that a careless formula gives 0.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "margin.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { CLASSES = 5 };
static const double logits[CLASSES] = {0.3, -1.2, 2.5, 0.9, -0.4};
static const double others[CLASSES] = {1.0, 0.2, -0.7, 2.0, 0.1};

#define assert_close(found, expected, tolerance) assert_close_at(found, expected, tolerance, #found, __FILE__, __LINE__)

/* Relative: what is small here has digits of its own. */
static void assert_close_at(
	double found, double expected, double tolerance, const char *text, const char *file, int line)
{
	if (isnan(expected) ? isnan(found) : fabs(found - expected) <= tolerance * fabs(expected))
		return;
	print_error("%s: found %.17g, expected %.17g within %g of it\n", text, found, expected, tolerance);
	_fail(file, line);
}

static void test_argmax_takes_the_first_of_equals(void **state)
{
	(void)state;
	assert_int_equal(argmax(logits, CLASSES), 2);
	assert_int_equal(argmax((const double[]){1, 3, 3}, 3), 1);
	assert_int_equal(argmax((const double[]){-2, -2}, 2), 0);
	assert_int_equal(argmax((const double[]){-INFINITY, -INFINITY, -900}, 3), 2);
	assert_int_equal(argmax((const double[]){1, NAN, 3}, 3), -1);
}

static void test_margins_are_their_definitions(void **state)
{
	const bool group[CLASSES] = {true, false, true, false, false};
	double inside = log(exp(0.3) + exp(2.5)), outside = log(exp(-1.2) + exp(0.9) + exp(-0.4));

	(void)state;
	assert_close(margin(MARGIN_MAX, logits, CLASSES, 2, NULL), 2.5 - 0.9, 0);
	assert_close(margin(MARGIN_MAX, logits, CLASSES, 1, NULL), -1.2 - 2.5, 0);
	assert_close(margin(MARGIN_MEAN, logits, CLASSES, 2, NULL), 2.5 - (0.3 - 1.2 + 0.9 - 0.4) / 4, 1e-15);
	assert_close(margin(MARGIN_GROUP, logits, CLASSES, 0, group), inside - outside, 1e-14);
	/* the other side, seen from there */
	assert_close(margin(MARGIN_GROUP, logits, CLASSES, 3, group), outside - inside, 1e-14);
}

static void test_all_margins_are_equal_for_two_classes(void **state)
{
	static const double pairs[][2] = {{0.1, 0.3}, {-17.25, 3.5}, {800, -900}, {1e-9, 0}, {2, 2}};
	const bool first[2] = {true, false};

	(void)state;
	for (int i = 0; i < 5; i++)
		for (int y = 0; y < 2; y++) {
			double expected = pairs[i][y] - pairs[i][1 - y];
			assert_close(margin(MARGIN_MAX, pairs[i], 2, y, NULL), expected, 0);
			assert_close(margin(MARGIN_MEAN, pairs[i], 2, y, NULL), expected, 0);
			assert_close(margin(MARGIN_GROUP, pairs[i], 2, y, first), expected, 0);
		}
}

static void test_a_group_margin_survives_huge_logits(void **state)
{
	const double z[4] = {2000, 2000, -3000, -3000};
	const bool group[4] = {true, true, false, false};

	(void)state;
	assert_close(margin(MARGIN_GROUP, z, 4, 0, group), 5000, 1e-15);
}

static void test_softmax_adds_up_to_one_and_ignores_a_shift(void **state)
{
	double p[CLASSES], shifted[CLASSES], z[CLASSES], sum = 0;

	(void)state;
	for (int j = 0; j < CLASSES; j++)
		z[j] = logits[j] + 5000;
	softmax(logits, CLASSES, p);
	softmax(z, CLASSES, shifted);
	for (int j = 0; j < CLASSES; j++) {
		sum += p[j];
		assert_close(shifted[j], p[j], 1e-12); /* z lost digits: 5000.3 - 5002.5 */
	}
	assert_close(sum, 1, 1e-15);
	assert_close(p[0] / p[2], exp(-2.2), 1e-15);
}

static void test_cross_entropy_is_exact_at_every_margin(void **state)
{
	(void)state;
	assert_close(cross_entropy((const double[]){0, 0, 0}, 3, 1), log(3), 1e-15);
	for (int m = -800; m <= 700; m++) {
		const double z[2] = {0, m};
		/* log(1 + e^-m), written for either sign without overflow */
		double expected = m > 0 ? log1p(exp(-m)) : log1p(exp(m)) - m;
		assert_close(cross_entropy(z, 2, 1), expected, 1e-15);
	}
	assert_close(cross_entropy((const double[]){18, 0, 0, 0}, 4, 0), 3 * exp(-18), 1e-7); /* less half its square */
}

static void test_kl_is_its_definition(void **state)
{
	double p[CLASSES], q[CLASSES], expected = 0;

	(void)state;
	softmax(logits, CLASSES, p);
	softmax(others, CLASSES, q);
	for (int j = 0; j < CLASSES; j++)
		expected += p[j] * log(p[j] / q[j]);
	assert_close(kl_divergence(logits, others, CLASSES), expected, 1e-14);
	assert_close(kl_divergence(logits, logits, CLASSES), 0, 0);
	/* certain of one class, the other certain of another: the distance of the logits */
	assert_close(kl_divergence((const double[]){800, 0}, (const double[]){0, 800}, 2), 800, 1e-15);
	assert_close(kl_divergence((const double[]){0, -2000, -2000}, (const double[]){0, 2000, 0}, 3), 2000, 1e-15);
}

/* KL of nearby logits is δ² Var_p / 2 + O(δ³): for two classes δ² p (1 - p) / 2. */
static void test_kl_of_near_equals_does_not_cancel(void **state)
{
	(void)state;
	for (int m = 0; m <= 18; m += 6) {
		double delta = 1e-5, p = 1 / (1 + exp(-m)), rest = 1 / (1 + exp(m));
		const double z_p[2] = {m, 0}, z_q[2] = {m, delta};
		assert_close(kl_divergence(z_p, z_q, 2), delta * delta * p * rest / 2, 2e-5);
	}
}

/* Central differences of a function of the logits: error h² f''' / 6 and rounding 1e-16 / h. */
static void assert_gradient(const double *gradient, double (*of)(const double *, int64_t, int64_t), int64_t y)
{
	const double h = 1e-5;

	for (int j = 0; j < CLASSES; j++) {
		double above[CLASSES], below[CLASSES];
		for (int i = 0; i < CLASSES; i++)
			above[i] = below[i] = logits[i];
		above[j] += h;
		below[j] -= h;
		double slope = (of(above, CLASSES, y) - of(below, CLASSES, y)) / (2 * h);
		assert_true(fabs(gradient[j] - slope) <= 1e-9);
	}
}

static double max_margin(const double *z, int64_t classes, int64_t y)
{
	return margin(MARGIN_MAX, z, classes, y, NULL);
}

static void test_gradients_are_the_finite_differences(void **state)
{
	double gradient[CLASSES];

	(void)state;
	for (int y = 0; y < CLASSES; y++) {
		cross_entropy_gradient(logits, CLASSES, y, gradient);
		assert_gradient(gradient, cross_entropy, y);
		max_margin_gradient(logits, CLASSES, y, gradient);
		assert_gradient(gradient, max_margin, y);
	}
}

static void test_the_loss_gradient_is_exact_at_large_margins(void **state)
{
	(void)state;
	for (int m = 0; m <= 700; m += 7) {
		const double z[2] = {m, 0};
		double gradient[2];
		cross_entropy_gradient(z, 2, 0, gradient);
		assert_close(gradient[0], -1 / (1 + exp(m)), 1e-15);
		assert_close(gradient[1], 1 / (1 + exp(m)), 1e-15);
	}
}

static void test_the_margin_gradient_picks_the_first_of_equal_rivals(void **state)
{
	const double z[4] = {5, 1, 5, 5};
	double gradient[4];

	(void)state;
	max_margin_gradient(z, 4, 0, gradient);
	assert_true(gradient[0] == 1 && gradient[1] == 0 && gradient[2] == -1 && gradient[3] == 0);
}

static void test_nan_is_never_hidden(void **state)
{
	const bool group[3] = {true, false, false};

	(void)state;
	for (int spoilt = 0; spoilt < 3; spoilt++) {
		double z[3] = {1, 2, 3}, p[3];
		z[spoilt] = NAN;
		for (int y = 0; y < 3; y++) {
			assert_close(margin(MARGIN_MAX, z, 3, y, NULL), NAN, 0);
			assert_close(margin(MARGIN_MEAN, z, 3, y, NULL), NAN, 0);
			assert_close(margin(MARGIN_GROUP, z, 3, y, group), NAN, 0);
			assert_close(cross_entropy(z, 3, y), NAN, 0);
		}
		softmax(z, 3, p);
		for (int j = 0; j < 3; j++)
			assert_close(p[j], NAN, 0);
		assert_close(kl_divergence(z, logits, 3), NAN, 0);
		assert_close(kl_divergence(logits, z, 3), NAN, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_argmax_takes_the_first_of_equals),
		cmocka_unit_test(test_margins_are_their_definitions),
		cmocka_unit_test(test_all_margins_are_equal_for_two_classes),
		cmocka_unit_test(test_a_group_margin_survives_huge_logits),
		cmocka_unit_test(test_softmax_adds_up_to_one_and_ignores_a_shift),
		cmocka_unit_test(test_cross_entropy_is_exact_at_every_margin),
		cmocka_unit_test(test_kl_is_its_definition),
		cmocka_unit_test(test_kl_of_near_equals_does_not_cancel),
		cmocka_unit_test(test_gradients_are_the_finite_differences),
		cmocka_unit_test(test_the_loss_gradient_is_exact_at_large_margins),
		cmocka_unit_test(test_the_margin_gradient_picks_the_first_of_equal_rivals),
		cmocka_unit_test(test_nan_is_never_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
