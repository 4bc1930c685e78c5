/* controlled.h: what the controlled runs of data/boundary say, looked up by the names that published.tsv has for it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_CONTROLLED_H
#define T_MODEL_CONTROLLED_H

#include "measured.h"

struct controlled {
	const char *rule;  /* path; NULL: no controlled design */
	char *const *runs; /* [run_count] paths of snapshots.tsv */
	int run_count;
	const char *claims; /* path of what decide makes of them; NULL: it was not applied */
};

/* Over the seeds, with Student's interval: converged_CONDITION, a method's cross-fitted r in the last snapshot;
 * lost_CONDITION, that in the first sound snapshot less that in the last. As decide has them: boundary, structure,
 * depth, yardstick, with its answer. Fails on another statistic. */
struct measurement controlled_measurement(
	const struct controlled *controlled, const char *method, const char *statistic);

#endif
