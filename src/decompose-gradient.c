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
 * With --temperatures, taylor_tT and gradmag_tT: the same with the logits z divided by T. Their gradient is taken as
 * softmax(z / T) - onehot, without the constant factor 1 / T, so that T = inf is the limit: every class equally likely,
 * and no sentence saturated. T = 1 is taylor and gradmag themselves.
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "margin.h"
#include "names.h"
#include "options.h"
#include "passes.h"
#include "predict.h"
#include "progress.h"
#include "scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *temperatures_wanted = "", *sentences_wanted;
static int64_t block_tokens = BLOCK_TOKENS;

static struct option_row rows[] = {
	{"temperatures", 0, OPTION_TEXT, &temperatures_wanted, 0, 0, "T,T", "also of logits / T; inf: the limit", false,
		false},
	SENTENCES_OPTION(sentences_wanted),
	BLOCK_OPTION(block_tokens),
	{0},
};

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

/* Behind them, two scores for each temperature. */
enum temperature_score { TAYLOR_AT, GRADMAG_AT, TEMPERATURE_SCORES };

/* What is differentiated with respect to the context; from LOSS_AT on, a loss for each temperature. */
enum target { LOSS, MARGIN, LOSS_OF_PREDICTED, LOSS_AT };

static struct {
	int64_t count;
	double *list;
} temperatures;

/* ---- names ---- */

static void add_temperature(const char *text)
{
	char *end;
	double temperature = strtod(text, &end);

	/* far below 1, quotients of logits would no longer be finite */
	if (end == text || *end || !(temperature >= 1e-3))
		fail_usage("--temperatures: '%s' is not a number from 0.001 to inf", text);
	if (temperature == 1) /* taylor and gradmag */
		return;
	for (int64_t i = 0; i < temperatures.count; i++)
		if (temperatures.list[i] == temperature)
			fail_usage("--temperatures: '%s' is there twice", text);
	temperatures.list[temperatures.count++] = temperature;
}

static void parse_temperatures(void)
{
	const char *rest = temperatures_wanted;

	temperatures.list = allocate((size_t)count_names(rest), sizeof *temperatures.list);
	for (char *text; (text = next_name(&rest)); free(text))
		add_temperature(text);
}

/* All names that are written, in fresh memory. */
static const char **list_names(int *count)
{
	const char **list = allocate((size_t)(GRADIENT_SCORES + TEMPERATURE_SCORES * temperatures.count), sizeof *list);

	memcpy(list, names, sizeof names);
	*count = GRADIENT_SCORES;
	for (int64_t i = 0; i < temperatures.count; i++) {
		list[(*count)++] = format_string("taylor_t%g", temperatures.list[i]);
		list[(*count)++] = format_string("gradmag_t%g", temperatures.list[i]);
	}
	return list;
}

/* ---- products of context and gradient ---- */

/* Sums over the elements of one head in one sentence: context c and gradient g. */
struct product {
	double sum;                /* Σ c g */
	double absolute, gradient; /* Σ |c g|, Σ |g| */
	double absolute_cls, gradient_cls; /* … at t = 0 */
};

/* excerpt: taylor */
static struct product multiply_by_gradient(
	const float *context, const double *gradient, int64_t tokens, int64_t stride, int64_t head_dim)
{
	struct product product = {0};

	for (int64_t t = 0; t < tokens; t++) {
		for (int64_t i = 0; i < head_dim; i++) {
			double c = (double)context[t * stride + i], g = gradient[t * stride + i];
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
static void take_product(struct scoring *scoring, int64_t target, const struct product *product, int64_t at,
	double elements, double head_dim, bool last_layer)
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
	case LOSS_OF_PREDICTED:
		scores[TAYLOR_PRED][at] = fabs(product->sum);
		break;
	default:
		scores += GRADIENT_SCORES + TEMPERATURE_SCORES * (target - LOSS_AT);
		scores[TAYLOR_AT][at] = fabs(product->sum);
		scores[GRADMAG_AT][at] = product->gradient / elements;
	}
}

/* ---- targets ---- */

/* The gradient of the target with respect to one sentence's logits z. */
static void target_gradient(int64_t target, const double *z, int64_t classes, int64_t label, double *gradient)
{
	const double temperature = target < LOSS_AT ? 1 : temperatures.list[target - LOSS_AT];

	if (target == MARGIN) {
		max_margin_gradient(z, classes, label, gradient);
		return;
	}
	double *divided = allocate((size_t)classes, sizeof *divided);
	for (int64_t c = 0; c < classes; c++)
		divided[c] = z[c] / temperature;
	cross_entropy_gradient(divided, classes, target == LOSS_OF_PREDICTED ? argmax(z, classes) : label, gradient);
	free(divided);
}

static void fill_targets(struct passes *passes, const double *logits, const int32_t *labels)
{
	for (int64_t t = 0; t < passes->targets; t++)
		for (int64_t s = 0; s < passes->sentences; s++)
			target_gradient(t, logits + s * passes->classes, passes->classes, labels[s],
				passes_target(passes, t, s));
}

/* ---- a block of sentences ---- */

/* gradient [n, hidden] of one target in one layer -> the scores of the layer's heads */
static void take_products(struct scoring *scoring, int64_t target, int64_t layer, const struct batch *batch,
	const float *context, const double *gradient, int64_t first)
{
	const struct config *config = &scoring->model.config;
	const int64_t hidden = config->hidden, head_dim = config_head_dim(config);

	for (int64_t s = 0; s < batch->sentences; s++)
		for (int64_t h = 0; h < config->heads; h++) {
			const int64_t length = batch->offsets[s + 1] - batch->offsets[s];
			const int64_t begin = (batch->offsets[s] - batch->offsets[0]) * hidden + h * head_dim;
			struct product product =
				multiply_by_gradient(context + begin, gradient + begin, length, hidden, head_dim);
			take_product(scoring, target, &product, scoring_place(scoring, first + s, layer, h),
				(double)(length * head_dim), (double)head_dim, layer == config->layers - 1);
		}
}

static void decompose_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	struct scoring *scoring = argument;
	const struct config *config = &scoring->model.config;
	const int32_t *labels = scoring->tokens.labels + first;
	struct passes passes = passes_make(config, LOSS_AT + temperatures.count, batch->sentences);
	double *logits = allocate((size_t)(batch->sentences * config->classes), sizeof *logits);
	double *gradient = allocate((size_t)(batch_tokens(batch) * config->hidden), sizeof *gradient);

	encoder_forward(&scoring->model, batch, activations, NULL, NULL);
	store_logits(config, activations, batch, 0, logits);
	fill_targets(&passes, logits, labels);
	passes_run(&passes, &scoring->model, batch, activations, labels);
	for (int64_t t = 0; t < passes.targets; t++)
		for (int64_t l = 0; l < config->layers; l++) {
			passes_gradient(&passes, t, l, batch, config->hidden, gradient);
			take_products(scoring, t, l, batch, activations->layers[l].context, gradient, first);
		}
	passes_free(&passes);
	free(logits);
	free(gradient);
}

int main(int argc, char **argv)
{
	int count;
	struct scoring scoring;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	parse_temperatures();
	const char **all_names = list_names(&count);
	blas_start();
	scoring_begin(
		&scoring, argv[first], argv[first + 1], sentences_wanted, OWN_CLASSIFIER, all_names, count, history);
	progress_begin("sentences", scoring.tokens.sentences);
	for_each_block(&scoring.model.config, &scoring.tokens, block_tokens, true, decompose_block, &scoring);
	progress_end();
	scoring_end(&scoring, common.output, history);
	free(all_names);
	return STATUS_DONE;
}
