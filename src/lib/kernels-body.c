/* kernels-body.c: the kernels' arithmetic, compiled once for each instruction set.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * KERNELS names the table that this compilation defines (kernels_portable, kernels_avx2, kernels_avx512).
 * Plain loops without branches, which the compiler turns into the widest vectors it was allowed.
 */
#include "kernels.h"

#include <math.h>
#include <stddef.h>

#define SIMD _Pragma("omp simd")
#define SIMD_SUM(...) SIMD_PRAGMA(omp simd reduction(+ : __VA_ARGS__))
#ifdef __clang__ /* refuses to reorder a maximum, where a NaN might stand, and warns of the pragma */
#define SIMD_MAX(...)
#else
#define SIMD_MAX(...) SIMD_PRAGMA(omp simd reduction(max : __VA_ARGS__))
#endif
#define SIMD_PRAGMA(text) _Pragma(#text)

/* exp(x) for x <= 88, at most 2 units in the last place off; 0 below -87. Reduction to |r| <= ln(2)/2 in two
 * parts (Cody and Waite 1980), a polynomial of degree 7, and 2^n put into the exponent. */
static inline float exp_of(float x)
{
	union {
		uint32_t bits;
		float value;
	} shifted, power;
	const float shift = 12582912.0f; /* 1.5 x 2^23: adding it rounds to a whole number, in the lowest bits */
	float safe = x < -87.0f ? -87.0f : x;
	shifted.value = safe * 1.44269504f + shift;
	float n = shifted.value - shift;
	float r = (safe - n * 0.693359375f) + n * 2.12194440e-4f;
	float p = 1.9875691500e-4f;

	p = p * r + 1.3981999507e-3f;
	p = p * r + 8.3334519073e-3f;
	p = p * r + 4.1665795894e-2f;
	p = p * r + 1.6666665459e-1f;
	p = p * r + 5.0000001201e-1f;
	p = (p * r) * r + r + 1.0f;
	power.bits = (shifted.bits + 127) << 23;
	return x < -87.0f ? 0.0f : p * power.value;
}

/* The upper tail of the normal distribution at |x|, given e = exp(-x^2 / 2):
 * erfc(z) / 2 with z = |x| / sqrt(2), and erfc(z) = e t P(t), t = 1 / (1 + z / 2). P was fitted to scaled
 * complementary error function values by weighted least squares; the fit is good to 2e-9 of erfc. */
static inline float normal_tail(float x, float e)
{
	float t = 1.0f / (1.0f + 0.353553391f * fabsf(x));
	float p = -0.028997456654906273f;

	p = p * t + 0.12499915808439255f;
	p = p * t - 0.1237901970744133f;
	p = p * t - 0.1851062923669815f;
	p = p * t + 0.33406591415405273f;
	p = p * t + 0.027328722178936005f;
	p = p * t + 0.294938325881958f;
	p = p * t + 0.2738894522190094f;
	p = p * t + 0.28267234563827515f;
	return 0.5f * e * t * p;
}

static void softmax(float *x, int64_t rows, int64_t columns)
{
	for (int64_t row = 0; row < rows; row++, x += columns) {
		float largest = x[0], sum = 0;
		SIMD_MAX(largest)
		for (int64_t i = 0; i < columns; i++)
			largest = x[i] > largest ? x[i] : largest;
		SIMD_SUM(sum)
		for (int64_t i = 0; i < columns; i++) {
			float e = exp_of(x[i] - largest);
			x[i] = e;
			sum += e;
		}
		float scale = 1.0f / sum;
		SIMD
		for (int64_t i = 0; i < columns; i++)
			x[i] *= scale;
	}
}

static void softmax_backward(float *da, const float *a, int64_t rows, int64_t columns)
{
	for (int64_t row = 0; row < rows; row++, da += columns, a += columns) {
		float sum = 0;
		SIMD_SUM(sum)
		for (int64_t i = 0; i < columns; i++)
			sum += a[i] * da[i];
		SIMD
		for (int64_t i = 0; i < columns; i++)
			da[i] = a[i] * (da[i] - sum);
	}
}

static void gelu(float *y, const float *x, int64_t count)
{
	SIMD
	for (int64_t i = 0; i < count; i++) {
		float tail = normal_tail(x[i], exp_of(-0.5f * x[i] * x[i]));
		y[i] = x[i] * (x[i] < 0 ? tail : 1.0f - tail);
	}
}

static void gelu_backward(float *dx, const float *dy, const float *x, int64_t count)
{
	const float density_at_zero = 0.398942280f; /* 1 / sqrt(2 pi) */

	SIMD
	for (int64_t i = 0; i < count; i++) {
		float e = exp_of(-0.5f * x[i] * x[i]);
		float tail = normal_tail(x[i], e);
		dx[i] = dy[i] * ((x[i] < 0 ? tail : 1.0f - tail) + x[i] * density_at_zero * e);
	}
}

static void layer_norm(float *y, float *normalized, float *scale, const float *x, const float *gain, const float *bias,
	double epsilon, int64_t rows, int64_t columns)
{
	for (int64_t row = 0; row < rows; row++, x += columns, y += columns) {
		float sum = 0, squares = 0;
		SIMD_SUM(sum)
		for (int64_t i = 0; i < columns; i++)
			sum += x[i];
		float mean = sum / (float)columns;
		SIMD_SUM(squares)
		for (int64_t i = 0; i < columns; i++)
			squares += (x[i] - mean) * (x[i] - mean);
		float factor = (float)(1.0 / sqrt((double)squares / (double)columns + epsilon));
		if (scale)
			scale[row] = factor;
		if (normalized) {
			SIMD
			for (int64_t i = 0; i < columns; i++)
				normalized[i] = (x[i] - mean) * factor;
			normalized += columns;
		}
		SIMD
		for (int64_t i = 0; i < columns; i++)
			y[i] = (x[i] - mean) * factor * gain[i] + bias[i];
	}
}

static void layer_norm_backward(float *dx, const float *dy, const float *normalized, const float *scale,
	const float *gain, int64_t rows, int64_t columns)
{
	for (int64_t row = 0; row < rows; row++, dx += columns, dy += columns, normalized += columns) {
		float sum = 0, along = 0;
		SIMD_PRAGMA(omp simd reduction(+ : sum, along))
		for (int64_t i = 0; i < columns; i++) {
			float g = dy[i] * gain[i];
			sum += g;
			along += g * normalized[i];
		}
		float mean = sum / (float)columns, slope = along / (float)columns;
		SIMD
		for (int64_t i = 0; i < columns; i++)
			dx[i] = scale[row] * (dy[i] * gain[i] - mean - normalized[i] * slope);
	}
}

static void dropout(float *x, int64_t count, double probability, uint64_t key)
{
	const uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
	const uint32_t threshold = (uint32_t)(probability * 4294967296.0);
	const float scale = (float)(1.0 / (1.0 - probability));

	/* A 32-bit mixing function of the element's index (xor-shift and multiply, twice). */
	SIMD
	for (int64_t i = 0; i < count; i++) {
		uint32_t h = (uint32_t)i * 0x9e3779b1u + low;
		h ^= h >> 16;
		h = h * 0x7feb352du ^ high;
		h ^= h >> 15;
		h *= 0x846ca68bu;
		h ^= h >> 16;
		x[i] = h < threshold ? 0.0f : x[i] * scale;
	}
}

static void add(float *y, const float *x, int64_t count)
{
	SIMD
	for (int64_t i = 0; i < count; i++)
		y[i] += x[i];
}

static void add_row(float *y, const float *x, int64_t rows, int64_t columns)
{
	for (int64_t row = 0; row < rows; row++)
		add(y + row * columns, x, columns);
}

static void add_column_sums(float *y, const float *x, int64_t rows, int64_t columns)
{
	for (int64_t row = 0; row < rows; row++)
		add(y, x + row * columns, columns);
}

static void adamw(float *parameter, const float *gradient, float *m, float *v, int64_t count,
	const struct adamw_step *step)
{
	const float clip = (float)step->clip, beta1 = (float)step->beta1, beta2 = (float)step->beta2;
	const float rest1 = (float)(1 - step->beta1), rest2 = (float)(1 - step->beta2);
	const float rate = (float)(step->rate / step->correction1);
	const float root = (float)(1 / sqrt(step->correction2)), epsilon = (float)step->epsilon;
	const float keep = (float)(1 - step->rate * step->weight_decay);

	SIMD
	for (int64_t i = 0; i < count; i++) {
		float g = gradient[i] * clip;
		m[i] = beta1 * m[i] + rest1 * g;
		v[i] = beta2 * v[i] + rest2 * g * g;
		parameter[i] = keep * parameter[i] - rate * m[i] / (sqrtf(v[i]) * root + epsilon);
	}
}

const struct kernels KERNELS = {
	.name = KERNELS_NAME,
	.softmax = softmax,
	.softmax_backward = softmax_backward,
	.gelu = gelu,
	.gelu_backward = gelu_backward,
	.layer_norm = layer_norm,
	.layer_norm_backward = layer_norm_backward,
	.dropout = dropout,
	.add = add,
	.add_row = add_row,
	.add_column_sums = add_column_sums,
	.adamw = adamw,
};
