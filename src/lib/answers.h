/* answers.h: what an estimate says of a claim, by the rule at the head of data/published.tsv.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_ANSWERS_H
#define T_MODEL_ANSWERS_H

#include "estimates.h"

enum answer { NOT_RUN, SUPPORTED, CONTRADICTED, NOT_DECIDED };

/* Supported where the interval lies inside the claim's region, and what must hold besides does; contradicted where it
 * lies outside. because: of what is not decided, seeds (fewer than LEAST_SEEDS, in general), reliability (below 0.5, or not known) or
 * interval (it crosses a bound, or there is none); of what is contradicted, direction (the rule of the controlled runs
 * holds, but the other way round); else NULL. */
enum answer answer_to(
	const struct claim *claim, enum scope scope, const struct measurement *estimate, const char **because);

/* Where the region begins: of what is retained, not below what random rankings keep. */
double region_low(const struct claim *claim, const struct measurement *estimate);

#endif
