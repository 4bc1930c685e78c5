/* encoder.h: the transformer, forward and backward, over packed sentences.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dimensions: tokens n (all sentences together, no padding), hidden H = heads x head_dim, T the tokens of one
 * sentence. The post-LayerNorm encoder of Vaswani et al. 2017 as BERT has it (Devlin et al. 2019):
 *   attention = softmax(Q K^T / sqrt(head_dim)),  context_h = attention_h V_h
 *   attended  = LayerNorm(hidden + [context_1 … context_h] W_o^T + b_o)
 *   output    = LayerNorm(attended + GELU(attended W_1^T + b_1) W_2^T + b_2)
 * Its input is LayerNorm(word + position + type), of ELECTRA projected from a smaller size (Clark et al. 2020), and its
 * first token's last output is classified. The steps of a layer are public, so that ablate can begin in the middle.
 */
#ifndef T_MODEL_ENCODER_H
#define T_MODEL_ENCODER_H

#include "model.h"

#include <stdbool.h>
#include <stdint.h>

/* Sentences packed one after another; sentence s has rows offsets[s] - offsets[0] … of every activation. */
struct batch {
	int64_t sentences;
	const int64_t *offsets; /* [sentences + 1] */
	const int32_t *ids;     /* [tokens], from the first sentence's first token; NULL once embedded */
};

static inline int64_t batch_tokens(const struct batch *batch)
{
	return batch->offsets[batch->sentences] - batch->offsets[0];
}

/* What one layer computes. */
struct layer_state {
	float *hidden;    /* [n, H] its input */
	float *qkv;       /* [n, 3 H] queries, keys, values */
	float *attention; /* per sentence [heads, T, T], from attention_offsets[s] */
	float *context;   /* [n, H]: [n, heads, head_dim], before the output projection */
	float *attended;  /* [n, H] */
	float *inner;     /* [n, intermediate] before GELU */
	float *activated; /* [n, intermediate] after GELU */
	float *output;    /* [n, H]: the next layer's hidden */
	/* kept for the backward pass, else NULL */
	float *attended_normalized, *attended_scale; /* [n, H], [n] of the first LayerNorm */
	float *output_normalized, *output_scale;     /* [n, H], [n] of the second */
};

/* Room for the forward pass of one batch and, if wanted, for the backward pass. */
struct activations {
	bool backward;
	int64_t tokens, sentences, attention, longest; /* what there is room for */
	int64_t *attention_offsets;                    /* [sentences + 1] into layer_state.attention */
	struct layer_state *layers;                    /* [layers]; without backward all share their arrays */
	float *embedded;                               /* [n, embedding] before their projection, if they have one */
	float *embedded_normalized, *embedded_scale;   /* of the embeddings' LayerNorm; backward only */
	float *first;                                  /* [sentences, H] the first token's last hidden state */
	int64_t *first_offsets;                        /* [sentences + 1] 0, 1, 2, …: the first tokens as a batch */
	float *folded;                                 /* [sentences, heads, H] scratch of encoder_attend_first */
	float *pooler_output;                          /* [sentences, H] before its activation */
	float *pooled, *pooled_dropped;                /* [sentences, H] */
	float *logits;                                 /* [sentences, classes] */
	float *square;                                 /* [longest, larger of 2 longest and heads] scratch */
	struct {
		float *embedded;                                 /* [n, embedding], if they are projected */
		float *hidden, *residual, *projection, *context; /* [n, H] */
		float *qkv;                                      /* [n, 3 H] */
		float *inner;                                    /* [n, intermediate] */
		float *low_rank;                                 /* [2, n, rank_max] */
		float *pooled, *first;                           /* [sentences, H] */
	} gradient; /* backward only */
};

/* Dropout rates come from the config; key decides which elements fall. NULL in place of it: none. */
struct dropout {
	uint64_t key;
};

/* Empty activations, to be fitted; backward: with what encoder_backward needs. */
void activations_init(struct activations *activations, bool backward);
void activations_free(struct activations *activations, const struct config *config);
/* Makes room for that batch and sets attention_offsets; keeps what is large enough. */
void activations_fit(struct activations *activations, const struct config *config, const struct batch *batch);

/* Embeds, runs every layer and classifies; the activations are fitted first. Without room for a backward pass, the
 * last layer is computed for the first tokens alone.
 * removed: [layers, heads], nonzero where a head's context is set to zero; NULL: none. */
void encoder_forward(const struct model *model, const struct batch *batch, struct activations *activations,
	const unsigned char *removed, const struct dropout *dropout);

/* The rest of encoder_forward, on fitted activations: from the hidden and context of a layer, and from its attended as
 * encoder_project leaves it, before the LayerNorm. batch is what the attention before it was for. */
void encoder_run_from_context(const struct model *model, int64_t layer, struct batch batch,
	struct activations *activations, const unsigned char *removed, const struct dropout *dropout);
void encoder_run_from_sum(const struct model *model, int64_t layer, struct batch batch, struct activations *activations,
	const unsigned char *removed, const struct dropout *dropout);

/* The steps of encoder_forward on fitted activations. Each reads the fields of the layer's state that the
 * step before wrote. */
void encoder_embed(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout);
void encoder_attend(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout); /* hidden -> qkv, attention, context */
/* The last layer's attention for the first token of each sentence alone, all that the classifier reads. Returns the
 * first tokens as a batch of one-token sentences, with which the steps after it are to be called: hidden and context
 * are then [sentences, H]. Overwrites the other tokens' hidden; not for a backward pass. */
struct batch encoder_attend_first(const struct model *model, const struct batch *batch, struct activations *activations);
/* encoder_attend, or for the last layer without a backward pass encoder_attend_first; returns the batch to go on with. */
struct batch encoder_attend_needed(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout);
/* Sets the context [n, H] of one layer's removed heads to zero. removed: [heads]. */
void encoder_remove_heads(const struct config *config, int64_t n, const unsigned char *removed, float *context);
void encoder_project(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout); /* context, hidden -> attended, their sum */
void encoder_normalize(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations); /* attended: the sum -> its LayerNorm */
void encoder_feed_forward(const struct model *model, int64_t layer, const struct batch *batch,
	struct activations *activations, const struct dropout *dropout); /* attended -> output */
void encoder_classify(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout); /* last output -> logits */

/* Back through everything that the last encoder_forward computed (same batch, same dropout, none removed).
 * logits_gradient: [sentences, classes]. gradient: parameter gradients are added where its pointers are not
 * NULL; gradient NULL: none. context_gradient: per layer an array [n, H] to fill, or NULL: none.
 * The activations stay as they are, so it can be called again with another logits_gradient. */
void encoder_backward(const struct model *model, const struct batch *batch, struct activations *activations,
	const struct dropout *dropout, const float *logits_gradient, struct model *gradient,
	float *const *context_gradient);

/* The contexts' gradients if what one layer adds to its input, by its attention and by its feed-forward network, had
 * been held constant: back through that layer lead only its residual connections, and the gradient of its own context
 * is zero. */
void encoder_backward_dropping(const struct model *model, const struct batch *batch, struct activations *activations,
	const float *logits_gradient, float *const *context_gradient, int64_t dropped);

#endif
