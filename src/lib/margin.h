/* margin.h: what a classifier's logits say of one sentence: margins, losses, divergences and their gradients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * z [classes] are logits, y is the true class. All in F64, and without the cancellation that would lose a small
 * loss: at a margin of 18 the probability of the true class is 1 - 1.5e-8, and 1 - p in F32 is 0.
 * A NaN among the logits makes margins, losses and probabilities NaN. At least two classes.
 */
#ifndef T_MODEL_MARGIN_H
#define T_MODEL_MARGIN_H

#include <stdbool.h>
#include <stdint.h>

enum margin_kind {
	MARGIN_MAX,  /* z_y - the largest other */
	MARGIN_MEAN, /* z_y - the mean of the others */
	MARGIN_GROUP /* log-odds of the side of a split of the classes on which y lies */
};

/* The margin; all kinds are equal for two classes. group [classes]: is the class in the stated set? It and its
 * complement must not be empty; used by MARGIN_GROUP alone. */
double margin(enum margin_kind kind, const double *z, int64_t classes, int64_t y, const bool *group);

/* The class of the largest logit, the first where several are; -1 where one is NaN. */
int64_t argmax(const double *z, int64_t classes);

void softmax(const double *z, int64_t classes, double *probabilities);
double cross_entropy(const double *z, int64_t classes, int64_t y);

/* KL(p || q) in nats of the distributions that logits z_p and z_q stand for. */
double kl_divergence(const double *z_p, const double *z_q, int64_t classes);

/* gradient [classes] with respect to z. */
void cross_entropy_gradient(const double *z, int64_t classes, int64_t y, double *gradient);
void max_margin_gradient(const double *z, int64_t classes, int64_t y, double *gradient);

#endif
