/* integrate-gates.c: integrated gradients over the heads' gates, sentence by sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: ig F64 [S, layers, heads]; labels I32 [S].
 * A gate ξ_h multiplies the head's context c_h (Michel et al. 2019, eq. 1). All gates open together from 0 to 1, and
 *   ig = ∫ ∂margin/∂ξ_h dα at ξ = (α, …, α)
 * (Sundararajan et al. 2017, eq. 1, the baseline being no head at all). A sentence's scores add up to its margin in the
 * whole model less that without any head, up to the error of the quadrature, by Gauss and Legendre's points, none of
 * which is 0.
 */
#include "attribution.h"
#include "blas.h"
#include "fail.h"
#include "history.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "scoring.h"

#include <gsl/gsl_integration.h>
#include <stdlib.h>

static const char *sentences_wanted;
static int64_t steps = 20, block_tokens = BLOCK_TOKENS;

static struct option_row rows[] = {
	{"steps", 0, OPTION_INTEGER, &steps, 1, 1000, "N", "points of the path", false, false},
	SENTENCES_OPTION(sentences_wanted),
	BLOCK_OPTION(block_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Integrates the margin's gradient with respect to gates on all attention heads while they open.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "integrate-gates build/pocket/model build/pocket/tokens.safetensors -o "
		   "build/pocket/integrated.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

static const char *const names[] = {"ig"};

struct integration {
	struct scoring scoring;
	struct model gated; /* the model with all gates at α */
	float *weights;	    /* [layers, H, H] its output projections */
	double alpha, weight;
};

/* The model, sharing everything with the original but the output projections. */
static void share_model(struct integration *integration)
{
	const struct model *model = &integration->scoring.model;
	const int64_t layers = model->config.layers, area = model->config.hidden * model->config.hidden;

	integration->gated = *model;
	integration->gated.layers = allocate((size_t)layers, sizeof *model->layers);
	integration->weights = allocate((size_t)(layers * area), sizeof *integration->weights);
	for (int64_t l = 0; l < layers; l++) {
		integration->gated.layers[l] = model->layers[l];
		integration->gated.layers[l].attention_output.weight = integration->weights + l * area;
	}
}

/* (α c) W_o^T = c (α W_o)^T: a gate on every head is a factor of the output projection. */
static void set_gates(struct integration *integration)
{
	const struct model *model = &integration->scoring.model;
	const int64_t area = model->config.hidden * model->config.hidden;

	for (int64_t l = 0; l < model->config.layers; l++)
		for (int64_t i = 0; i < area; i++)
			integration->weights[l * area + i] =
				(float)(integration->alpha * (double)model->layers[l].attention_output.weight[i]);
}

/* Adds one point's ∂margin/∂ξ = Σ c (∂margin/∂c) / α, c being the context before the gate. */
static void add_slopes(struct integration *integration, const struct batch *batch, int64_t first,
	const struct activations *activations, float *const *gradient)
{
	struct scoring *scoring = &integration->scoring;
	const struct config *config = &scoring->model.config;
	const int64_t hidden = config->hidden, head_dim = config_head_dim(config);

	for (int64_t s = 0; s < batch->sentences; s++)
		for (int64_t l = 0; l < config->layers; l++)
			for (int64_t h = 0; h < config->heads; h++) {
				const int64_t begin = (batch->offsets[s] - batch->offsets[0]) * hidden + h * head_dim;
				const double product = head_product(activations->layers[l].context + begin, hidden,
					gradient[l] + begin, hidden, batch->offsets[s + 1] - batch->offsets[s],
					head_dim);
				scoring->scores[0][scoring_place(scoring, first + s, l, h)] +=
					integration->weight * product / integration->alpha;
			}
}

static void integrate_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	struct integration *integration = argument;
	const struct config *config = &integration->gated.config;
	float *direction = allocate((size_t)(batch->sentences * config->classes), sizeof *direction);
	float **gradient = allocate((size_t)config->layers, sizeof *gradient);

	for (int64_t l = 0; l < config->layers; l++)
		gradient[l] = allocate((size_t)(batch_tokens(batch) * config->hidden), sizeof **gradient);
	encoder_forward(&integration->gated, batch, activations, NULL, NULL);
	margin_directions(config, activations, batch, integration->scoring.tokens.labels + first, direction);
	encoder_backward(&integration->gated, batch, activations, NULL, direction, NULL, gradient);
	add_slopes(integration, batch, first, activations, gradient);
	for (int64_t l = 0; l < config->layers; l++)
		free(gradient[l]);
	free(gradient);
	free(direction);
}

static void integrate(struct integration *integration)
{
	const struct scoring *scoring = &integration->scoring;
	gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc((size_t)steps);

	for (int64_t i = 0; i < steps; i++) {
		gsl_integration_glfixed_point(0, 1, (size_t)i, &integration->alpha, &integration->weight, table);
		set_gates(integration);
		for_each_block(
			&scoring->model.config, &scoring->tokens, block_tokens, true, integrate_block, integration);
	}
	gsl_integration_glfixed_table_free(table);
}

int main(int argc, char **argv)
{
	struct integration integration;
	struct scoring *scoring = &integration.scoring;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	scoring_begin(scoring, argv[first], argv[first + 1], sentences_wanted, false, names, 1, history);
	share_model(&integration);
	progress_begin("passes", scoring->tokens.sentences * steps);
	integrate(&integration);
	progress_end();
	free(integration.gated.layers);
	free(integration.weights);
	scoring_end(scoring, common.output, history);
	return STATUS_DONE;
}
