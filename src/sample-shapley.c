/* sample-shapley.c: what heads are worth together: Shapley values of the margin, by sampled orders of removal.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: shapley F64 [S, layers, heads]; its mean over the sentences, shapley_mean F64 [layers, heads], and the standard
 *      error that the sampling leaves that mean, shapley_error F64 [layers, heads]; logits F64 [S, C] of the whole
 *      model and logits_none F64 [S, C] without any head; labels I32 [S].
 * The heads are set to zero in a random order until none is left; a head's value is the mean over orders of how much
 * the margin falls when its turn comes (Shapley 1953; sampled as by Castro et al. 2009). In every order, and so in the
 * mean, all heads of a sentence add up to its margin with all heads less that with none. Each order is followed
 * backwards too (antithetic pairs; Mitchell et al. 2022), and each sentence has orders of its own, so that the mean
 * over S sentences is over S times as many. The standard error is from the spread of the pairs within each sentence:
 * the sentences themselves are taken as given. NaN for a single pair.
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "margin.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "results.h"
#include "statistics.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *sentences_wanted;
static int64_t pairs = 4, seed = 1, block_tokens = 100, variant_tokens = 800;

static struct option_row rows[] = {
	{"pairs", 0, OPTION_INTEGER, &pairs, 1, 1e6, "N", "orders of each sentence, each also backwards", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of the orders", false, false},
	SENTENCES_OPTION(sentences_wanted),
	BLOCK_OPTION(block_tokens),
	VARIANT_OPTION(variant_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Estimates every attention head's Shapley value from random orders of removal.",
	.arguments = "MODEL_DIR TOKENS",
	.example =
		"sample-shapley build/pocket/model build/pocket/tokens.safetensors -o build/pocket/shapley.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

struct sampling {
	struct model model;
	struct tokens tokens;
	struct range sentences; /* of all: which the tokens are */
	int64_t heads;	       /* of all layers */
	uint64_t *seeds;       /* [all sentences] of each sentence's orders */
	double *logits, *none; /* [S, C] */
	double *values;	       /* [S, layers, heads] */
	double *variance;      /* [S, layers, heads] of the values */
};

/* ---- the margins along one order ---- */

/* One sentence, up to the first layer's context: all that its variants share. */
struct sentence {
	int64_t index;
	struct batch needed; /* what the first layer leaves to go on with */
	const struct activations *activations;
};

/* Scratch for variants of a sentence. */
struct variants {
	int64_t *offsets;
	unsigned char *removed; /* [copies, layers, heads] */
	struct activations *activations;
};

static struct sentence begin_sentence(const struct sampling *sampling, int64_t index, struct activations *activations)
{
	struct batch batch = tokens_batch(&sampling->tokens, index, index + 1);

	activations_fit(activations, &sampling->model.config, &batch);
	encoder_embed(&sampling->model, &batch, activations, NULL);
	struct batch needed = encoder_attend_needed(&sampling->model, 0, &batch, activations, NULL);
	return (struct sentence){index, needed, activations};
}

/* Each copy without its removed heads, to the logits. */
static void run_variants(const struct sampling *sampling, const struct sentence *sentence, int64_t copies,
	const struct variants *variants)
{
	const struct model *model = &sampling->model;
	const struct config *config = &model->config;
	const int64_t n = batch_tokens(&sentence->needed), area = n * config->hidden;
	struct activations *activations = variants->activations;

	for (int64_t v = 0; v <= copies; v++)
		variants->offsets[v] = v * n;
	struct batch batch = {copies, variants->offsets, NULL};
	activations_fit(activations, config, &batch);
	for (int64_t v = 0; v < copies; v++) {
		memcpy(activations->layers[0].hidden + v * area, sentence->activations->layers[0].hidden,
			(size_t)area * sizeof(float));
		memcpy(activations->layers[0].context + v * area, sentence->activations->layers[0].context,
			(size_t)area * sizeof(float));
	}
	for (int64_t l = 0; l < config->layers; l++) {
		if (l > 0)
			batch = encoder_attend_needed(model, l, &batch, activations, NULL);
		for (int64_t v = 0; v < copies; v++)
			encoder_remove_heads(config, batch.offsets[v + 1] - batch.offsets[v],
				variants->removed + v * sampling->heads + l * config->heads,
				activations->layers[l].context + batch.offsets[v] * config->hidden);
		encoder_project(model, l, &batch, activations, NULL);
		encoder_normalize(model, l, &batch, activations);
		encoder_feed_forward(model, l, &batch, activations, NULL);
	}
	encoder_classify(model, &batch, activations, NULL);
}

/* logits [heads + 1, C] without the first 0, 1, 2, … heads of the order, those from `first` to before `end`. */
static void follow_order(const struct sampling *sampling, const struct sentence *sentence, const int64_t *order,
	int64_t first, int64_t end, const struct variants *variants, double *logits)
{
	const int64_t heads = sampling->heads, n = batch_tokens(&sentence->needed);
	const int64_t most = n < variant_tokens ? variant_tokens / n : 1;

	for (int64_t gone = first; gone < end; gone += most) {
		const int64_t copies = end - gone < most ? end - gone : most;
		const struct batch batch = {.sentences = copies};
		memset(variants->removed, 0, (size_t)(copies * heads));
		for (int64_t v = 0; v < copies; v++)
			for (int64_t i = 0; i < gone + v; i++)
				variants->removed[v * heads + order[i]] = 1;
		run_variants(sampling, sentence, copies, variants);
		store_logits(&sampling->model.config, variants->activations, &batch, gone, logits);
	}
}

/* ---- values ---- */

/* Adds half of what each head's removal costs in this order. logits: [heads + 1, C] */
static void add_falls(
	const struct sampling *sampling, int64_t sentence, const int64_t *order, const double *logits, double *falls)
{
	const int64_t classes = sampling->model.config.classes;

	for (int64_t i = 0; i < sampling->heads; i++) {
		const double *before = logits + i * classes, *after = before + classes;
		const int32_t label = sampling->tokens.labels[sentence];
		falls[order[i]] += (margin(MARGIN_MAX, before, classes, label, NULL) -
					   margin(MARGIN_MAX, after, classes, label, NULL)) /
				   2;
	}
}

static void reverse(int64_t *order, int64_t count)
{
	for (int64_t i = 0; i < count / 2; i++) {
		const int64_t other = order[i];
		order[i] = order[count - 1 - i];
		order[count - 1 - i] = other;
	}
}

/* falls [pairs, heads] -> the sentence's values, and their variance */
static void summarise(struct sampling *sampling, int64_t sentence, const double *falls)
{
	double *of_head = allocate((size_t)pairs, sizeof *of_head);

	for (int64_t h = 0; h < sampling->heads; h++) {
		for (int64_t p = 0; p < pairs; p++)
			of_head[p] = falls[p * sampling->heads + h];
		const double deviation = standard_deviation(of_head, pairs);
		sampling->values[sentence * sampling->heads + h] = mean(of_head, pairs);
		sampling->variance[sentence * sampling->heads + h] = deviation * deviation / (double)pairs;
	}
	free(of_head);
}

static void sample_sentence(struct sampling *sampling, const struct sentence *sentence, const struct variants *variants)
{
	const int64_t heads = sampling->heads, classes = sampling->model.config.classes;
	double *logits = allocate((size_t)((heads + 1) * classes), sizeof *logits);
	double *falls = allocate((size_t)(pairs * heads), sizeof *falls);
	int64_t *order = allocate((size_t)heads, sizeof *order);
	gsl_rng *rng = random_generator(sampling->seeds[sampling->sentences.begin + sentence->index]);

	for (int64_t h = 0; h < heads; h++)
		order[h] = h;
	/* the ends are the same in every order */
	follow_order(sampling, sentence, order, 0, 1, variants, logits);
	follow_order(sampling, sentence, order, heads, heads + 1, variants, logits);
	memcpy(sampling->logits + sentence->index * classes, logits, (size_t)classes * sizeof *logits);
	memcpy(sampling->none + sentence->index * classes, logits + heads * classes, (size_t)classes * sizeof *logits);
	for (int64_t p = 0; p < pairs; p++) {
		gsl_ran_shuffle(rng, order, (size_t)heads, sizeof *order);
		for (int backwards = 0; backwards < 2; backwards++) {
			follow_order(sampling, sentence, order, 1, heads, variants, logits);
			add_falls(sampling, sentence->index, order, logits, falls + p * heads);
			reverse(order, heads);
		}
	}
	summarise(sampling, sentence->index, falls);
	gsl_rng_free(rng);
	free(order);
	free(falls);
	free(logits);
}

/* rooms: of one sentence, of its variants. */
static void sample_block(void *argument, const struct batch *batch, int64_t first, struct activations *rooms)
{
	struct sampling *sampling = argument;
	const int64_t copies = sampling->heads > variant_tokens ? variant_tokens : sampling->heads;
	struct variants variants = {
		.offsets = allocate((size_t)copies + 1, sizeof(int64_t)),
		.removed = allocate((size_t)(copies * sampling->heads), 1),
		.activations = &rooms[1],
	};

	for (int64_t s = first; s < first + batch->sentences; s++) {
		struct sentence sentence = begin_sentence(sampling, s, &rooms[0]);
		sample_sentence(sampling, &sentence, &variants);
	}
	free(variants.offsets);
	free(variants.removed);
}

/* Sentence by sentence from one seed: those of the first sentences do not depend on how many follow. */
static uint64_t *draw_seeds(int64_t sentences)
{
	uint64_t *seeds = allocate((size_t)sentences, sizeof *seeds);
	gsl_rng *rng = random_generator((uint64_t)seed);

	for (int64_t s = 0; s < sentences; s++)
		seeds[s] = gsl_rng_get(rng);
	gsl_rng_free(rng);
	return seeds;
}

static void write_values(const struct sampling *sampling, json_t *history)
{
	const struct config *config = &sampling->model.config;
	const int64_t sentences = sampling->tokens.sentences, heads = sampling->heads;
	const int64_t shape[] = {sentences, config->layers, config->heads}, logits[] = {sentences, config->classes};
	double *means = allocate((size_t)heads, sizeof *means), *errors = allocate((size_t)heads, sizeof *errors);
	struct results results = {.sentences = sampling->sentences};

	for (int64_t h = 0; h < heads; h++) {
		for (int64_t s = 0; s < sentences; s++) {
			means[h] += sampling->values[s * heads + h] / (double)sentences;
			errors[h] += sampling->variance[s * heads + h];
		}
		errors[h] = sqrt(errors[h]) / (double)sentences;
	}
	results_add(&results, "shapley", DTYPE_F64, "SLH", shape, sampling->values);
	results_add(&results, "shapley_mean", DTYPE_F64, "=LH", shape + 1, means);
	results_add(&results, "shapley_error", DTYPE_F64, "~LH", shape + 1, errors);
	results_add(&results, "logits", DTYPE_F64, "SC", logits, sampling->logits);
	results_add(&results, "logits_none", DTYPE_F64, "SC", logits, sampling->none);
	results_add(&results, "labels", DTYPE_I32, "S", &sentences, sampling->tokens.labels);
	results_write(&results, common.output, history, config);
	free(means);
	free(errors);
}

int main(int argc, char **argv)
{
	struct sampling sampling;
	struct tokens all;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	blas_start();
	classifier_read(&sampling.model, argv[first], history);
	tokens_read(&all, argv[first + 1], &sampling.model.config, sampling.model.config.classes, history, "tokens");
	sampling.sentences = range_parse("sentences", sentences_wanted, all.sentences);
	sampling.tokens = tokens_part(&all, &sampling.sentences);
	const int64_t sentences = sampling.tokens.sentences, classes = sampling.model.config.classes;
	sampling.heads = sampling.model.config.layers * sampling.model.config.heads;
	sampling.seeds = draw_seeds(all.sentences);
	sampling.logits = allocate((size_t)(sentences * classes), sizeof(double));
	sampling.none = allocate((size_t)(sentences * classes), sizeof(double));
	sampling.values = allocate((size_t)(sentences * sampling.heads), sizeof(double));
	sampling.variance = allocate((size_t)(sentences * sampling.heads), sizeof(double));
	progress_begin("sentences", sentences);
	for_each_block(&sampling.model.config, &sampling.tokens, block_tokens, false, sample_block, &sampling);
	progress_end();
	write_values(&sampling, history);
	free(sampling.seeds);
	free(sampling.logits);
	free(sampling.none);
	free(sampling.values);
	free(sampling.variance);
	tokens_free(&all);
	model_free(&sampling.model);
	return STATUS_DONE;
}
