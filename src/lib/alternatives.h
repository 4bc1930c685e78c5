/* alternatives.h: by what else than the primary definition a claim's correlation may be estimated.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Other columns of methods.tsv: the same sentences for score and removal, removal to the mean, within layers, beyond
 * layers. Other variants of the score, as multiverse.tsv has them. Of a difference of two scores, each variant of one
 * is set against the other as the claim has it: oan-tam_nospecial. A score that a claim takes in a certain variant, as
 * gradmag_cls, has no others, nor has one that is set against a variant of its own, as in oan_projected-oan: that
 * would be another claim. Rankings by chance have no variants.
 */
#ifndef T_MODEL_ALTERNATIVES_H
#define T_MODEL_ALTERNATIVES_H

#include "estimates.h"

#include <stdint.h>

struct alternative {
	char *name; /* of the column, or of the variant; of a difference, A-B */
	struct estimand how;
};

struct alternatives {
	struct alternative *list; /* [count] columns first */
	int64_t count;
};

/* Only of a correlation over heads or within layers; else none. Borrows the claim's method. */
struct alternatives alternatives_of(
	const struct evidence *evidence, const struct claim *claim, const struct basis *basis);
void alternatives_free(struct alternatives *alternatives);

#endif
