/* optimizer.c: gradients summed, clipped, and taken as AdamW steps.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "optimizer.h"

#include "fail.h"
#include "kernels.h"
#include "options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lists value[count] and gives it the next place in the optimizer's arrays. */
static void add_trainable(struct optimizer *optimizer, float *value, size_t count, bool decay)
{
	optimizer->list[optimizer->count++] = (struct trainable){value, count, optimizer->total, decay};
	optimizer->total += count;
}

static void add_factors(struct optimizer *optimizer, const struct model *model)
{
	for (int i = 0; i < model_linear_count(model); i++) {
		const struct linear *linear = model_linear(model, i);
		if (linear->rank == 0)
			continue;
		add_trainable(optimizer, linear->a, (size_t)(linear->rank * linear->in), true);
		add_trainable(optimizer, linear->b, (size_t)(linear->rank * linear->out), true);
	}
}

/* Lets the factors of a shard's gradient point to their places, in the order in which they were listed. */
static void point_factors(struct optimizer *optimizer, const struct model *model, int shard)
{
	const struct trainable *trainable = optimizer->list;

	for (int i = 0; i < model_linear_count(model); i++) {
		struct linear *gradient = model_linear(&optimizer->gradient[shard], i);
		gradient->rank = model_linear(model, i)->rank;
		if (gradient->rank == 0)
			continue;
		gradient->a = optimizer->gradients[shard] + trainable++->offset;
		gradient->b = optimizer->gradients[shard] + trainable++->offset;
	}
}

static bool is_trained(const struct parameter *parameter, const struct lora_recipe *recipe)
{
	return !recipe || lora_saves_whole(parameter->name, recipe->whole);
}

void optimizer_init(struct optimizer *optimizer, struct model *model, const struct lora_recipe *recipe)
{
	*optimizer = (struct optimizer){0};
	optimizer->list = allocate(
		2 * (size_t)model_linear_count(model) + (size_t)model->parameter_count, sizeof *optimizer->list);
	add_factors(optimizer, model);
	const int factors = optimizer->count;
	for (int i = 0; i < model->parameter_count; i++)
		if (is_trained(&model->parameters[i], recipe))
			add_trainable(optimizer, model->parameters[i].value, model->parameters[i].count,
				model->parameters[i].rank == 2);
	optimizer->m = allocate(optimizer->total, sizeof(float));
	optimizer->v = allocate(optimizer->total, sizeof(float));
	for (int shard = 0; shard < SHARDS; shard++) {
		optimizer->gradients[shard] = allocate(optimizer->total, sizeof(float));
		model_outline(&optimizer->gradient[shard], &model->config);
		point_factors(optimizer, model, shard);
		const struct trainable *trainable = optimizer->list + factors;
		for (int i = 0; i < model->parameter_count; i++)
			if (is_trained(&model->parameters[i], recipe))
				*optimizer->gradient[shard].parameters[i].slot =
					optimizer->gradients[shard] + trainable++->offset;
	}
}

void optimizer_free(struct optimizer *optimizer)
{
	for (int shard = 0; shard < SHARDS; shard++) {
		free(optimizer->gradients[shard]);
		model_free(&optimizer->gradient[shard]);
	}
	free(optimizer->m);
	free(optimizer->v);
	free(optimizer->list);
	*optimizer = (struct optimizer){0};
}

void optimizer_clear(struct optimizer *optimizer)
{
	for (int shard = 0; shard < SHARDS; shard++)
		memset(optimizer->gradients[shard], 0, optimizer->total * sizeof(float));
}

/* Adds all shards into the first and returns the norm of the sum. */
static double sum_shards(struct optimizer *optimizer)
{
	double squares = 0;
	float *sum = optimizer->gradients[0];

	for (int shard = 1; shard < SHARDS; shard++)
		kernels()->add(sum, optimizer->gradients[shard], (int64_t)optimizer->total);
	for (int i = 0; i < optimizer->count; i++) {
		const float *gradient = sum + optimizer->list[i].offset;
		double part = 0;
		for (size_t j = 0; j < optimizer->list[i].count; j++)
			part += (double)gradient[j] * (double)gradient[j];
		squares += part;
	}
	return sqrt(squares);
}

double optimizer_step(struct optimizer *optimizer, const struct optimizer_rates *rates, int64_t step)
{
	const double norm = sum_shards(optimizer);
	struct adamw_step update = {
		.clip = rates->clip > 0 ? fmin(1, rates->clip / (norm + 1e-6)) : 1,
		.rate = rates->rate,
		.beta1 = rates->beta1,
		.beta2 = rates->beta2,
		.epsilon = rates->epsilon,
		.correction1 = 1 - pow(rates->beta1, (double)step),
		.correction2 = 1 - pow(rates->beta2, (double)step),
	};

#pragma omp parallel for schedule(dynamic) num_threads((int)common.threads) firstprivate(update)
	for (int i = 0; i < optimizer->count; i++) {
		const struct trainable *trainable = &optimizer->list[i];
		update.weight_decay = trainable->decay ? rates->weight_decay : 0;
		kernels()->adamw(trainable->value, optimizer->gradients[0] + trainable->offset,
			optimizer->m + trainable->offset, optimizer->v + trainable->offset, (int64_t)trainable->count,
			&update);
	}
	return norm;
}
