/* lora.c: adapters in memory.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lora.h"

#include "blas.h"
#include "fail.h"
#include "names.h"
#include "options.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool ends_in(const char *text, const char *end)
{
	size_t whole = strlen(text), part = strlen(end);

	return part > 0 && part <= whole && strcmp(text + whole - part, end) == 0;
}

/* Does module end in name, at a dot or whole? */
static bool is_target(const char *module, const char *name)
{
	size_t whole = strlen(module), part = strlen(name);

	return ends_in(module, name) && (part == whole || module[whole - part - 1] == '.');
}

/* Does the list name this module, or one that it is in? bert.pooler.dense, then bert.pooler, then bert. */
static bool is_whole(const char *module, const char *list)
{
	char *path = copy_string(module);
	bool listed = false;

	for (char *end = path + strlen(path); !listed && end; end = strrchr(path, '.')) {
		const char *rest = list;
		*end = '\0';
		for (char *name; (name = next_name(&rest)); free(name))
			listed = listed || ends_in(path, name);
	}
	free(path);
	return listed;
}

bool lora_saves_whole(const char *parameter, const char *list)
{
	char *module = format_string("%.*s", (int)(strrchr(parameter, '.') - parameter), parameter);
	bool listed = is_whole(module, list);

	free(module);
	return listed;
}

float lora_scale(const struct lora_recipe *recipe)
{
	return (float)(recipe->alpha / (double)recipe->rank);
}

static void attach(struct linear *linear, const struct lora_recipe *recipe)
{
	linear->rank = recipe->rank;
	linear->scale = lora_scale(recipe);
	linear->a = allocate((size_t)(linear->rank * linear->in), sizeof *linear->a);
	linear->b = allocate((size_t)(linear->out * linear->rank), sizeof *linear->b);
}

void lora_attach(struct model *model, const struct lora_recipe *recipe)
{
	const char *targets = recipe->targets, *whole = recipe->whole;

	for (char *target; (target = next_name(&targets)); free(target)) {
		int matches = 0;
		for (int i = 0; i < model_linear_count(model); i++) {
			struct linear *linear = model_linear(model, i);
			if (!is_target(linear->module, target) || is_whole(linear->module, recipe->whole))
				continue;
			matches++;
			if (linear->rank == 0)
				attach(linear, recipe);
		}
		if (matches == 0)
			fail_usage("no linear map that could be adapted is named '%s'", target);
	}
	for (char *module; (module = next_name(&whole)); free(module)) {
		int matches = 0;
		for (int i = 0; i < model->parameter_count; i++)
			matches += lora_saves_whole(model->parameters[i].name, module);
		if (matches == 0)
			fail_usage("no module of the model is named '%s'", module);
	}
}

void lora_detach(struct model *model)
{
	for (int i = 0; i < model_linear_count(model); i++) {
		struct linear *linear = model_linear(model, i);
		free(linear->a);
		free(linear->b);
		linear->a = linear->b = NULL;
		linear->rank = 0;
	}
}

void lora_add(const struct linear *linear, float *weight)
{
	if (linear->rank > 0)
		multiply_nn(linear->out, linear->in, linear->rank, linear->scale, linear->b, linear->rank, linear->a,
			linear->in, 1, weight, linear->in);
}

/* ---- training ---- */

void lora_initialize(struct model *model, gsl_rng *random)
{
	for (int i = 0; i < model_linear_count(model); i++) {
		const struct linear *linear = model_linear(model, i);
		double bound = 1 / sqrt((double)linear->in);
		for (int64_t j = 0; j < linear->rank * linear->in; j++)
			linear->a[j] = (float)gsl_ran_flat(random, -bound, bound);
	}
}

float **lora_keep_base(const struct model *model)
{
	float **base = allocate((size_t)model_linear_count(model), sizeof *base);

	for (int i = 0; i < model_linear_count(model); i++) {
		const struct linear *linear = model_linear(model, i);
		if (linear->rank == 0)
			continue;
		base[i] = allocate((size_t)(linear->in * linear->out), sizeof(float));
		memcpy(base[i], linear->weight, (size_t)(linear->in * linear->out) * sizeof(float));
	}
	return base;
}

void lora_set_weights(const struct model *model, float *const *base)
{
#pragma omp parallel for schedule(dynamic) num_threads((int)common.threads)
	for (int i = 0; i < model_linear_count(model); i++) {
		const struct linear *linear = model_linear(model, i);
		if (linear->rank == 0)
			continue;
		memcpy(linear->weight, base[i], (size_t)(linear->in * linear->out) * sizeof(float));
		lora_add(linear, linear->weight);
	}
}
