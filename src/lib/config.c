/* config.c: config.json.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"

#include "fail.h"
#include "names.h"
#include "output.h"
#include "read-file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Where the architectures name one thing differently. */
static const struct names {
	const char *model_type, *classifier, *encoder;
	const char *layers, *heads, *hidden, *intermediate, *activation, *dropout, *attention_dropout;
	const char *classifier_dropout;
	enum head_activation head_activation;
	bool head_drops_first;
} names[] = {
#define AS_BERT \
	"num_hidden_layers", "num_attention_heads", "hidden_size", "intermediate_size", "hidden_act", \
		"hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"
	[ARCHITECTURE_BERT] = {"bert", "BertForSequenceClassification", "BertModel", AS_BERT, HEAD_TANH, false},
	[ARCHITECTURE_DISTILBERT] = {"distilbert", "DistilBertForSequenceClassification", "DistilBertModel",
		"n_layers", "n_heads", "dim", "hidden_dim", "activation", "dropout", "attention_dropout",
		"seq_classif_dropout", HEAD_RELU, false},
	[ARCHITECTURE_ELECTRA] = {"electra", "ElectraForSequenceClassification", "ElectraModel", AS_BERT, HEAD_GELU, true},
	[ARCHITECTURE_ROBERTA] = {"roberta", "RobertaForSequenceClassification", "RobertaModel", AS_BERT, HEAD_TANH, true},
};

enum { LABELS_MAX = 4096 };

/* Sizes beyond these are a corrupt or hostile file, not a transformer. */
static const int64_t size_max = 1 << 24, layers_max = 1 << 10;

static int64_t need_size(const char *path, const json_t *json, const char *key, int64_t most)
{
	const json_t *value = json_object_get(json, key);

	if (!json_is_integer(value))
		fail(path, "'%s' is missing or not a whole number", key);
	if (json_integer_value(value) < 1 || json_integer_value(value) > most)
		fail(path, "'%s' is %lld (expected 1 to %lld)", key, (long long)json_integer_value(value),
			(long long)most);
	return json_integer_value(value);
}

/* A number in [0, 1], or standard where the key is missing or null. */
static double fraction_or(const char *path, const json_t *json, const char *key, double standard)
{
	const json_t *value = json_object_get(json, key);

	if (!value || json_is_null(value))
		return standard;
	if (!json_is_number(value) || !(json_number_value(value) >= 0 && json_number_value(value) <= 1))
		fail(path, "'%s' is not a number from 0 to 1", key);
	return json_number_value(value);
}

/* Refuses another text at key than the expected one; a missing key is fine. */
static void need_text(const char *path, const json_t *json, const char *key, const char *expected)
{
	const json_t *value = json_object_get(json, key);

	if (!value || json_is_null(value))
		return;
	if (!json_is_string(value) || strcmp(json_string_value(value), expected) != 0)
		fail(path, "'%s' is %s, which is not supported (expected %s)", key,
			json_is_string(value) ? json_string_value(value) : "not a text", expected);
}

static enum architecture read_architecture(const char *path, const json_t *json)
{
	const char *type = json_string_value(json_object_get(json, "model_type"));

	if (!type)
		fail(path, "'model_type' is missing");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(type, names[i].model_type) == 0)
			return (enum architecture)i;
	fail(path, "model_type '%s' is not supported (expected bert, distilbert, electra or roberta)", type);
}

/* RoBERTa's positions begin behind that of the padding, whose number is its id. */
static void read_positions(struct config *config, const char *path, const json_t *json)
{
	const json_t *padding = json_object_get(json, "pad_token_id");
	const int64_t rows = need_size(path, json, "max_position_embeddings", size_max);

	if (config->architecture == ARCHITECTURE_ROBERTA) {
		config->padding = json_is_integer(padding) ? json_integer_value(padding) : 1;
		if (config->padding < 0 || config->padding >= config->vocabulary)
			fail(path, "'pad_token_id' is %lld (expected 0 to %lld)", (long long)config->padding,
				(long long)config->vocabulary - 1);
		config->first_position = config->padding + 1;
	}
	if (config->first_position >= rows)
		fail(path, "'max_position_embeddings' is %lld, of which padding takes the first %lld", (long long)rows,
			(long long)config->first_position);
	config->max_positions = rows - config->first_position;
}

/* The classes as id2label tells them; without it, num_labels or the two that transformers assumes. */
static void read_labels(struct config *config, const char *path, const json_t *json)
{
	const json_t *id2label = json_object_get(json, "id2label");
	int64_t count = 2;

	if (json_object_get(json, "num_labels"))
		count = need_size(path, json, "num_labels", size_max);
	if (json_is_object(id2label) && json_object_size(id2label) > 0)
		count = (int64_t)json_object_size(id2label);
	if (count > LABELS_MAX)
		fail(path, "has %lld classes (at most %d)", (long long)count, LABELS_MAX);
	config_set_labels(config, NULL, count);
	for (int64_t i = 0; json_is_object(id2label) && i < count; i++) {
		char *key = format_string("%lld", (long long)i);
		const char *label = json_string_value(json_object_get(id2label, key));
		if (!label || strpbrk(label, "\t\n\r"))
			fail(path, "id2label has no name for class %s", key);
		free(config->labels[i]);
		config->labels[i] = copy_string(label);
		free(key);
	}
}

/* Has the checkpoint a classification head, by the architecture it names? Without a name: assume so. Of
 * any other head (masked words, say) only the encoder is of use. */
static bool names_classifier(const json_t *json, const struct names *name)
{
	const char *architecture = json_string_value(json_array_get(json_object_get(json, "architectures"), 0));

	return !architecture || strcmp(architecture, name->classifier) == 0;
}

const char *config_model_type(const struct config *config)
{
	return names[config->architecture].model_type;
}

void config_read(struct config *config, const char *folder)
{
	char *path = path_in(folder, "config.json");
	json_t *json = read_json(path);

	*config = (struct config){.architecture = read_architecture(path, json)};
	const struct names *name = &names[config->architecture];
	config->layers = need_size(path, json, name->layers, layers_max);
	config->heads = need_size(path, json, name->heads, size_max);
	config->hidden = need_size(path, json, name->hidden, size_max);
	config->intermediate = need_size(path, json, name->intermediate, size_max);
	config->vocabulary = need_size(path, json, "vocab_size", size_max);
	config->embedding = config->hidden;
	if (config->architecture == ARCHITECTURE_ELECTRA)
		config->embedding = need_size(path, json, "embedding_size", size_max);
	read_positions(config, path, json);
	if (config->hidden % config->heads != 0)
		fail(path, "%lld heads do not divide a hidden size of %lld", (long long)config->heads,
			(long long)config->hidden);
	need_text(path, json, name->activation, "gelu");
	need_text(path, json, "position_embedding_type", "absolute");
	if (json_is_true(json_object_get(json, "is_decoder")) ||
		json_is_true(json_object_get(json, "add_cross_attention")))
		fail(path, "decoders are not supported");
	config->layer_norm_epsilon = fraction_or(path, json, "layer_norm_eps", 1e-12);
	config->dropout = fraction_or(path, json, name->dropout, 0.1);
	config->attention_dropout = fraction_or(path, json, name->attention_dropout, 0.1);
	config->classifier_dropout = fraction_or(path, json, name->classifier_dropout,
		config->architecture == ARCHITECTURE_DISTILBERT ? 0.2 : config->dropout);
	config->head_activation = name->head_activation;
	config->head_drops_first = name->head_drops_first;
	config->initializer_range = fraction_or(path, json, "initializer_range", 0.02);
	if (config->architecture != ARCHITECTURE_DISTILBERT)
		config->token_types = need_size(path, json, "type_vocab_size", size_max);
	if (names_classifier(json, name))
		read_labels(config, path, json);
	json_decref(json);
	free(path);
}

void config_write(const struct config *config, const char *folder)
{
	const struct names *name = &names[config->architecture];
	json_t *json = json_pack("{s:s, s:[s], s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:f, s:f, s:f, s:f, s:I}", "model_type",
		name->model_type, "architectures", config->classes ? name->classifier : name->encoder, name->layers,
		(json_int_t)config->layers, name->heads, (json_int_t)config->heads, name->hidden,
		(json_int_t)config->hidden, name->intermediate, (json_int_t)config->intermediate, "vocab_size",
		(json_int_t)config->vocabulary, "max_position_embeddings",
		(json_int_t)config->first_position + config->max_positions, name->activation, "gelu",
		name->dropout, config->dropout, name->attention_dropout, config->attention_dropout,
		name->classifier_dropout, config->classifier_dropout, "initializer_range",
		config->initializer_range, "pad_token_id", (json_int_t)config->padding);
	if (config->architecture != ARCHITECTURE_DISTILBERT) {
		json_object_set_new(json, "type_vocab_size", json_integer(config->token_types));
		json_object_set_new(json, "layer_norm_eps", json_real(config->layer_norm_epsilon));
	}
	if (config->architecture == ARCHITECTURE_ELECTRA)
		json_object_set_new(json, "embedding_size", json_integer(config->embedding));
	if (config->classes > 0) {
		json_t *id2label = json_object(), *label2id = json_object();
		for (int64_t i = 0; i < config->classes; i++) {
			char *key = format_string("%lld", (long long)i);
			json_object_set_new(id2label, key, json_string(config->labels[i]));
			json_object_set_new(label2id, config->labels[i], json_integer(i));
			free(key);
		}
		json_object_set_new(json, "id2label", id2label);
		json_object_set_new(json, "label2id", label2id);
	}
	write_json(folder, "config.json", json, false);
}

void config_set_labels(struct config *config, const char *list, int64_t count)
{
	if (list)
		count = count_names(list);
	config->classes = count;
	config->labels = allocate((size_t)count, sizeof *config->labels);
	const bool named = list != NULL;
	for (int64_t i = 0; i < count; i++) {
		if (!named) {
			config->labels[i] = format_string("LABEL_%lld", (long long)i);
			continue;
		}
		config->labels[i] = next_name(&list);
		for (int64_t j = 0; j < i; j++)
			if (strcmp(config->labels[i], config->labels[j]) == 0)
				fail_usage("class '%s' is named twice", config->labels[i]);
	}
}

char *config_class_names(const struct config *config)
{
	char *joined = copy_string("");

	for (int64_t i = 0; i < config->classes; i++) {
		char *longer = format_string("%s%s%s", joined, i ? "," : "", config->labels[i]);
		free(joined);
		joined = longer;
	}
	return joined;
}

int64_t config_label_index(const struct config *config, const char *text)
{
	char *end;

	for (int64_t i = 0; i < config->classes; i++)
		if (strcmp(config->labels[i], text) == 0)
			return i;
	long long number = strtoll(text, &end, 10);
	if (*text && *end == '\0' && number >= 0 && number < config->classes)
		return number;
	return -1;
}
