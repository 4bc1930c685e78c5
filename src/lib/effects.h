/* effects.h: what the controlled runs of data/boundary amount to; its README says in words what each number is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All in F64. What cannot be had is NaN: the tables then say NA.
 */
#ifndef T_MODEL_EFFECTS_H
#define T_MODEL_EFFECTS_H

#include "rule.h"
#include "runs.h"

struct design {
	struct rule rule;
	struct runs runs;
	char **groupings; /* [grouping_count] */
	int64_t grouping_count;
};

/* paths [count]: the runs' tables. Fails as rule_read and runs_read do. */
void design_read(struct design *design, const char *rule_path, char *const *paths, int count);

/* The seeds of a condition, rising, in fresh memory. */
int64_t *seeds_of(const struct design *design, const char *condition, int64_t *count);

/* What takes the place of the rule's choice in a variant. */
enum scale { DEPTH, DEPTH_READING, STEP };
struct how {
	enum coefficient r;
	enum scale scale;    /* on which trainings are compared */
	const char *reading; /* one reading or grouping in place of all groupings; NULL: all */
};

/* ---- the effects, in one seed ---- */

typedef double seed_effect(const struct design *design, int64_t seed, struct how how);

/* One four-class network, read by groups less read by its largest other logit. */
double readout_effect(const struct design *design, int64_t seed, struct how how);

/* Trained on groups less trained on four classes, both read by groups, where both are equally deep. */
double training_effect(const struct design *design, int64_t seed, struct how how);

/* Along a four-class run; positive if r rises while depth falls. */
double depth_effect(const struct design *design, int64_t seed, struct how how);

/* training_effect of one grouping. why, if not NULL, is set to what explains a NaN. */
double compare_pair(const struct design *design, int64_t seed, const char *grouping, struct how how, const char **why);

/* ---- over the seeds, which are the unit ---- */

struct estimate {
	double value, low, high;
	int64_t seeds, against; /* against: of the other sample in Welch's interval, else -1 */
};

struct estimate estimate_effect(const struct design *design, seed_effect *effect, struct how how);

/* Of r under `max` in the last snapshot: of a condition, and of sentiment less four classes. */
struct estimate estimate_full_depth(const struct design *design, const char *condition, enum coefficient r);
struct estimate estimate_boundary(const struct design *design, enum coefficient r);

/* The same at equal depth: of each run the mean r over the range of depths that all runs of the two conditions cover. */
struct estimate estimate_boundary_at_depth(const struct design *design);

#endif
