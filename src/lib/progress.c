/* progress.c: one line that is written over.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "progress.h"

#include "blas.h"
#include "fail.h"
#include "options.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct {
	const char *what;
	int64_t total;
	atomic_llong done;
	atomic_llong shown; /* tenths of a second after the start */
	double start;
	int64_t operations; /* before it began */
	bool visible;
} progress;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void show(int64_t done, double elapsed)
{
	double rate = elapsed > 0 ? (double)done / elapsed : 0;

	fprintf(stderr, "\r%s: %lld/%lld %s, %.3g/s, %.0f s left \033[K", program_name(), (long long)done,
		(long long)progress.total, progress.what, rate,
		rate > 0 ? (double)(progress.total - done) / rate : 0.0);
}

void progress_begin(const char *what, int64_t total)
{
	progress.what = what;
	progress.total = total;
	progress.done = 0;
	progress.shown = 0;
	progress.start = now();
	progress.operations = blas_operations();
	progress.visible = isatty(STDERR_FILENO);
}

void progress_add(int64_t count)
{
	int64_t done = atomic_fetch_add(&progress.done, count) + count;

	if (!progress.visible)
		return;
	double elapsed = now() - progress.start;
	long long shown = progress.shown, tenth = (long long)(elapsed * 10);
	/* at most ten times a second, by whichever thread comes first */
	if (tenth > shown && atomic_compare_exchange_strong(&progress.shown, &shown, tenth))
		show(done, elapsed);
}

void progress_end(void)
{
	const double elapsed = now() - progress.start;
	const double operations = (double)(blas_operations() - progress.operations);

	if (progress.visible) {
		show(progress.done, elapsed);
		fputc('\n', stderr);
	}
	progress.visible = false;
	if (common.verbose)
		fprintf(stderr, "%s: %lld %s, %.6f s, %.6g operations, %.4g GFLOP/s\n", program_name(),
			(long long)progress.done, progress.what, elapsed, operations, 1e-9 * operations / elapsed);
}
