/* answers.c: an estimate and its interval against the region that is claimed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answers.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

static const double least_reliability = 0.5;

/* Of a region, for one estimate. */
struct bounds {
	double low, high;
	bool more; /* it begins above low, not at it */
};

/* What is retained must also be more than random rankings keep. */
static struct bounds region_of(const struct claim *claim, const struct measurement *estimate)
{
	if (claim->region == RETAINS && estimate->least > claim->low)
		return (struct bounds){estimate->least, claim->high, true};
	return (struct bounds){claim->low, claim->high, claim->more};
}

static bool lies_inside(struct bounds region, const struct measurement *estimate)
{
	return (region.more ? estimate->low > region.low : estimate->low >= region.low) &&
	       estimate->high <= region.high;
}

static bool lies_outside(struct bounds region, const struct measurement *estimate)
{
	return (region.more ? estimate->high <= region.low : estimate->high < region.low) ||
	       estimate->low > region.high;
}

/* Does the rule hold, but the other way round? */
static bool is_turned(const struct claim *claim, const struct measurement *estimate)
{
	return claim->region == HOLDS_RISING && estimate->holds > 0 && !(estimate->value > 0);
}

static enum answer answer_by_rule(const struct claim *claim, const struct measurement *estimate)
{
	if (isnan(estimate->holds))
		return NOT_DECIDED;
	return estimate->holds > 0 && !is_turned(claim, estimate) ? SUPPORTED : CONTRADICTED;
}

/* What else the claim takes besides the interval: that it is known what random rankings keep, or that the correction for
 * many tests leaves it. */
static bool is_backed(const struct claim *claim, const struct measurement *estimate)
{
	if (claim->region == RETAINS)
		return !isnan(estimate->least);
	return claim->region != ABOVE_100 || estimate->holds > 0;
}

static enum answer answer_by_interval(const struct claim *claim, const struct measurement *estimate)
{
	const struct bounds region = region_of(claim, estimate);

	if (claim->region == HOLDS || claim->region == HOLDS_RISING)
		return answer_by_rule(claim, estimate);
	if (lies_inside(region, estimate))
		return is_backed(claim, estimate) ? SUPPORTED : NOT_DECIDED;
	return lies_outside(region, estimate) ? CONTRADICTED : NOT_DECIDED;
}

enum answer answer_to(
	const struct claim *claim, enum scope scope, const struct measurement *estimate, const char **because)
{
	enum answer answer = NOT_DECIDED;

	*because = NULL;
	if (isnan(estimate->value) && !estimate->is_here)
		return NOT_RUN;
	if (scope == GENERAL && (estimate->models < LEAST_SEEDS || isnan(estimate->value)))
		*because = "seeds";
	else if (estimate->correlates && !(estimate->reliability >= least_reliability))
		*because = "reliability";
	else if ((answer = answer_by_interval(claim, estimate)) == NOT_DECIDED)
		*because = "interval";
	else if (is_turned(claim, estimate))
		*because = "direction";
	return answer;
}

double region_low(const struct claim *claim, const struct measurement *estimate)
{
	return region_of(claim, estimate).low;
}
