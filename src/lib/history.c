/* history.c: provenance in file metadata.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "history.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

char *base_name(const char *path)
{
	size_t end = strlen(path);

	while (end > 1 && path[end - 1] == '/')
		end--;
	size_t begin = end;
	while (begin > 0 && path[begin - 1] != '/')
		begin--;
	return format_string("%.*s", (int)(end - begin), path + begin);
}

json_t *history_begin(const struct command *command)
{
	json_t *arguments = json_object();

	for (const struct option_row *row = command->rows; row->name; row++) {
		json_t *value = NULL;
		if (row->unrecorded)
			continue;
		if (row->kind == OPTION_FLAG)
			value = json_boolean(*(bool *)row->value);
		else if (row->kind == OPTION_INTEGER)
			value = json_integer(*(int64_t *)row->value);
		else if (row->kind == OPTION_REAL)
			value = json_real(*(double *)row->value);
		else if (*(const char **)row->value)
			value = json_string(*(const char **)row->value);
		else
			continue;
		if (!value)
			fail_usage("--%s: not UTF-8", row->name);
		json_object_set_new(arguments, row->name, value);
	}
	return json_pack("{s:s, s:s, s:o, s:[]}", "program", program_name(), "version", t_model_version, "arguments",
		arguments, "inputs");
}

static void add_input(json_t *history, const char *role, const char *path, const char *sha256, json_t *earlier)
{
	char *name = base_name(path);
	json_t *input = json_pack("{s:s, s:s*, s:s}", "role", role, "name", name, "sha256", sha256);

	if (!input)
		fail(path, "its name is not UTF-8");
	if (earlier)
		json_object_set_new(input, "history", earlier);
	json_array_append_new(json_object_get(history, "inputs"), input);
	free(name);
}

void history_add_tensors(json_t *history, const char *role, const struct tensor_file *file)
{
	char sha256[SHA256_TEXT];
	const char *text = json_string_value(json_object_get(file->metadata, "history"));

	tensor_file_sha256(file, sha256);
	add_input(history, role, file->path, sha256, text ? json_loads(text, 0, NULL) : NULL);
}

void history_add_file(json_t *history, const char *role, const char *path)
{
	char sha256[SHA256_TEXT];

	file_sha256(path, sha256);
	add_input(history, role, path, sha256, NULL);
}

json_t *history_metadata(json_t *history)
{
	char *text = json_dumps(history, JSON_COMPACT);

	if (!text)
		fail(NULL, "cannot write the history as JSON");
	json_t *metadata =
		json_pack("{s:s, s:s, s:s}", "program", program_name(), "version", t_model_version, "history", text);
	free(text);
	json_decref(history);
	return metadata;
}
