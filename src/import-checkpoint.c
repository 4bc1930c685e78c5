/* import-checkpoint.c: a checkpoint as somebody saved it becomes a model folder that every program reads.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a Hugging Face folder: config.json, model.safetensors (F32, F16, BF16 or F64; names with or without the
 *      `bert.` or `distilbert.` prefix, LayerNorm as weight/bias or gamma/beta), vocab.txt or tokenizer.json;
 *      optionally a PEFT LoRA folder, which is merged.
 * Out: a folder with config.json, vocab.txt, tokenizer_config.json and model.safetensors (F32, canonical names),
 *      which transformers 4 and 5 load. Tensors that are no parameter of the classifier (buffers such as
 *      position_ids, other heads) are left out.
 */
#include "blas.h"
#include "config.h"
#include "fail.h"
#include "history.h"
#include "lora-files.h"
#include "model.h"
#include "options.h"
#include "output.h"
#include "read-file.h"
#include "wordpiece.h"

#include <stdlib.h>
#include <string.h>

static const char *adapter, *classes;

static struct option_row rows[] = {
	{"adapter", 0, OPTION_TEXT, &adapter, 0, 0, "DIR", "merge this PEFT LoRA adapter", false, true},
	{"classes", 0, OPTION_TEXT, &classes, 0, 0, "A,B", "the classes' names, in order", false, false},
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

/* A tensor under its canonical name, without the architecture's prefix, or with the LayerNorm names of 2018. */
static const struct tensor *find_parameter(const struct tensor_file *file, const char *name)
{
	static const struct {
		const char *now, *then;
	} endings[] = {{"LayerNorm.weight", "LayerNorm.gamma"}, {"LayerNorm.bias", "LayerNorm.beta"}};
	const char *bare = strchr(name, '.') + 1;
	const struct tensor *tensor = tensor_find(file, name);

	if (!tensor && (strncmp(name, "bert.", 5) == 0 || strncmp(name, "distilbert.", 11) == 0))
		tensor = tensor_find(file, bare);
	for (size_t i = 0; !tensor && i < sizeof endings / sizeof *endings; i++) {
		const char *at = strstr(name, endings[i].now);
		if (!at)
			continue;
		char *old = format_string("%.*s%s", (int)(at - name), name, endings[i].then);
		tensor = find_parameter(file, old);
		free(old);
	}
	return tensor;
}

static void read_parameters(struct model *model, const struct tensor_file *file)
{
	for (int i = 0; i < model->parameter_count; i++) {
		struct parameter *parameter = &model->parameters[i];
		if (adapter && lora_brings(adapter, parameter->name))
			continue;
		const struct tensor *tensor = find_parameter(file, parameter->name);
		if (!tensor)
			fail(file->path, "has no tensor '%s'", parameter->name);
		tensor_expect(file, tensor->name, parameter->rank, parameter->shape);
		float *values = tensor_read_f32(file, tensor);
		memcpy(parameter->value, values, parameter->count * sizeof *values);
		free(values);
	}
}

static void read_checkpoint(struct model *model, const char *folder, json_t *history)
{
	struct tensor_file file;
	struct config config;
	char *path = path_in(folder, "model.safetensors");

	config_read(&config, folder);
	settle_classes(&config);
	model_init(model, &config);
	tensor_file_open(&file, path);
	read_parameters(model, &file);
	history_add_tensors(history, "checkpoint", &file);
	tensor_file_close(&file);
	model_check_finite(model, path);
	if (adapter) {
		lora_merge(model, adapter, history);
		model_check_finite(model, adapter);
	}
	free(path);
}

int main(int argc, char **argv)
{
	struct model model;
	struct wordpiece wordpiece;
	const char *folder = argv[parse_options(argc, argv, &command)];
	json_t *history = history_begin(&command);

	blas_start();
	read_checkpoint(&model, folder, history);
	wordpiece_read(&wordpiece, folder, &model.config);
	make_directory(common.output);
	wordpiece_write_vocabulary(&wordpiece, common.output);
	wordpiece_write_config(&model.config, common.output);
	json_t *metadata = history_metadata(history);
	model_write(&model, common.output, metadata);
	json_decref(metadata);
	wordpiece_free(&wordpiece);
	model_free(&model);
	return STATUS_DONE;
}
