/* curve.h: a measure that is known at a few places, as a piecewise-linear function.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_CURVE_H
#define T_MODEL_CURVE_H

#include <stdint.h>

struct corner {
	double x, y;
};

/* Its corners, in any order, several at one x if need be; begins as {0}. */
struct curve {
	int64_t count;
	struct corner *corners;
};

void curve_add(struct curve *curve, double x, double y);
void curve_free(struct curve *curve);

/* The mean of a - b over equally spaced points, at least 2, from end to end of the range of x that both cover; corners
 * at one x count as one, at their mean. NaN where there is no such range. Sorts the corners. */
double curves_difference(struct curve *a, struct curve *b, int64_t points);

/* By least squares over the corners: the fitted y at the largest x less that at the smallest. NaN where all x are
 * equal. */
double curve_rise(const struct curve *curve);

#endif
