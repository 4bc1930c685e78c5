/* torch-dict.c: what the pickle of a state_dict says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "torch-dict.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* What a pickle may call, and the types of storages, which it names. */
enum { REBUILD_TENSOR, REBUILD_PARAMETER, FIRST_STORAGE };

const char *const torch_globals[] = {"torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
	"torch.FloatStorage", "torch.HalfStorage", "torch.BFloat16Storage", "torch.DoubleStorage", "torch.LongStorage",
	NULL};

static const enum dtype storage_dtypes[] = {DTYPE_F32, DTYPE_F16, DTYPE_BF16, DTYPE_F64, DTYPE_I64};

/* A part of a storage, in elements: all of it, or what the view metadata of the older format cut out. */
struct window {
	size_t storage, first, count;
};

static bool holds(struct pickle_value value, enum pickle_kind kind, size_t least, size_t most)
{
	return value.kind == kind && value.object->count >= least && value.object->count <= most;
}

/* The items of a value of that kind with that many, at least one, or NULL. */
static const struct pickle_value *items_of(struct pickle_value value, enum pickle_kind kind, size_t least, size_t most)
{
	return holds(value, kind, least, most) ? value.object->items : NULL;
}

/* The arguments of a call of that function, or NULL. */
static const struct pickle_value *arguments_of(struct pickle_value value, int function, size_t count)
{
	const struct pickle_value *call = items_of(value, PICKLE_CALL, 2, 2);

	return call && call[0].integer == function ? items_of(call[1], PICKLE_TUPLE, count, count) : NULL;
}

static bool is_size(struct pickle_value value)
{
	return value.kind == PICKLE_INTEGER && value.integer >= 0;
}

/* The storage of that key, listed when it is first met; it must be the same one every time. */
static size_t list_storage(struct torch_file *file, const char *key, enum dtype dtype, size_t count)
{
	for (size_t i = 0; i < file->storage_count; i++) {
		const struct torch_storage *storage = &file->storages[i];
		if (strcmp(storage->key, key) != 0)
			continue;
		if (storage->dtype != dtype || storage->count != count)
			fail(file->path, "storage '%s' is told of in two ways (%zu %s and %zu %s)", key, storage->count,
				dtype_name(storage->dtype), count, dtype_name(dtype));
		return i;
	}
	if (count > file->on_disk.size / dtype_size(dtype))
		fail(file->path, "storage '%s' would hold %zu elements, more than the file of %zu bytes", key, count,
			file->on_disk.size);
	file->storages = reallocate(file->storages, file->storage_count + 1, sizeof *file->storages);
	file->storages[file->storage_count] =
		(struct torch_storage){.key = copy_string(key), .dtype = dtype, .count = count};
	return file->storage_count++;
}

/* Persistent id: ('storage', type, key, location, count); in the older format with None or a view (key, first, count).
 */
static struct window read_window(struct torch_file *file, const char *name, struct pickle_value value)
{
	const struct pickle_value *outer = items_of(value, PICKLE_PERSISTENT, 1, 1);
	const struct pickle_value *id = outer ? items_of(outer[0], PICKLE_TUPLE, 5, 6) : NULL;
	char *key = id ? pickle_text(id[2]) : NULL;

	if (!key || !pickle_is_text(id[0], "storage") || id[1].kind != PICKLE_GLOBAL || id[1].integer < FIRST_STORAGE ||
		!is_size(id[4]))
		fail(file->path, "tensor '%s': its storage is not described as PyTorch does", name);
	struct window window = {.count = (size_t)id[4].integer};
	window.storage = list_storage(file, key, storage_dtypes[id[1].integer - FIRST_STORAGE], window.count);
	free(key);
	if (outer[0].object->count == 5 || id[5].kind == PICKLE_NONE)
		return window;
	const struct pickle_value *view = items_of(id[5], PICKLE_TUPLE, 3, 3);
	if (!view || !is_size(view[1]) || !is_size(view[2]) || (size_t)view[1].integer > window.count ||
		(size_t)view[2].integer > window.count - (size_t)view[1].integer)
		fail(file->path, "tensor '%s': its view is not a part of its storage", name);
	window.first = (size_t)view[1].integer;
	window.count = (size_t)view[2].integer;
	return window;
}

/* Shape, strides and offset, so that no element lies outside the window, and that a tensor is not larger than it. */
static void place_tensor(struct torch_file *file, struct torch_tensor *place, const struct window *window,
	struct pickle_value offset, struct pickle_value shape, struct pickle_value strides)
{
	struct tensor *tensor = &place->tensor;
	bool sound = is_size(offset) && holds(shape, PICKLE_TUPLE, 0, TENSOR_RANK_MAX) &&
		     holds(strides, PICKLE_TUPLE, shape.object->count, shape.object->count);
	size_t last = 0; /* of the elements, from the first */

	tensor->rank = sound ? (int)shape.object->count : 0;
	tensor->count = 1;
	for (int d = 0; sound && d < tensor->rank; d++) {
		const struct pickle_value length = shape.object->items[d], stride = strides.object->items[d];
		size_t step;
		sound = is_size(length) && is_size(stride);
		tensor->shape[d] = length.integer;
		place->strides[d] = stride.integer;
		if (!sound || tensor->shape[d] == 0)
			tensor->count = 0;
		else
			sound = !__builtin_mul_overflow(tensor->count, (size_t)tensor->shape[d], &tensor->count) &&
				!__builtin_mul_overflow(
					(size_t)tensor->shape[d] - 1, (size_t)place->strides[d], &step) &&
				!__builtin_add_overflow(last, step, &last);
	}
	if (!sound)
		fail(file->path, "tensor '%s': its offset, shape and strides are no sound numbers", tensor->name);
	if (tensor->count == 0)
		return;
	if ((size_t)offset.integer >= window->count || last >= window->count - (size_t)offset.integer)
		fail(file->path,
			"tensor '%s' reaches beyond its storage of %zu elements (offset %lld, shape %s, strides %s)",
			tensor->name, window->count, (long long)offset.integer, shape_text(tensor->rank, tensor->shape),
			shape_text(tensor->rank, place->strides));
	if (tensor->count > window->count)
		fail(file->path, "tensor '%s' repeats the elements of its storage, which is not supported",
			tensor->name);
	tensor->offset = window->first + (size_t)offset.integer;
	place->span = last + 1;
}

/* _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks), maybe in
 * _rebuild_parameter(tensor, requires_grad, hooks). */
static void add_tensor(struct torch_file *file, struct pickle_value key, struct pickle_value value)
{
	const struct pickle_value *parameter = arguments_of(value, REBUILD_PARAMETER, 3);
	const struct pickle_value *parts = arguments_of(parameter ? parameter[0] : value, REBUILD_TENSOR, 6);
	char *name = pickle_text(key);

	if (!name)
		fail(file->path, "has a key that is no text");
	if (!parts)
		fail(file->path, "'%s' is no tensor (expected a dict of tensors)", name);
	if (torch_find(file, name))
		fail(file->path, "two tensors are named '%s'", name);
	file->tensors = reallocate(file->tensors, (size_t)file->count + 1, sizeof *file->tensors);
	struct torch_tensor *place = &file->tensors[file->count++];
	*place = (struct torch_tensor){.tensor.name = name};
	const struct window window = read_window(file, name, parts[0]);
	place->storage = window.storage;
	place->tensor.dtype = file->storages[window.storage].dtype;
	place_tensor(file, place, &window, parts[1], parts[2], parts[3]);
}

void torch_read_dict(struct torch_file *file, struct pickle *pickle)
{
	const struct pickle_value root = pickle_read(pickle);

	if (root.kind != PICKLE_DICT)
		fail(file->path, "holds no dict of tensors");
	for (size_t i = 0; i < root.object->count; i += 2)
		add_tensor(file, root.object->items[i], root.object->items[i + 1]);
}
