/* import-checkpoint.c: a checkpoint as somebody saved it becomes a model folder that every program reads.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a Hugging Face folder: config.json; model.safetensors or pytorch_model.bin, whole or with an index (F32, F16,
 *      BF16 or F64; names with or without the prefix of the architecture, LayerNorm as weight/bias or gamma/beta); the
 *      tokenizer's files (src/lib/wordpiece.h, byte-bpe.h); optionally a PEFT LoRA folder, of the layers as repeated,
 *      which is merged.
 * Out: a folder with config.json, vocab.txt (RoBERTa: vocab.json, merges.txt), tokenizer_config.json and
 *      model.safetensors (F32, canonical names), which transformers 4 and 5 load. Tensors that are no parameter of the classifier (buffers such as
 *      position_ids, other heads) are left out.
 */
#include "blas.h"
#include "checkpoint.h"
#include "config.h"
#include "fail.h"
#include "history.h"
#include "lora-files.h"
#include "model.h"
#include "options.h"
#include "output.h"
#include "read-file.h"
#include "tokenizer.h"

#include <stdlib.h>
#include <string.h>

static const char *adapter, *classes;
static int64_t repeat = 1;

static struct option_row rows[] = {
	{"adapter", 0, OPTION_TEXT, &adapter, 0, 0, "DIR", "merge this PEFT LoRA adapter", false, true},
	{"classes", 0, OPTION_TEXT, &classes, 0, 0, "A,B", "the classes' names, in order", false, false},
	{"repeat-layers", 0, OPTION_INTEGER, &repeat, 1, 64, "N", "each layer N times in a row", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Checks a checkpoint, merges an adapter if given, and writes it in one canonical form.",
	.arguments = "CHECKPOINT_DIR",
	.example = "import-checkpoint inputs/minilm --adapter data/adapters/minilm-sst2 -o build/minilm-sst2/model",
	.rows = rows,
	.least_files = 1,
	.most_files = 1,
};

/* The classes that the model will have: its own, the adapter's, or those named on the command line. */
static void settle_classes(struct config *config)
{
	const int64_t brought = adapter ? lora_classes(adapter) : 0;

	if (brought > 0 && brought != config->classes)
		config_set_labels(config, NULL, brought);
	if (!classes)
		return;
	struct config named = *config;
	config_set_labels(&named, classes, 0);
	if (config->classes == 0)
		fail_usage("--classes: the checkpoint has no classification head to name the classes of");
	if (named.classes != config->classes)
		fail_usage("--classes names %lld classes where the model has %lld", (long long)named.classes,
			(long long)config->classes);
	config->labels = named.labels;
}

/* The name under which the checkpoint has a parameter, in fresh memory: the canonical one, without the architecture's
 * prefix, or with the LayerNorm names of 2018; NULL if it has none. */
static char *name_in_checkpoint(const struct checkpoint *checkpoint, const char *name)
{
	static const struct {
		const char *now, *then;
	} endings[] = {{"LayerNorm.weight", "LayerNorm.gamma"}, {"LayerNorm.bias", "LayerNorm.beta"}};
	static const char *const prefixes[] = {"bert.", "distilbert.", "electra.", "roberta."};

	if (checkpoint_has(checkpoint, name))
		return copy_string(name);
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		const size_t length = strlen(prefixes[i]);
		if (strncmp(name, prefixes[i], length) == 0 && checkpoint_has(checkpoint, name + length))
			return copy_string(name + length);
	}
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		const char *at = strstr(name, endings[i].now);
		if (!at)
			continue;
		char *old = format_string("%.*s%s", (int)(at - name), name, endings[i].then);
		char *found = name_in_checkpoint(checkpoint, old);
		free(old);
		return found;
	}
	return NULL;
}

/* With --repeat-layers N, layers 0 to N-1 are the checkpoint's layer 0, the next N its layer 1. */
static char *name_of_original(const char *name)
{
	static const char layer[] = ".layer.";
	const char *at = strstr(name, layer);
	char *rest;

	if (!at)
		return copy_string(name);
	const long long index = strtoll(at + strlen(layer), &rest, 10);
	return format_string("%.*s%s%lld%s", (int)(at - name), name, layer, index / (long long)repeat, rest);
}

/* The name of each parameter in the checkpoint, which must have it in the right shape; NULL for what the adapter
 * brings. */
static char **find_parameters(const struct config *config, const struct checkpoint *checkpoint)
{
	struct model outline;

	model_outline(&outline, config);
	char **names = allocate((size_t)outline.parameter_count, sizeof *names);
	for (int i = 0; i < outline.parameter_count; i++) {
		const struct parameter *parameter = &outline.parameters[i];
		if (adapter && lora_brings(adapter, parameter->name))
			continue;
		char *original = name_of_original(parameter->name);
		char *found = name_in_checkpoint(checkpoint, original);
		names[i] = found ? found : copy_string(original);
		checkpoint_expect(checkpoint, names[i], parameter->rank, parameter->shape);
		free(original);
	}
	model_free(&outline);
	return names;
}

static void read_parameters(struct model *model, char **names, const struct checkpoint *checkpoint)
{
	for (int i = 0; i < model->parameter_count; i++) {
		const struct parameter *parameter = &model->parameters[i];
		if (!names[i])
			continue;
		float *values = checkpoint_read_f32(checkpoint, names[i]);
		memcpy(parameter->value, values, parameter->count * sizeof *values);
		free(values);
		free(names[i]);
	}
	free(names);
}

static void read_model(struct model *model, const char *folder, json_t *history)
{
	struct checkpoint checkpoint;
	struct config config;

	config_read(&config, folder);
	settle_classes(&config);
	config.layers *= repeat;
	checkpoint_open(&checkpoint, folder);
	char **names = find_parameters(&config, &checkpoint); /* first: no memory for what config.json alone claims */
	model_init(model, &config);
	read_parameters(model, names, &checkpoint);
	checkpoint_add_history(&checkpoint, history);
	model_check_finite(model, checkpoint.path);
	checkpoint_close(&checkpoint);
	if (adapter) {
		lora_merge(model, adapter, history);
		model_check_finite(model, adapter);
	}
}

int main(int argc, char **argv)
{
	struct model model;
	struct tokenizer tokenizer;
	const char *folder = argv[parse_options(argc, argv, &command)];
	json_t *history = history_begin(&command);

	blas_start();
	read_model(&model, folder, history);
	tokenizer_read(&tokenizer, folder, &model.config);
	make_directory(common.output);
	tokenizer_write(&tokenizer, common.output, &model.config);
	json_t *metadata = history_metadata(history);
	model_write(&model, common.output, metadata);
	json_decref(metadata);
	tokenizer_free(&tokenizer);
	model_free(&model);
	return STATUS_DONE;
}
