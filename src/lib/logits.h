/* logits.h: a classifier's logits and labels in a file, and how well the classes are told apart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_LOGITS_H
#define T_MODEL_LOGITS_H

#include "tensors.h"

#include <stdint.h>

struct logits {
	int64_t sentences, classes;
	double *values;	 /* [sentences, classes] */
	int32_t *labels; /* [sentences] */
};

/* Reads `logits` F64 [S,C] and `labels` I32 [S]. Fails where there is no sentence or only one class, on a logit
 * that is not finite and on a label that is no class. */
void logits_read(struct logits *logits, const struct tensor_file *file);
void logits_free(struct logits *logits);

/* The elements of another tensor of logits, of the shape that tensor_expect takes; fails on one that is not finite. */
double *logits_read_others(const struct tensor_file *file, const char *name, int rank, const int64_t *shape);

/* The logits without each head, `logits_without` F64 [S,L,H,C]; fails where there are no heads. */
double *logits_read_without(
	const struct logits *logits, const struct tensor_file *file, int64_t *layers, int64_t *heads);

/* The name of class c in fresh memory: from metadata `classes`, if it names as many as there are; else class_c. */
char *logits_class_name(const struct logits *logits, const struct tensor_file *file, int64_t c);

/* The logit of sentence s's label less the largest other; z [classes]. */
double sentence_margin(const struct logits *logits, int64_t s, const double *z);

/* margins [sentences], from values [sentences, classes]. */
void logits_margins(const struct logits *logits, const double *values, double *margins);

/* Sentences whose label has the largest of values [sentences, classes], in %. */
double logits_accuracy(const struct logits *logits, const double *values);

#endif
