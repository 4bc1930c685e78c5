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
	.intermediate = 5,
	.vocabulary = 7,
	.max_positions = 2,
	.token_types = 1,
	.classes = 2};
static const struct config large = {.layers = 1,
	.heads = 2,
	.hidden = 34,
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
		optimizer_clear(&optimizer);
		fill_gradients(&optimizer);
		const double expected = (double)reference_step(&reference, &optimizer, rates, step);
		const double norm = optimizer_step(&optimizer, rates, step);
		assert_true(fabs(norm - expected) <= 1e-12 * expected);
	}
	for (int i = 0; i < optimizer.count; i++)
		for (size_t j = 0; j < optimizer.list[i].count; j++) {
			const double found = (double)optimizer.list[i].value[j];
			const double expected = (double)reference.value[optimizer.list[i].offset + j];
			if (fabs(found - expected) <= tolerance)
				continue;
			print_error("array %d, element %zu: found %.9g, expected %.9g\n", i, j, found, expected);
			fail();
		}
	reference_free(&reference);
	release(&model, &optimizer);
}
