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
#include "kernels.h"
#include "options.h"
#include "output.h"
#include "tsv-write.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double duration = 0.2;

static struct option_row rows[] = {
	{"seconds", 0, OPTION_REAL, &duration, 0.01, 60, "S", "spent on each peak", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Measures the machine's multiply-add and sgemm peaks, and describes it.",
	.arguments = "",
	.example = "bench-machine --seconds 1 -o build/bench/machine.tsv",
	.rows = rows,
	.least_files = 0,
	.most_files = 0,
};

/* ---- multiply-adds ---- */

/* Independent sums: enough to hide the latency of an FMA, few enough for sixteen registers. */
enum { CHAINS = 12 };

/* -std=c17 keeps GCC from making an FMA of x * y + z; Clang does it unasked. */
#ifdef __clang__
#define FUSED
#else
#define FUSED __attribute__((optimize("O3", "fp-contract=fast")))
#endif

/* Adds to CHAINS vectors `rounds` times and returns the operations. x = x / 2 + 1 / 2 goes to 1 and stays there. */
#define DEFINE_MULTIPLY_ADD(name, bytes, attribute)                                                                    \
	FUSED attribute static double name(int64_t rounds, volatile float *sum)                                        \
	{                                                                                                              \
		typedef float vector __attribute__((vector_size(bytes)));                                              \
		const size_t lanes = sizeof(vector) / sizeof(float);                                                   \
		const vector half = (vector){0} + 0.5f;                                                                \
		vector x[CHAINS];                                                                                      \
                                                                                                                       \
		for (int i = 0; i < CHAINS; i++)                                                                       \
			x[i] = half * (float)i;                                                                        \
		for (int64_t round = 0; round < rounds; round++)                                                       \
			for (int i = 0; i < CHAINS; i++)                                                               \
				x[i] = x[i] * half + half;                                                             \
		for (int i = 1; i < CHAINS; i++)                                                                       \
			x[0] += x[i];                                                                                  \
		*sum = x[0][0];                                                                                        \
		return 2.0 * CHAINS * (double)lanes * (double)rounds;                                                  \
	}

DEFINE_MULTIPLY_ADD(multiply_add_portable, 16, )
#ifdef __x86_64__
DEFINE_MULTIPLY_ADD(multiply_add_avx2, 32, __attribute__((target("avx2,fma"))))
DEFINE_MULTIPLY_ADD(multiply_add_avx512, 64, __attribute__((target("avx512f"))))
#endif

static double multiply_add(void *argument, int thread)
{
	enum { ROUNDS = 200000 }; /* about a millisecond */
	volatile float sum;

	(void)argument, (void)thread;
#ifdef __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f"))
		return multiply_add_avx512(ROUNDS, &sum);
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return multiply_add_avx2(ROUNDS, &sum);
#endif
	return multiply_add_portable(ROUNDS, &sum);
}

/* ---- matrix products ---- */

/* [n, n] each, of every thread. */
struct product {
	int64_t n;
	float **a, **b, **c;
};

static double multiply(void *argument, int thread)
{
	const struct product *product = argument;
	const int64_t n = product->n;

	multiply_nt(n, n, n, 1, product->a[thread], n, product->b[thread], n, 0, product->c[thread], n);
	return 2.0 * (double)n * (double)n * (double)n;
}

static float **allocate_matrices(int64_t n)
{
	float **matrices = allocate((size_t)common.threads, sizeof *matrices);

	for (int64_t t = 0; t < common.threads; t++) {
		matrices[t] = allocate((size_t)(n * n), sizeof **matrices);
		for (int64_t i = 0; i < n * n; i++)
			matrices[t][i] = (float)(i % 7 - 3) / 8;
	}
	return matrices;
}

static void free_matrices(float **matrices)
{
	for (int64_t t = 0; t < common.threads; t++)
		free(matrices[t]);
	free(matrices);
}

/* ---- peaks ---- */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* GFLOP/s of that many threads at the same time, in the best of the trials that fit into the duration. */
static double peak(double (*work)(void *, int), void *argument, int64_t threads)
{
	const double begin = now();
	double best = 0;

	do {
		double operations = 0, start = now();
#pragma omp parallel num_threads((int)threads) reduction(+ : operations)
		operations += work(argument, omp_get_thread_num());
		best = fmax(best, 1e-9 * operations / (now() - start));
	} while (now() - begin < duration);
	return best;
}

static double sgemm_peak(int64_t threads)
{
	static const int64_t sizes[] = {512, 768, 1024, 1536};
	double best = 0;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct product product = {sizes[i], allocate_matrices(sizes[i]), allocate_matrices(sizes[i]),
			allocate_matrices(sizes[i])};
		best = fmax(best, peak(multiply, &product, threads));
		free_matrices(product.a);
		free_matrices(product.b);
		free_matrices(product.c);
	}
	return best;
}

/* ---- what it is ---- */

/* The first core's model name, which is a part of line. */
static const char *find_processor(char *line, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	const char *found = "unknown";

	while (file && fgets(line, (int)size, file)) {
		if (strncmp(line, "model name", strlen("model name")) != 0 || !strchr(line, ':'))
			continue;
		line[strcspn(line, "\n")] = '\0';
		found = strchr(line, ':') + 1;
		found += strspn(found, " ");
		break;
	}
	if (file)
		fclose(file);
	return found;
}

static void write_fact(FILE *stream, const char *name, const char *value)
{
	fprintf(stream, "%s\t", name);
	write_text(stream, value);
	fputs("\tNA\n", stream);
}

static void describe(FILE *stream)
{
	char line[256];

	write_fact(stream, "processor", find_processor(line, sizeof line));
	fprintf(stream, "cores\t%lld\tcores\n", (long long)common.threads);
#ifdef __clang__
	write_fact(stream, "compiler", __VERSION__);
#else
	write_fact(stream, "compiler", "GCC " __VERSION__);
#endif
	char name[32] = "", version[32] = ""; /* the first words of its configuration */
	sscanf(openblas_get_config(), "%31s %31s", name, version);
	snprintf(line, sizeof line, "%s %s", name, version);
	write_fact(stream, "blas", line);
	write_fact(stream, "blas_kernels", openblas_get_corename());
	write_fact(stream, "kernels", kernels()->name);
}

static void write_peak(FILE *stream, const char *name, double value)
{
	fputs(name, stream);
	write_number(stream, value);
	fputs("\tGFLOP/s\n", stream);
}

int main(int argc, char **argv)
{
	struct output output;

	parse_options(argc, argv, &command);
	blas_start();
	output_open(&output, common.output);
	fputs("name\tvalue\tunit\n", output.stream);
	describe(output.stream);
	write_peak(output.stream, "fma_core", peak(multiply_add, NULL, 1));
	write_peak(output.stream, "fma", peak(multiply_add, NULL, common.threads));
	write_peak(output.stream, "sgemm_core", sgemm_peak(1));
	write_peak(output.stream, "sgemm", sgemm_peak(common.threads));
	output_close(&output);
	return STATUS_DONE;
}
