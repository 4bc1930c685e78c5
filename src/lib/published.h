/* published.h: data/published.tsv: the claims of the published series, and the region that each must lie in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_PUBLISHED_H
#define T_MODEL_PUBLISHED_H

#include <stdbool.h>
#include <stdint.h>

/* What each means stands at the head of the table. REPORTED: not judged. */
enum region {
	REPORTED,
	NUMERIC,
	POSITIVE,
	STRONG,
	NEAR_ZERO,
	INVERTED,
	STRONGLY_INVERTED,
	FAILS,
	BETTER,
	RETAINS,
	ABOVE_100,
	SOME,
	NONE,
	HOLDS,
	HOLDS_RISING,
	ALL,
	REGIONS
};

struct claim {
	char *name;
	char *experiment, *method, *statistic; /* NULL: NA; without an experiment: of the controlled design */
	enum region region;
	double low, high; /* its bounds: infinite where it has none; NaN where it is no interval */
	bool more;	  /* it begins above low, not at it */
	int64_t *parts;	  /* [part_count] of ALL: places of claims above */
	int64_t part_count;
};

struct published {
	struct claim *list;
	int64_t count;
};

/* Fails where a claim is there twice, a region or a part is not known, a part does not stand above, or a number lacks
 * what its interval takes: a value, and how many heads or layers its experiment has. */
void published_read(struct published *published, const char *path);

#endif
