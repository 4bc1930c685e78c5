/* centring.c: taking away what a head does to the logits of every sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "centring.h"

#include "fail.h"
#include "statistics.h"

#include <stdlib.h>

/* weight [sentences] of each in a mean in which every class counts the same; they add up to 1. */
static double *class_weights(const struct logits *logits)
{
	struct strata classes = strata_from(logits->labels, logits->sentences);
	double *weight = allocate((size_t)logits->sentences, sizeof *weight);

	for (int64_t g = 0; g < classes.groups; g++)
		for (int64_t i = classes.begin[g]; i < classes.begin[g + 1]; i++)
			weight[classes.members[i]] =
				1 / (double)(classes.groups * (classes.begin[g + 1] - classes.begin[g]));
	strata_free(&classes);
	return weight;
}

void centre_heads(const struct logits *logits, double *without, int64_t heads)
{
	const int64_t sentences = logits->sentences, classes = logits->classes, row = heads * classes;
	double *weight = class_weights(logits);
	double *constant = allocate((size_t)row, sizeof *constant); /* [heads, classes] */

	for (int64_t s = 0; s < sentences; s++)
		for (int64_t i = 0; i < row; i++)
			constant[i] += weight[s] * (without[s * row + i] - logits->values[s * classes + i % classes]);
	for (int64_t s = 0; s < sentences; s++)
		for (int64_t i = 0; i < row; i++)
			without[s * row + i] -= constant[i];
	free(weight);
	free(constant);
}
