/* measured.h: what the experiments measured of a model, looked up by the names that published.tsv has for it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_MEASURED_H
#define T_MODEL_MEASURED_H

#include "measured-models.h"

#include <stdbool.h>
#include <stdint.h>

/* An estimate; NaN where it is not measured, or has none. */
struct measurement {
	double value, low, high;
	double reliability; /* of what a score is to predict; that of a correlation must be known */
	double least;	    /* what must be exceeded besides the region's bound: what random rankings keep */
	double rankings;    /* how many of these were tried */
	double holds;	    /* 1, 0: what decides besides the interval does, or does not */
	bool correlates;    /* a score with what removing heads does */
	bool is_count;	    /* low and high are bounds, and none of chance */
	bool is_here;	    /* of controlled runs: there are some, though too few may be left for a value */
	int64_t models;	    /* of how many models or runs it is the mean */
};
struct measurement not_measured(void);

/* What one model has for a method (A-B: the difference of two) and statistic; NULL: none, of the model. */
struct measurement model_measurement(const struct measured_model *model, const char *method, const char *statistic);

/* The same of a correlation over heads, by its column in methods.tsv; NaN where there is no such column. */
struct measurement model_correlation(const struct measured_model *model, const char *method, const char *column);

/* A score against the ablation as measure-multiverse's table has it, variants and all, cross-fitted; level: all,
 * within_layer. A-B: the difference of two, without an interval; random is looked up in methods.tsv. */
struct measurement model_variant(const struct measured_model *model, const char *variant, const char *level);

/* The column in which a statistic of published.tsv stands, or NULL if it is none of methods.tsv. */
const char *primary_column(const char *statistic);

/* How many sentences it was measured on; 0 if that is not told. */
double model_sentences(const struct measured_model *model);

#endif
