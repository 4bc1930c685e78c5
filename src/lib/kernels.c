/* kernels.c: which compilation of kernels-body.c this processor runs.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kernels.h"

#include "fail.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

extern const struct kernels kernels_portable;
#ifdef __x86_64__
extern const struct kernels kernels_avx2, kernels_avx512;
#endif

static const struct kernels *available[4];
static const struct kernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
	int count = 0;

	available[count++] = &kernels_portable;
#ifdef __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
		available[count++] = &kernels_avx2;
		if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
			__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
			available[count++] = &kernels_avx512;
	}
#endif
	chosen = available[count - 1];
	const char *wanted = getenv("T_MODEL_KERNELS");
	if (!wanted || !*wanted)
		return;
	chosen = NULL;
	for (int i = 0; i < count; i++)
		if (strcmp(available[i]->name, wanted) == 0)
			chosen = available[i];
	if (!chosen)
		fail(NULL, "T_MODEL_KERNELS=%s is unknown or not for this processor", wanted);
}

const struct kernels *kernels(void)
{
	pthread_once(&once, choose);
	return chosen;
}

const struct kernels *const *kernels_available(void)
{
	pthread_once(&once, choose);
	return available;
}
