/* passes.c: the directions that are carried back, and each target's share of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "passes.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

struct passes passes_make(const struct config *config, int64_t targets, int64_t sentences)
{
	return (struct passes){.targets = targets,
		.sentences = sentences,
		.classes = config->classes,
		.layers = config->layers,
		.targeted = allocate((size_t)(targets * sentences * config->classes), sizeof(double))};
}

/* A pass for each target; targets that agree in all sentences, as the losses of label and prediction may, share one.
 * Sets pass_of [targets] and returns how many. */
static int64_t tell_apart(const struct passes *passes, int64_t *pass_of)
{
	const int64_t size = passes->sentences * passes->classes;
	int64_t count = 0;

	for (int64_t t = 0; t < passes->targets; t++) {
		pass_of[t] = count;
		for (int64_t other = 0; other < t && pass_of[t] == count; other++)
			if (memcmp(passes->targeted + t * size, passes->targeted + other * size,
				    (size_t)size * sizeof(double)) == 0)
				pass_of[t] = pass_of[other];
		count += pass_of[t] == count;
	}
	return count;
}

/* Every target's gradient v sums to 0 over the classes, so in a sentence of class y it is Σ_{k≠y} v_k (e_k - e_y): for
 * C classes C - 1 passes are enough for any number of targets; a single one for two. */
static void span_classes(struct passes *passes, const int32_t *labels)
{
	for (int64_t pass = 0; pass < passes->count; pass++)
		for (int64_t s = 0; s < passes->sentences; s++) {
			const int64_t k = pass < labels[s] ? pass : pass + 1;
			float *direction = passes->direction + (pass * passes->sentences + s) * passes->classes;
			direction[k] = 1;
			direction[labels[s]] = -1;
			for (int64_t t = 0; t < passes->targets; t++)
				passes->share[(t * passes->count + pass) * passes->sentences + s] =
					passes->targeted[(t * passes->sentences + s) * passes->classes + k];
		}
}

static void follow_targets(struct passes *passes, const int64_t *pass_of)
{
	const int64_t size = passes->sentences * passes->classes;

	for (int64_t t = 0; t < passes->targets; t++) {
		for (int64_t i = 0; i < size; i++)
			passes->direction[pass_of[t] * size + i] = (float)passes->targeted[t * size + i];
		for (int64_t s = 0; s < passes->sentences; s++)
			passes->share[(t * passes->count + pass_of[t]) * passes->sentences + s] = 1;
	}
}

/* As few passes as either way needs. */
static void choose_directions(struct passes *passes, const int32_t *labels)
{
	int64_t *pass_of = allocate((size_t)passes->targets, sizeof *pass_of);
	const int64_t apart = tell_apart(passes, pass_of), spanning = passes->classes - 1;

	passes->count = apart < spanning ? apart : spanning;
	passes->direction =
		allocate((size_t)(passes->count * passes->sentences * passes->classes), sizeof *passes->direction);
	passes->share = allocate((size_t)(passes->targets * passes->count * passes->sentences), sizeof *passes->share);
	if (apart < spanning)
		follow_targets(passes, pass_of);
	else
		span_classes(passes, labels);
	free(pass_of);
}

void passes_run(struct passes *passes, const struct model *model, const struct batch *batch,
	struct activations *activations, const int32_t *labels)
{
	const size_t room = (size_t)(batch_tokens(batch) * model->config.hidden);

	choose_directions(passes, labels);
	passes->context_gradient = allocate((size_t)(passes->count * passes->layers), sizeof *passes->context_gradient);
	for (int64_t pass = 0; pass < passes->count; pass++) {
		float **context_gradient = passes->context_gradient + pass * passes->layers;
		for (int64_t l = 0; l < passes->layers; l++)
			context_gradient[l] = allocate(room, sizeof(float));
		encoder_backward(model, batch, activations, NULL,
			passes->direction + pass * passes->sentences * passes->classes, NULL, context_gradient);
	}
}

void passes_free(struct passes *passes)
{
	for (int64_t i = 0; i < passes->count * passes->layers; i++)
		free(passes->context_gradient[i]);
	free(passes->context_gradient);
	free(passes->targeted);
	free(passes->direction);
	free(passes->share);
}

void passes_gradient(const struct passes *passes, int64_t target, int64_t layer, const struct batch *batch,
	int64_t hidden, double *gradient)
{
	memset(gradient, 0, (size_t)(batch_tokens(batch) * hidden) * sizeof *gradient);
	for (int64_t pass = 0; pass < passes->count; pass++) {
		const float *context_gradient = passes->context_gradient[pass * passes->layers + layer];
		for (int64_t s = 0; s < passes->sentences; s++) {
			const double share = passes->share[(target * passes->count + pass) * passes->sentences + s];
			const int64_t begin = (batch->offsets[s] - batch->offsets[0]) * hidden;
			const int64_t end = (batch->offsets[s + 1] - batch->offsets[0]) * hidden;
			for (int64_t i = begin; i < end; i++)
				gradient[i] += share * (double)context_gradient[i];
		}
	}
}
