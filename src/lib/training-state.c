/* training-state.c: saving and taking up a training run.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "training-state.h"

#include "fail.h"
#include "history.h"
#include "read-file.h"
#include "tensors.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SCALARS = 6 };

void training_state_log(struct training_state *state, const char *format, ...)
{
	char line[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	char *longer = format_string("%s%s", state->log, line);
	free(state->log);
	state->log = longer;
}

void training_state_write(
	const struct training_state *state, const struct optimizer *optimizer, const char *path, const json_t *history)
{
	const int64_t total = (int64_t)optimizer->total;
	const double scalars[SCALARS] = {(double)state->step, state->loss_sum, (double)state->loss_count,
		state->gradient_norm, state->held_out_accuracy, state->held_out_loss};
	float *values = allocate(optimizer->total, sizeof *values);

	for (int i = 0; i < optimizer->count; i++)
		memcpy(values + optimizer->list[i].offset, optimizer->list[i].value,
			optimizer->list[i].count * sizeof *values);
	const struct tensor_source sources[] = {
		{"values", DTYPE_F32, 1, {total}, values},
		{"m", DTYPE_F32, 1, {total}, optimizer->m},
		{"v", DTYPE_F32, 1, {total}, optimizer->v},
		{"scalars", DTYPE_F64, 1, {SCALARS}, scalars},
	};
	json_t *metadata = history_metadata(json_deep_copy(history));
	json_object_set_new(metadata, "log", json_string(state->log));
	tensors_write(path, sources, sizeof sources / sizeof *sources, metadata);
	json_decref(metadata);
	free(values);
}

static float *read_values(const struct tensor_file *file, const char *name, int64_t total)
{
	return tensor_read_f32(file, tensor_expect(file, name, 1, (int64_t[]){total}));
}

static bool is_count(double value)
{
	return value >= 0 && value <= 1e15 && value == floor(value);
}

void training_state_read(
	struct training_state *state, struct optimizer *optimizer, const char *path, const json_t *history)
{
	struct tensor_file file;
	const int64_t total = (int64_t)optimizer->total;

	*state = (struct training_state){.held_out_accuracy = NAN, .held_out_loss = NAN};
	state->log = copy_string("step\tepoch\tloss\trate\tgradient_norm\theld_out_accuracy\theld_out_loss\n");
	if (!path_exists(path))
		return;
	tensor_file_open(&file, path);
	json_t *metadata = history_metadata(json_deep_copy(history));
	if (!json_equal(json_object_get(metadata, "history"), json_object_get(file.metadata, "history")))
		fail(path, "was left by a run with other arguments or inputs; remove it to start anew");
	json_decref(metadata);
	const char *log = json_string_value(json_object_get(file.metadata, "log"));
	if (!log)
		fail(path, "has no log");
	free(state->log);
	state->log = copy_string(log);
	double *scalars = tensor_read_f64(&file, tensor_expect(&file, "scalars", 1, (int64_t[]){SCALARS}));
	if (!is_count(scalars[0]) || !is_count(scalars[2]))
		fail(path, "has no sound counts of steps (%g, %g)", scalars[0], scalars[2]);
	state->step = (int64_t)scalars[0];
	state->loss_sum = scalars[1];
	state->loss_count = (int64_t)scalars[2];
	state->gradient_norm = scalars[3];
	state->held_out_accuracy = scalars[4];
	state->held_out_loss = scalars[5];
	free(scalars);
	float *values = read_values(&file, "values", total);
	for (int i = 0; i < optimizer->count; i++)
		memcpy(optimizer->list[i].value, values + optimizer->list[i].offset,
			optimizer->list[i].count * sizeof *values);
	free(values);
	free(optimizer->m);
	free(optimizer->v);
	optimizer->m = read_values(&file, "m", total);
	optimizer->v = read_values(&file, "v", total);
	tensor_file_close(&file);
	optimizer_resume(optimizer, state->step);
}
