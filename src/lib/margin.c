/* margin.c: margins, losses, divergences and their gradients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "margin.h"

#include <math.h>

/* The first class with the largest logit, `except` (or -1) left out; a class whose logit is NaN comes before all. */
static int64_t strongest(const double *z, int64_t classes, int64_t except)
{
	int64_t best = -1;

	for (int64_t j = 0; j < classes; j++) {
		if (j == except)
			continue;
		if (isnan(z[j]))
			return j;
		if (best < 0 || z[j] > z[best])
			best = j;
	}
	return best;
}

int64_t argmax(const double *z, int64_t classes)
{
	int64_t best = strongest(z, classes, -1);

	return isnan(z[best]) ? -1 : best;
}

/* ---- margins ---- */

static double mean_margin(const double *z, int64_t classes, int64_t y)
{
	double others = 0;

	for (int64_t j = 0; j < classes; j++)
		if (j != y)
			others += z[j];
	return z[y] - others / (double)(classes - 1);
}

/* log Σ exp z_j over the classes j on one side of the split. */
static double log_sum_exp(const double *z, int64_t classes, const bool *group, bool side)
{
	double largest = -INFINITY, sum = 0;

	for (int64_t j = 0; j < classes; j++)
		if (group[j] == side)
			largest = fmax(largest, z[j]);
	for (int64_t j = 0; j < classes; j++)
		if (group[j] == side)
			sum += exp(z[j] - largest);
	/* cppcheck-suppress invalidFunctionArg ; there is a class on each side, and the largest adds 1 */
	return largest + log(sum);
}

double margin(enum margin_kind kind, const double *z, int64_t classes, int64_t y, const bool *group)
{
	switch (kind) {
	case MARGIN_MAX:
		return z[y] - z[strongest(z, classes, y)];
	case MARGIN_MEAN:
		return mean_margin(z, classes, y);
	case MARGIN_GROUP:
		return log_sum_exp(z, classes, group, group[y]) - log_sum_exp(z, classes, group, !group[y]);
	}
	return NAN;
}

/* ---- losses ---- */

void softmax(const double *z, int64_t classes, double *probabilities)
{
	double largest = z[strongest(z, classes, -1)], sum = 0;

	for (int64_t j = 0; j < classes; j++)
		sum += probabilities[j] = exp(z[j] - largest);
	for (int64_t j = 0; j < classes; j++)
		probabilities[j] /= sum;
}

/* log Σ exp z_j less its largest term z_k: log(1 + Σ_{j≠k} exp(z_j - z_k)), exact however small. */
static double log_sum_above(const double *z, int64_t classes, int64_t k)
{
	double others = 0;

	for (int64_t j = 0; j < classes; j++)
		if (j != k)
			others += exp(z[j] - z[k]);
	return log1p(others);
}

double cross_entropy(const double *z, int64_t classes, int64_t y)
{
	int64_t k = strongest(z, classes, -1);

	return z[k] - z[y] + log_sum_above(z, classes, k);
}

/* KL = Σ p (r - 1 - log r) with r = q / p: the p (r - 1) add up to 0, but no term is below 0 now, so that
 * distributions that are nearly equal do not cancel. */
double kl_divergence(const double *z_p, const double *z_q, int64_t classes)
{
	int64_t k_p = strongest(z_p, classes, -1), k_q = strongest(z_q, classes, -1);
	double above_p = log_sum_above(z_p, classes, k_p), above_q = log_sum_above(z_q, classes, k_q);
	double sum = 0;

	for (int64_t j = 0; j < classes; j++) {
		double log_p = z_p[j] - z_p[k_p] - above_p;
		double log_r = z_q[j] - z_q[k_q] - above_q - log_p;
		/* p (r - 1), where r is large as q - p: p may be 0 and r infinite */
		double excess = log_r < 1 ? exp(log_p) * expm1(log_r) : exp(log_p + log_r) - exp(log_p);
		sum += excess - exp(log_p) * log_r;
	}
	return sum < 0 ? 0 : sum;
}

/* ---- gradients ---- */

/* ∂(-log p_y)/∂z_j = p_j - [j = y]; p_y - 1 is taken as minus the sum of the others. */
void cross_entropy_gradient(const double *z, int64_t classes, int64_t y, double *gradient)
{
	softmax(z, classes, gradient);
	gradient[y] = 0;
	double others = 0;
	for (int64_t j = 0; j < classes; j++)
		others += gradient[j];
	gradient[y] = -others;
}

void max_margin_gradient(const double *z, int64_t classes, int64_t y, double *gradient)
{
	for (int64_t j = 0; j < classes; j++)
		gradient[j] = 0;
	gradient[y] = 1;
	gradient[strongest(z, classes, y)] = -1;
}
