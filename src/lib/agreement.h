/* agreement.h: how far two rankings of a model's heads agree: over all heads, within their layers, beyond their layers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Layers differ in what their heads score and in how much they matter, so a correlation over all heads may come from
 * the layers alone. Two others cannot: that within each layer, and that of ranks less their layer's mean rank. A
 * layer's heads stand together, layer by layer. In F64; what is undefined is NaN.
 */
#ifndef T_MODEL_AGREEMENT_H
#define T_MODEL_AGREEMENT_H

#include <stdint.h>

struct heads {
	int64_t layers, per_layer;
};

static inline int64_t heads_total(struct heads heads)
{
	return heads.layers * heads.per_layer;
}

/* A value of every head, sorted once, however many resamples of the heads it is then ranked in. */
struct ordered {
	double *values;	   /* [heads]; NaN: without a score */
	int32_t *order;	   /* [heads] ascending, those without a score last */
	int32_t *by_layer; /* [layers, per_layer] the same within each layer */
};

/* Room for many of them, `count`; then each is filled in and sorted. */
struct ordered *ordered_allocate(struct heads heads, int64_t count);
void ordered_free(struct ordered *list);
void ordered_sort(struct ordered *one, struct heads heads);

struct agreement {
	double overall; /* Spearman's rho */
	double within;	/* the mean over the layers of Spearman's rho within each; layers in which it is undefined left
			   out */
	double partial; /* Pearson's r of the ranks over all heads, each less the mean rank of its layer's heads */
};

/* times [heads]: how often each head is there, as a resample has it; NULL: once. Heads for which x or y is NaN are left
 * out. Undefined for fewer than 3 heads and where x or y, or its residuals, are constant. */
struct agreement agreement_of(
	const struct ordered *x, const struct ordered *y, struct heads heads, const int32_t *times);

#endif
