/* test-encoder.c: gradients against PyTorch and finite differences; removed heads; packing.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The models of tests/fixtures/encoder, whose logits and gradients PyTorch computed in F64. Their activations are of
 * the order of 1 and pass through two or three layers, so that F32 leaves an error of a few 1e-6 (5e-6 was seen);
 * 2e-5 has room for another processor's order of sums and is far below what a wrong term makes.
 * The forward pass in full is tested through the programs: tests/encoder.t.
 */
#include "blas.h"
#include "encoder.h"
#include "lora-files.h"
#include "margin.h"
#include "optimizer.h"
#include "options.h"
#include "predict.h"
#include "read-file.h"
#include "tokens.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double tolerance = 2e-5;
static const char *const cases[] = {"bert-two", "bert-odd", "distilbert-five", "bert-wide", "bert-one",
	"roberta-three", "electra-four", "electra-flat"};
enum { CASES = sizeof cases / sizeof *cases };

/* ---- a model, its sentences and what is expected ---- */

struct fixture {
	struct model model;
	struct tokens tokens;
	struct batch batch; /* all sentences */
	struct activations activations;
	struct tensor_file expected;
};

static void open_fixture(struct fixture *fixture, const char *model, const char *tokens, const char *expected)
{
	model_read(&fixture->model, model, NULL);
	tokens_read(&fixture->tokens, tokens, &fixture->model.config, fixture->model.config.classes, NULL, "tokens");
	fixture->batch = tokens_batch(&fixture->tokens, 0, fixture->tokens.sentences);
	activations_init(&fixture->activations, true);
	tensor_file_open(&fixture->expected, expected);
}

static void open_case(struct fixture *fixture, const char *name)
{
	char *folder = path_in("tests/fixtures/encoder", name);
	char *tokens = path_in(folder, "tokens.safetensors"), *expected = path_in(folder, "expected.safetensors");

	open_fixture(fixture, folder, tokens, expected);
	free(expected);
	free(tokens);
	free(folder);
}

static void open_training(struct fixture *fixture, const char *gradients)
{
	open_fixture(
		fixture, "tests/fixtures/encoder/bert-odd", "tests/fixtures/training/tokens.safetensors", gradients);
}

static void free_labels(struct config *config)
{
	for (int64_t i = 0; i < config->classes; i++)
		free(config->labels[i]);
	free(config->labels);
}

static void close_fixture(struct fixture *fixture)
{
	activations_free(&fixture->activations, &fixture->model.config);
	tensor_file_close(&fixture->expected);
	tokens_free(&fixture->tokens);
	free_labels(&fixture->model.config);
	model_free(&fixture->model);
}

/* ---- comparing ---- */

#define assert_close(what, index, found, expected, bound)                                                              \
	assert_close_at(what, index, found, expected, bound, __FILE__, __LINE__)

static void assert_close_at(
	const char *what, int64_t index, double found, double expected, double bound, const char *file, int line)
{
	if (fabs(found - expected) <= bound)
		return;
	print_error(
		"%s[%lld]: found %.9g, expected %.9g within %.3g\n", what, (long long)index, found, expected, bound);
	_fail(file, line);
}

static double *expected_values(const struct fixture *fixture, const char *name, size_t *count)
{
	const struct tensor *tensor = tensor_find(&fixture->expected, name);

	assert_non_null(tensor);
	*count = tensor->count;
	return tensor_read_f64(&fixture->expected, tensor);
}

static void assert_expected(const struct fixture *fixture, const char *name, const float *found, size_t count,
	double absolute, double relative)
{
	size_t values;
	double *expected = expected_values(fixture, name, &values);

	assert_int_equal(count, values);
	for (size_t i = 0; i < count; i++)
		assert_close(name, (int64_t)i, (double)found[i], expected[i], absolute + relative * fabs(expected[i]));
	free(expected);
}

/* ---- losses ---- */

typedef void logits_gradient(const double *z, int64_t classes, int64_t label, double *gradient);

static void loss_of_predicted_gradient(const double *z, int64_t classes, int64_t label, double *gradient)
{
	(void)label;
	cross_entropy_gradient(z, classes, argmax(z, classes), gradient);
}

static void take_logits(const struct fixture *fixture, int64_t s, double *z)
{
	const int64_t classes = fixture->model.config.classes;

	for (int64_t c = 0; c < classes; c++)
		z[c] = (double)fixture->activations.logits[s * classes + c];
}

/* gradient [S, classes] of the sum over sentences, times scale. */
static void fill_gradient(const struct fixture *fixture, logits_gradient *of, double scale, float *gradient)
{
	const int64_t classes = fixture->model.config.classes;
	double z[8], row[8];

	for (int64_t s = 0; s < fixture->batch.sentences; s++) {
		take_logits(fixture, s, z);
		of(z, classes, fixture->tokens.labels[s], row);
		for (int64_t c = 0; c < classes; c++)
			gradient[s * classes + c] = (float)(scale * row[c]);
	}
}

static double mean_loss(struct fixture *fixture, const struct dropout *dropout)
{
	double z[8], sum = 0;

	encoder_forward(&fixture->model, &fixture->batch, &fixture->activations, NULL, dropout);
	for (int64_t s = 0; s < fixture->batch.sentences; s++) {
		take_logits(fixture, s, z);
		sum += cross_entropy(z, fixture->model.config.classes, fixture->tokens.labels[s]);
	}
	return sum / (double)fixture->batch.sentences;
}

/* Adds the gradient of mean_loss. */
static void mean_loss_gradient(struct fixture *fixture, const struct dropout *dropout, struct model *gradient)
{
	float logits[64];

	encoder_forward(&fixture->model, &fixture->batch, &fixture->activations, NULL, dropout);
	fill_gradient(fixture, cross_entropy_gradient, 1 / (double)fixture->batch.sentences, logits);
	encoder_backward(&fixture->model, &fixture->batch, &fixture->activations, dropout, logits, gradient, NULL);
}

/* ---- gradients that PyTorch computed ---- */

/* found [n, layers, H] = the gradients with respect to every layer's context. */
static float *context_gradients(struct fixture *fixture, logits_gradient *of)
{
	const int64_t layers = fixture->model.config.layers, hidden = fixture->model.config.hidden;
	const int64_t n = fixture->tokens.count;
	float logits[64], **rows = calloc((size_t)layers, sizeof *rows);
	float *found = calloc((size_t)(n * layers * hidden), sizeof *found);

	for (int64_t l = 0; l < layers; l++)
		rows[l] = calloc((size_t)(n * hidden), sizeof **rows);
	fill_gradient(fixture, of, 1, logits);
	encoder_backward(&fixture->model, &fixture->batch, &fixture->activations, NULL, logits, NULL, rows);
	for (int64_t l = 0; l < layers; l++) {
		for (int64_t t = 0; t < n; t++)
			memcpy(found + (t * layers + l) * hidden, rows[l] + t * hidden, (size_t)hidden * sizeof *found);
		free(rows[l]);
	}
	free(rows);
	return found;
}

static void context_gradients_are_those_of_pytorch(void **state)
{
	static const struct {
		const char *name;
		logits_gradient *of;
	} targets[] = {{"gradient_loss", cross_entropy_gradient}, {"gradient_margin", max_margin_gradient},
		{"gradient_predicted", loss_of_predicted_gradient}};

	(void)state;
	for (int c = 0; c < CASES; c++) {
		struct fixture fixture;
		open_case(&fixture, cases[c]);
		const struct config *config = &fixture.model.config;
		encoder_forward(&fixture.model, &fixture.batch, &fixture.activations, NULL, NULL);
		assert_expected(&fixture, "logits", fixture.activations.logits,
			(size_t)(fixture.batch.sentences * config->classes), tolerance, 0);
		for (int t = 0; t < 3; t++) {
			float *found = context_gradients(&fixture, targets[t].of);
			/* of the order of 0.1, hence closer */
			assert_expected(&fixture, targets[t].name, found,
				(size_t)(fixture.tokens.count * config->layers * config->hidden), tolerance / 4, 0);
			free(found);
		}
		close_fixture(&fixture);
	}
}

static void parameter_gradients_are_those_of_pytorch(void **state)
{
	struct fixture fixture;
	struct model gradient;

	(void)state;
	open_training(&fixture, "tests/fixtures/training/full/gradients.safetensors");
	model_init(&gradient, &fixture.model.config);
	mean_loss_gradient(&fixture, NULL, &gradient);
	assert_int_equal(gradient.parameter_count, fixture.expected.count);
	for (int i = 0; i < gradient.parameter_count; i++)
		assert_expected(&fixture, gradient.parameters[i].name, gradient.parameters[i].value,
			gradient.parameters[i].count, tolerance / 4, 1e-5);
	model_free(&gradient);
	close_fixture(&fixture);
}

/* PEFT's name of a tensor, in static memory. */
static const char *adapter_name(const char *name, const char *suffix)
{
	static char text[256];

	snprintf(text, sizeof text, "base_model.model.%s%s", name, suffix);
	return text;
}

/* An adapter's factors, the modules trained whole, and nothing else. */
static void adapter_gradients_are_those_of_peft(void **state)
{
	static const struct lora_recipe recipe = {.rank = 4,
		.alpha = 8,
		.targets = "query,key,value,output.dense,intermediate.dense",
		.whole = "pooler,classifier"};
	struct fixture fixture;
	struct optimizer optimizer;
	int compared = 0;

	(void)state;
	open_training(&fixture, "tests/fixtures/training/lora/gradients.safetensors");
	lora_attach(&fixture.model, &recipe);
	lora_read(&fixture.model, &recipe, "tests/fixtures/training/lora/initial", NULL);
	for (int i = 0; i < model_linear_count(&fixture.model); i++)
		lora_add(model_linear(&fixture.model, i), model_linear(&fixture.model, i)->weight);
	optimizer_init(&optimizer, &fixture.model, &recipe);
	struct model *gradient = &optimizer.gradient[0];
	mean_loss_gradient(&fixture, NULL, gradient);
	for (int i = 0; i < model_linear_count(gradient); i++) {
		const struct linear *linear = model_linear(gradient, i);
		if (linear->rank == 0)
			continue;
		assert_expected(&fixture, adapter_name(linear->module, ".lora_A.weight"), linear->a,
			(size_t)(linear->rank * linear->in), tolerance / 4, 1e-5);
		assert_expected(&fixture, adapter_name(linear->module, ".lora_B.weight"), linear->b,
			(size_t)(linear->rank * linear->out), tolerance / 4, 1e-5);
		compared += 2;
	}
	for (int i = 0; i < gradient->parameter_count; i++) {
		const struct parameter *parameter = &gradient->parameters[i];
		if (!*parameter->slot)
			continue;
		assert_expected(&fixture, adapter_name(parameter->name, ""), *parameter->slot, parameter->count,
			tolerance / 4, 1e-5);
		compared++;
	}
	assert_int_equal(compared, fixture.expected.count);
	optimizer_free(&optimizer);
	lora_detach(&fixture.model);
	close_fixture(&fixture);
}

/* ---- finite differences ---- */

/* The loss at the two ends of a step of length 0.01 through all elements of one parameter, in a random direction.
 * Rounding leaves an error of up to 1e-6 in the difference, so tells less the shorter the step; the third derivative,
 * which a longer step would add, is not yet seen at this length. */
static void check_parameter(struct fixture *fixture, const struct dropout *dropout, const struct parameter *parameter,
	const struct parameter *gradient, uint32_t seed)
{
	const double step = 0.005 / sqrt((double)parameter->count);
	float *before = malloc(parameter->count * sizeof *before);
	double expected = 0, loss[2];

	memcpy(before, parameter->value, parameter->count * sizeof *before);
	for (int side = 0; side < 2; side++) {
		uint32_t bits = seed;
		for (size_t i = 0; i < parameter->count; i++) {
			bits = bits * 1664525u + 1013904223u;
			double moved = (bits >> 31) != (uint32_t)side ? step : -step;
			parameter->value[i] = (float)((double)before[i] + moved);
			expected += (side ? -1 : 1) * (double)gradient->value[i] * (double)parameter->value[i];
		}
		loss[side] = mean_loss(fixture, dropout);
	}
	memcpy(parameter->value, before, parameter->count * sizeof *before);
	free(before);
	assert_close(parameter->name, seed, loss[0] - loss[1], expected, 3e-6 + 0.002 * fabs(expected));
}

/* DistilBERT's ReLU has no derivative at 0: every other unit is opened and the rest closed, all far from there. */
static void avoid_kinks(struct model *model)
{
	for (int64_t i = 0; i < model->config.hidden; i++)
		model->pooler.bias[i] = i % 2 ? 5 : -5;
}

static void check_differences(const char *name, const struct dropout *dropout)
{
	struct fixture fixture;
	struct model gradient;

	open_case(&fixture, name);
	if (fixture.model.config.architecture == ARCHITECTURE_DISTILBERT)
		avoid_kinks(&fixture.model);
	model_init(&gradient, &fixture.model.config);
	mean_loss_gradient(&fixture, dropout, &gradient);
	for (int i = 0; i < gradient.parameter_count; i++)
		for (uint32_t seed = 1; seed <= 3; seed++)
			check_parameter(&fixture, dropout, &fixture.model.parameters[i], &gradient.parameters[i], seed);
	model_free(&gradient);
	close_fixture(&fixture);
}

static const char *const differentiated[] = {"bert-odd", "distilbert-five", "roberta-three", "electra-four"};

static void gradients_are_finite_differences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof differentiated / sizeof *differentiated; i++)
		check_differences(differentiated[i], NULL);
}

static void gradients_are_finite_differences_under_dropout(void **state)
{
	(void)state;
	for (uint64_t key = 1; key <= 3; key++) {
		const struct dropout dropout = {key};
		for (size_t i = 0; i < sizeof differentiated / sizeof *differentiated; i++)
			check_differences(differentiated[i], &dropout);
	}
}

static void dropout_is_its_key(void **state)
{
	const struct dropout one = {1}, two = {2};
	struct fixture fixture;

	(void)state;
	open_case(&fixture, "bert-odd");
	double first = mean_loss(&fixture, &one);
	assert_true(mean_loss(&fixture, &one) == first);
	assert_true(mean_loss(&fixture, &two) != first);
	assert_true(mean_loss(&fixture, NULL) != first);
	fixture.model.config.dropout = fixture.model.config.attention_dropout =
		fixture.model.config.classifier_dropout = 0;
	double none = mean_loss(&fixture, NULL);
	assert_true(mean_loss(&fixture, &one) == none);
	close_fixture(&fixture);
}

static void backward_adds_to_the_gradient_and_can_be_repeated(void **state)
{
	struct fixture fixture;
	struct model once, twice;

	(void)state;
	open_case(&fixture, "distilbert-five");
	model_init(&once, &fixture.model.config);
	model_init(&twice, &fixture.model.config);
	mean_loss_gradient(&fixture, NULL, &once);
	mean_loss_gradient(&fixture, NULL, &twice);
	assert_memory_equal(once.values, twice.values, once.count * sizeof *once.values);
	mean_loss_gradient(&fixture, NULL, &twice);
	for (size_t i = 0; i < once.count; i++)
		assert_close("gradient", (int64_t)i, (double)twice.values[i], 2 * (double)once.values[i], 1e-6);
	model_free(&once);
	model_free(&twice);
	close_fixture(&fixture);
}

/* ---- removed heads ---- */

/* A pass for the logits alone and a pass that could be followed by a backward pass take different ways. */
static void removed_heads_give_the_logits_of_pytorch(void **state)
{
	(void)state;
	for (int c = 0; c < CASES; c++)
		for (int backward = 0; backward < 2; backward++) {
			struct fixture fixture;
			size_t count;
			open_case(&fixture, cases[c]);
			const int64_t heads = fixture.model.config.layers * fixture.model.config.heads;
			const int64_t classes = fixture.model.config.classes;
			unsigned char *removed = calloc((size_t)heads, 1);
			double *without = expected_values(&fixture, "logits_without", &count);
			fixture.activations.backward = backward;
			for (int64_t h = 0; h < heads; h++) {
				removed[h] = 1;
				encoder_forward(&fixture.model, &fixture.batch, &fixture.activations, removed, NULL);
				removed[h] = 0;
				for (int64_t i = 0; i < fixture.batch.sentences * classes; i++)
					assert_close(cases[c], h, (double)fixture.activations.logits[i],
						without[(i / classes * heads + h) * classes + i % classes], tolerance);
			}
			free(without);
			free(removed);
			close_fixture(&fixture);
		}
}

/* Several heads at once, by the public steps and a context that is cleared by hand. */
static void removed_heads_are_cleared_contexts(void **state)
{
	struct fixture fixture;

	(void)state;
	open_case(&fixture, "bert-two");
	const struct model *model = &fixture.model;
	const struct batch *batch = &fixture.batch;
	const int64_t heads = model->config.heads, head_dim = config_head_dim(&model->config);
	const size_t logits = (size_t)(batch->sentences * model->config.classes);
	float *whole = malloc(logits * sizeof *whole);
	const unsigned char removed[3 * 4] = {1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0};

	activations_fit(&fixture.activations, &model->config, batch);
	encoder_embed(model, batch, &fixture.activations, NULL);
	for (int64_t l = 0; l < model->config.layers; l++) {
		encoder_attend(model, l, batch, &fixture.activations, NULL);
		for (int64_t i = 0; i < fixture.tokens.count * model->config.hidden; i++)
			if (removed[l * heads + i % model->config.hidden / head_dim])
				fixture.activations.layers[l].context[i] = 0;
		encoder_project(model, l, batch, &fixture.activations, NULL);
		encoder_normalize(model, l, batch, &fixture.activations);
		encoder_feed_forward(model, l, batch, &fixture.activations, NULL);
	}
	encoder_classify(model, batch, &fixture.activations, NULL);
	memcpy(whole, fixture.activations.logits, logits * sizeof *whole);
	encoder_forward(model, batch, &fixture.activations, removed, NULL);
	assert_memory_equal(fixture.activations.logits, whole, logits * sizeof *whole);
	activations_free(&fixture.activations, &model->config);
	activations_init(&fixture.activations, false);
	encoder_forward(model, batch, &fixture.activations, removed, NULL);
	for (size_t i = 0; i < logits; i++)
		assert_close("logits", (int64_t)i, (double)fixture.activations.logits[i], (double)whole[i], tolerance);
	free(whole);
	close_fixture(&fixture);
}

/* ---- packing ---- */

/* Sentences alone, in the order of the file and back, in the same activations: what a longer sentence left there
 * must not matter. Matrix products of another size may be summed in another order. */
static void sentences_do_not_see_each_other(void **state)
{
	(void)state;
	for (int c = 0; c < CASES; c++)
		for (int backward = 0; backward < 2; backward++) {
			struct fixture fixture;
			open_case(&fixture, cases[c]);
			const int64_t classes = fixture.model.config.classes, sentences = fixture.batch.sentences;
			double *packed = malloc((size_t)(sentences * classes) * sizeof *packed);
			fixture.activations.backward = backward;
			encoder_forward(&fixture.model, &fixture.batch, &fixture.activations, NULL, NULL);
			for (int64_t i = 0; i < sentences * classes; i++)
				packed[i] = (double)fixture.activations.logits[i];
			activations_free(&fixture.activations, &fixture.model.config);
			for (int64_t i = 0; i < 2 * sentences; i++) {
				int64_t s = i < sentences ? i : 2 * sentences - 1 - i;
				struct batch alone = tokens_batch(&fixture.tokens, s, s + 1);
				encoder_forward(&fixture.model, &alone, &fixture.activations, NULL, NULL);
				for (int64_t j = 0; j < classes; j++)
					assert_close(cases[c], s, (double)fixture.activations.logits[j],
						packed[s * classes + j], tolerance / 2);
			}
			free(packed);
			close_fixture(&fixture);
		}
}

/* Every sentence stands in one block, in order, and no block is empty. */
static void assert_blocks_cover(const int64_t *first, int64_t blocks, int64_t sentences)
{
	assert_int_equal(first[0], 0);
	assert_int_equal(first[blocks], sentences);
	for (int64_t b = 0; b < blocks; b++)
		assert_true(first[b] < first[b + 1]);
}

static void blocks_hold_whole_sentences(void **state)
{
	static const int64_t offsets[] = {0, 3, 5, 15, 16, 20, 21};

	(void)state;
	for (int64_t most = 1; most <= 30; most++)
		for (int64_t sentences = 1; sentences <= 6; sentences++) {
			int64_t blocks, *first = cut_blocks(offsets, sentences, most, &blocks);
			assert_blocks_cover(first, blocks, sentences);
			free(first);
		}
}

/* 64 sentences of ten tokens: as many blocks as keep below the limit, rounded up to a multiple of eight. */
static void blocks_are_equal_and_even_in_number(void **state)
{
	enum { SENTENCES = 64 };
	static const struct {
		int64_t most, blocks;
	} cuts[] = {{1000, 2}, {320, 2}, {319, 4}, {80, 8}, {40, 16}, {20, 32}, {10, 64}, {1, 64}};
	int64_t offsets[SENTENCES + 1];

	(void)state;
	for (int s = 0; s <= SENTENCES; s++)
		offsets[s] = 10 * s;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		int64_t blocks, *first = cut_blocks(offsets, SENTENCES, cuts[i].most, &blocks);
		assert_blocks_cover(first, blocks, SENTENCES);
		assert_int_equal(blocks, cuts[i].blocks);
		for (int64_t b = 0; b < blocks; b++)
			assert_int_equal(first[b + 1] - first[b], SENTENCES / cuts[i].blocks);
		free(first);
	}
}

/* predict on 160 copies of the sentences, several blocks of them, is the same for any number of threads. */
static void threads_do_not_matter(void **state)
{
	enum { COPIES = 160 };
	struct fixture fixture;
	double *logits[3];

	(void)state;
	open_case(&fixture, "bert-two");
	const int64_t sentences = fixture.tokens.sentences, classes = fixture.model.config.classes;
	struct tokens many = {.sentences = COPIES * sentences, .count = COPIES * fixture.tokens.count};
	many.ids = malloc((size_t)many.count * sizeof *many.ids);
	many.offsets = calloc((size_t)many.sentences + 1, sizeof *many.offsets);
	for (int64_t i = 0; i < many.count; i++)
		many.ids[i] = fixture.tokens.ids[i % fixture.tokens.count];
	for (int64_t s = 0; s < many.sentences; s++)
		many.offsets[s + 1] = many.offsets[s] + fixture.tokens.offsets[s % sentences + 1] -
				      fixture.tokens.offsets[s % sentences];
	assert_true(many.count > 2 * BLOCK_TOKENS);
	const size_t count = (size_t)(many.sentences * classes);
	for (int i = 0; i < 3; i++) {
		common.threads = i + 1;
		logits[i] = calloc(count, sizeof **logits);
		predict(&fixture.model, &many, NULL, logits[i]);
		assert_memory_equal(logits[i], logits[0], count * sizeof **logits);
	}
	for (size_t i = 0; i < count; i++)
		assert_close("logits", (int64_t)i, logits[0][i], logits[0][i % (size_t)(sentences * classes)],
			tolerance / 2);
	for (int i = 0; i < 3; i++)
		free(logits[i]);
	free(many.ids);
	free(many.offsets);
	close_fixture(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_gradients_are_those_of_pytorch),
		cmocka_unit_test(parameter_gradients_are_those_of_pytorch),
		cmocka_unit_test(adapter_gradients_are_those_of_peft),
		cmocka_unit_test(gradients_are_finite_differences),
		cmocka_unit_test(gradients_are_finite_differences_under_dropout),
		cmocka_unit_test(dropout_is_its_key),
		cmocka_unit_test(backward_adds_to_the_gradient_and_can_be_repeated),
		cmocka_unit_test(removed_heads_give_the_logits_of_pytorch),
		cmocka_unit_test(removed_heads_are_cleared_contexts),
		cmocka_unit_test(sentences_do_not_see_each_other),
		cmocka_unit_test(blocks_hold_whole_sentences),
		cmocka_unit_test(blocks_are_equal_and_even_in_number),
		cmocka_unit_test(threads_do_not_matter),
	};

	common.threads = 1;
	blas_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
