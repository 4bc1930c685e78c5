/* layer-level.c: correlations between the layers' means.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "layer-level.h"

#include "fail.h"
#include "statistics.h"

#include <math.h>
#include <stdlib.h>

/* Both columns' means in the layers that have a score, one after another; returns how many these are. */
static int64_t average_layers(
	const double *scores, const double *importance, struct heads heads, double *score, double *measured)
{
	int64_t used = 0;

	for (int64_t l = 0; l < heads.layers; l++) {
		double defined = 0;
		score[used] = measured[used] = 0;
		for (int64_t h = l * heads.per_layer; h < (l + 1) * heads.per_layer; h++) {
			if (isnan(scores[h]))
				continue;
			score[used] += scores[h];
			measured[used] += importance[h];
			defined++;
		}
		if (defined == 0)
			continue;
		score[used] /= defined;
		measured[used++] /= defined;
	}
	return used;
}

struct layer_level layer_level_of(
	const double *scores, const double *importance, struct heads heads, int64_t permutations, gsl_rng *rng)
{
	double *score = allocate((size_t)heads.layers, sizeof *score);
	double *measured = allocate((size_t)heads.layers, sizeof *measured);
	struct layer_level level = {.layers = average_layers(scores, importance, heads, score, measured)};

	level.spearman = spearman(score, measured, level.layers);
	if (level.layers <= EXACT_MOST) {
		level.p = exact_permutation_p(score, measured, level.layers);
		level.p_error = isnan(level.p) ? NAN : 0;
	} else {
		level.p = permutation_p(score, measured, NULL, level.layers, permutations, rng);
		level.p_error = sqrt(level.p * (1 - level.p) / (double)permutations);
	}
	free(score);
	free(measured);
	return level;
}

double layer_spearman(const double *scores, const double *importance, struct heads heads)
{
	double *score = allocate((size_t)heads.layers, sizeof *score);
	double *measured = allocate((size_t)heads.layers, sizeof *measured);
	const int64_t layers = average_layers(scores, importance, heads, score, measured);
	const double rho = spearman(score, measured, layers);

	free(score);
	free(measured);
	return rho;
}
