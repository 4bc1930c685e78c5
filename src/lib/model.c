/* model.c: parameters by name, in memory and in files.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "model.h"

#include "fail.h"
#include "history.h"
#include "output.h"
#include "read-file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The modules of one architecture in Hugging Face's naming; %lld is the layer. */
struct module_names {
	const char *words, *positions, *types, *embeddings_norm, *projection;
	const char *query, *key, *value, *attention_output, *attention_norm, *inner, *outer, *output_norm;
	const char *pooler, *classifier;
};

/* BERT, RoBERTa and ELECTRA name alike what they have in common. */
#define AS_BERT(prefix) \
	.words = prefix ".embeddings.word_embeddings.weight", \
	.positions = prefix ".embeddings.position_embeddings.weight", \
	.types = prefix ".embeddings.token_type_embeddings.weight", \
	.embeddings_norm = prefix ".embeddings.LayerNorm", \
	.query = prefix ".encoder.layer.%lld.attention.self.query", \
	.key = prefix ".encoder.layer.%lld.attention.self.key", \
	.value = prefix ".encoder.layer.%lld.attention.self.value", \
	.attention_output = prefix ".encoder.layer.%lld.attention.output.dense", \
	.attention_norm = prefix ".encoder.layer.%lld.attention.output.LayerNorm", \
	.inner = prefix ".encoder.layer.%lld.intermediate.dense", \
	.outer = prefix ".encoder.layer.%lld.output.dense", \
	.output_norm = prefix ".encoder.layer.%lld.output.LayerNorm"

static const struct module_names modules[] = {
	[ARCHITECTURE_BERT] = {AS_BERT("bert"), .pooler = "bert.pooler.dense", .classifier = "classifier"},
	[ARCHITECTURE_ELECTRA] = {AS_BERT("electra"),
		.projection = "electra.embeddings_project",
		.pooler = "classifier.dense",
		.classifier = "classifier.out_proj"},
	[ARCHITECTURE_ROBERTA] = {AS_BERT("roberta"), .pooler = "classifier.dense", .classifier = "classifier.out_proj"},
	[ARCHITECTURE_DISTILBERT] =
		{
			.words = "distilbert.embeddings.word_embeddings.weight",
			.positions = "distilbert.embeddings.position_embeddings.weight",
			.types = NULL,
			.embeddings_norm = "distilbert.embeddings.LayerNorm",
			.query = "distilbert.transformer.layer.%lld.attention.q_lin",
			.key = "distilbert.transformer.layer.%lld.attention.k_lin",
			.value = "distilbert.transformer.layer.%lld.attention.v_lin",
			.attention_output = "distilbert.transformer.layer.%lld.attention.out_lin",
			.attention_norm = "distilbert.transformer.layer.%lld.sa_layer_norm",
			.inner = "distilbert.transformer.layer.%lld.ffn.lin1",
			.outer = "distilbert.transformer.layer.%lld.ffn.lin2",
			.output_norm = "distilbert.transformer.layer.%lld.output_layer_norm",
			.pooler = "pre_classifier",
			.classifier = "classifier",
		},
};

enum { LINEARS_A_LAYER = 6, PARAMETERS_MAX_A_LAYER = 16, PARAMETERS_OUTSIDE = 11 };

/* Has this model a pooler? Without a head only a BERT encoder has one. */
static bool has_pooler(const struct config *config)
{
	return config->classes > 0 || config->architecture == ARCHITECTURE_BERT;
}

static void list_parameter(struct model *model, float **slot, char *name, int64_t rows, int64_t columns)
{
	struct parameter *parameter = &model->parameters[model->parameter_count++];

	*parameter = (struct parameter){.name = name,
		.rank = columns ? 2 : 1,
		.shape = {rows, columns},
		.count = (size_t)(rows * (columns ? columns : 1)),
		.slot = slot};
	if (__builtin_add_overflow(model->count, parameter->count, &model->count))
		fail(NULL, "the model is too large");
}

/* "module.suffix" for a layer; layer is ignored where module has no %lld. */
static char *parameter_name(const char *module, int64_t layer, const char *suffix)
{
	const char *at = strstr(module, "%lld");

	if (!at)
		return format_string("%s%s", module, suffix);
	return format_string("%.*s%lld%s%s", (int)(at - module), module, (long long)layer, at + strlen("%lld"), suffix);
}

static void list_linear(
	struct model *model, struct linear *linear, const char *module, int64_t layer, int64_t out, int64_t in)
{
	linear->module = parameter_name(module, layer, "");
	linear->in = in;
	linear->out = out;
	list_parameter(model, &linear->weight, parameter_name(module, layer, ".weight"), out, in);
	list_parameter(model, &linear->bias, parameter_name(module, layer, ".bias"), out, 0);
}

static void list_norm(struct model *model, struct norm *norm, const char *module, int64_t layer, int64_t hidden)
{
	list_parameter(model, &norm->gain, parameter_name(module, layer, ".weight"), hidden, 0);
	list_parameter(model, &norm->bias, parameter_name(module, layer, ".bias"), hidden, 0);
}

static void list_layer(struct model *model, struct layer *layer, const struct module_names *name, int64_t index)
{
	const int64_t hidden = model->config.hidden, intermediate = model->config.intermediate;
	struct linear *projections[] = {&layer->query, &layer->key, &layer->value};
	const char *names[] = {name->query, name->key, name->value};

	/* the three weights, then the three biases, so that both are contiguous */
	for (int i = 0; i < 3; i++) {
		projections[i]->module = parameter_name(names[i], index, "");
		projections[i]->in = projections[i]->out = hidden;
		list_parameter(model, &projections[i]->weight, parameter_name(names[i], index, ".weight"), hidden, hidden);
	}
	for (int i = 0; i < 3; i++)
		list_parameter(model, &projections[i]->bias, parameter_name(names[i], index, ".bias"), hidden, 0);
	list_linear(model, &layer->attention_output, name->attention_output, index, hidden, hidden);
	list_norm(model, &layer->attention_norm, name->attention_norm, index, hidden);
	list_linear(model, &layer->inner, name->inner, index, intermediate, hidden);
	list_linear(model, &layer->outer, name->outer, index, hidden, intermediate);
	list_norm(model, &layer->output_norm, name->output_norm, index, hidden);
}

void model_outline(struct model *model, const struct config *config)
{
	const struct module_names *name = &modules[config->architecture];
	const size_t most = PARAMETERS_OUTSIDE + PARAMETERS_MAX_A_LAYER * (size_t)config->layers;

	*model = (struct model){.config = *config};
	model->layers = allocate((size_t)config->layers, sizeof *model->layers);
	model->parameters = allocate(most, sizeof *model->parameters);
	list_parameter(model, &model->embeddings.words, copy_string(name->words), config->vocabulary, config->embedding);
	list_parameter(model, &model->embeddings.positions, copy_string(name->positions),
		config->first_position + config->max_positions, config->embedding);
	if (name->types)
		list_parameter(
			model, &model->embeddings.types, copy_string(name->types), config->token_types, config->embedding);
	list_norm(model, &model->embeddings.norm, name->embeddings_norm, 0, config->embedding);
	if (config->embedding != config->hidden)
		list_linear(model, &model->embeddings.projection, name->projection, 0, config->hidden, config->embedding);
	for (int64_t layer = 0; layer < config->layers; layer++)
		list_layer(model, &model->layers[layer], name, layer);
	if (has_pooler(config))
		list_linear(model, &model->pooler, name->pooler, 0, config->hidden, config->hidden);
	if (config->classes > 0)
		list_linear(model, &model->classifier, name->classifier, 0, config->classes, config->hidden);
}

void model_init(struct model *model, const struct config *config)
{
	model_outline(model, config);
	model->values = allocate(model->count, sizeof *model->values);
	float *next = model->values;
	for (int i = 0; i < model->parameter_count; i++) {
		*model->parameters[i].slot = model->parameters[i].value = next;
		next += model->parameters[i].count;
	}
}

void model_free(struct model *model)
{
	for (int i = 0; i < model_linear_count(model); i++)
		free(model_linear(model, i)->module);
	free(model->embeddings.projection.module);
	for (int i = 0; i < model->parameter_count; i++)
		free(model->parameters[i].name);
	free(model->parameters);
	free(model->layers);
	free(model->values);
	*model = (struct model){0};
}

struct parameter *model_find(const struct model *model, const char *name)
{
	for (int i = 0; i < model->parameter_count; i++)
		if (strcmp(model->parameters[i].name, name) == 0)
			return &model->parameters[i];
	return NULL;
}

void model_check_finite(const struct model *model, const char *file)
{
	for (int i = 0; i < model->parameter_count; i++)
		for (size_t j = 0; j < model->parameters[i].count; j++)
			if (!isfinite(model->parameters[i].value[j]))
				fail(file, "tensor '%s': element %zu is not finite", model->parameters[i].name, j);
}

void model_read(struct model *model, const char *folder, json_t *history)
{
	struct tensor_file file;
	struct config config;
	char *path = path_in(folder, "model.safetensors");

	config_read(&config, folder);
	tensor_file_open(&file, path);
	model_init(model, &config);
	for (int i = 0; i < model->parameter_count; i++) {
		struct parameter *parameter = &model->parameters[i];
		float *values =
			tensor_read_f32(&file, tensor_expect(&file, parameter->name, parameter->rank, parameter->shape));
		memcpy(parameter->value, values, parameter->count * sizeof *values);
		free(values);
	}
	model_check_finite(model, path);
	if (history)
		history_add_tensors(history, "model", &file);
	tensor_file_close(&file);
	free(path);
}

void model_write(const struct model *model, const char *folder, json_t *metadata)
{
	struct tensor_source *sources = allocate((size_t)model->parameter_count, sizeof *sources);
	char *path = path_in(folder, "model.safetensors");

	json_object_set_new(metadata, "format", json_string("pt"));
	for (int i = 0; i < model->parameter_count; i++) {
		const struct parameter *parameter = &model->parameters[i];
		sources[i] = (struct tensor_source){
			parameter->name, DTYPE_F32, parameter->rank, {parameter->shape[0], parameter->shape[1]}, parameter->value};
	}
	make_directory(folder);
	config_write(&model->config, folder);
	tensors_write(path, sources, model->parameter_count, metadata);
	free(sources);
	free(path);
}

int model_linear_count(const struct model *model)
{
	return LINEARS_A_LAYER * (int)model->config.layers + has_pooler(&model->config) + (model->config.classes > 0);
}

struct linear *model_linear(const struct model *model, int index)
{
	const int in_layers = LINEARS_A_LAYER * (int)model->config.layers;

	if (index >= in_layers)
		return (struct linear *)(index == in_layers ? &model->pooler : &model->classifier);
	struct layer *layer = &model->layers[index / LINEARS_A_LAYER];
	/* cppcheck-suppress constVariable ; it is */
	struct linear *const linears[LINEARS_A_LAYER] = {
		&layer->query, &layer->key, &layer->value, &layer->attention_output, &layer->inner, &layer->outer};
	return linears[index % LINEARS_A_LAYER];
}
