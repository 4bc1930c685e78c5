/* attribute.c: attribution patching: by how much the margin should fall without each head, by one gradient.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: one F64 tensor [S, layers, heads] a score; labels I32 [S].
 * In place of the head's context comes what ablate puts there: zero, its mean, or a donor's.
 *   atp_zero, atp_mean, atp_resample   Σ_t,i (c - replacement) ∂margin/∂c (attribution.h)
 *   atp_zero_abs, …                    its absolute value, as Kramár et al. 2024 average it
 * With --drop the gradient is that of GradDrop (Kramár et al. 2024), in as many backward passes as there are layers: in
 * each, what one layer adds is held constant, so that effects which cancel between a direct path and one through that
 * layer show. A layer's own heads then have no effect, hence L - 1 in place of L.
 *   graddrop_zero, …                   Σ_l of the above, / (L - 1); NaN for a single layer
 *   graddrop_zero_abs, …               Σ_l of the absolute values, / (L - 1), as the paper has it
 * The paper's other refinement, for the queries and keys of saturated attention, is about nodes before the softmax; a
 * head's context comes after it.
 */
#include "attribution.h"
#include "blas.h"
#include "fail.h"
#include "history.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "scoring.h"

#include <math.h>
#include <stdlib.h>

static const char *sentences_wanted, *contexts;
static int64_t seed = 1, block_tokens = BLOCK_TOKENS;
static bool drop_layers;

static struct option_row rows[] = {
	{"drop", 0, OPTION_FLAG, &drop_layers, 0, 0, NULL, "with GradDrop's gradients", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, 1e15, "N", "of the donors for resample, as ablate has it", false, false},
	SENTENCES_OPTION(sentences_wanted),
	CONTEXTS_OPTION(contexts),
	BLOCK_OPTION(block_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Predicts by gradients how much the margin falls when each attention head is replaced.",
	.arguments = "MODEL_DIR TOKENS",
	.example =
		"attribute build/pocket/model build/pocket/tokens.safetensors -o build/pocket/attributions.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

/* Signed, then absolute, each by enum substitute. */
static const char *const patching_names[2 * SUBSTITUTES] = {
	"atp_zero", "atp_mean", "atp_resample", "atp_zero_abs", "atp_mean_abs", "atp_resample_abs"};
static const char *const drop_names[2 * SUBSTITUTES] = {"graddrop_zero", "graddrop_mean", "graddrop_resample",
	"graddrop_zero_abs", "graddrop_mean_abs", "graddrop_resample_abs"};

struct attribution {
	struct scoring scoring;
	struct baselines baselines;
	int64_t gradients; /* of the margin: 1, or with --drop one for each layer */
};

/* [gradients, layers] arrays [n, H] */
static float **allocate_gradients(const struct attribution *attribution, int64_t n)
{
	const struct config *config = &attribution->scoring.model.config;
	const int64_t count = attribution->gradients * config->layers;
	float **gradient = allocate((size_t)count, sizeof *gradient);

	for (int64_t i = 0; i < count; i++)
		gradient[i] = allocate((size_t)(n * config->hidden), sizeof **gradient);
	return gradient;
}

static void run_backward(const struct attribution *attribution, const struct batch *batch,
	struct activations *activations, const float *direction, float *const *gradient)
{
	const struct model *model = &attribution->scoring.model;

	if (!drop_layers) {
		encoder_backward(model, batch, activations, NULL, direction, NULL, gradient);
		return;
	}
	for (int64_t l = 0; l < attribution->gradients; l++)
		encoder_backward_dropping(model, batch, activations, direction, gradient + l * model->config.layers, l);
}

/* falls [gradients, SUBSTITUTES, block], the block's scores lying one after another -> scores of its sentences */
static void take_falls(struct attribution *attribution, const double *falls, int64_t block, int64_t first)
{
	struct scoring *scoring = &attribution->scoring;
	const double divisor = drop_layers ? (double)(attribution->gradients - 1) : 1;
	const int64_t begin = scoring_place(scoring, first, 0, 0);

	for (enum substitute removal = 0; removal < SUBSTITUTES; removal++)
		for (int64_t i = 0; i < block; i++) {
			double sum = 0, absolute = 0;
			for (int64_t g = 0; g < attribution->gradients; g++) {
				const double fall = falls[(g * SUBSTITUTES + removal) * block + i];
				sum += fall;
				absolute += fabs(fall);
			}
			scoring->scores[removal][begin + i] = sum / divisor;
			scoring->scores[SUBSTITUTES + removal][begin + i] = absolute / divisor;
		}
}

/* rooms: of the block, with all layers' arrays kept, and of its donors. */
static void attribute_block(void *argument, const struct batch *batch, int64_t first, struct activations *rooms)
{
	struct attribution *attribution = argument;
	const struct model *model = &attribution->scoring.model;
	const struct config *config = &model->config;
	const int64_t block = batch->sentences * config->layers * config->heads;
	float *direction = allocate((size_t)(batch->sentences * config->classes), sizeof *direction);
	float **gradient = allocate_gradients(attribution, batch_tokens(batch));
	double *falls = allocate((size_t)(attribution->gradients * SUBSTITUTES * block), sizeof *falls);

	encoder_forward(model, batch, &rooms[0], NULL, NULL);
	margin_directions(config, &rooms[0], batch, attribution->scoring.tokens.labels + first, direction);
	run_backward(attribution, batch, &rooms[0], direction, gradient);
	predict_falls(
		&attribution->baselines, batch, first, &rooms[0], &rooms[1], gradient, attribution->gradients, falls);
	take_falls(attribution, falls, block, first);
	for (int64_t i = 0; i < attribution->gradients * config->layers; i++)
		free(gradient[i]);
	free(gradient);
	free(direction);
	free(falls);
}

int main(int argc, char **argv)
{
	struct attribution attribution;
	struct scoring *scoring = &attribution.scoring;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	scoring_begin(scoring, argv[first], argv[first + 1], sentences_wanted, false,
		drop_layers ? drop_names : patching_names, 2 * SUBSTITUTES, history);
	attribution.gradients = drop_layers ? scoring->model.config.layers : 1;
	attribution.baselines = baselines_make(
		&scoring->model, &scoring->all, scoring->sentences.begin, seed, block_tokens, contexts, history);
	progress_begin("sentences", scoring->tokens.sentences);
	for_each_block(&scoring->model.config, &scoring->tokens, block_tokens, true, attribute_block, &attribution);
	progress_end();
	baselines_free(&attribution.baselines);
	scoring_end(scoring, common.output, history);
	return STATUS_DONE;
}
