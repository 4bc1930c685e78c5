/* score.c: every head's scores that need neither labels nor gradients, sentence by sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder (a bare encoder will do), tokens.
 * Out: one F64 tensor [S, layers, heads] a score, named as in scores.h; labels I32 [S].
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "scores.h"
#include "scoring.h"

#include <stdlib.h>

static const char *sentences_wanted;
static int64_t block_tokens = BLOCK_TOKENS;
static bool other_task;

static struct option_row rows[] = {
	{"other-task", 0, OPTION_FLAG, &other_task, 0, 0, NULL, "the labels are not of the model's classes", false,
		false},
	SENTENCES_OPTION(sentences_wanted),
	BLOCK_OPTION(block_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Scores every attention head by its activations and its attention, without labels or gradients.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "score build/pocket/model build/pocket/tokens.safetensors -o build/pocket/scores.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

/* One layer's heads in every sentence of the batch. projected: scratch [n, H]; scratch: [3, longest] */
static void score_layer(struct scoring *scoring, const struct batch *batch, const struct activations *activations,
	int64_t first, int64_t layer, float *projected, double *scratch)
{
	const struct config *config = &scoring->model.config;
	const int64_t hidden = config->hidden, heads = config->heads, head_dim = config_head_dim(config);
	const struct layer_state *state = &activations->layers[layer];
	const float *weight = scoring->model.layers[layer].attention_output.weight;
	double scores[SCORES];

	for (int64_t h = 0; h < heads; h++) {
		/* projected = c_h W_o[:, columns of h]^T */
		multiply_nt(batch_tokens(batch), hidden, head_dim, 1, state->context + h * head_dim, hidden,
			weight + h * head_dim, hidden, 0, projected, hidden);
		for (int64_t s = 0; s < batch->sentences; s++) {
			const int64_t row = batch->offsets[s] - batch->offsets[0];
			const int64_t length = batch->offsets[s + 1] - batch->offsets[s];
			struct head_view head = {
				.tokens = length,
				.head_dim = head_dim,
				.context = state->context + row * hidden + h * head_dim,
				.context_stride = hidden,
				.attention = state->attention + activations->attention_offsets[s] + h * length * length,
				.projected = projected + row * hidden,
				.hidden = hidden,
			};
			head_scores(&head, scratch, scores);
			for (int i = 0; i < SCORES; i++)
				scoring->scores[i][scoring_place(scoring, first + s, layer, h)] = scores[i];
		}
	}
}

static void score_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	struct scoring *scoring = argument;
	const struct model *model = &scoring->model;
	float *projected = allocate((size_t)(batch_tokens(batch) * model->config.hidden), sizeof *projected);
	double *scratch = allocate(3 * (size_t)scoring->tokens.longest, sizeof *scratch);

	activations_fit(activations, &model->config, batch);
	encoder_embed(model, batch, activations, NULL);
	for (int64_t l = 0; l < model->config.layers; l++) {
		encoder_attend(model, l, batch, activations, NULL);
		score_layer(scoring, batch, activations, first, l, projected, scratch);
		encoder_project(model, l, batch, activations, NULL);
		encoder_normalize(model, l, batch, activations);
		encoder_feed_forward(model, l, batch, activations, NULL);
	}
	free(projected);
	free(scratch);
}

int main(int argc, char **argv)
{
	struct scoring scoring;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	scoring_begin(&scoring, argv[first], argv[first + 1], sentences_wanted, other_task ? ANY_ENCODER : OWN_ENCODER,
		score_names, SCORES, history);
	progress_begin("sentences", scoring.tokens.sentences);
	for_each_block(&scoring.model.config, &scoring.tokens, block_tokens, false, score_block, &scoring);
	progress_end();
	scoring_end(&scoring, common.output, history);
	return STATUS_DONE;
}
