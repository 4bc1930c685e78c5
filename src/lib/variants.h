/* variants.h: which method each column of a score file is a variant of, and by which choices it differs.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A new variant is a line of the table in variants.c.
 */
#ifndef T_MODEL_VARIANTS_H
#define T_MODEL_VARIANTS_H

/* What was chosen. The column that bears its method's name is the primary definition. */
struct variant {
	const char *method;
	const char *form; /* which norm, centrality, sign or curvature */
	/* Over which tokens it is taken: all, first, inner (without the first and the last), each. */
	const char *tokens;
	/* What is differentiated: loss, margin, predicted (loss of the predicted class), expected (mean over the
	 * classes); none: no gradient. */
	const char *target;
	double temperature; /* by which the logits are divided first: it merely scales a margin; NaN without a target */
};

/* Of a column; `NAME_tT` is NAME at temperature T. One that the table does not know is a method of its own, all its
 * choices `other`; its method is then the name itself, which is borrowed. */
struct variant variant_of(const char *column);

#endif
