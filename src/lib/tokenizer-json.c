/* tokenizer-json.c: settings, added tokens and vocabularies in JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tokenizer-json.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

void need_value(const char *path, const json_t *json, const char *key, const char *expected)
{
	json_t *value = json_object_get(json, key);

	if (!value || json_is_null(value))
		return;
	char *found = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	if (!found || strcmp(found, expected) != 0)
		fail(path, "'%s' is %.80s, which is not supported (expected %s)", key, found ? found : "unreadable",
			expected);
	free(found);
}

bool read_truth(const char *path, const json_t *json, const char *key, bool *value)
{
	const json_t *found = json_object_get(json, key);

	if (!found || json_is_null(found))
		return false;
	if (!json_is_boolean(found))
		fail(path, "'%s' is neither true nor false", key);
	*value = json_is_true(found);
	return true;
}

json_t *need_type(const char *path, const json_t *json, const char *key, const char *type)
{
	json_t *object = json_object_get(json, key);
	const char *found = json_string_value(json_object_get(object, "type"));

	if (!found || strcmp(found, type) != 0)
		fail(path, "%s.type is %s, which is not supported (expected %s)", key, found ? found : "missing", type);
	return object;
}

static void refuse_unless_special(const char *path, const json_t *token)
{
	const char *content = json_string_value(json_object_get(token, "content"));

	if (!json_is_true(json_object_get(token, "special")))
		fail(path, "added token '%s' is not supported", content ? content : "(without content)");
}

void refuse_added(const char *path, const json_t *tokens)
{
	const char *id;
	json_t *token;
	size_t i;

	json_array_foreach(tokens, i, token)
		refuse_unless_special(path, token);
	json_object_foreach((json_t *)tokens, id, token)
		refuse_unless_special(path, token);
}

char **pieces_by_id(const char *path, const json_t *vocabulary, int64_t most, int64_t *count)
{
	const char *piece;
	json_t *id;

	if (!json_is_object(vocabulary))
		fail(path, "the vocabulary is not an object");
	*count = (int64_t)json_object_size(vocabulary);
	if (*count > most)
		fail(path, "has %lld pieces (at most %lld, the rows of the model's word embedding)", (long long)*count,
			(long long)most);
	char **pieces = allocate((size_t)*count, sizeof *pieces);
	json_object_foreach((json_t *)vocabulary, piece, id) {
		json_int_t number = json_is_integer(id) ? json_integer_value(id) : -1;
		if (number < 0 || number >= *count || pieces[number])
			fail(path, "the id of piece '%s' is not a number of its own from 0 to %lld", piece, (long long)*count - 1);
		pieces[number] = copy_string(piece);
	}
	return pieces;
}
