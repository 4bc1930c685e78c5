/* curve.h: a measure that is known at a few places, as a piecewise-linear function.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_CURVE_H
#define T_MODEL_CURVE_H

#include <stdbool.h>
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

/* Sorts the corners by x, and makes those at one x one, at their mean. */
void curve_arrange(struct curve *curve);

/* The range of x that all curves [count] cover; false where there is none, or a curve has fewer than two places. Arranges
 * them. */
bool curves_overlap(struct curve *curves, int64_t count, double *low, double *high);

/* The mean over equally spaced points, at least 2, from low to high, which curves_overlap found. */
double curve_mean(const struct curve *curve, double low, double high, int64_t points);

/* By least squares over the corners: the fitted y at the largest x less that at the smallest. NaN where all x are
 * equal. */
double curve_rise(const struct curve *curve);

#endif
