/* tensors.c: reading and writing safetensors.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tensors.h"

#include "fail.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors are little-endian; this code copies them as they are"
#endif

/* No header of a sound file comes near this; a hostile length is refused before memory is asked for. */
static const uint64_t header_max = 100u << 20;

static void read_or_fail(const struct tensor_file *file, void *buffer, size_t count, size_t offset)
{
	if (!read_at(file->on_disk.descriptor, buffer, count, offset)) {
		if (errno)
			fail(file->path, "cannot read:");
		fail(file->path, "ends early (a read of %zu bytes at %zu)", count, offset);
	}
}

/* ---- header ---- */

static size_t offset_from(const struct tensor_file *file, const char *name, const json_t *value)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		fail(file->path, "tensor '%s': data_offsets are not two whole numbers", name);
	return (size_t)json_integer_value(value);
}

static void parse_tensor(const struct tensor_file *file, struct tensor *tensor, const char *name, const json_t *entry)
{
	const json_t *shape = json_object_get(entry, "shape");
	const json_t *offsets = json_object_get(entry, "data_offsets");
	const char *dtype = json_string_value(json_object_get(entry, "dtype"));

	tensor->name = copy_string(name);
	if (!dtype || !dtype_find(dtype, &tensor->dtype))
		fail(file->path, "tensor '%s': dtype %s is not supported", name, dtype ? dtype : "(none)");
	if (!json_is_array(shape) || json_array_size(shape) > TENSOR_RANK_MAX)
		fail(file->path, "tensor '%s': shape is not a list of at most %d numbers", name, TENSOR_RANK_MAX);
	tensor->rank = (int)json_array_size(shape);
	tensor->count = 1;
	for (int i = 0; i < tensor->rank; i++) {
		const json_t *length = json_array_get(shape, (size_t)i);
		if (!json_is_integer(length) || json_integer_value(length) < 0)
			fail(file->path, "tensor '%s': shape is not a list of whole numbers", name);
		tensor->shape[i] = json_integer_value(length);
		if (__builtin_mul_overflow(tensor->count, (size_t)tensor->shape[i], &tensor->count))
			fail(file->path, "tensor '%s': shape is too large", name);
	}
	if (!json_is_array(offsets) || json_array_size(offsets) != 2)
		fail(file->path, "tensor '%s': data_offsets are not two whole numbers", name);
	size_t begin = offset_from(file, name, json_array_get(offsets, 0));
	size_t end = offset_from(file, name, json_array_get(offsets, 1));
	size_t bytes;
	if (__builtin_mul_overflow(tensor->count, dtype_size(tensor->dtype), &bytes) || end < begin ||
		end - begin != bytes || end > file->payload_bytes)
		fail(file->path, "tensor '%s': offsets %zu to %zu do not fit its shape or the payload of %zu bytes", name,
			begin, end, file->payload_bytes);
	tensor->offset = begin;
}

static int by_offset(const void *left, const void *right)
{
	const struct tensor *a = left, *b = right;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if ((a->count == 0) != (b->count == 0))
		return a->count == 0 ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void parse_header(struct tensor_file *file, json_t *header)
{
	const char *name;
	json_t *entry;

	file->tensors = allocate(json_object_size(header), sizeof *file->tensors);
	file->metadata = json_object();
	json_object_foreach(header, name, entry) {
		if (!json_is_object(entry))
			fail(file->path, "header entry '%s' is not an object", name);
		if (strcmp(name, "__metadata__") != 0) {
			parse_tensor(file, &file->tensors[file->count++], name, entry);
			continue;
		}
		const char *key;
		json_t *value;
		json_object_foreach(entry, key, value)
			if (!json_is_string(value))
				fail(file->path, "metadata '%s' is not a string", key);
		json_object_update(file->metadata, entry);
	}
	qsort(file->tensors, (size_t)file->count, sizeof *file->tensors, by_offset);
	size_t covered = 0;
	for (int i = 0; i < file->count; i++) {
		const struct tensor *tensor = &file->tensors[i];
		if (tensor->offset != covered)
			fail(file->path, "tensor '%s' begins at %zu where %zu was expected", tensor->name, tensor->offset,
				covered);
		covered += tensor->count * dtype_size(tensor->dtype);
	}
	if (covered != file->payload_bytes)
		fail(file->path, "payload of %zu bytes where the header tells of %zu", file->payload_bytes, covered);
}

void tensor_file_open(struct tensor_file *file, const char *path)
{
	uint64_t length;
	json_error_t error;

	*file = (struct tensor_file){.path = copy_string(path)};
	file->on_disk = regular_file_open(path);
	const size_t size = file->on_disk.size;
	if (size < sizeof length)
		fail(path, "is not a safetensors file (%zu bytes)", size);
	read_or_fail(file, &length, sizeof length, 0);
	if (length > header_max || length > size - sizeof length)
		fail(path, "is not a safetensors file (header of %llu bytes in a file of %zu)",
			(unsigned long long)length, size);
	file->payload_start = sizeof length + (size_t)length;
	file->payload_bytes = size - file->payload_start;
	char *text = allocate((size_t)length + 1, 1);
	read_or_fail(file, text, (size_t)length, sizeof length);
	json_t *header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &error);
	free(text);
	if (!header)
		fail(path, "header is not JSON: %s", error.text);
	if (!json_is_object(header))
		fail(path, "header is not a JSON object");
	parse_header(file, header);
	json_decref(header);
}

void tensor_file_close(struct tensor_file *file)
{
	for (int i = 0; i < file->count; i++)
		free(file->tensors[i].name);
	free(file->tensors);
	json_decref(file->metadata);
	regular_file_close(&file->on_disk, file->path);
	free(file->path);
	*file = (struct tensor_file){.on_disk.descriptor = -1};
}

const struct tensor *tensor_find(const struct tensor_file *file, const char *name)
{
	for (int i = 0; i < file->count; i++)
		if (strcmp(file->tensors[i].name, name) == 0)
			return &file->tensors[i];
	return NULL;
}

char *shape_text(int rank, const int64_t *shape)
{
	char *text = copy_string("[");
	for (int i = 0; i < rank; i++) {
		char *longer = shape[i] < 0 ? format_string("%s%sany", text, i ? ", " : "")
					    : format_string("%s%s%lld", text, i ? ", " : "", (long long)shape[i]);
		free(text);
		text = longer;
	}
	char *whole = format_string("%s]", text);
	free(text);
	return whole;
}

void tensor_check_shape(const char *path, const struct tensor *tensor, int rank, const int64_t *shape)
{
	bool fits = tensor->rank == rank;

	for (int i = 0; fits && i < rank; i++)
		fits = shape[i] < 0 || tensor->shape[i] == shape[i];
	if (!fits)
		fail(path, "tensor '%s' has shape %s where %s was expected", tensor->name,
			shape_text(tensor->rank, tensor->shape), shape_text(rank, shape));
}

const struct tensor *tensor_expect(const struct tensor_file *file, const char *name, int rank, const int64_t *shape)
{
	const struct tensor *tensor = tensor_find(file, name);

	if (!tensor)
		fail(file->path, "has no tensor '%s'", name);
	tensor_check_shape(file->path, tensor, rank, shape);
	return tensor;
}

/* ---- elements ---- */

static void *read_raw(const struct tensor_file *file, const struct tensor *tensor)
{
	size_t bytes = tensor->count * dtype_size(tensor->dtype);
	void *raw = allocate(tensor->count, dtype_size(tensor->dtype));

	read_or_fail(file, raw, bytes, file->payload_start + tensor->offset);
	return raw;
}

static void need_float(const char *path, const struct tensor *tensor)
{
	if (dtype_is_integer(tensor->dtype))
		fail(path, "tensor '%s' is %s where floating-point numbers were expected", tensor->name,
			dtype_name(tensor->dtype));
}

void tensor_read_bytes(
	const struct tensor_file *file, const struct tensor *tensor, size_t offset, size_t count, void *buffer)
{
	read_or_fail(file, buffer, count, file->payload_start + tensor->offset + offset);
}

float *tensor_to_f32(const char *path, const struct tensor *tensor, void *raw)
{
	need_float(path, tensor);
	if (tensor->dtype == DTYPE_F32)
		return raw;
	float *values = allocate(tensor->count, sizeof *values);
	for (size_t i = 0; i < tensor->count; i++) {
		double value = element_as_double(raw, tensor->dtype, i);
		if (isfinite(value) && fabs(value) > (double)FLT_MAX)
			fail(path, "tensor '%s': element %zu is too large (%g)", tensor->name, i, value);
		values[i] = (float)value;
	}
	free(raw);
	return values;
}

float *tensor_read_f32(const struct tensor_file *file, const struct tensor *tensor)
{
	return tensor_to_f32(file->path, tensor, read_raw(file, tensor));
}

double *tensor_read_f64(const struct tensor_file *file, const struct tensor *tensor)
{
	need_float(file->path, tensor);
	void *raw = read_raw(file, tensor);
	if (tensor->dtype == DTYPE_F64)
		return raw;
	double *values = allocate(tensor->count, sizeof *values);
	for (size_t i = 0; i < tensor->count; i++)
		values[i] = element_as_double(raw, tensor->dtype, i);
	free(raw);
	return values;
}

int64_t *tensor_read_i64(const struct tensor_file *file, const struct tensor *tensor)
{
	if (!dtype_is_integer(tensor->dtype))
		fail(file->path, "tensor '%s' is %s where whole numbers were expected", tensor->name,
			dtype_name(tensor->dtype));
	void *raw = read_raw(file, tensor);
	if (tensor->dtype == DTYPE_I64)
		return raw;
	int64_t *values = allocate(tensor->count, sizeof *values);
	for (size_t i = 0; i < tensor->count; i++)
		values[i] = tensor->dtype == DTYPE_I32 ? ((const int32_t *)raw)[i] : ((const uint8_t *)raw)[i];
	free(raw);
	return values;
}

int32_t *tensor_read_i32(const struct tensor_file *file, const struct tensor *tensor)
{
	int64_t *wide = tensor_read_i64(file, tensor);
	int32_t *values = allocate(tensor->count, sizeof *values);

	for (size_t i = 0; i < tensor->count; i++) {
		if (wide[i] < INT32_MIN || wide[i] > INT32_MAX)
			fail(file->path, "tensor '%s': element %zu is too large (%lld)", tensor->name, i,
				(long long)wide[i]);
		values[i] = (int32_t)wide[i];
	}
	free(wide);
	return values;
}

/* ---- checksums ---- */

static void finish_sha256(EVP_MD_CTX *context, const char *path, char text[SHA256_TEXT])
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (!EVP_DigestFinal_ex(context, digest, NULL))
		fail(path, "cannot compute the SHA-256");
	EVP_MD_CTX_free(context);
	for (size_t i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static EVP_MD_CTX *begin_sha256(const char *path)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (!context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL))
		fail(path, "cannot compute the SHA-256");
	return context;
}

/* Digests bytes [start, start + count) of an open file. */
static void range_sha256(int descriptor, const char *path, size_t start, size_t count, char text[SHA256_TEXT])
{
	enum { PIECE = 1 << 20 };
	EVP_MD_CTX *context = begin_sha256(path);
	char *buffer = allocate(PIECE, 1);

	for (size_t done = 0; done < count;) {
		size_t piece = count - done < PIECE ? count - done : PIECE;
		if (!read_at(descriptor, buffer, piece, start + done))
			fail(path, "ends early");
		if (!EVP_DigestUpdate(context, buffer, piece))
			fail(path, "cannot compute the SHA-256");
		done += piece;
	}
	free(buffer);
	finish_sha256(context, path, text);
}

void tensor_file_sha256(const struct tensor_file *file, char text[SHA256_TEXT])
{
	range_sha256(file->on_disk.descriptor, file->path, file->payload_start, file->payload_bytes, text);
}

void file_sha256(const char *path, char text[SHA256_TEXT])
{
	const struct regular_file file = regular_file_open(path);

	range_sha256(file.descriptor, path, 0, file.size, text);
	regular_file_close(&file, path);
}

void bytes_sha256(const void *bytes, size_t count, char text[SHA256_TEXT])
{
	EVP_MD_CTX *context = begin_sha256("memory");

	if (!EVP_DigestUpdate(context, bytes, count))
		fail(NULL, "cannot compute the SHA-256");
	finish_sha256(context, "memory", text);
}

/* ---- writing ---- */

static int by_size_then_name(const void *left, const void *right)
{
	const struct tensor_source *a = *(const struct tensor_source *const *)left;
	const struct tensor_source *b = *(const struct tensor_source *const *)right;

	if (dtype_size(a->dtype) != dtype_size(b->dtype))
		return dtype_size(a->dtype) > dtype_size(b->dtype) ? -1 : 1;
	return strcmp(a->name, b->name);
}

static size_t source_bytes(const struct tensor_source *source)
{
	size_t bytes = dtype_size(source->dtype);

	for (int i = 0; i < source->rank; i++)
		bytes *= (size_t)source->shape[i];
	return bytes;
}

static json_t *header_of(const struct tensor_source **order, int count, const json_t *metadata, const char *path)
{
	json_t *header = json_object();
	size_t offset = 0;

	if (metadata && json_object_size(metadata) > 0)
		json_object_set_new(header, "__metadata__", json_deep_copy(metadata));
	for (int i = 0; i < count; i++) {
		json_t *shape = json_array();
		for (int d = 0; d < order[i]->rank; d++)
			json_array_append_new(shape, json_integer(order[i]->shape[d]));
		size_t end = offset + source_bytes(order[i]);
		json_t *entry = json_pack("{s:s, s:o, s:[I,I]}", "dtype", dtype_name(order[i]->dtype), "shape", shape,
			"data_offsets", (json_int_t)offset, (json_int_t)end);
		if (strcmp(order[i]->name, "__metadata__") == 0)
			fail(path, "a tensor cannot be named '__metadata__'");
		if (json_object_get(header, order[i]->name))
			fail(path, "two tensors are named '%s'", order[i]->name);
		if (json_object_set_new(header, order[i]->name, entry) != 0)
			fail(path, "the name of tensor '%s' is not UTF-8", order[i]->name);
		offset = end;
	}
	return header;
}

static void write_from_memory(void *argument, const struct tensor_source *source, struct output *output)
{
	(void)argument;
	output_write(output, source->data, source_bytes(source));
}

void tensors_write(const char *path, const struct tensor_source *sources, int count, const json_t *metadata)
{
	tensors_write_by(path, sources, count, metadata, write_from_memory, NULL);
}

void tensors_write_by(const char *path, const struct tensor_source *sources, int count, const json_t *metadata,
	tensor_writer *write, void *argument)
{
	const struct tensor_source **order = allocate((size_t)count, sizeof *order);
	struct output output;

	for (int i = 0; i < count; i++)
		order[i] = &sources[i];
	qsort(order, (size_t)count, sizeof *order, by_size_then_name);
	json_t *header = header_of(order, count, metadata, path);
	char *text = json_dumps(header, JSON_COMPACT);
	if (!text)
		fail(path, "cannot write the header as JSON");
	uint64_t length = strlen(text), padded = (length + 7) / 8 * 8;

	output_open(&output, path);
	output_write(&output, &padded, sizeof padded);
	output_write(&output, text, (size_t)length);
	output_write(&output, "       ", (size_t)(padded - length));
	for (int i = 0; i < count; i++)
		write(argument, order[i], &output);
	output_close(&output);
	free(text);
	free(order);
	json_decref(header);
}
