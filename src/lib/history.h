/* history.h: where a file came from, carried in its own metadata.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metadata: program, version and `history`, a JSON text:
 *   {"program", "version", "arguments": {…}, "inputs": [{"role", "name", "sha256", "history"?}, …]}
 * Arguments are recorded without threads, output and paths; an input by its base name, the SHA-256 of its
 * payload and its own history: the whole chain stands in every file. No clock, host, user or folder.
 */
#ifndef T_MODEL_HISTORY_H
#define T_MODEL_HISTORY_H

#include "options.h"
#include "tensors.h"

#include <jansson.h>

/* Starts this step's history from the options in force. */
json_t *history_begin(const struct command *command);

/* Adds an input that is a tensor file (its payload's checksum and its own history), or any other file. */
void history_add_tensors(json_t *history, const char *role, const struct tensor_file *file);
void history_add_file(json_t *history, const char *role, const char *path);

/* Turns the history into metadata for tensors_write, which the caller may extend; consumes history. */
json_t *history_metadata(json_t *history);

/* The last component of a path, trailing slashes left out, in fresh memory. */
char *base_name(const char *path);

#endif
