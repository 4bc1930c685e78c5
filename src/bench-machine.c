/* bench-machine.c: what this machine could do at best: its multiply-add and its matrix product.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Out: a TSV of `name value unit`: processor, cores, compiler, OpenBLAS; and in GFLOP/s, of one core and of all
 * at the same time,
 *      fma    independent multiply-adds in registers, the widest that the processor has;
 *      sgemm  the best of a few large products, each core computing its own, as the programs use OpenBLAS.
 * A peak is the best of many short trials: what disturbs can only slow it.
 */
#include "blas.h"
#include "fail.h"
#include "options.h"
#include "output.h"
#include "tsv-write.h"

#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds = 0.3;

static struct option_row rows[] = {
	{"seconds", 0, OPTION_REAL, &seconds, 0.01, 60, "S", "spent on each peak", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Measures the machine's multiply-add and sgemm peaks and describes it.",
	.arguments = "",
	.example = "bench-machine --seconds 1 -o build/bench/machine.tsv",
	.rows = rows,
	.least_files = 0,
	.most_files = 0,
};

/* ---- multiply-adds ---- */

/* As many independent sums as hide the latency of an FMA, few enough for sixteen registers. */
enum { CHAINS = 12 };

/* Contraction of a * b + c is off under -std=c17; Clang does it without being asked. */
#ifdef __clang__
#define CONTRACT
#else
#define CONTRACT , optimize("O3", "fp-contract=fast")
#endif

/* Adds to each of CHAINS vectors `rounds` times; returns the operations. The fixed point of x = x / 2 + 1 / 2 keeps
 * the numbers ordinary. */
#define DEFINE_MULTIPLY_ADD(name, bytes, instruction_set)                                                              \
	__attribute__((noinline, target(instruction_set) CONTRACT)) static double name(int64_t rounds, float *sum)     \
	{                                                                                                              \
		typedef float vector __attribute__((vector_size(bytes)));                                              \
		const vector zero = {0}, half = zero + 0.5f;                                                           \
		vector x[CHAINS];                                                                                      \
                                                                                                                       \
		for (int i = 0; i < CHAINS; i++)                                                                       \
			x[i] = zero + (float)i;                                                                        \
		for (int64_t round = 0; round < rounds; round++)                                                       \
			for (int i = 0; i < CHAINS; i++)                                                               \
				x[i] = x[i] * half + half;                                                             \
		for (int i = 1; i < CHAINS; i++)                                                                       \
			x[0] += x[i];                                                                                  \
		*sum = x[0][0];                                                                                        \
		return 2.0 * CHAINS * (double)(bytes / sizeof(float)) * (double)rounds;                                \
	}

typedef double multiply_add(int64_t rounds, float *sum);

#ifdef __x86_64__
DEFINE_MULTIPLY_ADD(multiply_add_portable, 16, "sse2")
DEFINE_MULTIPLY_ADD(multiply_add_avx2, 32, "avx2,fma")
DEFINE_MULTIPLY_ADD(multiply_add_avx512, 64, "avx512f")
#else
#define target(instruction_set)
DEFINE_MULTIPLY_ADD(multiply_add_portable, 16, "")
#endif

static multiply_add *widest(void)
{
#ifdef __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f"))
		return multiply_add_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return multiply_add_avx2;
#endif
	return multiply_add_portable;
}

static double run_multiply_add(void *argument, int thread)
{
	enum { ROUNDS = 200000 }; /* about a millisecond */
	float *sums = argument;

	return widest()(ROUNDS, &sums[thread * 16]);
}

/* ---- matrix products ---- */

/* c [n, n] = a b^T of each thread. */
struct product {
	int64_t n;
	float **a, **b, **c;
};

static double run_product(void *argument, int thread)
{
	const struct product *product = argument;
	const int64_t n = product->n;

	multiply_nt(n, n, n, 1, product->a[thread], n, product->b[thread], n, 0, product->c[thread], n);
	return 2.0 * (double)n * (double)n * (double)n;
}

static float **allocate_matrices(int64_t threads, int64_t count)
{
	float **matrices = allocate((size_t)threads, sizeof *matrices);

	for (int64_t t = 0; t < threads; t++) {
		matrices[t] = allocate((size_t)count, sizeof **matrices);
		for (int64_t i = 0; i < count; i++)
			matrices[t][i] = (float)(i % 7 - 3) / 8;
	}
	return matrices;
}

static void free_matrices(float **matrices, int64_t threads)
{
	for (int64_t t = 0; t < threads; t++)
		free(matrices[t]);
	free(matrices);
}

/* ---- peaks ---- */

typedef double work(void *argument, int thread);

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Operations per second of `threads` threads that each do the work, in the best of the trials that fit into
 * the time given. */
static double peak(work *work, void *argument, int64_t threads, double duration)
{
	const double begin = now();
	double best = 0;

	do {
		double operations = 0, start, elapsed;
#pragma omp parallel num_threads((int)threads) reduction(+ : operations)
		{
			int thread = omp_get_thread_num();
#pragma omp barrier
#pragma omp master
			start = now();
			operations += work(argument, thread);
		}
		elapsed = now() - start;
		best = fmax(best, operations / elapsed);
	} while (now() - begin < duration);
	return best;
}
