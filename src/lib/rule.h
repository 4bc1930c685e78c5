/* rule.h: data/boundary/rule.tsv: the numbers by which the runs are judged; what they mean stands beside them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_RULE_H
#define T_MODEL_RULE_H

/* The correlations of a method with the ablation, by the names of their columns; the last is computed from these. */
enum coefficient { CROSS_FITTED, SPEARMAN, WITHIN_LAYER, CORRECTED, COEFFICIENTS };
extern const char *const coefficient_names[COEFFICIENTS];

struct rule {
	char *four_class, *groupings, *sentiment; /* conditions; groupings: comma-separated */
	char *method, *coefficient;
	enum coefficient r; /* which the coefficient is */
	double confidence, least_seeds;
	double structure_least, depth_training_most, depth_least, yardstick_least;
	double accuracy_above_chance, least_reliability;
	double points, beyond_best;
};

/* Reads the columns name and value. Fails where a name is unknown, missing or there twice, and on a value that is not
 * what it should be. */
void rule_read(struct rule *rule, const char *path);
void rule_free(struct rule *rule);

#endif
