/* test-config.c: config.json of both architectures, read, written, and refused.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "config.h"
#include "fail.h"
#include "read-file.h"

#include "in-child.h"

#define FILE_NAME "config.json"
#include "in-folder.h"

static const char bert[] = "{\"model_type\": \"bert\", \"architectures\": [\"BertForSequenceClassification\"],"
			   "\"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"hidden_size\": 48,"
			   "\"intermediate_size\": 80, \"vocab_size\": 60, \"max_position_embeddings\": 24,"
			   "\"type_vocab_size\": 2, \"id2label\": {\"1\": \"merry\", \"0\": \"sober\"}}";
static const char distilbert[] = "{\"model_type\": \"distilbert\", \"n_layers\": 2, \"n_heads\": 5, \"dim\": 40,"
				 "\"hidden_dim\": 72, \"vocab_size\": 30, \"max_position_embeddings\": 8}";

#define SIZES \
	"\"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"hidden_size\": 48, \"intermediate_size\": 80," \
	"\"vocab_size\": 60, \"max_position_embeddings\": 24"
static const char roberta[] = "{\"model_type\": \"roberta\", \"type_vocab_size\": 1, " SIZES "}";
static const char electra[] =
	"{\"model_type\": \"electra\", \"type_vocab_size\": 2, \"embedding_size\": 20, " SIZES "}";

static void write_text(const char *text)
{
	write_bytes(text, strlen(text));
}

/* Writes the text's object with the value at key replaced (JSON text), or the key left out (NULL). */
static void write_changed(const char *text, const char *key, const char *value)
{
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	if (value)
		json_object_set_new(json, key, json_loads(value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(json, key);
	assert_int_equal(json_dump_file(json, path, 0), 0);
	json_decref(json);
}

static void read_changed(struct config *config, const char *text, const char *key, const char *value)
{
	write_changed(text, key, value);
	config_read(config, folder);
}

static void free_labels(struct config *config)
{
	for (int64_t i = 0; i < config->classes; i++)
		free(config->labels[i]);
	free(config->labels);
}

/* ---- what is read ---- */

static void bert_is_read(void **state)
{
	struct config config;

	(void)state;
	write_text(bert);
	config_read(&config, folder);
	assert_int_equal(config.architecture, ARCHITECTURE_BERT);
	assert_int_equal(config.layers, 3);
	assert_int_equal(config.heads, 4);
	assert_int_equal(config.hidden, 48);
	assert_int_equal(config_head_dim(&config), 12);
	assert_int_equal(config.intermediate, 80);
	assert_int_equal(config.vocabulary, 60);
	assert_int_equal(config.max_positions, 24);
	assert_int_equal(config.token_types, 2);
	assert_int_equal(config.classes, 2);
	assert_string_equal(config.labels[0], "sober");
	assert_string_equal(config.labels[1], "merry");
	/* what transformers assumes */
	assert_true(config.layer_norm_epsilon == 1e-12);
	assert_true(config.dropout == 0.1 && config.attention_dropout == 0.1 && config.classifier_dropout == 0.1);
	assert_true(config.initializer_range == 0.02);
	free_labels(&config);
}

static void distilbert_is_read(void **state)
{
	struct config config;

	(void)state;
	write_text(distilbert);
	config_read(&config, folder);
	assert_int_equal(config.architecture, ARCHITECTURE_DISTILBERT);
	assert_int_equal(config.layers, 2);
	assert_int_equal(config.heads, 5);
	assert_int_equal(config.hidden, 40);
	assert_int_equal(config.intermediate, 72);
	assert_int_equal(config.vocabulary, 30);
	assert_int_equal(config.max_positions, 8);
	assert_int_equal(config.token_types, 0);
	assert_true(config.dropout == 0.1 && config.attention_dropout == 0.1 && config.classifier_dropout == 0.2);
	free_labels(&config);
}

/* Positions begin behind the padding's. */
static void roberta_is_read(void **state)
{
	struct config config;

	(void)state;
	write_text(roberta);
	config_read(&config, folder);
	assert_int_equal(config.architecture, ARCHITECTURE_ROBERTA);
	assert_int_equal(config.padding, 1);
	assert_int_equal(config.first_position, 2);
	assert_int_equal(config.max_positions, 22);
	assert_int_equal(config.token_types, 1);
	assert_int_equal(config.embedding, 48);
	assert_int_equal(config.head_activation, HEAD_TANH);
	assert_true(config.head_drops_first && config.classifier_dropout == 0.1);
	free_labels(&config);
	read_changed(&config, roberta, "pad_token_id", "5");
	assert_int_equal(config.first_position, 6);
	assert_int_equal(config.max_positions, 18);
	free_labels(&config);
}

static void electra_is_read(void **state)
{
	struct config config;

	(void)state;
	write_text(electra);
	config_read(&config, folder);
	assert_int_equal(config.architecture, ARCHITECTURE_ELECTRA);
	assert_int_equal(config.embedding, 20);
	assert_int_equal(config.hidden, 48);
	assert_int_equal(config.first_position, 0);
	assert_int_equal(config.max_positions, 24);
	assert_int_equal(config.head_activation, HEAD_GELU);
	assert_true(config.head_drops_first);
	free_labels(&config);
}

static void the_classifiers_dropout_follows_the_rest(void **state)
{
	struct config config;

	(void)state;
	read_changed(&config, bert, "hidden_dropout_prob", "0.3");
	assert_true(config.dropout == 0.3 && config.classifier_dropout == 0.3);
	free_labels(&config);
	read_changed(&config, bert, "classifier_dropout", "0");
	assert_true(config.classifier_dropout == 0);
	free_labels(&config);
	read_changed(&config, bert, "classifier_dropout", "null");
	assert_true(config.classifier_dropout == 0.1);
	free_labels(&config);
	read_changed(&config, bert, "layer_norm_eps", "1e-5");
	assert_true(config.layer_norm_epsilon == 1e-5);
	free_labels(&config);
}

static void classes_are_told_in_several_ways(void **state)
{
	struct config config;

	(void)state;
	read_changed(&config, bert, "id2label", NULL);
	assert_int_equal(config.classes, 2);
	assert_string_equal(config.labels[1], "LABEL_1");
	free_labels(&config);
	read_changed(&config, distilbert, "num_labels", "5");
	assert_int_equal(config.classes, 5);
	assert_string_equal(config.labels[4], "LABEL_4");
	free_labels(&config);
	/* a head for something else leaves an encoder */
	read_changed(&config, bert, "architectures", "[\"BertForMaskedLM\"]");
	assert_int_equal(config.classes, 0);
	read_changed(&config, bert, "architectures", "[\"BertModel\"]");
	assert_int_equal(config.classes, 0);
	read_changed(&config, bert, "architectures", NULL);
	assert_int_equal(config.classes, 2);
	free_labels(&config);
}

static void what_changes_nothing_is_ignored(void **state)
{
	struct config config;

	(void)state;
	read_changed(&config, bert, "hidden_act", "\"gelu\"");
	free_labels(&config);
	read_changed(&config, bert, "position_embedding_type", "\"absolute\"");
	free_labels(&config);
	read_changed(&config, bert, "is_decoder", "false");
	free_labels(&config);
	read_changed(&config, bert, "use_cache", "{\"any\": [1, 2]}");
	free_labels(&config);
}

/* ---- what is refused, by name ---- */

static void read_it(void)
{
	struct config config;

	config_read(&config, folder);
}

static void what_is_not_supported_is_refused_by_name(void **state)
{
	static const struct {
		const char *text, *key, *value, *words;
	} refusals[] = {
		{bert, "model_type", "\"xlm-roberta\"",
			"model_type 'xlm-roberta' is not supported (expected bert, distilbert, electra or roberta)"},
		{electra, "embedding_size", NULL, "'embedding_size' is missing or not a whole number"},
		{electra, "hidden_act", "\"relu\"", "'hidden_act' is relu"},
		{roberta, "pad_token_id", "-1", "'pad_token_id' is -1 (expected 0 to 59)"},
		{roberta, "pad_token_id", "60", "'pad_token_id' is 60 (expected 0 to 59)"},
		{roberta, "pad_token_id", "23", "'max_position_embeddings' is 24, of which padding takes the first 24"},
		{roberta, "position_embedding_type", "\"relative_key\"", "'position_embedding_type' is relative_key"},
		{bert, "model_type", NULL, "'model_type' is missing"},
		{bert, "model_type", "7", "'model_type' is missing"},
		{bert, "hidden_act", "\"gelu_new\"",
			"'hidden_act' is gelu_new, which is not supported (expected gelu)"},
		{bert, "hidden_act", "{}", "'hidden_act' is not a text"},
		{distilbert, "activation", "\"relu\"", "'activation' is relu"},
		{bert, "position_embedding_type", "\"relative_key\"", "'position_embedding_type' is relative_key"},
		{bert, "is_decoder", "true", "decoders are not supported"},
		{bert, "add_cross_attention", "true", "decoders are not supported"},
		{bert, "num_hidden_layers", NULL, "'num_hidden_layers' is missing or not a whole number"},
		{bert, "num_hidden_layers", "2.5", "'num_hidden_layers' is missing or not a whole number"},
		{bert, "num_hidden_layers", "1025", "'num_hidden_layers' is 1025 (expected 1 to 1024)"},
		{bert, "num_hidden_layers", "0", "'num_hidden_layers' is 0 (expected 1 to"},
		{bert, "vocab_size", "-3", "'vocab_size' is -3"},
		{bert, "hidden_size", "99999999999", "'hidden_size' is 99999999999 (expected 1 to 16777216)"},
		{bert, "num_attention_heads", "5", "5 heads do not divide a hidden size of 48"},
		{bert, "intermediate_size", "\"80\"", "'intermediate_size' is missing or not a whole number"},
		{bert, "max_position_embeddings", "null", "'max_position_embeddings' is missing"},
		{bert, "type_vocab_size", NULL, "'type_vocab_size' is missing"},
		{distilbert, "dim", NULL, "'dim' is missing"},
		{bert, "hidden_dropout_prob", "1.5", "'hidden_dropout_prob' is not a number from 0 to 1"},
		{bert, "layer_norm_eps", "-1", "'layer_norm_eps' is not a number from 0 to 1"},
		{bert, "layer_norm_eps", "\"1e-12\"", "'layer_norm_eps' is not a number"},
		{bert, "id2label", "{\"0\": \"a\", \"2\": \"b\"}", "id2label has no name for class 1"},
		{bert, "id2label", "{\"0\": \"a\", \"1\": 7}", "id2label has no name for class 1"},
		{bert, "id2label", "{\"0\": \"a\\tb\"}", "id2label has no name for class 0"},
		{distilbert, "num_labels", "0", "'num_labels' is 0"},
		{distilbert, "num_labels", "100000", "has 100000 classes (at most 4096)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		write_changed(refusals[i].text, refusals[i].key, refusals[i].value);
		assert_ends(read_it, STATUS_FAILED, path, refusals[i].words);
	}
}

static void what_is_no_json_object_is_refused(void **state)
{
	(void)state;
	write_text("{\"model_type\": \"bert\"");
	assert_ends(read_it, STATUS_FAILED, path, "is not JSON");
	write_text("[1, 2]");
	assert_ends(read_it, STATUS_FAILED, path, "is not a JSON object");
	write_text("");
	assert_ends(read_it, STATUS_FAILED, path, "is not JSON");
	write_text("{\"model_type\": \"bert\", \"model_type\": \"distilbert\"}");
	assert_ends(read_it, STATUS_FAILED, path, "duplicate");
	unlink(path);
	assert_ends(read_it, STATUS_FAILED, path, "cannot open: No such file");
}

/* ---- what is written ---- */

static void assert_same(const struct config *a, const struct config *b)
{
	assert_int_equal(a->architecture, b->architecture);
	assert_int_equal(a->layers, b->layers);
	assert_int_equal(a->heads, b->heads);
	assert_int_equal(a->hidden, b->hidden);
	assert_int_equal(a->intermediate, b->intermediate);
	assert_int_equal(a->vocabulary, b->vocabulary);
	assert_int_equal(a->max_positions, b->max_positions);
	assert_int_equal(a->first_position, b->first_position);
	assert_int_equal(a->padding, b->padding);
	assert_int_equal(a->embedding, b->embedding);
	assert_int_equal(a->token_types, b->token_types);
	assert_true(a->dropout == b->dropout && a->attention_dropout == b->attention_dropout);
	assert_true(a->classifier_dropout == b->classifier_dropout && a->initializer_range == b->initializer_range);
	/* DistilBERT knows one epsilon, so its config.json tells none */
	assert_true(a->layer_norm_epsilon == b->layer_norm_epsilon || a->architecture == ARCHITECTURE_DISTILBERT);
	assert_int_equal(a->classes, b->classes);
	for (int64_t i = 0; i < a->classes; i++)
		assert_string_equal(a->labels[i], b->labels[i]);
}

static void what_is_written_is_read_again(void **state)
{
	static const char *const texts[] = {bert, distilbert, electra, roberta};
	static const char *const changes[][2] = {{"layer_norm_eps", "1e-6"}, {"seq_classif_dropout", "0.35"},
		{"initializer_range", "0.123456789012345678"}, {"id2label", "{\"0\": \"ö\", \"1\": \"\\\"x\\\"\"}"}};

	(void)state;
	for (int t = 0; t < 4; t++)
		for (int c = 0; c < 4; c++) {
			struct config config, again;
			read_changed(&config, texts[t], changes[c][0], changes[c][1]);
			config_write(&config, folder);
			config_read(&again, folder);
			assert_same(&config, &again);
			free_labels(&config);
			free_labels(&again);
		}
}

static void transformers_finds_its_keys(void **state)
{
	struct config config;

	(void)state;
	write_text(bert);
	config_read(&config, folder);
	config_write(&config, folder);
	json_t *json = read_json(path), *expected = json_loads("{\"sober\": 0, \"merry\": 1}", 0, NULL);
	assert_true(json_equal(json_object_get(json, "label2id"), expected));
	assert_string_equal(json_string_value(json_array_get(json_object_get(json, "architectures"), 0)),
		"BertForSequenceClassification");
	assert_string_equal(json_string_value(json_object_get(json, "hidden_act")), "gelu");
	json_decref(json);
	free_labels(&config);
	config.classes = 0;
	config_write(&config, folder);
	json = read_json(path);
	assert_null(json_object_get(json, "id2label"));
	assert_string_equal(json_string_value(json_array_get(json_object_get(json, "architectures"), 0)), "BertModel");
	json_decref(json);
	json_decref(expected);
}

/* ---- labels ---- */

static void name_a_class_twice(void)
{
	struct config config;

	config_set_labels(&config, "a,b,a", 0);
}

static void labels_can_be_set(void **state)
{
	struct config config = {0};

	(void)state;
	config_set_labels(&config, "World,Sports,Sci/Tech", 0);
	assert_int_equal(config.classes, 3);
	assert_string_equal(config.labels[0], "World");
	assert_string_equal(config.labels[2], "Sci/Tech");
	free_labels(&config);
	config_set_labels(&config, "alone", 0);
	assert_int_equal(config.classes, 1);
	free_labels(&config);
	config_set_labels(&config, NULL, 11);
	assert_int_equal(config.classes, 11);
	assert_string_equal(config.labels[10], "LABEL_10");
	free_labels(&config);
	assert_ends(name_a_class_twice, STATUS_USAGE, "", "class 'a' is named twice");
}

static void a_label_is_a_name_or_an_index(void **state)
{
	struct config config = {0};

	(void)state;
	config_set_labels(&config, "neutral,1,positive", 0);
	assert_int_equal(config_label_index(&config, "neutral"), 0);
	assert_int_equal(config_label_index(&config, "positive"), 2);
	assert_int_equal(config_label_index(&config, "2"), 2);
	assert_int_equal(config_label_index(&config, "1"), 1);
	assert_int_equal(config_label_index(&config, "3"), -1);
	assert_int_equal(config_label_index(&config, "-1"), -1);
	assert_int_equal(config_label_index(&config, "0x"), -1);
	assert_int_equal(config_label_index(&config, "99999999999999999999"), -1);
	assert_int_equal(config_label_index(&config, "Positive"), -1);
	assert_int_equal(config_label_index(&config, ""), -1);
	free_labels(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bert_is_read),
		cmocka_unit_test(distilbert_is_read),
		cmocka_unit_test(roberta_is_read),
		cmocka_unit_test(electra_is_read),
		cmocka_unit_test(the_classifiers_dropout_follows_the_rest),
		cmocka_unit_test(classes_are_told_in_several_ways),
		cmocka_unit_test(what_changes_nothing_is_ignored),
		cmocka_unit_test(what_is_not_supported_is_refused_by_name),
		cmocka_unit_test(what_is_no_json_object_is_refused),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(transformers_finds_its_keys),
		cmocka_unit_test(labels_can_be_set),
		cmocka_unit_test(a_label_is_a_name_or_an_index),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
