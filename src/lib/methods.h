/* methods.h: the measures of head importance that the tables compare: where they are read, in which order they stand.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The measured importance is a column like any other: `ablation`, per sentence the margin less the margin without
 * the head (its context vector set to zero). By the same removal, ablation_accuracy, ablation_cross_entropy (how much
 * it rises) and ablation_kl (divergence from the whole model); with more than two classes ablation_margin_mean, whose
 * margin is to the mean of the others. ablation_mean and ablation_resample are margins after the other removals.
 */
#ifndef T_MODEL_METHODS_H
#define T_MODEL_METHODS_H

#include "columns.h"
#include "logits.h"

/* Reads an ABLATION file: logits F64 [S,C], labels I32 [S] and logits_without F64 [S,L,H,C]; logits_without_mean and
 * logits_without_resample if they are there. Begins columns with what it measures. */
void ablation_read(struct columns *columns, struct logits *logits, const char *path);

/* Adds every column of the score files and, from the scores of the encoder before fine-tuning (base NULL: none),
 * its column `oan` as `oan_base`. Then brings all columns into the order of the tables. */
void methods_read(struct columns *columns, char *const *paths, int count, const char *base);

/* Adds the control `layer`: every head's score is the index of its layer. */
void methods_add_layer(struct columns *columns);

/* Adds the score `oan` of another model's file, of the same sentences and as many heads, as the control of that name. */
void methods_add_oan(struct columns *columns, const char *name, const char *path);

/* The order of the tables, as strcmp(3) tells it: the ablation; the six methods of the published table; the two
 * factors of taylor; others by name; the controls. */
int method_order(const char *left, const char *right);

#endif
