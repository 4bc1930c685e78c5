/* test-kernels.c: every kernel of every instruction set that this processor has, against long double.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bounds are those that kernels.h states, in units of u = 2^-24, the error of one F32 rounding. They follow from the
 * operations: a sum of n terms, in whatever order, is off by at most n u times the sum of their magnitudes.
 */
#include "kernels.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double u = 0x1p-24;

/* Around whole vectors of 4, 8 and 16, and as long as rows are. */
static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 384, 1000};
enum { SIZES = sizeof sizes / sizeof *sizes, LARGEST = 1000, ROWS = 3, GUARD = 16 };

/* ---- numbers ---- */

static uint64_t random_state;

/* Uniform in [-1, 1) (Steele, Lea and Flood 2014). */
static double uniform(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) * 0x1p-52 - 1;
}

static void fill(float *x, int64_t count, double scale)
{
	for (int64_t i = 0; i < count; i++)
		x[i] = (float)(scale * uniform());
}

static void ones(float *x, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		x[i] = 1;
}

/* Finite numbers of every sign, exponent and leading bits, from the smallest to the largest: x [SWEEP]; how many. */
enum { STRIDE = 16411, SWEEP = (1LL << 32) / STRIDE + 1 };

static int64_t sweep(float *x)
{
	int64_t count = 0;

	for (int64_t bits = 0; bits < 1LL << 32; bits += STRIDE) {
		uint32_t pattern = (uint32_t)bits;
		memcpy(&x[count], &pattern, sizeof pattern);
		count += isfinite(x[count]);
	}
	return count;
}

/* An array between guards that no kernel may touch, off every alignment. */
struct guarded {
	float memory[GUARD + 1 + ROWS * LARGEST + GUARD];
	float *x;
	int64_t count;
};

static float *guarded(struct guarded *array, int64_t count)
{
	array->x = array->memory + GUARD + 1;
	array->count = count;
	for (int i = 0; i <= GUARD; i++)
		array->memory[i] = 12345;
	for (int i = 0; i < GUARD; i++)
		array->x[count + i] = 54321;
	return array->x;
}

static void assert_guards(const struct guarded *array)
{
	for (int i = 0; i <= GUARD; i++)
		assert_true(array->memory[i] == 12345);
	for (int i = 0; i < GUARD; i++)
		assert_true(array->x[array->count + i] == 54321);
}

static void assert_near(const char *kernel, const struct kernels *kernels, int64_t size, int64_t i, double found,
	long double expected, double bound)
{
	if (fabsl((long double)found - expected) <= (long double)bound)
		return;
	print_error("%s of %s, %lld columns, element %lld: found %.9g, expected %.12Lg within %.3g\n", kernel,
		kernels->name, (long long)size, (long long)i, found, expected, bound);
	fail();
}

/* ---- softmax ---- */

/* exp is 2 units in the last place (4 u) off; rounding the difference d to the largest moves it by d u; the sum and
 * two roundings come on top. Beyond 87 it is flushed to 0, which is 2^-125 off. */
static void check_softmax(const struct kernels *kernels, const float *x, int64_t rows, int64_t columns)
{
	static struct guarded array;
	float *a = guarded(&array, rows * columns);

	memcpy(a, x, (size_t)(rows * columns) * sizeof *a);
	kernels->softmax(a, rows, columns);
	assert_guards(&array);
	for (int64_t row = 0; row < rows; row++, x += columns, a += columns) {
		long double sum = 0;
		float largest = x[0];
		for (int64_t i = 0; i < columns; i++)
			largest = fmaxf(largest, x[i]);
		for (int64_t i = 0; i < columns; i++)
			sum += expl((long double)x[i] - (long double)largest);
		for (int64_t i = 0; i < columns; i++) {
			double d = (double)largest - (double)x[i];
			long double expected = expl(-(long double)d) / sum;
			double bound = (double)expected * u * (10 + 2 * d + (double)columns) + (d > 87 ? 0x1p-125 : 0);
			assert_near("softmax", kernels, columns, i, (double)a[i], expected, bound);
			assert_true(a[i] >= 0 && a[i] <= 1);
		}
	}
}

static void softmax_is_exact_at_every_size(void **state)
{
	static float x[ROWS * LARGEST];

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int s = 0; s < SIZES; s++)
			for (double scale = 0.1; scale < 1e3; scale *= 10) {
				random_state = (uint64_t)s;
				fill(x, ROWS * sizes[s], scale);
				check_softmax(*k, x, ROWS, sizes[s]);
			}
}

static void softmax_takes_extreme_rows(void **state)
{
	static const float rows[][7] = {
		{0, 0, 0, 0, 0, 0, 0},
		{-0.0f, 0, -0.0f, 0, 0, -0.0f, 0},
		{1e4f, -1e4f, 1e4f, 0, -1e4f, 9999, 1e4f},
		{-1e4f, -1e4f, -1e4f, -1e4f, -1e4f, -1e4f, -1e4f},
		{-1e4f, -1e4f, -1e4f, -1e4f, -1e4f, -1e4f, -9990},
		{-30000, -30001, -30087, -30086.9f, -30087.5f, -30088, -30200},
		{1e30f, -1e30f, FLT_MAX, -FLT_MAX, 0, 1, -1},
		{0, -86.9f, -87, -87.1f, -88, -103, -104},
	};
	float masked[] = {1, -INFINITY, 1};

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++) {
		for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
			check_softmax(*k, rows[row], 1, 7);
		float x[] = {masked[0], masked[1], masked[2]};
		(*k)->softmax(x, 1, 3);
		assert_true(x[0] == 0.5f && x[1] == 0 && x[2] == 0.5f);
	}
}

/* Each against 0: the larger of the two gets what the other leaves. */
static void softmax_is_exact_everywhere(void **state)
{
	static float x[SWEEP], rows[2 * SWEEP];
	const int64_t count = sweep(x);

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++) {
		for (int64_t i = 0; i < count; i++) {
			rows[2 * i] = 0;
			rows[2 * i + 1] = x[i];
		}
		(*k)->softmax(rows, count, 2);
		for (int64_t i = 0; i < count; i++) {
			const long double other = 1 / (1 + expl(fabsl((long double)x[i])));
			const double d = fabs((double)x[i]), far = d > 87 ? 0x1p-125 : 0;
			const float lower = rows[2 * i + (x[i] <= 0)], upper = rows[2 * i + (x[i] > 0)];
			assert_near("softmax", *k, 2, i, (double)lower, other, (double)other * u * (12 + 2 * d) + far);
			assert_near("softmax", *k, 2, i, (double)upper, 1 - other, 12 * u);
		}
	}
}

/* What is no number must not get lost: it is found in the logits. */
static void softmax_keeps_nan(void **state)
{
	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int64_t columns = 1; columns <= 33; columns++)
			for (int64_t at = 0; at < columns; at++) {
				float x[33] = {0};
				x[at] = NAN;
				(*k)->softmax(x, 1, columns);
				for (int64_t i = 0; i < columns; i++)
					assert_true(isnan(x[i]));
			}
}

static void softmax_backward_is_its_formula(void **state)
{
	static float a[ROWS * LARGEST], da[ROWS * LARGEST];
	static struct guarded array;

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int s = 0; s < SIZES; s++) {
			const int64_t columns = sizes[s];
			random_state = (uint64_t)s;
			fill(a, ROWS * columns, s % 2 ? 5 : 60);
			fill(da, ROWS * columns, s % 3 ? 1 : 1e6);
			(*k)->softmax(a, ROWS, columns);
			float *ds = guarded(&array, ROWS * columns);
			memcpy(ds, da, (size_t)(ROWS * columns) * sizeof *ds);
			(*k)->softmax_backward(ds, a, ROWS, columns);
			assert_guards(&array);
			for (int64_t row = 0; row < ROWS; row++) {
				const float *p = a + row * columns, *g = da + row * columns;
				long double sum = 0, magnitude = 0;
				for (int64_t i = 0; i < columns; i++) {
					sum += (long double)p[i] * (long double)g[i];
					magnitude += fabsl((long double)p[i] * (long double)g[i]);
				}
				for (int64_t i = 0; i < columns; i++)
					assert_near("softmax_backward", *k, columns, i, (double)ds[row * columns + i],
						(long double)p[i] * ((long double)g[i] - sum),
						(double)p[i] * u *
							((double)(columns + 3) * (double)magnitude +
								3 * fabs((double)g[i])));
			}
		}
}

/* ---- gelu ---- */

static long double normal(long double x)
{
	return erfcl(-x / sqrtl(2)) / 2;
}

static long double normal_density(long double x)
{
	return expl(-x * x / 2) / sqrtl(2 * acosl(-1));
}

static void gelu_is_within_its_bound_everywhere(void **state)
{
	static float x[SWEEP], y[SWEEP];
	const int64_t count = sweep(x);

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++) {
		(*k)->gelu(y, x, count);
		for (int64_t i = 0; i < count; i++)
			assert_near("gelu", *k, count, i, (double)y[i], (long double)x[i] * normal((long double)x[i]),
				1e-7 * (1 + fabs((double)x[i])));
	}
}

static void gelu_backward_is_within_its_bound_everywhere(void **state)
{
	static float x[SWEEP], dy[SWEEP], dx[SWEEP];
	const int64_t count = sweep(x);

	(void)state;
	random_state = 1;
	fill(dy, count, 2);
	for (const struct kernels *const *k = kernels_available(); *k; k++) {
		(*k)->gelu_backward(dx, dy, x, count);
		for (int64_t i = 0; i < count; i++) {
			long double z = (long double)x[i];
			assert_near("gelu_backward", *k, count, i, (double)dx[i],
				(long double)dy[i] * (normal(z) + z * normal_density(z)), 3e-7 * fabs((double)dy[i]));
		}
	}
}

static void gelu_keeps_nan(void **state)
{
	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int64_t at = 0; at < 33; at++) {
			float x[33] = {0}, y[33], dy[33] = {0};
			x[at] = NAN;
			(*k)->gelu(y, x, 33);
			(*k)->gelu_backward(dy, dy, x, 33);
			for (int64_t i = 0; i < 33; i++)
				assert_true(isnan(y[i]) == (i == at) && isnan(dy[i]) == (i == at));
		}
}

static void gelu_may_work_in_place_at_every_size(void **state)
{
	static float x[LARGEST], y[LARGEST], dx[LARGEST];
	static struct guarded array;

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int s = 0; s < SIZES; s++) {
			random_state = (uint64_t)s;
			fill(x, sizes[s], 4);
			(*k)->gelu(y, x, sizes[s]);
			float *in_place = guarded(&array, sizes[s]);
			memcpy(in_place, x, (size_t)sizes[s] * sizeof *x);
			(*k)->gelu(in_place, in_place, sizes[s]);
			assert_guards(&array);
			assert_memory_equal(in_place, y, (size_t)sizes[s] * sizeof *y);
			(*k)->gelu_backward(dx, y, x, sizes[s]);
			(*k)->gelu_backward(in_place, in_place, x, sizes[s]);
			assert_memory_equal(in_place, dx, (size_t)sizes[s] * sizeof *dx);
		}
}

/* ---- layer_norm ---- */

struct moments {
	long double mean, scale; /* scale = 1 / sqrt(variance + epsilon) */
	double largest;		 /* magnitude */
};

static struct moments moments_of(const float *x, int64_t count, double epsilon)
{
	struct moments moments = {0};
	long double squares = 0;

	for (int64_t i = 0; i < count; i++) {
		moments.mean += (long double)x[i] / (long double)count;
		moments.largest = fmax(moments.largest, fabs((double)x[i]));
	}
	for (int64_t i = 0; i < count; i++)
		squares += ((long double)x[i] - moments.mean) * ((long double)x[i] - moments.mean);
	moments.scale = 1 / sqrtl(squares / (long double)count + (long double)epsilon);
	return moments;
}

/* The mean is off by n u times the largest value, which the scale then multiplies. */
static void check_layer_norm(const struct kernels *kernels, const float *x, const float *gain, const float *bias,
	double epsilon, int64_t columns)
{
	static struct guarded y_array, normalized_array;
	static float again[ROWS * LARGEST];
	float scale[ROWS];
	float *y = guarded(&y_array, ROWS * columns), *normalized = guarded(&normalized_array, ROWS * columns);

	kernels->layer_norm(y, normalized, scale, x, gain, bias, epsilon, ROWS, columns);
	assert_guards(&y_array);
	assert_guards(&normalized_array);
	for (int64_t i = 0; i < ROWS * columns; i++) {
		const int64_t row = i / columns, column = i % columns;
		struct moments moments = moments_of(x + row * columns, columns, epsilon);
		long double expected = ((long double)x[i] - moments.mean) * moments.scale;
		double off = u * (double)(columns + 6) * (1 + fabs((double)expected)) *
			     (1 + moments.largest * (double)moments.scale);
		if (column == 0)
			assert_near("scale of layer_norm", kernels, columns, row, (double)scale[row], moments.scale,
				off * (double)moments.scale);
		assert_near("layer_norm's normalized", kernels, columns, i, (double)normalized[i], expected, off);
		double g = (double)gain[column], b = (double)bias[column];
		assert_near("layer_norm", kernels, columns, i, (double)y[i], (long double)g * expected + (long double)b,
			off * fabs(g) + 2 * u * (fabs(g * (double)expected) + fabs(b)));
	}
	memcpy(again, x, (size_t)(ROWS * columns) * sizeof *again);
	kernels->layer_norm(again, NULL, NULL, again, gain, bias, epsilon, ROWS, columns);
	assert_memory_equal(again, y, (size_t)(ROWS * columns) * sizeof *again);
}

static void layer_norm_is_exact_at_every_size(void **state)
{
	static const double centres[] = {0, 1, -300, 1e4}, epsilons[] = {1e-12, 1e-5};
	static float x[ROWS * LARGEST], gain[LARGEST], bias[LARGEST];

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int s = 0; s < SIZES; s++)
			for (int c = 0; c < 8; c++) {
				random_state = (uint64_t)s;
				fill(x, ROWS * sizes[s], 3);
				fill(gain, sizes[s], 2);
				fill(bias, sizes[s], 1);
				for (int64_t i = 0; i < ROWS * sizes[s]; i++)
					x[i] += (float)centres[c / 2];
				check_layer_norm(*k, x, gain, bias, epsilons[c % 2], sizes[s]);
			}
}

/* Spreads from below the smallest normal number to where the squares of more would overflow. */
static void layer_norm_takes_any_spread(void **state)
{
	static float x[ROWS * LARGEST], gain[LARGEST], bias[LARGEST];

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int s = 0; s < SIZES; s++)
			for (double spread = 1e-42; spread < 1e18; spread *= 1e6) {
				random_state = (uint64_t)s;
				fill(x, ROWS * sizes[s], spread);
				fill(gain, sizes[s], 2);
				fill(bias, sizes[s], 1);
				check_layer_norm(*k, x, gain, bias, 1e-12, sizes[s]);
			}
}

static void layer_norm_keeps_nan(void **state)
{
	const float zeros[33] = {0};
	float gain[33];

	(void)state;
	ones(gain, 33);
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int64_t columns = 1; columns <= 33; columns++)
			for (int64_t at = 0; at < columns; at++) {
				float x[33] = {0}, y[33], scale = 1;
				x[at] = NAN;
				(*k)->layer_norm(y, NULL, NULL, x, gain, zeros, 1e-12, 1, columns);
				for (int64_t i = 0; i < columns; i++)
					assert_true(isnan(y[i]));
				(*k)->layer_norm_backward(y, x, zeros, &scale, gain, 1, columns);
				for (int64_t i = 0; i < columns; i++)
					assert_true(isnan(y[i]));
			}
}

static void layer_norm_of_a_constant_row_is_its_bias(void **state)
{
	const float gain[8] = {1, 2, 3, 4, 5, 6, 7, 8}, bias[8] = {8, 7, 6, 5, 4, 3, 2, 1};
	float y[8], x[8];

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (double value = -1e4; value <= 1e4; value += 1e4) {
			for (int i = 0; i < 8; i++)
				x[i] = (float)value;
			(*k)->layer_norm(y, NULL, NULL, x, gain, bias, 1e-12, 1, 8);
			assert_memory_equal(y, bias, sizeof y);
		}
}

static void layer_norm_backward_is_its_formula(void **state)
{
	static float x[ROWS * LARGEST], normalized[ROWS * LARGEST], dy[ROWS * LARGEST], gain[LARGEST], bias[LARGEST];
	static struct guarded array;
	float scale[ROWS];

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int c = 0; c < 6 * SIZES; c++) {
			static const double spreads[] = {1e-6, 3, 1e4}, slopes[] = {1, 1e-10};
			const int s = c / 6;
			const int64_t columns = sizes[s];
			random_state = (uint64_t)s;
			fill(x, ROWS * columns, spreads[c % 3]);
			fill(gain, columns, 2);
			fill(dy, ROWS * columns, slopes[c / 3 % 2]);
			float *dx = guarded(&array, ROWS * columns);
			(*k)->layer_norm(dx, normalized, scale, x, gain, bias, 1e-12, ROWS, columns);
			memcpy(dx, dy, (size_t)(ROWS * columns) * sizeof *dx);
			(*k)->layer_norm_backward(dx, dx, normalized, scale, gain, ROWS, columns);
			assert_guards(&array);
			for (int64_t row = 0; row < ROWS; row++) {
				const float *n = normalized + row * columns;
				long double sum = 0, along = 0, sizes_sum = 0, sizes_along = 0;
				for (int64_t i = 0; i < columns; i++) {
					long double g = (long double)dy[row * columns + i] * (long double)gain[i];
					sum += g / columns;
					along += g * (long double)n[i] / columns;
					sizes_sum += fabsl(g) / columns;
					sizes_along += fabsl(g * (long double)n[i]) / columns;
				}
				for (int64_t i = 0; i < columns; i++) {
					long double g = (long double)dy[row * columns + i] * (long double)gain[i];
					long double z = (long double)n[i];
					double terms = (double)(fabsl(g) + sizes_sum + fabsl(z) * sizes_along);
					assert_near("layer_norm_backward", *k, columns, i,
						(double)dx[row * columns + i],
						(long double)scale[row] * (g - sum - z * along),
						u * (double)(columns + 6) * (double)scale[row] * terms);
				}
			}
		}
}

/* ---- dropout ---- */

enum { MANY = 1 << 20 };

static void dropout_is_the_same_for_the_same_key_everywhere(void **state)
{
	static float first[LARGEST], x[LARGEST];
	static struct guarded array;

	(void)state;
	ones(first, LARGEST);
	(*kernels_available())->dropout(first, LARGEST, 0.3, 0x123456789abcdef0u);
	for (const struct kernels *const *k = kernels_available(); *k; k++) {
		for (int s = 0; s < SIZES; s++) {
			/* a shorter array has the same elements dropped, as the backward pass has */
			float *y = guarded(&array, sizes[s]);
			ones(y, sizes[s]);
			(*k)->dropout(y, sizes[s], 0.3, 0x123456789abcdef0u);
			assert_guards(&array);
			assert_memory_equal(y, first, (size_t)sizes[s] * sizeof *y);
		}
		for (int bit = 0; bit < 64; bit++) {
			ones(x, LARGEST);
			(*k)->dropout(x, LARGEST, 0.3, 0x123456789abcdef0u ^ (uint64_t)1 << bit);
			assert_memory_not_equal(x, first, sizeof x);
		}
	}
}

/* Within 5 standard deviations. */
static void assert_count(double count, double expected, double variance)
{
	if (fabs(count - expected) <= 5 * sqrt(variance))
		return;
	print_error("counted %g (expected %g ± %g)\n", count, expected, 5 * sqrt(variance));
	fail();
}

static void dropout_drops_at_its_rate_and_independently(void **state)
{
	static const double rates[] = {0.01, 0.1, 0.5, 0.9};
	float *x = malloc(MANY * sizeof *x), *other = malloc(MANY * sizeof *other);

	(void)state;
	assert_non_null(x);
	assert_non_null(other);
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int r = 0; r < 4; r++) {
			const double p = rates[r];
			const float kept = (float)(1 / (1 - p));
			double dropped = 0, neighbours = 0, both = 0;
			ones(x, MANY);
			ones(other, MANY);
			(*k)->dropout(x, MANY, p, 7);
			(*k)->dropout(other, MANY, p, 8);
			for (int64_t i = 0; i < MANY; i++) {
				assert_true(x[i] == 0 || x[i] == kept);
				dropped += x[i] == 0;
				neighbours += i > 0 && x[i] == 0 && x[i - 1] == 0;
				both += x[i] == 0 && other[i] == 0;
			}
			assert_count(dropped, MANY * p, MANY * p * (1 - p));
			assert_count(both, MANY * p * p, MANY * p * p * (1 - p * p));
			/* pairs that share an element vary together */
			assert_count(neighbours, MANY * p * p, MANY * p * p * (1 + 2 * p - 3 * p * p));
		}
	free(x);
	free(other);
}

static void dropout_of_probability_zero_changes_nothing(void **state)
{
	float x[33], y[33];

	(void)state;
	random_state = 1;
	fill(x, 33, 1);
	for (const struct kernels *const *k = kernels_available(); *k; k++) {
		memcpy(y, x, sizeof y);
		(*k)->dropout(y, 33, 0, 99);
		assert_memory_equal(x, y, sizeof y);
	}
}

/* ---- sums ---- */

static void sums_are_exact(void **state)
{
	static float x[ROWS * LARGEST], before[ROWS * LARGEST];
	static struct guarded array;

	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int s = 0; s < SIZES; s++) {
			const int64_t columns = sizes[s], count = ROWS * columns;
			random_state = (uint64_t)s;
			fill(x, count, 1e3);
			fill(before, count, 1);
			float *y = guarded(&array, count);
			memcpy(y, before, (size_t)count * sizeof *y);
			(*k)->add(y, x, count);
			for (int64_t i = 0; i < count; i++)
				assert_true(y[i] == before[i] + x[i]);
			memcpy(y, before, (size_t)count * sizeof *y);
			(*k)->add_row(y, x, ROWS, columns);
			for (int64_t i = 0; i < count; i++)
				assert_true(y[i] == before[i] + x[i % columns]);
			assert_guards(&array);
			y = guarded(&array, columns);
			memcpy(y, before, (size_t)columns * sizeof *y);
			(*k)->add_column_sums(y, x, ROWS, columns);
			assert_guards(&array);
			for (int64_t i = 0; i < columns; i++)
				assert_true(y[i] == ((before[i] + x[i]) + x[columns + i]) + x[2 * columns + i]);
		}
}

/* ---- adamw ---- */

/* The moments are a few roundings of their two terms off, and the parameter that much of one update. */
static void check_adamw(const struct kernels *kernels, const struct adamw_step *step, int64_t count)
{
	static float g[LARGEST], p0[LARGEST], m0[LARGEST], v0[LARGEST];
	static struct guarded p_array, m_array, v_array;
	float *p = guarded(&p_array, count), *m = guarded(&m_array, count), *v = guarded(&v_array, count);

	fill(g, count, 1);
	fill(p0, count, 1);
	fill(m0, count, 0.1);
	fill(v0, count, 0.1);
	for (int64_t i = 0; i < count; i++) {
		v0[i] = fabsf(v0[i]);
		if (i % 5 == 0) /* a parameter that was never used, and one that no longer is */
			g[i] = m0[i] = v0[i] = 0;
		if (i % 5 == 1)
			g[i] = 0;
		p[i] = p0[i];
		m[i] = m0[i];
		v[i] = v0[i];
	}
	kernels->adamw(p, g, m, v, count, step);
	assert_guards(&p_array);
	assert_guards(&m_array);
	assert_guards(&v_array);
	for (int64_t i = 0; i < count; i++) {
		double gradient = (double)g[i] * step->clip;
		double old = step->beta1 * (double)m0[i], new = (1 - step->beta1) * gradient;
		double second = step->beta2 * (double)v0[i] + (1 - step->beta2) * gradient * gradient;
		double denominator = sqrt(second / step->correction2) + step->epsilon;
		double update = step->rate * (old + new) / step->correction1 / denominator;
		double terms = step->rate * (fabs(old) + fabs(new)) / step->correction1 / denominator;
		double kept = (double)p0[i] * (1 - step->rate * step->weight_decay);
		assert_near("adamw's m", kernels, count, i, (double)m[i], (long double)(old + new),
			5 * u * (fabs(old) + fabs(new)));
		assert_near("adamw's v", kernels, count, i, (double)v[i], (long double)second, 6 * u * second);
		assert_near("adamw", kernels, count, i, (double)p[i], (long double)(kept - update),
			3 * u * fabs(kept) + 16 * u * terms);
	}
}

static void adamw_is_its_algorithm(void **state)
{
	(void)state;
	for (const struct kernels *const *k = kernels_available(); *k; k++)
		for (int s = 0; s < SIZES; s++)
			for (int t = 1; t <= 1000; t *= 10) {
				struct adamw_step step = {.clip = t == 1 ? 1 : 0.37,
					.rate = 1e-3 * t,
					.beta1 = 0.9,
					.beta2 = 0.999,
					.epsilon = 1e-8,
					.weight_decay = t == 10 ? 0 : 0.01,
					.correction1 = 1 - pow(0.9, t),
					.correction2 = 1 - pow(0.999, t)};
				random_state = (uint64_t)(s * t);
				check_adamw(*k, &step, sizes[s]);
			}
}

/* ---- which ---- */

static void the_widest_is_chosen(void **state)
{
	const struct kernels *const *last = kernels_available();

	(void)state;
	assert_string_equal((*last)->name, "portable");
	while (last[1])
		last++;
	assert_string_equal(kernels()->name, (*last)->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(softmax_is_exact_at_every_size),
		cmocka_unit_test(softmax_takes_extreme_rows),
		cmocka_unit_test(softmax_is_exact_everywhere),
		cmocka_unit_test(softmax_keeps_nan),
		cmocka_unit_test(softmax_backward_is_its_formula),
		cmocka_unit_test(gelu_is_within_its_bound_everywhere),
		cmocka_unit_test(gelu_backward_is_within_its_bound_everywhere),
		cmocka_unit_test(gelu_keeps_nan),
		cmocka_unit_test(gelu_may_work_in_place_at_every_size),
		cmocka_unit_test(layer_norm_is_exact_at_every_size),
		cmocka_unit_test(layer_norm_takes_any_spread),
		cmocka_unit_test(layer_norm_keeps_nan),
		cmocka_unit_test(layer_norm_of_a_constant_row_is_its_bias),
		cmocka_unit_test(layer_norm_backward_is_its_formula),
		cmocka_unit_test(dropout_is_the_same_for_the_same_key_everywhere),
		cmocka_unit_test(dropout_drops_at_its_rate_and_independently),
		cmocka_unit_test(dropout_of_probability_zero_changes_nothing),
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(adamw_is_its_algorithm),
		cmocka_unit_test(the_widest_is_chosen),
	};

	unsetenv("T_MODEL_KERNELS");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
