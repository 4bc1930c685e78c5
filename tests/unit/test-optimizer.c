/* test-optimizer.c: AdamW against long double, what decays, where gradients go, and which modules an adapter names.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fail.h"
#include "lora.h"
#include "optimizer.h"
#include "options.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sizes that fill no vector register, and some that fill several and leave a rest. */
static const struct config small = {.layers = 2,
	.heads = 1,
	.hidden = 3,
	.embedding = 3,
	.intermediate = 5,
	.vocabulary = 7,
	.max_positions = 2,
	.token_types = 1,
	.classes = 2};
static const struct config large = {.layers = 1,
	.heads = 2,
	.hidden = 34,
	.embedding = 34,
	.intermediate = 71,
	.vocabulary = 53,
	.max_positions = 9,
	.token_types = 2,
	.classes = 3};
static const struct lora_recipe recipe = {
	.rank = 2, .alpha = 3, .targets = "query,output.dense", .whole = "pooler,classifier"};
static const struct optimizer_rates standard = {
	.rate = 0.01, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .weight_decay = 0.1, .clip = 1};

/* Uniform in ±1, the same in every run. */
static float next_value(void)
{
	static uint32_t x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return (float)((double)x / 2147483648.0 - 1);
}

/* A model of that shape with random values, and with an adapter where a recipe is given. */
static void make(struct model *model, struct optimizer *optimizer, const struct config *config,
	const struct lora_recipe *adapter)
{
	model_init(model, config);
	for (size_t i = 0; i < model->count; i++)
		model->values[i] = next_value();
	if (adapter)
		lora_attach(model, adapter);
	optimizer_init(optimizer, model, adapter);
	for (int i = 0; i < optimizer->count; i++)
		for (size_t j = 0; j < optimizer->list[i].count; j++)
			optimizer->list[i].value[j] = next_value();
}

static void release(struct model *model, struct optimizer *optimizer)
{
	optimizer_free(optimizer);
	lora_detach(model);
	model_free(model);
}

/* From array to array gradients get smaller, down to where epsilon matters. */
static void fill_gradients(struct optimizer *optimizer)
{
	for (int shard = 0; shard < SHARDS; shard++)
		for (int i = 0; i < optimizer->count; i++)
			for (size_t j = 0; j < optimizer->list[i].count; j++)
				optimizer->gradients[shard][optimizer->list[i].offset + j] =
					next_value() * powf(10, (float)(-i % 10));
}

/* ---- AdamW (Loshchilov and Hutter 2019, algorithm 2), clipped as PyTorch's clip_grad_norm_ does ---- */

struct reference {
	long double *value, *m, *v, *gradient;
};

static void reference_init(struct reference *reference, const struct optimizer *optimizer)
{
	reference->value = allocate(optimizer->total, sizeof(long double));
	reference->m = allocate(optimizer->total, sizeof(long double));
	reference->v = allocate(optimizer->total, sizeof(long double));
	reference->gradient = allocate(optimizer->total, sizeof(long double));
	for (int i = 0; i < optimizer->count; i++)
		for (size_t j = 0; j < optimizer->list[i].count; j++)
			reference->value[optimizer->list[i].offset + j] = optimizer->list[i].value[j];
}

static void reference_free(struct reference *reference)
{
	free(reference->value);
	free(reference->m);
	free(reference->v);
	free(reference->gradient);
}

/* Reads the shards, so it comes before optimizer_step. Returns the norm before clipping. */
static long double reference_step(struct reference *reference, const struct optimizer *optimizer,
	const struct optimizer_rates *rates, int step)
{
	long double squares = 0;

	for (size_t i = 0; i < optimizer->total; i++) {
		float sum = optimizer->gradients[0][i];
		for (int shard = 1; shard < SHARDS; shard++)
			sum += optimizer->gradients[shard][i];
		reference->gradient[i] = sum;
		squares += reference->gradient[i] * reference->gradient[i];
	}
	const long double norm = sqrtl(squares);
	const long double clip = rates->clip > 0 ? fminl(1, rates->clip / (norm + 1e-6L)) : 1;
	const long double beta1 = rates->beta1, beta2 = rates->beta2;
	for (int i = 0; i < optimizer->count; i++) {
		const struct trainable *trainable = &optimizer->list[i];
		for (size_t j = trainable->offset; j < trainable->offset + trainable->count; j++) {
			const long double g = clip * reference->gradient[j];
			reference->m[j] = beta1 * reference->m[j] + (1 - beta1) * g;
			reference->v[j] = beta2 * reference->v[j] + (1 - beta2) * g * g;
			if (trainable->decay)
				reference->value[j] *= 1 - (long double)rates->rate * rates->weight_decay;
			reference->value[j] -= rates->rate * (reference->m[j] / (1 - powl(beta1, step))) /
				(sqrtl(reference->v[j] / (1 - powl(beta2, step))) + rates->epsilon);
		}
	}
	return norm;
}

/* A value below 2 is rounded to 2^-24 twice a step; an update, below 10 rates, is some 1e-6 of itself off. */
static void assert_follows(const struct config *config, const struct lora_recipe *adapter,
	const struct optimizer_rates *rates)
{
	enum { STEPS = 6 };
	const double tolerance = STEPS * (2 * ldexp(1, -24) + 10 * rates->rate * 1e-6);
	struct model model;
	struct optimizer optimizer;
	struct reference reference;

	make(&model, &optimizer, config, adapter);
	reference_init(&reference, &optimizer);
	for (int step = 1; step <= STEPS; step++) {
		optimizer_begin(&optimizer, NULL, 0);
		fill_gradients(&optimizer);
		const double expected = (double)reference_step(&reference, &optimizer, rates, step);
		const double norm = optimizer_step(&optimizer, rates);
		assert_true(fabs(norm - expected) <= 1e-12 * expected);
	}
	for (int i = 0; i < optimizer.count; i++)
		for (size_t j = 0; j < optimizer.list[i].count; j++) {
			const double found = (double)optimizer.list[i].value[j];
			const double expected = (double)reference.value[optimizer.list[i].offset + j];
			if (fabs(found - expected) <= tolerance)
				continue;
			print_error("array %d, element %zu: found %.9g, expected %.9g\n", i, j, found, expected);
			_fail(__FILE__, __LINE__);
		}
	reference_free(&reference);
	release(&model, &optimizer);
}

static void test_steps_are_adamw(void **state)
{
	static const struct optimizer_rates unclipped = {
		.rate = 0.3, .beta1 = 0.8, .beta2 = 0.99, .epsilon = 1e-6, .weight_decay = 0.01};

	(void)state;
	assert_follows(&small, NULL, &standard);
	assert_follows(&large, NULL, &standard);
	assert_follows(&large, NULL, &unclipped);
}

static void test_an_adapter_is_trained_likewise(void **state)
{
	(void)state;
	assert_follows(&small, &recipe, &standard);
	assert_follows(&large, &recipe, &standard);
}

/* The values after three steps from zero, in fresh memory: [*count]. */
static float *after_three_steps(const struct optimizer_rates *rates, float gradient, size_t *count)
{
	struct model model;
	struct optimizer optimizer;

	model_init(&model, &small);
	optimizer_init(&optimizer, &model, NULL);
	for (int step = 1; step <= 3; step++) {
		optimizer_begin(&optimizer, NULL, 0);
		for (size_t i = 0; i < optimizer.total; i++)
			optimizer.gradients[i % SHARDS][i] = gradient / (float)(i % 7 + 1);
		optimizer_step(&optimizer, rates);
	}
	*count = model.count;
	float *values = allocate(*count, sizeof *values);
	memcpy(values, model.values, *count * sizeof *values);
	release(&model, &optimizer);
	return values;
}

static void test_clipping_leaves_a_short_gradient(void **state)
{
	struct optimizer_rates rates = standard;
	size_t count;

	(void)state;
	rates.clip = 0;
	float *unclipped = after_three_steps(&rates, 1e-3f, &count);
	rates.clip = 1;
	float *clipped = after_three_steps(&rates, 1e-3f, &count);
	assert_memory_equal(clipped, unclipped, count * sizeof *clipped);
	free(unclipped);
	free(clipped);
}

static void test_the_number_of_threads_changes_nothing(void **state)
{
	size_t count;

	(void)state;
	float *one = after_three_steps(&standard, 1, &count);
	common.threads = 3;
	float *three = after_three_steps(&standard, 1, &count);
	common.threads = 1;
	assert_memory_equal(one, three, count * sizeof *one);
	free(one);
	free(three);
}

/* ---- rows of the word embedding that are put off ---- */

/* Forty steps on batches of three tokens; a gradient of the size of the step's number in the rows of these tokens, and
 * in a bias. lazy: tells the optimizer which tokens, else that it may be any. */
static float *after_forty_steps(bool lazy, int64_t settle_every)
{
	struct model model;
	struct optimizer optimizer;

	make(&model, &optimizer, &small, NULL);
	for (size_t i = 0; i < model.count; i++)
		model.values[i] = (float)(i % 17) / 16 - 0.5f;
	for (int step = 1; step <= 40; step++) {
		const int32_t ids[] = {step * step % 7, step % 3, step * step % 7};
		optimizer_begin(&optimizer, lazy ? ids : NULL, 3);
		for (int shard = 0; shard < SHARDS; shard++) {
			struct model *gradient = &optimizer.gradient[shard];
			for (int i = 0; i < 3; i++)
				for (int64_t j = 0; j < small.hidden; j++)
					gradient->embeddings.words[ids[i] * small.hidden + j] = (float)(step * (shard + 1));
			gradient->layers[0].inner.bias[0] = 1;
		}
		optimizer_step(&optimizer, &standard);
		if (step % settle_every == 0)
			optimizer_settle(&optimizer);
	}
	optimizer_settle(&optimizer);
	float *values = allocate(model.count, sizeof *values);
	memcpy(values, model.values, model.count * sizeof *values);
	release(&model, &optimizer);
	return values;
}

static void test_rows_put_off_come_to_the_same_bits(void **state)
{
	struct model model;

	(void)state;
	model_outline(&model, &small);
	float *eager = after_forty_steps(false, 100), *lazy = after_forty_steps(true, 100);
	float *settled = after_forty_steps(true, 7);
	assert_memory_equal(lazy, eager, model.count * sizeof *eager);
	assert_memory_equal(settled, eager, model.count * sizeof *eager);
	free(eager);
	free(lazy);
	free(settled);
	model_free(&model);
}

/* ---- what is trained, and what decays ---- */

/* With no gradient a step only decays: 1 becomes 1 - rate x weight decay, or stays. */
static void decay_from_one(struct optimizer *optimizer)
{
	const struct optimizer_rates rates = {
		.rate = 0.5, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .weight_decay = 0.5, .clip = 1};

	for (int i = 0; i < optimizer->count; i++)
		for (size_t j = 0; j < optimizer->list[i].count; j++)
			optimizer->list[i].value[j] = 1;
	optimizer_begin(optimizer, NULL, 0);
	assert_true(optimizer_step(optimizer, &rates) == 0);
}

static void test_only_matrices_decay(void **state)
{
	struct model model;
	struct optimizer optimizer;

	(void)state;
	make(&model, &optimizer, &small, NULL);
	assert_int_equal(optimizer.total, model.count);
	decay_from_one(&optimizer);
	for (int i = 0; i < model.parameter_count; i++)
		for (size_t j = 0; j < model.parameters[i].count; j++)
			assert_true(model.parameters[i].value[j] == (model.parameters[i].rank == 2 ? 0.75f : 1));
	release(&model, &optimizer);
}

static void test_factors_of_an_adapter_decay(void **state)
{
	struct model model;
	struct optimizer optimizer;

	(void)state;
	make(&model, &optimizer, &small, &recipe);
	decay_from_one(&optimizer);
	assert_true(model.layers[1].query.a[0] == 0.75f && model.layers[1].query.b[0] == 0.75f);
	assert_true(model.pooler.weight[0] == 0.75f && model.pooler.bias[0] == 1);
	release(&model, &optimizer);
}

static void test_an_adapter_leaves_the_base(void **state)
{
	struct model model;
	struct optimizer optimizer;

	(void)state;
	make(&model, &optimizer, &small, &recipe);
	float *before = allocate(model.count, sizeof *before);
	memcpy(before, model.values, model.count * sizeof *before);
	fill_gradients(&optimizer);
	optimizer_step(&optimizer, &standard);
	for (int i = 0; i < model.parameter_count; i++) {
		const struct parameter *parameter = &model.parameters[i];
		const bool whole = lora_saves_whole(parameter->name, recipe.whole);
		for (size_t j = 0; j < parameter->count; j++)
			assert_true((parameter->value[j] != before[parameter->value - model.values + (ptrdiff_t)j]) == whole);
	}
	free(before);
	release(&model, &optimizer);
}

/* A gradient of 1 there moves this value by the rate, as m / sqrt(v) is 1, and no other. */
static void assert_moves_alone(struct optimizer *optimizer, float *gradient, const float *value)
{
	const struct optimizer_rates rates = {.rate = 0.25, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8};
	float *before = allocate(optimizer->total, sizeof *before);

	for (int i = 0; i < optimizer->count; i++)
		memcpy(before + optimizer->list[i].offset, optimizer->list[i].value,
			optimizer->list[i].count * sizeof *before);
	memset(optimizer->m, 0, optimizer->total * sizeof *optimizer->m);
	memset(optimizer->v, 0, optimizer->total * sizeof *optimizer->v);
	optimizer_resume(optimizer, 0);
	optimizer_begin(optimizer, NULL, 0);
	*gradient = 1;
	optimizer_step(optimizer, &rates);
	for (int i = 0; i < optimizer->count; i++)
		for (size_t j = 0; j < optimizer->list[i].count; j++) {
			const float *now = &optimizer->list[i].value[j];
			const float moved = before[optimizer->list[i].offset + j] - *now;
			assert_true(now == value ? fabsf(moved - 0.25f) < 1e-6f : moved == 0);
		}
	free(before);
}

static void test_each_gradient_moves_its_own_value(void **state)
{
	struct model model;
	struct optimizer optimizer;

	(void)state;
	make(&model, &optimizer, &small, NULL);
	for (int shard = 0; shard < SHARDS; shard++)
		for (int i = 0; i < model.parameter_count; i++)
			assert_moves_alone(&optimizer, *optimizer.gradient[shard].parameters[i].slot + 1,
				model.parameters[i].value + 1);
	release(&model, &optimizer);
}

static void test_each_gradient_of_an_adapter_too(void **state)
{
	struct model model;
	struct optimizer optimizer;
	int adapted = 0;

	(void)state;
	make(&model, &optimizer, &small, &recipe);
	for (int shard = 0; shard < SHARDS; shard++) {
		const struct model *gradient = &optimizer.gradient[shard];
		for (int i = 0; i < model_linear_count(&model); i++) {
			const struct linear *linear = model_linear(&model, i);
			assert_int_equal(model_linear(gradient, i)->rank, linear->rank);
			if (linear->rank == 0)
				continue;
			adapted++;
			assert_moves_alone(&optimizer, model_linear(gradient, i)->a + 1, linear->a + 1);
			assert_moves_alone(&optimizer, model_linear(gradient, i)->b + 1, linear->b + 1);
		}
		assert_moves_alone(&optimizer, gradient->pooler.weight + 1, model.pooler.weight + 1);
		assert_moves_alone(&optimizer, gradient->classifier.bias + 1, model.classifier.bias + 1);
		/* no memory for what is not trained */
		assert_null(gradient->embeddings.words);
		assert_null(gradient->layers[1].query.weight);
	}
	assert_int_equal(adapted, SHARDS * 6);
	release(&model, &optimizer);
}

/* ---- which modules an adapter names: the rules of PEFT 0.21 ---- */

/* The adapted modules of a model with two layers, `bert.` and `encoder.layer.` left out. */
static void assert_adapts(const char *targets, const char *whole, const char *expected)
{
	const struct lora_recipe named = {.rank = 2, .alpha = 3, .targets = targets, .whole = whole};
	struct model model;
	char found[1024] = "";

	model_init(&model, &small);
	lora_attach(&model, &named);
	for (int i = 0; i < model_linear_count(&model); i++) {
		const struct linear *linear = model_linear(&model, i);
		const char *name = linear->module;
		assert_int_equal(linear->rank > 0, linear->a && linear->b);
		if (linear->rank == 0)
			continue;
		assert_int_equal(linear->rank, 2);
		assert_true(linear->scale == 1.5f);
		name += strncmp(name, "bert.", 5) == 0 ? 5 : 0;
		name += strncmp(name, "encoder.layer.", 14) == 0 ? 14 : 0;
		strcat(strcat(found, *found ? " " : ""), name);
	}
	assert_string_equal(found, expected);
	lora_detach(&model);
	model_free(&model);
}

static void test_targets_are_ends_of_paths(void **state)
{
	(void)state;
	assert_adapts("query", "", "0.attention.self.query 1.attention.self.query");
	assert_adapts("value,self.key", "",
		"0.attention.self.key 0.attention.self.value 1.attention.self.key 1.attention.self.value");
	/* the attention's output ends in output.dense too */
	assert_adapts("output.dense", "", "0.attention.output.dense 0.output.dense 1.attention.output.dense 1.output.dense");
	assert_adapts("attention.output.dense", "", "0.attention.output.dense 1.attention.output.dense");
	assert_adapts("1.intermediate.dense", "", "1.intermediate.dense");
	assert_adapts("bert.encoder.layer.0.output.dense", "", "0.output.dense");
	assert_adapts("pooler.dense,classifier", "", "pooler.dense classifier");
	/* named twice, adapted once */
	assert_adapts("0.attention.self.query,0.attention.self.query", "", "0.attention.self.query");
}

static void test_what_is_trained_whole_is_not_adapted(void **state)
{
	(void)state;
	assert_adapts("dense", "pooler,classifier",
		"0.attention.output.dense 0.intermediate.dense 0.output.dense "
		"1.attention.output.dense 1.intermediate.dense 1.output.dense");
	assert_adapts("query", "layer.0,classifier", "1.attention.self.query");
}

static void test_modules_trained_whole_are_ends_of_paths(void **state)
{
	static const struct {
		const char *parameter, *list;
		bool expected;
	} cases[] = {
		{"classifier.weight", "classifier", true},
		{"classifier.bias", "pooler,classifier", true},
		{"bert.pooler.dense.weight", "pooler,classifier", true},
		{"bert.pooler.dense.bias", "pooler.dense", true},
		{"bert.encoder.layer.1.output.LayerNorm.bias", "encoder.layer.1", true},
		{"bert.encoder.layer.11.output.LayerNorm.bias", "encoder.layer.1", false},
		{"bert.encoder.layer.0.output.dense.weight", "pooler,classifier", false},
		{"bert.encoder.layer.0.output.dense.weight", "intermediate.dense", false},
		/* even within a word: DistilBERT's pre_classifier goes with its classifier */
		{"pre_classifier.weight", "classifier", true},
		{"classifier.weight", "pre_classifier", false},
		/* parameters are no modules */
		{"classifier.weight", "weight", false},
		{"classifier.weight", "classifier.weight", false},
		{"classifier.weight", "", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (lora_saves_whole(cases[i].parameter, cases[i].list) != cases[i].expected) {
			print_error("%s in '%s': expected %d\n", cases[i].parameter, cases[i].list, cases[i].expected);
			_fail(__FILE__, __LINE__);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_are_adamw),
		cmocka_unit_test(test_an_adapter_is_trained_likewise),
		cmocka_unit_test(test_clipping_leaves_a_short_gradient),
		cmocka_unit_test(test_the_number_of_threads_changes_nothing),
		cmocka_unit_test(test_rows_put_off_come_to_the_same_bits),
		cmocka_unit_test(test_only_matrices_decay),
		cmocka_unit_test(test_factors_of_an_adapter_decay),
		cmocka_unit_test(test_an_adapter_leaves_the_base),
		cmocka_unit_test(test_each_gradient_moves_its_own_value),
		cmocka_unit_test(test_each_gradient_of_an_adapter_too),
		cmocka_unit_test(test_targets_are_ends_of_paths),
		cmocka_unit_test(test_what_is_trained_whole_is_not_adapted),
		cmocka_unit_test(test_modules_trained_whole_are_ends_of_paths),
	};

	common.threads = 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
