/* tokenizer-json.h: what the readers of tokenizer files ask of their JSON, whose every setting they honour or refuse.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_TOKENIZER_JSON_H
#define T_MODEL_TOKENIZER_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Fails if there is another value at key than the expected one, given as JSON; a missing or null one is the default. */
void need_value(const char *path, const json_t *json, const char *key, const char *expected);

/* Sets *value to the truth value at key, or leaves it where that is missing or null. Fails on anything else. Returns
 * whether it was set. */
bool read_truth(const char *path, const json_t *json, const char *key, bool *value);

/* The object at key, whose type is the only one supported; fails on another. */
json_t *need_type(const char *path, const json_t *json, const char *key, const char *type);

/* Fails if a token added to the vocabulary is not special: it would be found inside words. tokens: an array, or an
 * object by ids, or NULL. */
void refuse_added(const char *path, const json_t *tokens);

/* The pieces of {piece: id, …} by their ids, in fresh memory; *count of them. Fails where vocabulary is no such object,
 * the ids are not 0 to count - 1, or there are more than most, the rows of the model's word embedding. */
char **pieces_by_id(const char *path, const json_t *vocabulary, int64_t most, int64_t *count);

#endif
