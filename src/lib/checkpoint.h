/* checkpoint.h: the tensors of a published checkpoint by their names, whatever files they stand in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder holds, and the first that is there is taken: model.safetensors; model.safetensors.index.json, whose
 * weight_map names the safetensors file of each tensor; pytorch_model.bin; pytorch_model.bin.index.json.
 */
#ifndef T_MODEL_CHECKPOINT_H
#define T_MODEL_CHECKPOINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct checkpoint {
	char *path; /* of the one file, or of the index */
	bool torch; /* files of PyTorch's own, not safetensors */
	struct shard *shards;
	int count;
};

/* Opens and checks every file. Fails where there is none, where an index names a file outside the folder, and where
 * the tensors of a file are not exactly those that the index says. */
void checkpoint_open(struct checkpoint *checkpoint, const char *folder);
void checkpoint_close(struct checkpoint *checkpoint);

bool checkpoint_has(const struct checkpoint *checkpoint, const char *name);

/* Fails if the tensor is not there, or of another shape. */
void checkpoint_expect(const struct checkpoint *checkpoint, const char *name, int rank, const int64_t *shape);

/* Reads a tensor that is there into fresh memory, converted as by tensor_read_f32. */
float *checkpoint_read_f32(const struct checkpoint *checkpoint, const char *name);

/* Adds every file to the history, role checkpoint. */
void checkpoint_add_history(const struct checkpoint *checkpoint, json_t *history);

#endif
