/* retention.h: what is left of margin and accuracy when the lowest-ranked heads are removed together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Margins are means over the sentences, in % of the whole model's: NaN where that does not lie above two of its
 * standard errors, since a share of nothing says nothing. Accuracies are in %. Cross-fitted, every sentence is measured
 * without the heads that the other half of the sentences ranks lowest, on average over random halves.
 */
#ifndef T_MODEL_RETENTION_H
#define T_MODEL_RETENTION_H

#include "logits.h"

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>

struct ranking {
	char *name;
	int64_t draws;	    /* random: how many rankings; any other: 1 */
	double *margins;    /* [draws, budgets] */
	double *accuracies; /* [draws, budgets] */
	double *margin_sums; /* [S, budgets] each sentence's margins, summed over the draws */
	/* cross-fitted; NULL: the file does not tell */
	int64_t splits;
	double *split_margins;	 /* [splits, budgets] each split's margins, summed over the sentences */
	double *crossed_margins; /* [S, budgets] the mean over the splits */
	double *crossed_right;	 /* [S, budgets] in which share of the splits the sentence is right */
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
 * F64 [B,S,C] for each ranking, maybe a RANKING/cross_fitted F64 [splits,B,S,C]. The rankings random-000, random-001, …
 * are gathered as draws of one, `random`, and random_layers-000, … of `random_layers`. The logits of greedy_cross, which
 * prune-greedily measures by the other half's choice, are cross-fitted as they are, by one split. */
void retention_read(struct retention *retention, const char *path);

/* Adds the rankings of another file of the same model and labelled sentences. The budgets that both have are
 * left. Fails if they have none in common, or a ranking is in both. */
void retention_add(struct retention *retention, const char *path);
void retention_free(struct retention *retention);

/* Fails unless it is of the same labelled sentences and of a model of as many heads and the same logits, but for rounding. */
void retention_must_match(
	const struct retention *retention, const struct logits *logits, int64_t heads, const char *path);

/* The ranking of that name, or NULL. */
const struct ranking *retention_find(const struct retention *retention, const char *name);

/* One budget's values of a ranking, over its draws; place: where the budget stands in budget[]. low and high are the 2.5 and 97.5 % quantiles, NaN for one draw. */
struct kept {
	double mean, low, high;
};
struct kept margin_kept(const struct retention *retention, const struct ranking *ranking, int64_t place);
struct kept accuracy_kept(const struct retention *retention, const struct ranking *ranking, int64_t place);

/* [draws] in fresh memory: what each draw of a ranking leaves of the margin at a place that is not 0; at place 0, in
 * place of the whole model, the mean over budgets. */
double *draws_of_margin(const struct retention *retention, const struct ranking *ranking, int64_t place);

/* The cross-fitted margin and accuracy left, with the margin's 95 % interval and the two-sided p of 100, also by Holm's
 * method over all rankings and budgets. They come from mean_effects of the linearized ratio m - R m_whole, m and
 * m_whole being a sentence's margins and R the share kept: the sentences are resampled, their halves' rankings are as
 * they are. */
struct crossed_kept {
	double margin, low, high, p, p_holm, accuracy;
	double above; /* 1: more than the whole model's margin, p_holm below 0.05, and no less accurate; else 0 */
};

/* [rankings, budgets] in fresh memory; NaN for rankings of which the file does not tell it, and p at budget 0. */
struct crossed_kept *retention_cross_fitted(const struct retention *retention, int64_t resamples, gsl_rng *rng);

/* The same beside one ranking, cross-fitted as well, or beside the mean of the random ones: how far the margin lies above
 * it, with its interval, the sentences being the same; what 95 % of random rankings do not exceed, if there are any; and
 * the standard error over the splits, which the interval leaves out. */
struct kept_beside {
	double margin, low, high;
	double above, above_low, above_high;
	double random_95;
	double split_error; /* of the margin, for as few splits as there are; NaN: there is one */
};

/* [rankings, budgets] in fresh memory; at place 0, in place of the whole model, stands the mean over budgets, NaN where
 * there are none. NaN for rankings of which the file does not tell it, and without a margin. beside NULL: NaN for all. */
struct kept_beside *retention_beside(
	const struct retention *retention, const struct ranking *beside, int64_t resamples, gsl_rng *rng);

/* Is that number of heads one of 5, 10, … 30, of which the published table has the mean? */
bool is_of_mean(int64_t budget);

/* The mean of the margins kept at these. */
double mean_margin_kept(const struct retention *retention, const struct ranking *ranking);

#endif
