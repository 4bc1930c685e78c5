/* config.h: a model's shape, from and to Hugging Face's config.json.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Supported: model_type `bert`, `distilbert`, `electra` and `roberta`, exact (erf) GELU, absolute positions. Everything
 * else is refused by name. Keys that do not change the computation are ignored.
 */
#ifndef T_MODEL_CONFIG_H
#define T_MODEL_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

enum architecture { ARCHITECTURE_BERT, ARCHITECTURE_DISTILBERT, ARCHITECTURE_ELECTRA, ARCHITECTURE_ROBERTA };

/* Of the classification head, logits = W_c dropout(activation(W_p first + b_p)) + b_c, where they differ. */
enum head_activation { HEAD_TANH, HEAD_RELU, HEAD_GELU };

struct config {
	enum architecture architecture;
	int64_t layers, heads, hidden, intermediate;
	int64_t embedding;     /* columns of the embeddings; where not hidden, ELECTRA projects them to it */
	int64_t vocabulary;    /* rows of the word embedding */
	int64_t max_positions; /* longest sentence, in tokens */
	int64_t padding;       /* id of the padding token; only RoBERTa's matters */
	int64_t first_position; /* a first token's row of the position embedding; RoBERTa's is padding + 1 */
	int64_t token_types;   /* rows of the token type embedding; 0 for DistilBERT */
	int64_t classes;       /* 0: an encoder without a classification head */
	enum head_activation head_activation;
	bool head_drops_first; /* does the head's dropout act on the first token's hidden state as well? */
	double layer_norm_epsilon;
	double dropout, attention_dropout, classifier_dropout;
	double initializer_range; /* standard deviation of random initial weights */
	char **labels;            /* [classes] class names */
};

static inline int64_t config_head_dim(const struct config *config)
{
	return config->hidden / config->heads;
}

/* The model_type in config.json. */
const char *config_model_type(const struct config *config);

/* Reads FOLDER/config.json. Fails on what is not supported or not sound. */
void config_read(struct config *config, const char *folder);

/* Writes FOLDER/config.json so that transformers 4 and 5 load the folder. */
void config_write(const struct config *config, const char *folder);

/* Replaces the classes by the comma-separated names (NULL: LABEL_0, LABEL_1, … for count classes). */
void config_set_labels(struct config *config, const char *list, int64_t count);

/* The classes' names, comma-separated, in fresh memory. */
char *config_class_names(const struct config *config);

/* The index of a class given by its name or its number, or -1. */
int64_t config_label_index(const struct config *config, const char *text);

#endif
