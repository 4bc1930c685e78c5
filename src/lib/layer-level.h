/* layer-level.h: do the layers that score high matter more? Over the means of each layer's heads.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * There are as many values as layers, 6 or 12, so p is taken over all of their permutations.
 */
#ifndef T_MODEL_LAYER_LEVEL_H
#define T_MODEL_LAYER_LEVEL_H

#include "agreement.h"

#include <gsl/gsl_rng.h>
#include <stdint.h>

struct layer_level {
	int64_t layers; /* those that have a score */
	double spearman;
	double p;	/* two-sided: the share of the layers' permutations with |rho| at least as large */
	double p_error; /* its standard error: 0 where every permutation is counted, for up to 12 layers */
};

/* scores, importance [heads]; heads without a score count in neither mean. permutations are drawn for more layers. */
struct layer_level layer_level_of(
	const double *scores, const double *importance, struct heads heads, int64_t permutations, gsl_rng *rng);

/* The correlation alone. */
double layer_spearman(const double *scores, const double *importance, struct heads heads);

#endif
