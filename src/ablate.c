/* ablate.c: the ground truth: every sentence's logits without each head.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: logits F64 [S, C], labels I32 [S], and for each kind of removal logits F64 [S, layers, heads, C]:
 *      logits_without           the head's context c_h[t] set to zero;
 *      logits_without_mean      set to its mean over all tokens of all sentences;
 *      logits_without_resample  set to that of another sentence, drawn at random: token t takes the donor's
 *                               token at the same share of the way, so first goes to first and last to last.
 * Only what changes is computed again: a layer's output projection is linear in the context, so removing one
 * head adds (replacement - c_h) W_o[:, h]^T to the whole model's; from there the variants of several heads go
 * through the rest of the layers as one packed batch.
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "names.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "results.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

static const char *removals = "zero,mean,resample";
static int64_t seed = 1;

static struct option_row rows[] = {
	{"removals", 0, OPTION_TEXT, &removals, 0, 0, "A,B", "which of zero, mean, resample", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, 1e15, "N", "of the donors for resample", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Removes each attention head in turn and records the logits.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "ablate build/pocket/model build/pocket/tokens.safetensors -o build/pocket/ablation.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

enum removal { ZERO, MEAN, RESAMPLE, REMOVALS };
static const char *const removal_names[REMOVALS] = {"zero", "mean", "resample"};
static const char *const tensor_names[REMOVALS] = {"logits_without", "logits_without_mean", "logits_without_resample"};

/* Tokens in a block of sentences, and in a packed batch of variants of it. */
enum { SENTENCE_TOKENS = 256, VARIANT_TOKENS = 800 };

struct ablation {
	const struct model *model;
	const struct tokens *tokens;
	double *logits;			  /* [S, C] */
	double *logits_without[REMOVALS]; /* [S, layers, heads, C], NULL: not wanted */
	float *mean_context;		  /* [layers, H] */
	int64_t *donors;		  /* [S] */
	double *block_sums;		  /* [S, layers, H]: see sum_context_block */
};

/* ---- what replaces a head ---- */

/* Each block's sums go into the row of its first sentence, to be added up in the order of the blocks: the same
 * for every number of threads. */
static void sum_context_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	struct ablation *ablation = argument;
	const struct model *model = ablation->model;
	const int64_t layers = model->config.layers, hidden = model->config.hidden;

	activations_fit(activations, &model->config, batch);
	encoder_embed(model, batch, activations, NULL);
	for (int64_t l = 0; l < layers; l++) {
		double *sums = ablation->block_sums + (first * layers + l) * hidden;
		encoder_attend(model, l, batch, activations, NULL);
		for (int64_t i = 0; i < batch_tokens(batch) * hidden; i++)
			sums[i % hidden] += (double)activations->layers[l].context[i];
		encoder_project(model, l, batch, activations, NULL);
		encoder_normalize(model, l, batch, activations);
		encoder_feed_forward(model, l, batch, activations, NULL);
	}
}

static void find_mean_context(struct ablation *ablation)
{
	const struct config *config = &ablation->model->config;
	const int64_t row = config->layers * config->hidden, sentences = ablation->tokens->sentences;

	ablation->block_sums = allocate((size_t)(sentences * row), sizeof(double));
	for_each_block(config, ablation->tokens, BLOCK_TOKENS, false, sum_context_block, ablation);
	ablation->mean_context = allocate((size_t)row, sizeof(float));
	for (int64_t i = 0; i < row; i++) {
		double sum = 0;
		for (int64_t s = 0; s < sentences; s++)
			sum += ablation->block_sums[s * row + i];
		ablation->mean_context[i] = (float)(sum / (double)ablation->tokens->count);
	}
	free(ablation->block_sums);
}

/* Everybody's donor is the next in a random circle, so nobody is their own. */
static void draw_donors(struct ablation *ablation)
{
	const int64_t sentences = ablation->tokens->sentences;
	int64_t *circle = allocate((size_t)sentences, sizeof *circle);
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(random, (unsigned long)seed);
	for (int64_t s = 0; s < sentences; s++)
		circle[s] = s;
	gsl_ran_shuffle(random, circle, (size_t)sentences, sizeof *circle);
	ablation->donors = allocate((size_t)sentences, sizeof *ablation->donors);
	for (int64_t s = 0; s < sentences; s++)
		ablation->donors[circle[s]] = circle[(s + 1) % sentences];
	gsl_rng_free(random);
	free(circle);
}

/* The donors of a block's sentences, packed, and their own pass through the encoder. */
struct donor_block {
	struct packed packed;
	struct batch batch;
	struct activations *activations;
};

static void pack_donors(const struct ablation *ablation, int64_t first, int64_t sentences, struct donor_block *block)
{
	block->batch = pack_sentences(ablation->tokens, ablation->donors + first, sentences, &block->packed);
	activations_fit(block->activations, &ablation->model->config, &block->batch);
	encoder_embed(ablation->model, &block->batch, block->activations, NULL);
}

/* delta [n, head_dim] = replacement - c_h for every token of the batch. context: [n, H] of the layer */
static void replace_head(const struct ablation *ablation, enum removal removal, const struct batch *batch,
	const float *context, int64_t layer, int64_t head, const struct donor_block *donors, float *delta)
{
	const int64_t hidden = ablation->model->config.hidden, head_dim = config_head_dim(&ablation->model->config);
	const int64_t column = head * head_dim;
	const float *mean = removal == MEAN ? ablation->mean_context + layer * hidden + column : NULL;

	for (int64_t s = 0; s < batch->sentences; s++) {
		const int64_t begin = batch->offsets[s] - batch->offsets[0],
			      length = batch->offsets[s + 1] - batch->offsets[s];
		for (int64_t t = 0; t < length; t++) {
			const float *own = context + (begin + t) * hidden + column, *other = mean;
			if (removal == RESAMPLE) {
				const int64_t *at = donors->batch.offsets + s;
				const int64_t donor_begin = at[0], last = at[1] - donor_begin - 1;
				/* round(t last / (length - 1)) */
				int64_t u = length > 1 ? (2 * t * last + length - 1) / (2 * (length - 1)) : 0;
				other = donors->activations->layers[layer].context + (donor_begin + u) * hidden +
					column;
			}
			for (int64_t i = 0; i < head_dim; i++)
				delta[(begin + t) * head_dim + i] = (other ? other[i] : 0) - own[i];
		}
	}
}

/* ---- the variants ---- */

/* Scratch for a block. */
struct variants {
	int64_t *offsets; /* of the packed variants */
	float *delta;	  /* [n, head_dim] */
	struct activations *activations;
};

/* Offsets of `copies` copies of the batch, one after another. */
static struct batch repeat_batch(const struct batch *batch, int64_t copies, struct variants *variants)
{
	const int64_t n = batch_tokens(batch), sentences = batch->sentences;

	for (int64_t v = 0; v < copies; v++)
		for (int64_t s = 0; s <= sentences; s++)
			variants->offsets[v * sentences + s] = v * n + batch->offsets[s] - batch->offsets[0];
	return (struct batch){copies * sentences, variants->offsets, NULL};
}

/* excerpt: ablate-head */
/* sum = hidden + context W_o^T + b_o of the whole layer; without one head it is sum + delta W_o[:, h]^T. */
static void remove_head(const struct model *model, int64_t layer, int64_t head, int64_t n, const float *sum,
	const float *delta, float *sum_without)
{
	const int64_t hidden = model->config.hidden, head_dim = config_head_dim(&model->config);
	const float *weight = model->layers[layer].attention_output.weight + head * head_dim;

	memcpy(sum_without, sum, (size_t)(n * hidden) * sizeof *sum);
	multiply_nt(n, hidden, head_dim, 1, delta, head_dim, weight, hidden, 1, sum_without, hidden);
}
/* end excerpt */

/* The logits of the variants [copies, sentences] of heads head … into [S, layers, heads, C]. */
static void store_variants(const struct ablation *ablation, enum removal removal, int64_t first, int64_t sentences,
	int64_t layer, int64_t head, int64_t copies, const struct activations *activations)
{
	const struct config *config = &ablation->model->config;

	for (int64_t v = 0; v < copies; v++)
		for (int64_t s = 0; s < sentences; s++) {
			struct batch one = {.sentences = 1};
			struct activations row = {
				.logits = activations->logits + (v * sentences + s) * config->classes};
			store_logits(config, &row, &one,
				((first + s) * config->layers + layer) * config->heads + head + v,
				ablation->logits_without[removal]);
		}
}

/* All heads of one layer, as many at a time as fill a packed batch. state: the whole model's, attended = sum */
static void ablate_layer(const struct ablation *ablation, enum removal removal, const struct batch *batch,
	int64_t first, int64_t layer, const struct layer_state *state, const struct donor_block *donors,
	struct variants *variants)
{
	const struct config *config = &ablation->model->config;
	const int64_t n = batch_tokens(batch), heads = config->heads;
	const int64_t most = n < VARIANT_TOKENS ? VARIANT_TOKENS / n : 1;

	for (int64_t head = 0; head < heads; head += most) {
		const int64_t copies = heads - head < most ? heads - head : most;
		struct batch packed = repeat_batch(batch, copies, variants);
		activations_fit(variants->activations, config, &packed);
		for (int64_t v = 0; v < copies; v++) {
			replace_head(
				ablation, removal, batch, state->context, layer, head + v, donors, variants->delta);
			remove_head(ablation->model, layer, head + v, n, state->attended, variants->delta,
				variants->activations->layers[layer].attended + v * n * config->hidden);
		}
		encoder_run_from_sum(ablation->model, layer, packed, variants->activations, NULL, NULL);
		store_variants(ablation, removal, first, batch->sentences, layer, head, copies, variants->activations);
	}
}

/* rooms: of the whole model, of the variants, of the donors. */
static void ablate_block(void *argument, const struct batch *batch, int64_t first, struct activations *rooms)
{
	struct ablation *ablation = argument;
	const struct model *model = ablation->model;
	const struct config *config = &model->config;
	const int64_t n = batch_tokens(batch);
	struct batch current = *batch;
	struct activations *activations = &rooms[0];
	struct donor_block donors = {.activations = &rooms[2]};
	struct variants variants = {
		.offsets = allocate((size_t)(config->heads * batch->sentences) + 1, sizeof(int64_t)),
		.delta = allocate((size_t)(n * config_head_dim(config)), sizeof(float)),
		.activations = &rooms[1],
	};

	activations_fit(activations, config, batch);
	encoder_embed(model, batch, activations, NULL);
	if (ablation->donors)
		pack_donors(ablation, first, batch->sentences, &donors);
	for (int64_t l = 0; l < config->layers; l++) {
		current = encoder_attend_needed(model, l, &current, activations, NULL);
		encoder_project(model, l, &current, activations, NULL);
		if (ablation->donors)
			donors.batch = encoder_attend_needed(model, l, &donors.batch, donors.activations, NULL);
		for (enum removal removal = 0; removal < REMOVALS; removal++)
			if (ablation->logits_without[removal])
				ablate_layer(ablation, removal, &current, first, l, &activations->layers[l], &donors,
					&variants);
		encoder_normalize(model, l, &current, activations);
		encoder_feed_forward(model, l, &current, activations, NULL);
		if (ablation->donors) {
			encoder_project(model, l, &donors.batch, donors.activations, NULL);
			encoder_normalize(model, l, &donors.batch, donors.activations);
			encoder_feed_forward(model, l, &donors.batch, donors.activations, NULL);
		}
	}
	encoder_classify(model, &current, activations, NULL);
	store_logits(config, activations, batch, first, ablation->logits);
	packed_free(&donors.packed);
	free(variants.offsets);
	free(variants.delta);
}

/* ---- the whole ---- */

static void check_removals(void)
{
	int64_t known = 0;

	for (enum removal removal = 0; removal < REMOVALS; removal++)
		known += has_name(removals, removal_names[removal]);
	if (known == 0 || known != count_names(removals))
		fail_usage("--removals is '%s' (expected some of zero,mean,resample)", removals);
}

static void prepare(struct ablation *ablation)
{
	const struct config *config = &ablation->model->config;
	const int64_t sentences = ablation->tokens->sentences, row = config->layers * config->heads * config->classes;

	ablation->logits = allocate((size_t)(sentences * config->classes), sizeof(double));
	for (enum removal removal = 0; removal < REMOVALS; removal++) {
		/* one sentence has no other to take a context from */
		if (has_name(removals, removal_names[removal]) && !(removal == RESAMPLE && sentences < 2))
			ablation->logits_without[removal] = allocate((size_t)(sentences * row), sizeof(double));
	}
	if (ablation->logits_without[MEAN])
		find_mean_context(ablation);
	if (ablation->logits_without[RESAMPLE])
		draw_donors(ablation);
}

static void write_ablation(const struct ablation *ablation, json_t *history)
{
	const struct config *config = &ablation->model->config;
	const int64_t sentences = ablation->tokens->sentences;
	struct results results = {0};

	results_add(&results, "logits", DTYPE_F64, 2, (int64_t[]){sentences, config->classes}, ablation->logits);
	results_add(&results, "labels", DTYPE_I32, 1, &sentences, ablation->tokens->labels);
	for (enum removal removal = 0; removal < REMOVALS; removal++)
		if (ablation->logits_without[removal])
			results_add(&results, tensor_names[removal], DTYPE_F64, 4,
				(int64_t[]){sentences, config->layers, config->heads, config->classes},
				ablation->logits_without[removal]);
	results_write(&results, common.output, history, config);
}

int main(int argc, char **argv)
{
	struct model model;
	struct tokens tokens;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	check_removals();
	blas_start();
	classifier_read(&model, argv[first], history);
	tokens_read(&tokens, argv[first + 1], &model.config, model.config.classes, history, "tokens");
	struct ablation ablation = {.model = &model, .tokens = &tokens};
	prepare(&ablation);
	progress_begin("sentences", tokens.sentences);
	for_each_block(&model.config, &tokens, SENTENCE_TOKENS, false, ablate_block, &ablation);
	progress_end();
	write_ablation(&ablation, history);
	for (enum removal removal = 0; removal < REMOVALS; removal++)
		free(ablation.logits_without[removal]);
	free(ablation.logits);
	free(ablation.mean_context);
	free(ablation.donors);
	tokens_free(&tokens);
	model_free(&model);
	return STATUS_DONE;
}
