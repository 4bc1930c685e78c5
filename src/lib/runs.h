/* runs.h: training runs, snapshot by snapshot, from the tables that measure-snapshot writes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_RUNS_H
#define T_MODEL_RUNS_H

#include "rule.h"

#include <stdint.h>

/* Why a snapshot is left out. */
enum flaw { SOUND, INACCURATE, UNRELIABLE, UNDEFINED };

/* One snapshot in one reading. */
struct snapshot {
	char *run, *condition; /* run: CONDITION-sSEED */
	int64_t seed, step;
	char *reading;
	double depth, depth_reading; /* in (0, 1] */
	double held_out_accuracy, chance;
	double reliability;          /* NaN: not defined */
	double r[COEFFICIENTS];      /* of the rule's method; NaN: not defined; the corrected one may exceed 1 */
	enum flaw flaw;
};

/* Ordered by condition, seed, reading and step. */
struct runs {
	struct snapshot *list;
	int64_t count;
};

/* Reads the rows of the rule's method from run tables, any number of runs in each. Fails on a name that is not
 * CONDITION-sSEED, on a number that cannot be, on a table without the method, and on the same snapshot twice. */
void runs_read(struct runs *runs, const struct rule *rule, char *const *paths, int count);
void runs_free(struct runs *runs);

/* The snapshots of one run in one reading, by step; *count 0: none. */
const struct snapshot *runs_find(
	const struct runs *runs, const char *condition, int64_t seed, const char *reading, int64_t *count);

#endif
