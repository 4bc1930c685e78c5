/* agreement.c: rank correlations of heads with repetitions, without sorting again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "agreement.h"

#include "fail.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

/* ---- sorted values ---- */

struct ordered *ordered_allocate(struct heads heads, int64_t count)
{
	const size_t total = (size_t)heads_total(heads), all = (size_t)count * total;
	struct ordered *list = allocate((size_t)count, sizeof *list);

	/* the first one's arrays are the rooms of all */
	double *values = allocate(all, sizeof *values);
	int32_t *order = allocate(all, sizeof *order), *by_layer = allocate(all, sizeof *by_layer);
	for (size_t i = 0; i < (size_t)count; i++)
		list[i] = (struct ordered){values + i * total, order + i * total, by_layer + i * total};
	return list;
}

void ordered_free(struct ordered *list)
{
	free(list->values);
	free(list->order);
	free(list->by_layer);
	free(list);
}

/* order [count] = the values' places, ascending; NaN last, since the sort does not know it. */
static void sort_values(const double *values, int64_t count, int32_t *order)
{
	double *defined = allocate((size_t)count, sizeof *defined);
	int32_t *place = allocate((size_t)count, sizeof *place);
	size_t *sorted = allocate((size_t)count, sizeof *sorted);
	int64_t used = 0, last = count;

	for (int64_t i = 0; i < count; i++) {
		if (isnan(values[i])) {
			order[--last] = (int32_t)i;
			continue;
		}
		defined[used] = values[i];
		place[used++] = (int32_t)i;
	}
	gsl_sort_index(sorted, defined, 1, (size_t)used);
	for (int64_t i = 0; i < used; i++)
		order[i] = place[sorted[i]];
	free(defined);
	free(place);
	free(sorted);
}

void ordered_sort(struct ordered *one, struct heads heads)
{
	int64_t *used = allocate((size_t)heads.layers, sizeof *used);

	sort_values(one->values, heads_total(heads), one->order);
	for (int64_t i = 0; i < heads_total(heads); i++) {
		const int64_t layer = one->order[i] / heads.per_layer;
		one->by_layer[layer * heads.per_layer + used[layer]++] = one->order[i];
	}
	free(used);
}

/* ---- ranks ---- */

/* ranks of the heads in order [count], each there `times` often: from 1, equal values sharing the mean of theirs, less
 * the mean of all ranks. Multiples of 1/2, so that sums of their products are exact and a constant has the sum 0. */
static void centred_ranks(const double *values, const int32_t *order, int64_t count, const double *times, double *ranks)
{
	double below = 0;

	for (int64_t i = 0, j; i < count; i = j) {
		double here = times[order[i]];
		for (j = i + 1; j < count && values[order[j]] == values[order[i]]; j++)
			here += times[order[j]];
		for (int64_t k = i; k < j; k++)
			ranks[order[k]] = below + (here + 1) / 2;
		below += here;
	}
	for (int64_t i = 0; i < count; i++)
		ranks[order[i]] -= (below + 1) / 2;
}

/* Weighted sums over the heads of a layer, or of all. */
struct sums {
	double count, x, y, xx, yy, xy;
};

static struct sums sum_heads(const double *x, const double *y, const double *times, int64_t begin, int64_t end)
{
	struct sums sums = {0};

	for (int64_t h = begin; h < end; h++) {
		sums.count += times[h];
		sums.x += times[h] * x[h];
		sums.y += times[h] * y[h];
		sums.xx += times[h] * x[h] * x[h];
		sums.yy += times[h] * y[h] * y[h];
		sums.xy += times[h] * x[h] * y[h];
	}
	return sums;
}

/* Of ranks that are centred. */
static double rank_correlation(const struct sums *sums)
{
	return sums->count >= 3 && sums->xx > 0 && sums->yy > 0 ? sums->xy / sqrt(sums->xx * sums->yy) : NAN;
}

/* ---- agreement ---- */

/* From each layer's sums of the ranks over all heads. Unlike ranks, their residuals are rounded: no variance is then not
 * quite 0, and the same order not quite 1. */
static double partial_correlation(const struct sums *layers, int64_t count, const struct sums *all)
{
	const double rounding = 1e-12;
	struct sums rest = *all;

	for (int64_t l = 0; l < count; l++) {
		if (layers[l].count == 0)
			continue;
		rest.xx -= layers[l].x * layers[l].x / layers[l].count;
		rest.yy -= layers[l].y * layers[l].y / layers[l].count;
		rest.xy -= layers[l].x * layers[l].y / layers[l].count;
	}
	if (!(rest.xx > rounding * all->xx && rest.yy > rounding * all->yy))
		return NAN;
	const double r = rank_correlation(&rest);
	return fabs(r) > 1 - rounding ? copysign(1, r) : r;
}

static double mean_within(const struct ordered *x, const struct ordered *y, struct heads heads, const double *times,
	double *rank_x, double *rank_y)
{
	double sum = 0;
	int64_t defined = 0;

	for (int64_t l = 0; l < heads.layers; l++) {
		const int64_t begin = l * heads.per_layer;
		centred_ranks(x->values, x->by_layer + begin, heads.per_layer, times, rank_x);
		centred_ranks(y->values, y->by_layer + begin, heads.per_layer, times, rank_y);
		const struct sums sums = sum_heads(rank_x, rank_y, times, begin, begin + heads.per_layer);
		const double rho = rank_correlation(&sums);
		if (isnan(rho))
			continue;
		sum += rho;
		defined++;
	}
	return defined ? sum / (double)defined : NAN;
}

static void add_sums(struct sums *total, const struct sums *part)
{
	total->count += part->count;
	total->x += part->x;
	total->y += part->y;
	total->xx += part->xx;
	total->yy += part->yy;
	total->xy += part->xy;
}

struct agreement agreement_of(
	const struct ordered *x, const struct ordered *y, struct heads heads, const int32_t *times)
{
	const int64_t total = heads_total(heads);
	double *there = allocate(3 * (size_t)total, sizeof *there), *rank_x = there + total, *rank_y = rank_x + total;
	struct sums *layers = allocate((size_t)heads.layers, sizeof *layers), all = {0};

	for (int64_t h = 0; h < total; h++)
		there[h] = isnan(x->values[h]) || isnan(y->values[h]) ? 0 : times ? times[h] : 1;
	centred_ranks(x->values, x->order, total, there, rank_x);
	centred_ranks(y->values, y->order, total, there, rank_y);
	for (int64_t l = 0; l < heads.layers; l++) {
		layers[l] = sum_heads(rank_x, rank_y, there, l * heads.per_layer, (l + 1) * heads.per_layer);
		add_sums(&all, &layers[l]);
	}
	struct agreement agreement = {.overall = rank_correlation(&all),
		.partial = partial_correlation(layers, heads.layers, &all),
		.within = mean_within(x, y, heads, there, rank_x, rank_y)};
	free(there);
	free(layers);
	return agreement;
}
