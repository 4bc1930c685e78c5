/* blas.h: matrix products, by OpenBLAS, single-threaded: the callers share the cores out themselves.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Row-major F32. ld is the distance between rows, so that a head's columns can be used in place.
 */
#ifndef T_MODEL_BLAS_H
#define T_MODEL_BLAS_H

#include <stdint.h>

/* To be called once, before any product: one thread for each call, and a check of one small product of
 * every form against a plain loop, since some builds compute wrong results on newer processors. */
void blas_start(void);

/* Floating-point operations of all products so far: 2 m n k each. */
int64_t blas_operations(void);

/* c [m, n] = scale a [m, k] b^T (b is [n, k]) + keep c */
void multiply_nt(int64_t m, int64_t n, int64_t k, float scale, const float *a, int64_t lda, const float *b, int64_t ldb,
	float keep, float *c, int64_t ldc);
/* c [m, n] = scale a [m, k] b [k, n] + keep c */
void multiply_nn(int64_t m, int64_t n, int64_t k, float scale, const float *a, int64_t lda, const float *b, int64_t ldb,
	float keep, float *c, int64_t ldc);
/* c [m, n] = scale a^T b (a is [k, m], b is [k, n]) + keep c */
void multiply_tn(int64_t m, int64_t n, int64_t k, float scale, const float *a, int64_t lda, const float *b, int64_t ldb,
	float keep, float *c, int64_t ldc);

#endif
