/* shards.h: files of one run, each of some of the sentences or of some of the layers, which together have all.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_SHARDS_H
#define T_MODEL_SHARDS_H

#include "range.h"
#include "tensors.h"

#include <jansson.h>

struct shard {
	struct tensor_file file;
	json_t *history, *axes; /* metadata, parsed; axes: results.h */
	struct range sentences, layers;
	struct range range; /* that along which they are cut */
};

struct shards {
	int count;
	struct shard *shard; /* [count], in the order of their ranges */
	bool by_layers;	     /* cut along the layers, or along the sentences */
	const char *what;    /* "layers" or "sentences" */
};

/* Opens the files, and tells along what they are cut: the layers, where all are of the same sentences. Fails, naming
 * the file, where one is no shard, where a sentence (or layer) is missing or in two, or where one was not made by the
 * same program, version and options from the same inputs, by their SHA-256. */
void shards_open(struct shards *shards, char *const *paths, int count);

void shards_close(struct shards *shards);

#endif
