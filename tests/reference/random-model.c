/* random-model.c: a model of any shape, sentences of any lengths and rankings of its heads, all at random.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Out: a model folder that also holds tokens.safetensors and rankings.safetensors: scores F64 [S, layers, heads], the
 * same for every sentence, that rank heads from the first to the last and back, at random, at random but for the last
 * third, and all alike in pairs of neighbours.
 */
#include "fail.h"
#include "history.h"
#include "options.h"
#include "read-file.h"
#include "results.h"
#include "tokens.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VOCABULARY = 97, POSITIONS = 64 };

static int64_t layers = 2, heads = 2, head_dim = 3, intermediate = 7, classes = 2, seed = 1;
static const char *lengths = "1,2,3";
static bool distilbert;

static struct option_row rows[] = {
	{"layers", 0, OPTION_INTEGER, &layers, 1, 99, "N", "layers", false, false},
	{"heads", 0, OPTION_INTEGER, &heads, 1, 99, "N", "heads of a layer", false, false},
	{"head-dim", 0, OPTION_INTEGER, &head_dim, 1, 999, "N", "columns of a head", false, false},
	{"intermediate", 0, OPTION_INTEGER, &intermediate, 1, 9999, "N", "columns between the feed-forward maps", false,
		false},
	{"classes", 0, OPTION_INTEGER, &classes, 2, 99, "N", "classes", false, false},
	{"distilbert", 0, OPTION_FLAG, &distilbert, 0, 0, NULL, "of DistilBERT's architecture, not BERT's", false,
		false},
	{"lengths", 0, OPTION_TEXT, &lengths, 0, 0, "N,N", "tokens of each sentence, at most 64", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, 1e9, "N", "of everything", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Makes a random model, sentences and rankings of heads.",
	.arguments = "",
	.example = "random-model --layers 3 --heads 2 --lengths 5,1,8 -o /tmp/model",
	.rows = rows,
};

static void fill(gsl_rng *random, float *values, size_t count, double mean, double deviation)
{
	for (size_t i = 0; i < count; i++)
		values[i] = (float)(mean + gsl_ran_gaussian(random, deviation));
}

/* Weights that keep activations of the order of 1, and queries and keys large enough for an attention that is far from
 * uniform, so that every head tells. */
static void fill_model(gsl_rng *random, struct model *model)
{
	for (int i = 0; i < model->parameter_count; i++)
		fill(random, model->parameters[i].value, model->parameters[i].count, 0, 0.5);
	for (int i = 0; i < model_linear_count(model); i++) {
		const struct linear *linear = model_linear(model, i);
		const bool sharpens = strstr(linear->module, "query") || strstr(linear->module, "key") ||
				      strstr(linear->module, "q_lin") || strstr(linear->module, "k_lin");
		fill(random, linear->weight, (size_t)(linear->in * linear->out), 0,
			(sharpens ? 1.5 : 1) / sqrt((double)linear->in));
	}
	for (int64_t l = 0; l < layers; l++) {
		fill(random, model->layers[l].attention_norm.gain, (size_t)model->config.hidden, 1, 0.2);
		fill(random, model->layers[l].output_norm.gain, (size_t)model->config.hidden, 1, 0.2);
	}
}

static void make_model(gsl_rng *random, struct model *model, const char *folder)
{
	struct config config = {
		.architecture = distilbert ? ARCHITECTURE_DISTILBERT : ARCHITECTURE_BERT,
		.layers = layers,
		.heads = heads,
		.hidden = heads * head_dim,
		.embedding = heads * head_dim,
		.intermediate = intermediate,
		.vocabulary = VOCABULARY,
		.max_positions = POSITIONS,
		.token_types = distilbert ? 0 : 2,
		.classes = classes,
		.layer_norm_epsilon = 1e-12,
		.initializer_range = 0.02,
	};

	config_set_labels(&config, NULL, classes);
	model_init(model, &config);
	fill_model(random, model);
	json_t *metadata = json_object();
	model_write(model, folder, metadata);
	json_decref(metadata);
}

static void add_length(struct tokens *tokens, int64_t length)
{
	tokens->sentences++;
	tokens->offsets = reallocate(tokens->offsets, (size_t)tokens->sentences + 1, sizeof *tokens->offsets);
	tokens->offsets[0] = 0;
	tokens->offsets[tokens->sentences] = tokens->count += length;
}

static void make_tokens(gsl_rng *random, struct tokens *tokens)
{
	for (const char *c = lengths; *c;) {
		char *end;
		long length = strtol(c, &end, 10);
		if (end == c || (*end && *end != ',') || length < 1 || length > POSITIONS)
			fail_usage("--lengths: '%s' is not a list of whole numbers from 1 to %d", lengths, POSITIONS);
		add_length(tokens, length);
		c = end + (*end == ',');
	}
	tokens->ids = allocate((size_t)tokens->count, sizeof *tokens->ids);
	for (int64_t i = 0; i < tokens->count; i++)
		tokens->ids[i] = (int32_t)gsl_rng_uniform_int(random, VOCABULARY);
	tokens->labels = allocate((size_t)tokens->sentences, sizeof *tokens->labels);
	for (int64_t s = 0; s < tokens->sentences; s++)
		tokens->labels[s] = (int32_t)gsl_rng_uniform_int(random, (unsigned long)classes);
}

static void write_tokens(const struct tokens *tokens, const char *folder)
{
	struct results results = {0};
	char *path = path_in(folder, "tokens.safetensors");

	results_add(&results, "ids", DTYPE_I32, "T", &tokens->count, tokens->ids);
	results_add(&results, "offsets", DTYPE_I64, "O", (int64_t[]){tokens->sentences + 1}, tokens->offsets);
	results_add(&results, "labels", DTYPE_I32, "S", &tokens->sentences, tokens->labels);
	results_write(&results, path, history_begin(&command), NULL);
	free(path);
}

/* scores of heads [count] for every sentence, [S, count] in fresh memory */
static double *repeat(const double *scores, int64_t count, int64_t sentences)
{
	double *all = allocate((size_t)(sentences * count), sizeof *all);

	for (int64_t s = 0; s < sentences; s++)
		memcpy(all + s * count, scores, (size_t)count * sizeof *all);
	return all;
}

static void write_rankings(gsl_rng *random, int64_t sentences, const char *folder)
{
	enum ranking { RISING, FALLING, SHUFFLED, ENDING, PAIRS, RANKINGS };
	static const char *const names[RANKINGS] = {"rising", "falling", "shuffled", "ending", "pairs"};
	const int64_t count = layers * heads;
	double *scores[RANKINGS];
	struct results results = {0};
	char *path = path_in(folder, "rankings.safetensors");

	for (enum ranking r = 0; r < RANKINGS; r++)
		scores[r] = allocate((size_t)count, sizeof **scores);
	for (int64_t h = 0; h < count; h++) {
		scores[RISING][h] = scores[SHUFFLED][h] = (double)h;
		scores[FALLING][h] = (double)-h;
		scores[PAIRS][h] = (double)(h / 2);
	}
	gsl_ran_shuffle(random, scores[SHUFFLED], (size_t)count, sizeof **scores);
	/* as shuffled, the last third from its end */
	for (int64_t h = 0; h < count; h++) {
		const double rank = scores[SHUFFLED][h], third = (double)(count - count / 3);
		scores[ENDING][h] = rank < third ? rank : third + (double)count - rank;
	}
	for (enum ranking r = 0; r < RANKINGS; r++) {
		double *all = repeat(scores[r], count, sentences);
		results_add(&results, names[r], DTYPE_F64, "SLH", (int64_t[]){sentences, layers, heads}, all);
		free(scores[r]);
	}
	results_write(&results, path, history_begin(&command), NULL);
	free(path);
}

int main(int argc, char **argv)
{
	struct model model;
	struct tokens tokens = {0};

	parse_options(argc, argv, &command);
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(random, (unsigned long)seed);
	make_model(random, &model, common.output);
	make_tokens(random, &tokens);
	write_tokens(&tokens, common.output);
	write_rankings(random, tokens.sentences, common.output);
	gsl_rng_free(random);
	tokens_free(&tokens);
	model_free(&model);
	return STATUS_DONE;
}
