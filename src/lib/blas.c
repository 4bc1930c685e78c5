/* blas.c: OpenBLAS behind three products.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "blas.h"

#include "fail.h"

#include <cblas.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_llong operations;

static void multiply(CBLAS_TRANSPOSE transpose_a, CBLAS_TRANSPOSE transpose_b, int64_t m, int64_t n, int64_t k,
	float scale, const float *a, int64_t lda, const float *b, int64_t ldb, float keep, float *c, int64_t ldc)
{
	atomic_fetch_add_explicit(&operations, 2 * m * n * k, memory_order_relaxed);
	cblas_sgemm(CblasRowMajor, transpose_a, transpose_b, (blasint)m, (blasint)n, (blasint)k, scale, a, (blasint)lda,
		b, (blasint)ldb, keep, c, (blasint)ldc);
}

void multiply_nt(int64_t m, int64_t n, int64_t k, float scale, const float *a, int64_t lda, const float *b, int64_t ldb,
	float keep, float *c, int64_t ldc)
{
	multiply(CblasNoTrans, CblasTrans, m, n, k, scale, a, lda, b, ldb, keep, c, ldc);
}

void multiply_nn(int64_t m, int64_t n, int64_t k, float scale, const float *a, int64_t lda, const float *b, int64_t ldb,
	float keep, float *c, int64_t ldc)
{
	multiply(CblasNoTrans, CblasNoTrans, m, n, k, scale, a, lda, b, ldb, keep, c, ldc);
}

void multiply_tn(int64_t m, int64_t n, int64_t k, float scale, const float *a, int64_t lda, const float *b, int64_t ldb,
	float keep, float *c, int64_t ldc)
{
	multiply(CblasTrans, CblasNoTrans, m, n, k, scale, a, lda, b, ldb, keep, c, ldc);
}

/* One product of a form against a plain loop; sizes that fill whole registers and leave a rest. */
static void check_form(CBLAS_TRANSPOSE transpose_a, CBLAS_TRANSPOSE transpose_b)
{
	enum { M = 67, N = 83, K = 53 };
	float *a = allocate((size_t)M * K, sizeof *a), *b = allocate((size_t)K * N, sizeof *b);
	float *c = allocate((size_t)M * N, sizeof *c);

	for (int i = 0; i < M * K; i++)
		a[i] = (float)(i * 7 % 31 - 15) / 16;
	for (int i = 0; i < K * N; i++)
		b[i] = (float)(i * 11 % 29 - 14) / 16;
	multiply(transpose_a, transpose_b, M, N, K, 1, a, transpose_a == CblasTrans ? M : K, b,
		transpose_b == CblasTrans ? K : N, 0, c, N);
	for (int i = 0; i < M; i++)
		for (int j = 0; j < N; j++) {
			double sum = 0;
			for (int k = 0; k < K; k++)
				sum += (double)(transpose_a == CblasTrans ? a[k * M + i] : a[i * K + k]) *
					(double)(transpose_b == CblasTrans ? b[j * K + k] : b[k * N + j]);
			if (!(fabs(sum - (double)c[i * N + j]) <= 1e-4))
				fail(NULL,
					"OpenBLAS (%s) computes wrong products on this processor; try another kernel by "
					"setting OPENBLAS_CORETYPE=Haswell",
					openblas_get_corename());
		}
	free(a);
	free(b);
	free(c);
}

int64_t blas_operations(void)
{
	return operations;
}

void blas_start(void)
{
	openblas_set_num_threads(1);
	check_form(CblasNoTrans, CblasTrans);
	check_form(CblasNoTrans, CblasNoTrans);
	check_form(CblasTrans, CblasNoTrans);
	operations = 0;
}
