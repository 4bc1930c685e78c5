/* decompose-gradient.c: the Taylor criterion of every head and its two factors, sentence by sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: one F64 tensor [S, layers, heads] a score; labels I32 [S].
 * With c = c_h[t] the context vector of a head and g = ∂loss/∂c, the loss being this one sentence's
 * cross-entropy (Michel et al. 2019, eq. 1 and 2; Molchanov et al. 2019, eq. 8):
 *   taylor           |Σ_t,i c g|                  taylor_signed    -Σ c g
 *   taylor_elem      mean over t, i of |c g|      taylor_elem_cls  … at t = 0
 *   taylor_margin    Σ c ∂margin/∂c               taylor_margin_abs  its absolute value
 *   taylor_pred      as taylor, the predicted class in place of the label
 *   gradmag          mean over t, i of |g|        gradmag_cls      … at t = 0
 *   gradmag_nolast   as gradmag, NaN in the last layer, where only the first token has a gradient
 *   gradmag_margin   mean of |∂margin/∂c|
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "margin.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "scoring.h"

#include <math.h>
#include <stdlib.h>

static struct option_row rows[] = {{0}};

static const struct command command = {
	.purpose = "Splits every head's Taylor score into the magnitudes of gradient and activation.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "decompose-gradient build/pocket/model build/pocket/tokens.safetensors "
		   "-o build/pocket/gradients.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

enum gradient_score {
	TAYLOR,
	TAYLOR_SIGNED,
	TAYLOR_ELEM,
	TAYLOR_ELEM_CLS,
	TAYLOR_MARGIN,
	TAYLOR_MARGIN_ABS,
	TAYLOR_PRED,
	GRADMAG,
	GRADMAG_CLS,
	GRADMAG_NOLAST,
	GRADMAG_MARGIN,
	GRADIENT_SCORES
};

static const char *const names[GRADIENT_SCORES] = {
	[TAYLOR] = "taylor",
	[TAYLOR_SIGNED] = "taylor_signed",
	[TAYLOR_ELEM] = "taylor_elem",
	[TAYLOR_ELEM_CLS] = "taylor_elem_cls",
	[TAYLOR_MARGIN] = "taylor_margin",
	[TAYLOR_MARGIN_ABS] = "taylor_margin_abs",
	[TAYLOR_PRED] = "taylor_pred",
	[GRADMAG] = "gradmag",
	[GRADMAG_CLS] = "gradmag_cls",
	[GRADMAG_NOLAST] = "gradmag_nolast",
	[GRADMAG_MARGIN] = "gradmag_margin",
};

/* What is differentiated with respect to the context: one backward pass each, after one forward pass. */
enum target { LOSS, MARGIN, LOSS_OF_PREDICTED, TARGETS };

/* Sums over the elements of one head in one sentence: context c and gradient g. */
struct product {
	double sum;                /* Σ c g */
	double absolute, gradient; /* Σ |c g|, Σ |g| */
	double absolute_cls, gradient_cls; /* … at t = 0 */
};

/* excerpt: taylor */
static struct product multiply_by_gradient(
	const float *context, const float *gradient, int64_t tokens, int64_t stride, int64_t head_dim)
{
	struct product product = {0};

	for (int64_t t = 0; t < tokens; t++) {
		for (int64_t i = 0; i < head_dim; i++) {
			double c = (double)context[t * stride + i], g = (double)gradient[t * stride + i];
			product.sum += c * g;
			product.absolute += fabs(c * g);
			product.gradient += fabs(g);
		}
		if (t == 0) {
			product.absolute_cls = product.absolute;
			product.gradient_cls = product.gradient;
		}
	}
	return product;
}
/* end excerpt */

/* Takes one target's product into the scores of the head at place `at`; elements = T x head_dim. */
static void take_product(struct scoring *scoring, enum target target, const struct product *product,
	int64_t at, double elements, double head_dim, bool last_layer)
{
	double *const *scores = scoring->scores;

	switch (target) {
	case LOSS:
		scores[TAYLOR][at] = fabs(product->sum);
		scores[TAYLOR_SIGNED][at] = -product->sum;
		scores[TAYLOR_ELEM][at] = product->absolute / elements;
		scores[TAYLOR_ELEM_CLS][at] = product->absolute_cls / head_dim;
		scores[GRADMAG][at] = product->gradient / elements;
		scores[GRADMAG_CLS][at] = product->gradient_cls / head_dim;
		scores[GRADMAG_NOLAST][at] = last_layer ? NAN : product->gradient / elements;
		break;
	case MARGIN:
		scores[TAYLOR_MARGIN][at] = product->sum;
		scores[TAYLOR_MARGIN_ABS][at] = fabs(product->sum);
		scores[GRADMAG_MARGIN][at] = product->gradient / elements;
		break;
	default:
		scores[TAYLOR_PRED][at] = fabs(product->sum);
	}
}

/* The gradient of the target with respect to one sentence's logits z. */
static void target_gradient(enum target target, const double *z, int64_t classes, int64_t label, double *gradient)
{
	if (target == MARGIN)
		max_margin_gradient(z, classes, label, gradient);
	else
		cross_entropy_gradient(z, classes, target == LOSS ? label : argmax(z, classes), gradient);
}

static void fill_logits_gradient(const struct scoring *scoring, enum target target,
	const struct batch *batch, const double *logits, int64_t first, float *gradient)
{
	const int64_t classes = scoring->model.config.classes;
	double *row = allocate((size_t)classes, sizeof *row);

	for (int64_t s = 0; s < batch->sentences; s++) {
		target_gradient(target, logits + s * classes, classes, scoring->tokens.labels[first + s], row);
		for (int64_t c = 0; c < classes; c++)
			gradient[s * classes + c] = (float)row[c];
	}
	free(row);
}

static void take_products(struct scoring *scoring, enum target target, const struct batch *batch,
	const struct activations *activations, float *const *context_gradient, int64_t first)
{
	const struct config *config = &scoring->model.config;
	const int64_t hidden = config->hidden, head_dim = config_head_dim(config);

	for (int64_t s = 0; s < batch->sentences; s++)
		for (int64_t l = 0; l < config->layers; l++)
			for (int64_t h = 0; h < config->heads; h++) {
				const int64_t length = batch->offsets[s + 1] - batch->offsets[s];
				const int64_t begin = (batch->offsets[s] - batch->offsets[0]) * hidden + h * head_dim;
				struct product product = multiply_by_gradient(activations->layers[l].context + begin,
					context_gradient[l] + begin, length, hidden, head_dim);
				take_product(scoring, target, &product,
					scoring_place(scoring, first + s, l, h),
					(double)(length * head_dim), (double)head_dim, l == config->layers - 1);
			}
}

static void decompose_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	struct scoring *scoring = argument;
	const struct config *config = &scoring->model.config;
	const size_t logit_count = (size_t)(batch->sentences * config->classes);
	double *logits = allocate(logit_count, sizeof *logits);
	float *logits_gradient = allocate(logit_count, sizeof *logits_gradient);
	float **context_gradient = allocate((size_t)config->layers, sizeof *context_gradient);

	for (int64_t l = 0; l < config->layers; l++)
		context_gradient[l] = allocate((size_t)(batch_tokens(batch) * config->hidden), sizeof(float));
	encoder_forward(&scoring->model, batch, activations, NULL, NULL);
	store_logits(config, activations, batch, 0, logits);
	for (enum target target = 0; target < TARGETS; target++) {
		fill_logits_gradient(scoring, target, batch, logits, first, logits_gradient);
		encoder_backward(&scoring->model, batch, activations, NULL, logits_gradient, NULL, context_gradient);
		take_products(scoring, target, batch, activations, context_gradient, first);
	}
	for (int64_t l = 0; l < config->layers; l++)
		free(context_gradient[l]);
	free(context_gradient);
	free(logits_gradient);
	free(logits);
}

int main(int argc, char **argv)
{
	struct scoring scoring;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	scoring_begin(&scoring, argv[first], argv[first + 1], false, names, GRADIENT_SCORES, history);
	progress_begin("sentences", scoring.tokens.sentences);
	for_each_block(&scoring.model.config, &scoring.tokens, BLOCK_TOKENS, true, decompose_block, &scoring);
	progress_end();
	scoring_end(&scoring, common.output, history);
	return STATUS_DONE;
}
