/* lora-files.c: adapters in PEFT's folders.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "lora-files.h"

#include "fail.h"
#include "history.h"
#include "names.h"
#include "output.h"
#include "read-file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "base_model.model.";

/* ---- reading ---- */

/* Fails unless the key is missing, null, false or empty. */
static void refuse(const char *path, const json_t *config, const char *key)
{
	const json_t *value = json_object_get(config, key);

	if (json_is_true(value) || json_object_size(value) > 0 || json_array_size(value) > 0)
		fail(path, "'%s' is not supported", key);
}

static float read_scale(const char *folder, int64_t *rank)
{
	char *path = path_in(folder, "adapter_config.json");
	json_t *config = read_json(path);
	const char *type = json_string_value(json_object_get(config, "peft_type"));
	const json_t *r = json_object_get(config, "r"), *alpha = json_object_get(config, "lora_alpha");

	if (!type || strcmp(type, "LORA") != 0)
		fail(path, "peft_type is %s (expected LORA)", type ? type : "missing");
	if (!json_is_integer(r) || json_integer_value(r) < 1 || json_integer_value(r) > LORA_RANK_MAX)
		fail(path, "'r' is not a whole number from 1 to %d", LORA_RANK_MAX);
	if (!json_is_number(alpha) || !isfinite(json_number_value(alpha)))
		fail(path, "'lora_alpha' is not a number");
	static const char *const unsupported[] = {"use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern",
		"layer_replication", "lora_bias", "trainable_token_indices", "target_parameters", "use_qalora"};
	for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
		refuse(path, config, unsupported[i]);
	*rank = json_integer_value(r);
	double divisor = (double)*rank;
	if (json_is_true(json_object_get(config, "use_rslora")))
		divisor = sqrt(divisor);
	float scale = (float)(json_number_value(alpha) / divisor);
	json_decref(config);
	free(path);
	return scale;
}

static char *weights_path(const char *folder)
{
	return path_in(folder, "adapter_model.safetensors");
}

int64_t lora_classes(const char *folder)
{
	struct tensor_file file;
	char *path = weights_path(folder);

	tensor_file_open(&file, path);
	const struct tensor *classifier = tensor_find(&file, "base_model.model.classifier.weight");
	if (!classifier)
		classifier = tensor_find(&file, "base_model.model.classifier.out_proj.weight");
	int64_t classes = classifier && classifier->rank == 2 ? classifier->shape[0] : 0;
	tensor_file_close(&file);
	free(path);
	return classes;
}

bool lora_brings(const char *folder, const char *parameter)
{
	struct tensor_file file;
	char *path = weights_path(folder), *name = format_string("%s%s", prefix, parameter);

	tensor_file_open(&file, path);
	bool brings = tensor_find(&file, name) != NULL;
	tensor_file_close(&file);
	free(path);
	free(name);
	return brings;
}

/* Cuts `.lora_A.weight` or the like off a tensor's name; the module's name in fresh memory, or NULL. */
static char *factor_module(const char *name, const char *suffix)
{
	size_t length = strlen(name), ending = strlen(suffix);

	if (length <= ending || strcmp(name + length - ending, suffix) != 0)
		return NULL;
	return format_string("%.*s", (int)(length - ending), name);
}

static struct linear *need_linear(const struct model *model, const char *module, const char *path)
{
	for (int i = 0; i < model_linear_count(model); i++)
		if (strcmp(model_linear(model, i)->module, module) == 0)
			return model_linear(model, i);
	fail(path, "adapts '%s', which is no linear map of the model", module);
}

/* Takes in one tensor; false if its name says nothing of the model. */
static bool take_tensor(struct model *model, const struct tensor_file *file, const struct tensor *tensor, int64_t rank)
{
	if (strncmp(tensor->name, prefix, strlen(prefix)) != 0)
		return false;
	const char *name = tensor->name + strlen(prefix);
	char *module;
	if ((module = factor_module(name, ".lora_A.weight"))) {
		struct linear *linear = need_linear(model, module, file->path);
		tensor_expect(file, tensor->name, 2, (int64_t[]){rank, linear->in});
		linear->a = tensor_read_f32(file, tensor);
	} else if ((module = factor_module(name, ".lora_B.weight"))) {
		struct linear *linear = need_linear(model, module, file->path);
		tensor_expect(file, tensor->name, 2, (int64_t[]){linear->out, rank});
		linear->b = tensor_read_f32(file, tensor);
	} else {
		struct parameter *parameter = model_find(model, name);
		if (!parameter)
			return false;
		tensor_expect(file, tensor->name, parameter->rank, parameter->shape);
		float *values = tensor_read_f32(file, tensor);
		memcpy(parameter->value, values, parameter->count * sizeof *values);
		free(values);
	}
	free(module);
	return true;
}

void lora_merge(struct model *model, const char *folder, json_t *history)
{
	struct tensor_file file;
	int64_t rank;
	const float scale = read_scale(folder, &rank);
	char *path = weights_path(folder);

	tensor_file_open(&file, path);
	for (int i = 0; i < file.count; i++)
		if (!take_tensor(model, &file, &file.tensors[i], rank))
			fail(path, "tensor '%s' belongs to nothing in the model", file.tensors[i].name);
	for (int i = 0; i < model_linear_count(model); i++) {
		struct linear *linear = model_linear(model, i);
		if (!linear->a != !linear->b)
			fail(path, "adapts '%s' by one factor alone", linear->module);
		if (!linear->a)
			continue;
		linear->rank = rank;
		linear->scale = scale;
		lora_add(linear, linear->weight);
	}
	lora_detach(model);
	if (history)
		history_add_tensors(history, "adapter", &file);
	tensor_file_close(&file);
	free(path);
}

/* ---- reading and writing an adapter that is attached ---- */

/* What its file holds, with the places in the model; to be released with free_sources. */
static struct tensor_source *list_sources(const struct model *model, const struct lora_recipe *recipe, int *count)
{
	const size_t most = 2 * (size_t)model_linear_count(model) + (size_t)model->parameter_count;
	struct tensor_source *sources = allocate(most, sizeof *sources), *next = sources;

	for (int i = 0; i < model_linear_count(model); i++) {
		const struct linear *linear = model_linear(model, i);
		if (linear->rank == 0)
			continue;
		*next++ = (struct tensor_source){format_string("%s%s.lora_A.weight", prefix, linear->module), DTYPE_F32, 2,
			{linear->rank, linear->in}, linear->a};
		*next++ = (struct tensor_source){format_string("%s%s.lora_B.weight", prefix, linear->module), DTYPE_F32, 2,
			{linear->out, linear->rank}, linear->b};
	}
	for (int i = 0; i < model->parameter_count; i++) {
		const struct parameter *parameter = &model->parameters[i];
		if (lora_saves_whole(parameter->name, recipe->whole))
			*next++ = (struct tensor_source){format_string("%s%s", prefix, parameter->name), DTYPE_F32,
				parameter->rank, {parameter->shape[0], parameter->shape[1]}, parameter->value};
	}
	*count = (int)(next - sources);
	return sources;
}

static void free_sources(struct tensor_source *sources, int count)
{
	for (int i = 0; i < count; i++)
		free((char *)sources[i].name);
	free(sources);
}

void lora_read(struct model *model, const struct lora_recipe *recipe, const char *folder, json_t *history)
{
	struct tensor_file file;
	int count;
	int64_t rank;
	struct tensor_source *places = list_sources(model, recipe, &count);
	const float scale = read_scale(folder, &rank);
	char *path = weights_path(folder);

	tensor_file_open(&file, path);
	for (int i = 0; i < count; i++) {
		const struct tensor *tensor = tensor_expect(&file, places[i].name, places[i].rank, places[i].shape);
		float *values = tensor_read_f32(&file, tensor);
		memcpy((float *)places[i].data, values, tensor->count * sizeof *values);
		free(values);
	}
	if (file.count != count)
		fail(path, "has %d tensors (expected the %d of these targets and whole modules)", file.count, count);
	if (scale != lora_scale(recipe))
		fail(folder, "scales its factors by %g (expected alpha / rank = %g)", (double)scale, (double)lora_scale(recipe));
	history_add_tensors(history, "adapter", &file);
	tensor_file_close(&file);
	free_sources(places, count);
	free(path);
}

static json_t *json_names(const char *list)
{
	json_t *names = json_array();

	for (char *name; (name = next_name(&list)); free(name))
		json_array_append_new(names, json_string(name));
	return names;
}

static void write_config(const struct lora_recipe *recipe, const char *base, const char *folder)
{
	json_t *config = json_pack("{s:s, s:s, s:s, s:I, s:f, s:f, s:s, s:b, s:b, s:o, s:o}", "peft_type", "LORA",
		"task_type", "SEQ_CLS", "base_model_name_or_path", base, "r", (json_int_t)recipe->rank, "lora_alpha",
		recipe->alpha, "lora_dropout", 0.0, "bias", "none", "fan_in_fan_out", 0, "inference_mode", 1, "target_modules",
		json_names(recipe->targets), "modules_to_save", json_names(recipe->whole));

	write_json(folder, "adapter_config.json", config, true);
}

/* Puts rounded elements in fresh memory in the place of a source's own. */
static void halve(struct tensor_source *source, const char *path)
{
	const float *values = source->data;
	size_t count = 1;

	for (int d = 0; d < source->rank; d++)
		count *= (size_t)source->shape[d];
	uint16_t *halves = allocate(count, sizeof *halves);
	for (size_t i = 0; i < count; i++) {
		halves[i] = half_from_float(values[i]);
		if (!isfinite(element_as_double(halves, DTYPE_F16, i)))
			fail(path, "tensor '%s': element %zu is %g, which F16 cannot hold", source->name, i, (double)values[i]);
	}
	source->dtype = DTYPE_F16;
	source->data = halves;
}

void lora_write(const struct model *model, const struct lora_recipe *recipe, const char *base, const char *folder,
	bool half, json_t *metadata)
{
	int count;
	struct tensor_source *sources = list_sources(model, recipe, &count);
	char *path = weights_path(folder);

	for (int i = 0; half && i < count; i++)
		halve(&sources[i], path);
	json_object_set_new(metadata, "format", json_string("pt"));
	make_directory(folder);
	write_config(recipe, base, folder);
	tensors_write(path, sources, count, metadata);
	for (int i = 0; half && i < count; i++)
		free((void *)sources[i].data);
	free_sources(sources, count);
	free(path);
}
