/* scores.h: what one head's attention and context say of it, without labels or gradients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_SCORES_H
#define T_MODEL_SCORES_H

#include <stdint.h>

/* One head in one sentence. T tokens; all arrays are rows of what the encoder left. */
struct head_view {
	int64_t tokens, head_dim;
	const float *context;        /* [T, head_dim], rows context_stride apart: c_h[t] */
	int64_t context_stride;
	const float *attention;      /* [T, T]: row = query, column = key; rows sum to 1 */
	const float *projected;      /* [T, hidden]: W_o c_h[t], the head's share of the layer's output */
	int64_t hidden;
};

enum score {
	SCORE_OAN,           /* mean over t of the L1 norm of c_h[t] */
	SCORE_OAN_L2,        /* … of the L2 norm */
	SCORE_OAN_CLS,       /* the L1 norm at t = 0 */
	SCORE_OAN_SUM,       /* the sum over t of the L1 norm */
	SCORE_OAN_PROJECTED, /* mean over t of the L2 norm of W_o c_h[t] (Kobayashi et al. 2020) */
	SCORE_TAM,           /* the largest column mean of A: the hub that most attention goes to */
	SCORE_TAM_PAGERANK,  /* the largest PageRank, damping 0.85, edges from query to key (Brin and Page 1998) */
	SCORE_TAM_HITS,      /* the largest authority: unit principal eigenvector of A^T A (Kleinberg 1999) */
	SCORE_TAM_GINI,      /* Gini coefficient of the column means */
	SCORE_TAM_NOSPECIAL, /* as tam, without the first and the last key; NaN below three tokens */
	SCORE_ATTNORM,       /* Frobenius norm of A */
	SCORE_ATTNORM_LENGTH, /* … / sqrt(T): 1 for one-hot rows */
	SCORE_ENTROPY,        /* mean over rows of the Shannon entropy in nats */
	SCORE_ENTROPY_LENGTH, /* … / log T: 1 for uniform rows; NaN for one token */
	SCORE_CONFIDENCE,     /* mean over rows of the largest weight (Voita et al. 2019) */
	SCORE_ACTMAG,         /* mean over t and i of |c| = oan / head_dim */
	SCORE_ACTMAG_CLS,     /* … at t = 0 */
	SCORE_ACTMAG_RMS,     /* root mean square of c */
	SCORE_ACTMAG_MAX,     /* largest |c| */
	SCORES
};

/* The names under which they are written, by enum score. */
extern const char *const score_names[SCORES];

/* All of them for one head. scratch: [3, T] doubles. */
void head_scores(const struct head_view *head, double *scratch, double scores[SCORES]);

#endif
