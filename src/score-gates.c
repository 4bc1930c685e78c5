/* score-gates.c: first and second derivatives of the loss with respect to every head's gate, sentence by sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: one F64 tensor [S, layers, heads] a score; labels I32 [S].
 * A gate ξ_h multiplies the head's context c_h (Michel et al. 2019, eq. 1). At ξ = 1 the derivative of the loss of
 * class k, -log p_k, is g_k = Σ_t,i c ∂(-log p_k)/∂c. With y the label:
 *   michel           |g_y| (Michel et al. 2019, eq. 2), to be averaged over the sentences and then divided by the L2
 *                    norm of its layer's heads, as the text there has it: columns.h does so
 *   michel_token     Σ_t |Σ_i c ∂loss/∂c|: their released code takes the absolute value of each token. Likewise
 *                    divided, whence it does not matter that there a layer's sums are divided by the tokens
 *   fisher           g_y² / 2: the rise of the loss without the head by the empirical Fisher information of its gate
 *                    (Kwon et al. 2022), the gradient at a minimum being taken as zero
 *   fisher_expected  Σ_k p_k g_k² / 2: the same by the Fisher information itself, which for a softmax is the loss's
 *                    curvature in the logits, carried back to the gate (Gauss-Newton; Martens 2020)
 *   taylor_second    fisher_expected - g_y: the rise to second order, the gradient not taken as zero (LeCun et al.
 *                    1990, whose curvature is diagonal, too)
 * The gate's whole curvature would take two passes a head: what removing the head costs, which is exact.
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "margin.h"
#include "options.h"
#include "passes.h"
#include "predict.h"
#include "progress.h"
#include "scoring.h"

#include <math.h>
#include <stdlib.h>

static const char *sentences_wanted;
static int64_t block_tokens = BLOCK_TOKENS;

static struct option_row rows[] = {SENTENCES_OPTION(sentences_wanted), BLOCK_OPTION(block_tokens), {0}};

static const struct command command = {
	.purpose = "Scores every attention head by the loss's derivatives with respect to a gate on its output.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "score-gates build/pocket/model build/pocket/tokens.safetensors -o build/pocket/gates.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

enum gate_score { MICHEL, MICHEL_TOKEN, FISHER, FISHER_EXPECTED, TAYLOR_SECOND, GATE_SCORES };

static const char *const names[GATE_SCORES] = {
	[MICHEL] = "michel",
	[MICHEL_TOKEN] = "michel_token",
	[FISHER] = "fisher",
	[FISHER_EXPECTED] = "fisher_expected",
	[TAYLOR_SECOND] = "taylor_second",
};

/* The derivative with respect to a gate, and the sum of its tokens' absolute shares. */
struct slope {
	double sum, absolute;
};

static struct slope find_slope(
	const float *context, const double *gradient, int64_t tokens, int64_t stride, int64_t head_dim)
{
	struct slope slope = {0};

	for (int64_t t = 0; t < tokens; t++) {
		double share = 0;
		for (int64_t i = t * stride; i < t * stride + head_dim; i++)
			share += (double)context[i] * gradient[i];
		slope.sum += share;
		slope.absolute += fabs(share);
	}
	return slope;
}

/* Takes the slope of one class's loss into the scores of the head at place `at`. */
static void take_slope(
	struct scoring *scoring, const struct slope *slope, double probability, bool is_label, int64_t at)
{
	double *const *scores = scoring->scores;
	const double square = slope->sum * slope->sum / 2;

	scores[FISHER_EXPECTED][at] += probability * square;
	scores[TAYLOR_SECOND][at] += probability * square;
	if (!is_label)
		return;
	scores[MICHEL][at] = fabs(slope->sum);
	scores[MICHEL_TOKEN][at] = slope->absolute;
	scores[FISHER][at] = square;
	scores[TAYLOR_SECOND][at] -= slope->sum;
}

/* gradient [n, hidden] of the loss of class k in one layer -> the scores of the layer's heads.
 * probabilities: [sentences, classes] */
static void take_slopes(struct scoring *scoring, int64_t k, const double *probabilities, int64_t layer,
	const struct batch *batch, const float *context, const double *gradient, int64_t first)
{
	const struct config *config = &scoring->model.config;
	const int64_t hidden = config->hidden, head_dim = config_head_dim(config);

	for (int64_t s = 0; s < batch->sentences; s++)
		for (int64_t h = 0; h < config->heads; h++) {
			const int64_t begin = (batch->offsets[s] - batch->offsets[0]) * hidden + h * head_dim;
			struct slope slope = find_slope(context + begin, gradient + begin,
				batch->offsets[s + 1] - batch->offsets[s], hidden, head_dim);
			take_slope(scoring, &slope, probabilities[s * config->classes + k],
				scoring->tokens.labels[first + s] == k, scoring_place(scoring, first + s, layer, h));
		}
}

static void score_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	struct scoring *scoring = argument;
	const struct config *config = &scoring->model.config;
	const int64_t classes = config->classes, sentences = batch->sentences;
	struct passes passes = passes_make(config, classes, sentences);
	double *logits = allocate((size_t)(sentences * classes), sizeof *logits);
	double *probabilities = allocate((size_t)(sentences * classes), sizeof *probabilities);
	double *gradient = allocate((size_t)(batch_tokens(batch) * config->hidden), sizeof *gradient);

	encoder_forward(&scoring->model, batch, activations, NULL, NULL);
	store_logits(config, activations, batch, 0, logits);
	for (int64_t s = 0; s < sentences; s++) {
		softmax(logits + s * classes, classes, probabilities + s * classes);
		for (int64_t k = 0; k < classes; k++)
			cross_entropy_gradient(logits + s * classes, classes, k, passes_target(&passes, k, s));
	}
	passes_run(&passes, &scoring->model, batch, activations, scoring->tokens.labels + first);
	for (int64_t l = 0; l < config->layers; l++)
		for (int64_t k = 0; k < classes; k++) {
			passes_gradient(&passes, k, l, batch, config->hidden, gradient);
			take_slopes(
				scoring, k, probabilities, l, batch, activations->layers[l].context, gradient, first);
		}
	passes_free(&passes);
	free(logits);
	free(probabilities);
	free(gradient);
}

int main(int argc, char **argv)
{
	struct scoring scoring;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	scoring_begin(&scoring, argv[first], argv[first + 1], sentences_wanted, false, names, GATE_SCORES, history);
	progress_begin("sentences", scoring.tokens.sentences);
	for_each_block(&scoring.model.config, &scoring.tokens, block_tokens, true, score_block, &scoring);
	progress_end();
	scoring_end(&scoring, common.output, history);
	return STATUS_DONE;
}
