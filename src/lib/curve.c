/* curve.c: piecewise-linear functions compared, and straight lines through them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "curve.h"

#include "fail.h"

#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>

void curve_add(struct curve *curve, double x, double y)
{
	curve->corners = reallocate(curve->corners, (size_t)curve->count + 1, sizeof *curve->corners);
	curve->corners[curve->count++] = (struct corner){x, y};
}

void curve_free(struct curve *curve)
{
	free(curve->corners);
	*curve = (struct curve){0};
}

static int by_x(const void *left, const void *right)
{
	const struct corner *a = left, *b = right;

	return (a->x > b->x) - (a->x < b->x);
}

void curve_arrange(struct curve *curve)
{
	int64_t merged = 0;

	if (curve->count > 0)
		qsort(curve->corners, (size_t)curve->count, sizeof *curve->corners, by_x);
	for (int64_t i = 0, j; i < curve->count; i = j) {
		double sum = 0;
		for (j = i; j < curve->count && curve->corners[j].x == curve->corners[i].x; j++)
			sum += curve->corners[j].y;
		curve->corners[merged++] = (struct corner){curve->corners[i].x, sum / (double)(j - i)};
	}
	curve->count = merged;
}

/* Of an arranged curve of two corners or more, between its ends. */
static double value_at(const struct curve *curve, double x)
{
	int64_t i = 1;

	while (i < curve->count - 1 && curve->corners[i].x < x)
		i++;
	const struct corner *a = &curve->corners[i - 1], *b = &curve->corners[i];
	return a->y + (b->y - a->y) * (x - a->x) / (b->x - a->x);
}

bool curves_overlap(struct curve *curves, int64_t count, double *low, double *high)
{
	*low = -INFINITY;
	*high = INFINITY;
	for (int64_t i = 0; i < count; i++) {
		curve_arrange(&curves[i]);
		if (curves[i].count < 2)
			return false;
		*low = fmax(*low, curves[i].corners[0].x);
		*high = fmin(*high, curves[i].corners[curves[i].count - 1].x);
	}
	return *low < *high;
}

double curve_mean(const struct curve *curve, double low, double high, int64_t points)
{
	double sum = 0;

	for (int64_t i = 0; i < points; i++)
		sum += value_at(curve, i < points - 1 ? low + (high - low) * (double)i / (double)(points - 1) : high);
	return sum / (double)points;
}

double curve_rise(const struct curve *curve)
{
	const struct corner *corners = curve->corners;
	double low = INFINITY, high = -INFINITY, intercept, slope, unused;

	for (int64_t i = 0; i < curve->count; i++) {
		low = fmin(low, corners[i].x);
		high = fmax(high, corners[i].x);
	}
	if (!(low < high))
		return NAN;
	gsl_fit_linear(&corners->x, 2, &corners->y, 2, (size_t)curve->count, &intercept, &slope, &unused, &unused,
		&unused, &unused);
	return slope * (high - low);
}
