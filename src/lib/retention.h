/* retention.h: what is left of margin and accuracy when the lowest-ranked heads are removed together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Margins are means over the sentences, in % of the whole model's: NaN where that does not lie above two of its
 * standard errors, since a share of nothing says nothing. Accuracies are in %.
 */
#ifndef T_MODEL_RETENTION_H
#define T_MODEL_RETENTION_H

#include "logits.h"

#include <stdint.h>

struct ranking {
	char *name;
	int64_t draws;      /* random: how many rankings; any other: 1 */
	double *margins;    /* [draws, budgets] */
	double *accuracies; /* [draws, budgets] */
};

struct retention {
	int64_t heads; /* of all layers */
	int64_t budgets;
	int64_t *budget; /* [budgets] heads removed, ascending; the first is 0, the whole model */
	struct logits whole;
	int count;
	struct ranking *rankings; /* in the order of the tables */
};

/* Reads a RETENTION file: logits F64 [S,C], labels I32 [S], heads I64 [1], budgets I64 [B] and a RANKING/logits
 * F64 [B,S,C] for each ranking. The rankings random-000, random-001, … are gathered as draws of one, `random`. */
void retention_read(struct retention *retention, const char *path);
void retention_free(struct retention *retention);

/* Fails unless it is of the same labelled sentences and of as many heads. */
void retention_must_match(
	const struct retention *retention, const struct logits *logits, int64_t heads, const char *path);

/* The ranking of that name, or NULL. */
const struct ranking *retention_find(const struct retention *retention, const char *name);

/* One budget's values of a ranking, over its draws; low and high are the 2.5 and 97.5 % quantiles, NaN for one draw. */
struct kept {
	double mean, low, high;
};
struct kept margin_kept(const struct retention *retention, const struct ranking *ranking, int64_t budget);
struct kept accuracy_kept(const struct retention *retention, const struct ranking *ranking, int64_t budget);

/* The mean of the margins kept at budgets 5 to 30, the published table's. */
double mean_margin_kept(const struct retention *retention, const struct ranking *ranking);

#endif
