/* estimates.h: on which models a claim is judged, and what is estimated of it there.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A claim is judged twice, as the head of data/published.tsv has it: on the checkpoint that the series names, and in
 * general, on our models that repeat its experiment, or on the controlled runs where it is about these.
 */
#ifndef T_MODEL_ESTIMATES_H
#define T_MODEL_ESTIMATES_H

#include "controlled.h"
#include "measured.h"
#include "published.h"

#include <stdbool.h>

/* All that claims are judged by. */
struct evidence {
	struct models models;
	struct controlled controlled;
};

enum scope { CHECKPOINT, GENERAL, SCOPES };

/* Fewer say nothing in general. */
enum { LEAST_SEEDS = 3 };

/* The models of one experiment that repeat the claim's, one a seed; or the checkpoint alone. */
struct basis {
	enum scope scope;
	const char *experiment; /* as experiments.mk calls it, borrowed; NULL: there is none */
	double sentences;	/* on which they were measured; 0: not told */
};

/* The experiment on the most sentences among those in which LEAST_SEEDS have what is claimed, else that with the most
 * seeds. None where none has it, and of claims about the controlled runs. */
struct basis basis_find(const struct evidence *evidence, const struct claim *claim, enum scope scope);

/* The experiment on the fewest sentences among those in which LEAST_SEEDS have what is claimed; none unless these are
 * fewer than those of found. */
struct basis basis_of_fewer(const struct evidence *evidence, const struct claim *claim, const struct basis *found);

/* Is the claim, which is of an experiment, judged on that model? */
bool basis_has(const struct basis *basis, const struct claim *claim, const struct measured_model *model);

/* By which score, and against what. Without column and level: the claim's statistic. */
struct estimand {
	const char *method; /* A-B: the difference of two; NULL: of the model */
	const char *column; /* another of methods.tsv */
	const char *level;  /* the method is a variant, at this level of multiverse.tsv */
};

/* The mean over those models of the basis that have it, with Student's 95 % interval. A single one has an interval of
 * its own; that of counts is from the model with the fewest to that with the most. Reliability and what random rankings
 * keep are means; how many of these were tried is the fewest of a model; what holds must hold in each. Of the
 * controlled runs: as controlled.h has it, in general alone. NaN where there is nothing. Fails where the statistic is
 * not known, or lacks its method or its column. */
struct measurement estimate_claim(
	const struct evidence *evidence, const struct claim *claim, const struct basis *basis, struct estimand how);

#endif
