/* output.h: files that are either whole or not there: written aside, then renamed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_OUTPUT_H
#define T_MODEL_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A file being written. stream is a buffered stdio stream on a temporary file beside path. */
struct output {
	char *path, *temporary;
	FILE *stream;
};

/* Opens path for writing aside. Fails if its folder cannot be written. Should the program end before
 * output_close, the temporary file is removed and whatever stood at path is left as it was. */
void output_open(struct output *output, const char *path);

/* Writes bytes, or fails. */
void output_write(struct output *output, const void *bytes, size_t count);

/* Flushes to the disk, checks, and renames into place. */
void output_close(struct output *output);

/* Writes FOLDER/NAME as indented JSON, whole or not at all; keys stand as they were set, or sorted. Consumes json.
 * Fails where it is NULL, which is what json_pack gives for a text that is not UTF-8. */
void write_json(const char *folder, const char *name, json_t *json, bool sorted);

/* Makes a folder (its parents must exist); one that is there already is fine. */
void make_directory(const char *path);

/* Removes every temporary file now, with calls that are safe in a signal handler. */
void output_abandon_all(void);

#endif
