/* torch-file.h: the tensors of a state_dict that PyTorch saved (pytorch_model.bin), in both of its formats.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Since 1.6 a zip file: NAME/data.pkl, the pickled dict; NAME/data/KEY, each storage, not compressed; NAME/byteorder.
 * Before, five pickles (a magic number, the protocol version, the machine, the dict, the list of storage keys), then
 * each storage in the order of the keys: 8 bytes little-endian count of elements, then these.
 * A tensor is a window on a storage: offset, shape and strides, in elements. Tensors may share a storage.
 * As everything in the pickle, all three are checked against the storage before they are used.
 */
#ifndef T_MODEL_TORCH_FILE_H
#define T_MODEL_TORCH_FILE_H

#include "tensors.h"

#include <zip.h>

struct torch_storage {
	char *key;
	enum dtype dtype;
	size_t count;
	uint64_t place; /* its index in the zip file, or where its elements begin in the file of the older format */
};

struct torch_tensor {
	struct tensor tensor; /* its offset is that of its first element, in elements of the storage */
	int64_t strides[TENSOR_RANK_MAX];
	size_t span; /* elements of the storage from its first to its last, both included; 0: it is empty */
	size_t storage;
};

struct torch_file {
	char *path;
	struct regular_file on_disk;
	zip_t *zip; /* NULL: of the older format */
	struct torch_storage *storages;
	size_t storage_count;
	struct torch_tensor *tensors; /* in the order of the dict */
	int count;
};

/* Opens and checks a file; ends the program if it is not sound, or holds anything but a dict of tensors. */
void torch_file_open(struct torch_file *file, const char *path);
/* Fails if another process has written to the file since it was opened. */
void torch_file_close(struct torch_file *file);

/* The tensor of that name, or NULL. */
const struct torch_tensor *torch_find(const struct torch_file *file, const char *name);

/* Reads all elements in row-major order into fresh memory, converted as by tensor_read_f32. */
float *torch_read_f32(const struct torch_file *file, const struct torch_tensor *place);

#endif
