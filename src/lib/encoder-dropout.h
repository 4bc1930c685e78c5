/* encoder-dropout.h: where dropout acts, shared by the forward and the backward pass.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_ENCODER_DROPOUT_H
#define T_MODEL_ENCODER_DROPOUT_H

#include "encoder.h"
#include "kernels.h"

enum dropout_site {
	DROPOUT_EMBEDDINGS,
	DROPOUT_ATTENTION,
	DROPOUT_PROJECTION,
	DROPOUT_OUTPUT,
	DROPOUT_POOLED,
	DROPOUT_FIRST
};

/* A key of its own for each place, layer and index: the finalizer of Steele, Lea and Flood 2014. */
static inline uint64_t dropout_key(const struct dropout *dropout, enum dropout_site site, int64_t layer, int64_t index)
{
	uint64_t z = dropout->key + 0x9e3779b97f4a7c15u * ((uint64_t)index * 4096 + (uint64_t)layer * 8 + site + 1);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Drops elements of x in place; does nothing when there is no dropout. */
static inline void drop(float *x, int64_t count, double probability, const struct dropout *dropout,
	enum dropout_site site, int64_t layer, int64_t index)
{
	if (dropout && probability > 0)
		kernels()->dropout(x, count, probability, dropout_key(dropout, site, layer, index));
}

#endif
