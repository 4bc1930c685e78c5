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

/* The word embedding among the trainables, if it is there. */
static void find_rows(struct optimizer *optimizer, const struct model *model)
{
	for (int i = 0; i < optimizer->count; i++)
		if (optimizer->list[i].value == model->embeddings.words)
			optimizer->rows = (struct lazy_rows){.words = &optimizer->list[i],
				.count = model->config.vocabulary,
				.columns = model->config.embedding,
				.done = allocate((size_t)model->config.vocabulary, sizeof(int64_t)),
				.touched = allocate((size_t)model->config.vocabulary, sizeof(int64_t))};
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
	find_rows(optimizer, model);
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
	free(optimizer->taken);
	free(optimizer->rows.done);
	free(optimizer->rows.touched);
	*optimizer = (struct optimizer){0};
}

void optimizer_resume(struct optimizer *optimizer, int64_t step)
{
	optimizer->start = optimizer->step = step;
	for (int64_t row = 0; row < optimizer->rows.count; row++)
		optimizer->rows.done[row] = step;
}

/* ---- rows that are put off ---- */

/* One AdamW step of one row of the word embedding. */
static void step_row(
	struct optimizer *optimizer, int64_t row, const float *gradient, const struct adamw_step *step)
{
	const struct lazy_rows *rows = &optimizer->rows;
	const size_t place = rows->words->offset + (size_t)(row * rows->columns);

	kernels()->adamw(rows->words->value + row * rows->columns, gradient, optimizer->m + place, optimizer->v + place,
		rows->columns, step);
}

/* Takes the steps that the rows missed; zero: [columns]. */
static void catch_up(struct optimizer *optimizer, const int64_t *chosen, int64_t count)
{
	struct lazy_rows *rows = &optimizer->rows;
	const float *zero = allocate((size_t)rows->columns, sizeof *zero);

#pragma omp parallel for schedule(dynamic, 16) num_threads((int)common.threads)
	for (int64_t i = 0; i < count; i++) {
		const int64_t row = chosen ? chosen[i] : i;
		for (; rows->done[row] < optimizer->step; rows->done[row]++)
			step_row(optimizer, row, zero, &optimizer->taken[rows->done[row] - optimizer->start]);
	}
	free((float *)zero);
}

void optimizer_settle(struct optimizer *optimizer)
{
	catch_up(optimizer, NULL, optimizer->rows.count);
}

static int by_row(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* The rows of the batch's tokens, each once. Until the step is taken, done = -1 - done marks one that is listed. */
static void list_touched(struct lazy_rows *rows, const int32_t *ids, int64_t count)
{
	rows->touched_count = 0;
	for (int64_t i = 0; i < (ids ? count : rows->count); i++) {
		const int64_t row = ids ? ids[i] : i;
		if (rows->done[row] < 0)
			continue;
		rows->done[row] = -1 - rows->done[row];
		rows->touched[rows->touched_count++] = row;
	}
	qsort(rows->touched, (size_t)rows->touched_count, sizeof *rows->touched, by_row);
	for (int64_t i = 0; i < rows->touched_count; i++)
		rows->done[rows->touched[i]] = -1 - rows->done[rows->touched[i]];
}

/* ---- a step ---- */

void optimizer_begin(struct optimizer *optimizer, const int32_t *ids, int64_t count)
{
	const struct lazy_rows *rows = &optimizer->rows;

	if (rows->words) {
		list_touched(&optimizer->rows, ids, count);
		catch_up(optimizer, rows->touched, rows->touched_count);
	}
#pragma omp parallel for schedule(static, 1) num_threads((int)common.threads)
	for (int shard = 0; shard < SHARDS; shard++) {
		float *gradient = optimizer->gradients[shard];
		for (int i = 0; i < optimizer->count; i++)
			if (&optimizer->list[i] != rows->words)
				memset(gradient + optimizer->list[i].offset, 0, optimizer->list[i].count * sizeof *gradient);
		for (int64_t i = 0; rows->words && i < rows->touched_count; i++)
			memset(gradient + rows->words->offset + (size_t)(rows->touched[i] * rows->columns), 0,
				(size_t)rows->columns * sizeof *gradient);
	}
}

/* Adds all shards of a part of the gradient into the first and returns the sum of its squares. */
static double sum_shards(struct optimizer *optimizer, size_t offset, size_t count)
{
	float *sum = optimizer->gradients[0] + offset;
	double squares = 0;

	for (int shard = 1; shard < SHARDS; shard++)
		kernels()->add(sum, optimizer->gradients[shard] + offset, (int64_t)count);
	for (size_t i = 0; i < count; i++)
		squares += (double)sum[i] * (double)sum[i];
	return squares;
}

/* The norm of the gradient, whose shards are summed. */
static double sum_gradient(struct optimizer *optimizer)
{
	const struct lazy_rows *rows = &optimizer->rows;
	double *squares = allocate((size_t)optimizer->count, sizeof *squares), all = 0;

#pragma omp parallel for schedule(dynamic) num_threads((int)common.threads)
	for (int i = 0; i < optimizer->count; i++) {
		const struct trainable *trainable = &optimizer->list[i];
		if (trainable != rows->words) {
			squares[i] = sum_shards(optimizer, trainable->offset, trainable->count);
			continue;
		}
		for (int64_t j = 0; j < rows->touched_count; j++)
			squares[i] += sum_shards(optimizer,
				trainable->offset + (size_t)(rows->touched[j] * rows->columns), (size_t)rows->columns);
	}
	for (int i = 0; i < optimizer->count; i++)
		all += squares[i];
	free(squares);
	return sqrt(all);
}

/* Keeps what the rows that are put off will need of this step. */
static void remember_step(struct optimizer *optimizer, const struct adamw_step *step)
{
	const int64_t taken = optimizer->step - optimizer->start;

	if (!optimizer->rows.words)
		return;
	/* room doubles when it is full: at 0 and at powers of two */
	if ((taken & (taken - 1)) == 0)
		optimizer->taken = reallocate(optimizer->taken, 2 * (size_t)taken + 1, sizeof *optimizer->taken);
	optimizer->taken[taken] = *step;
	optimizer->taken[taken].weight_decay = optimizer->rows.words->decay ? step->weight_decay : 0;
}

double optimizer_step(struct optimizer *optimizer, const struct optimizer_rates *rates)
{
	const struct lazy_rows *rows = &optimizer->rows;
	const double norm = sum_gradient(optimizer);
	const double step = (double)(optimizer->step + 1);
	struct adamw_step update = {
		.clip = rates->clip > 0 ? fmin(1, rates->clip / (norm + 1e-6)) : 1,
		.rate = rates->rate,
		.beta1 = rates->beta1,
		.beta2 = rates->beta2,
		.epsilon = rates->epsilon,
		.weight_decay = rates->weight_decay,
		.correction1 = 1 - pow(rates->beta1, step),
		.correction2 = 1 - pow(rates->beta2, step),
	};

	remember_step(optimizer, &update);
#pragma omp parallel for schedule(dynamic) num_threads((int)common.threads) firstprivate(update)
	for (int i = 0; i < optimizer->count; i++) {
		const struct trainable *trainable = &optimizer->list[i];
		if (trainable == rows->words)
			continue;
		update.weight_decay = trainable->decay ? rates->weight_decay : 0;
		kernels()->adamw(trainable->value, optimizer->gradients[0] + trainable->offset,
			optimizer->m + trainable->offset, optimizer->v + trainable->offset, (int64_t)trainable->count,
			&update);
	}
#pragma omp parallel for schedule(static) num_threads((int)common.threads)
	for (int64_t i = 0; i < rows->touched_count; i++) {
		const int64_t row = rows->touched[i];
		step_row(optimizer, row,
			optimizer->gradients[0] + rows->words->offset + (size_t)(row * rows->columns),
			&optimizer->taken[optimizer->step - optimizer->start]);
		rows->done[row]++;
	}
	optimizer->step++;
	return norm;
}
