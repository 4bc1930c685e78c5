/* kernels.h: the element-wise arithmetic of the encoder, vectorised and chosen at run time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kernels-body.c is compiled once for each instruction set; kernels.c picks the widest that this processor
 * has. The environment variable T_MODEL_KERNELS (portable, avx2, avx512) picks another.
 * Rows are contiguous; `columns` elements each; any count, no alignment needed.
 *
 * How far a result may be from the exact one is stated for each, in u = 2^-24, the error of one F32 rounding; for all
 * values that are finite and whose squares and sums are. Results below 2^-126 may be 0. What is no number stays none.
 * tests/unit/test-kernels.c checks the bounds against long double.
 */
#ifndef T_MODEL_KERNELS_H
#define T_MODEL_KERNELS_H

#include <stdint.h>

struct adamw_step {
	double clip, rate, beta1, beta2, epsilon, weight_decay, correction1, correction2;
};

struct kernels {
	const char *name;

	/* x [rows, columns] becomes its softmax along the row, in place. An element that is d below the row's largest is off
	 * by at most (columns + 10 + 2 d) u of itself; where d > 87, by 2^-125. */
	void (*softmax)(float *x, int64_t rows, int64_t columns);

	/* From a = softmax(s) and the gradient da, the gradient ds = a (da - sum(a da)), in place of da. Off by at most
	 * a ((columns + 3) sum|a da| + 3 |da|) u. */
	void (*softmax_backward)(float *da, const float *a, int64_t rows, int64_t columns);

	/* y = x Phi(x), the exact GELU (Hendrycks and Gimpel 2016), Phi the normal distribution function.
	 * Off by at most 1e-7 (1 + |x|). y may be x. */
	void (*gelu)(float *y, const float *x, int64_t count);

	/* dx = dy (Phi(x) + x phi(x)); dx may be dy. Off by at most 3e-7 |dy|. */
	void (*gelu_backward)(float *dx, const float *dy, const float *x, int64_t count);

	/* y = gain normalized + bias with normalized = (x - mean) scale, scale = 1 / sqrt(var + epsilon) by row
	 * (Ba et al. 2016). normalized and scale [rows] are stored where they are not NULL; y may be x.
	 * normalized is off by at most (columns + 6) (1 + |normalized|) (1 + max|x| scale) u: rows far from 0 lose digits. */
	void (*layer_norm)(float *y, float *normalized, float *scale, const float *x, const float *gain,
		const float *bias, double epsilon, int64_t rows, int64_t columns);

	/* dx = scale (g - mean(g) - normalized mean(g normalized)), g = dy gain; dx may be dy. Off by at most
	 * (columns + 6) scale (|g| + mean|g| + |normalized| mean|g normalized|) u. */
	void (*layer_norm_backward)(float *dx, const float *dy, const float *normalized, const float *scale,
		const float *gain, int64_t rows, int64_t columns);

	/* Each x[i] becomes 0 with the given probability and x[i] / (1 - probability) otherwise. Which ones
	 * depends on key and i alone, so the backward pass calls it again with the same key. */
	void (*dropout)(float *x, int64_t count, double probability, uint64_t key);

	/* y += x, and y += x row by row for one row x [columns]. */
	void (*add)(float *y, const float *x, int64_t count);
	void (*add_row)(float *y, const float *x, int64_t rows, int64_t columns);
	/* The sum of the rows of x is added to y [columns]. */
	void (*add_column_sums)(float *y, const float *x, int64_t rows, int64_t columns);

	/* One AdamW step (Loshchilov and Hutter 2019, algorithm 2) on count parameters:
	 * g = gradient x clip; m, v the moments; correction1 = 1 - beta1^t, correction2 = 1 - beta2^t. */
	void (*adamw)(float *parameter, const float *gradient, float *m, float *v, int64_t count,
		const struct adamw_step *step);
};

/* The kernels in use; chosen at the first call. */
const struct kernels *kernels(void);

/* All that were compiled and that this processor can run, for tests; ends with NULL. */
const struct kernels *const *kernels_available(void);

#endif
