/* measured-models.h: which models were measured, and the tables of each.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model's tables lie in a folder of its own. Which there are stands in a table: folder, experiment (that of
 * experiments.mk, the same for all seeds), repeats (a published one), origin (checkpoint: the series' own; own: trained
 * here), seed.
 */
#ifndef T_MODEL_MEASURED_MODELS_H
#define T_MODEL_MEASURED_MODELS_H

#include "tsv.h"

#include <stdbool.h>
#include <stdint.h>

/* A table is known by the name of its file: methods.tsv and so on. */
enum kind { METHODS, DIFFERENCES, CLASSES, RETENTION, KEPT, FACTS, MULTIVERSE, CHANCE, KINDS };

struct measured_model {
	char *folder, *experiment, *repeats;
	bool is_checkpoint;
	double seed;		  /* NaN of a checkpoint */
	struct tsv tables[KINDS]; /* without a path: not given */
};

struct models {
	struct measured_model *list;
	int64_t count;
};

/* Reads which models there are, then their tables. Fails on a table of no model, on one of a kind that is not known,
 * on one given twice, and on two models of the same origin and seed. */
void models_read(struct models *models, const char *list, char *const *tables, int count);

#endif
