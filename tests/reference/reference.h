/* reference.h: the encoder of src/lib/encoder.h in the plainest way, for the fast one to be compared with.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * F64, one sentence at a time, a loop for every sum: no matrix library, no kernels, no packing, nothing used twice.
 * Dimensions as there: T tokens of the sentence, hidden H = heads x head_dim, classes C.
 */
#ifndef T_MODEL_REFERENCE_H
#define T_MODEL_REFERENCE_H

#include "model.h"

#include <stdint.h>

/* Everything that one pass over one sentence computes and that somebody compares. */
struct trace {
	double *hidden;    /* [layers + 1, T, H]: the embeddings' output, then each layer's */
	double *attention; /* [layers, heads, T, T] */
	double *context;   /* [layers, T, H]: [layers, T, heads, head_dim], before the output projection */
	double *logits;    /* [C] */
};

struct trace trace_make(const struct config *config, int64_t tokens);
void trace_free(struct trace *trace);

/* Sees a layer's context [T, H] before the output projection and may overwrite any of it: a removed head is one whose
 * columns are set to something else. */
typedef void edit_context(void *argument, int64_t layer, double *context);

/* Fills the trace; its context is that after edit, which may be NULL. */
void reference_forward(const struct model *model, const int32_t *ids, int64_t tokens, edit_context *edit,
	void *argument, struct trace *trace);

/* The same, but what layer `held` adds to its input, by its attention and by its feed-forward network, is what it added
 * in the trace before; NULL: no layer is held. */
void reference_forward_held(const struct model *model, const int32_t *ids, int64_t tokens, edit_context *edit,
	void *argument, const struct trace *before, int64_t held, struct trace *trace);

#endif
