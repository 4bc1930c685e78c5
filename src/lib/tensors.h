/* tensors.h: safetensors files, read with every check and written whole or not at all.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format: 8 bytes little-endian header length N, N bytes of JSON, then the payload.
 *   {"name": {"dtype": "F32", "shape": [2,3], "data_offsets": [begin, end]}, ...,
 *    "__metadata__": {"key": "text", ...}}
 * Offsets count from the payload's start; tensors cover the payload without gaps or overlaps.
 * Files are read with pread(2), never mapped: another process may truncate them.
 */
#ifndef T_MODEL_TENSORS_H
#define T_MODEL_TENSORS_H

#include "dtype.h"
#include "output.h"
#include "read-file.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TENSOR_RANK_MAX = 8, SHA256_TEXT = 65 };

/* "[2, 3]" in fresh memory, a dimension of -1 as `any`; serves for an element's indices as well. */
char *shape_text(int rank, const int64_t *shape);

/* One tensor of an open file: shape [shape[0], …, shape[rank-1]], count elements, at offset bytes into the payload. */
struct tensor {
	char *name;
	enum dtype dtype;
	int rank;
	int64_t shape[TENSOR_RANK_MAX];
	size_t count, offset;
};

struct tensor_file {
	char *path;
	struct regular_file on_disk;
	struct tensor *tensors; /* in the order of their offsets */
	int count;
	json_t *metadata; /* object of strings, maybe empty */
	size_t payload_start, payload_bytes;
};

/* Opens and checks a file; ends the program if it is not a sound safetensors file. */
void tensor_file_open(struct tensor_file *file, const char *path);
/* Fails if another process has written to the file since it was opened. */
void tensor_file_close(struct tensor_file *file);

/* The tensor of that name, or NULL. */
const struct tensor *tensor_find(const struct tensor_file *file, const char *name);

/* The tensor of that name with that shape; a dimension of -1 takes any length. Fails if it is not so. */
const struct tensor *tensor_expect(const struct tensor_file *file, const char *name, int rank, const int64_t *shape);

/* Fails if a tensor, of whatever file, is not of that shape; -1 as above. */
void tensor_check_shape(const char *path, const struct tensor *tensor, int rank, const int64_t *shape);

/* Reads all elements into fresh memory, converted: floats from F64, F32, F16 or BF16, integers from I64, I32
 * or U8. Fails on another dtype, on a short file, and on a value that the wanted type cannot hold.
 * Values that are not finite are passed on as they are. */
float *tensor_read_f32(const struct tensor_file *file, const struct tensor *tensor) __attribute__((returns_nonnull));
double *tensor_read_f64(const struct tensor_file *file, const struct tensor *tensor) __attribute__((returns_nonnull));
int64_t *tensor_read_i64(const struct tensor_file *file, const struct tensor *tensor) __attribute__((returns_nonnull));
int32_t *tensor_read_i32(const struct tensor_file *file, const struct tensor *tensor) __attribute__((returns_nonnull));

/* Fills buffer with count bytes of the tensor, from byte offset of it on, as they are. */
void tensor_read_bytes(
	const struct tensor_file *file, const struct tensor *tensor, size_t offset, size_t count, void *buffer);

/* The elements in raw, which is consumed, converted as by tensor_read_f32. */
float *tensor_to_f32(const char *path, const struct tensor *tensor, void *raw);

/* Hexadecimal SHA-256 of the payload: the same for two files that differ in metadata alone. */
void tensor_file_sha256(const struct tensor_file *file, char text[SHA256_TEXT]);

/* Hexadecimal SHA-256 of a whole file, and of bytes in memory. */
void file_sha256(const char *path, char text[SHA256_TEXT]);
void bytes_sha256(const void *bytes, size_t count, char text[SHA256_TEXT]);

/* A tensor to be written; data holds the elements in row-major order. */
struct tensor_source {
	const char *name;
	enum dtype dtype;
	int rank;
	int64_t shape[TENSOR_RANK_MAX];
	const void *data;
};

/* Writes count tensors, ordered by falling element size and then by name, header padded to 8 bytes.
 * metadata: object of strings (borrowed), or NULL. Two names that are equal are a failure. */
void tensors_write(const char *path, const struct tensor_source *sources, int count, const json_t *metadata);

/* The same where elements are not in memory: write is called for each tensor in turn, to output_write all of its. */
typedef void tensor_writer(void *argument, const struct tensor_source *source, struct output *output);
void tensors_write_by(const char *path, const struct tensor_source *sources, int count, const json_t *metadata,
	tensor_writer *write, void *argument);

#endif
