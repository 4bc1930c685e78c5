/* torch-file.c: files that PyTorch saved.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "torch-file.h"

#include "fail.h"
#include "pickle.h"
#include "read-file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a pickle may call, and the types of storages, which it names. */
enum { REBUILD_TENSOR, REBUILD_PARAMETER, FIRST_STORAGE };

static const char *const globals[] = {"torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
	"torch.FloatStorage", "torch.HalfStorage", "torch.BFloat16Storage", "torch.DoubleStorage", "torch.LongStorage",
	NULL};

static const enum dtype storage_dtypes[] = {DTYPE_F32, DTYPE_F16, DTYPE_BF16, DTYPE_F64, DTYPE_I64};

/* A pickled dict of six thousand tensors; it bounds the memory that a hostile pickle can ask for. */
enum { PICKLE_MAX = 1 << 20 };

/* ---- the dict ---- */

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
	if (count > file->size / dtype_size(dtype))
		fail(file->path, "storage '%s' would hold %zu elements, more than the file of %zu bytes", key, count,
			file->size);
	file->storages[file->storage_count] =
		(struct torch_storage){.key = copy_string(key), .dtype = dtype, .count = count};
	return file->storage_count++;
}

/* Persistent id: ('storage', type, key, location, count), in the older format with a view: None or (key, first, count).
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

/* Shape, strides and offset, so that no element lies outside the window. */
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
	struct torch_tensor *place = &file->tensors[file->count++];
	place->tensor.name = name;
	const struct window window = read_window(file, name, parts[0]);
	place->storage = window.storage;
	place->tensor.dtype = file->storages[window.storage].dtype;
	place_tensor(file, place, &window, parts[1], parts[2], parts[3]);
}

static void read_dict(struct torch_file *file, struct pickle *pickle)
{
	const struct pickle_value root = pickle_read(pickle);

	if (root.kind != PICKLE_DICT)
		fail(file->path, "holds no dict of tensors");
	const size_t entries = root.object->count / 2;
	file->tensors = allocate(entries, sizeof *file->tensors);
	file->storages = allocate(entries, sizeof *file->storages);
	for (size_t i = 0; i < entries; i++)
		add_tensor(file, root.object->items[2 * i], root.object->items[2 * i + 1]);
}

/* ---- the older format ---- */

/* The pickle of 0x1950a86a20f9469cfc6c. */
static const unsigned char magic[] = {
	0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

static void read_at_or_fail(const struct torch_file *file, void *buffer, size_t count, size_t offset)
{
	if (!read_at(file->descriptor, buffer, count, offset))
		fail(file->path, "ends early, or cannot be read (%zu bytes at %zu)", count, offset);
}

static void check_machine(const struct torch_file *file, struct pickle_value machine)
{
	const size_t count = machine.kind == PICKLE_DICT ? machine.object->count : 0;

	for (size_t i = 0; i < count; i += 2)
		if (pickle_is_text(machine.object->items[i], "little_endian") &&
			machine.object->items[i + 1].kind == PICKLE_BOOL && machine.object->items[i + 1].integer)
			return;
	fail(file->path, "was not written by a little-endian machine");
}

/* The storages follow each other from offset on, in the order of the keys. */
static void locate_storages(struct torch_file *file, struct pickle_value keys, size_t offset)
{
	const size_t count = keys.kind == PICKLE_LIST ? keys.object->count : 0;
	bool *located = allocate(file->storage_count, sizeof *located);

	if (count != file->storage_count)
		fail(file->path, "lists %zu storages where its tensors use %zu", count, file->storage_count);
	for (size_t i = 0; i < count; i++) {
		size_t which = 0;
		uint64_t elements;
		while (which < count &&
			(located[which] || !pickle_is_text(keys.object->items[i], file->storages[which].key)))
			which++;
		if (which == count)
			fail(file->path, "lists a storage that no tensor uses, or one twice");
		struct torch_storage *storage = &file->storages[which];
		read_at_or_fail(file, &elements, sizeof elements, offset);
		if (elements != storage->count)
			fail(file->path, "storage '%s' has %llu elements (expected %zu)", storage->key,
				(unsigned long long)elements, storage->count);
		storage->place = offset + sizeof elements;
		located[which] = true;
		/* no overflow: list_storage saw to it that a storage is smaller than the file, and the offset was read
		 * at */
		offset = (size_t)storage->place + storage->count * dtype_size(storage->dtype);
		if (offset > file->size)
			fail(file->path, "ends early, in storage '%s'", storage->key);
	}
	free(located);
	if (offset != file->size)
		fail(file->path, "has %zu bytes after its last storage", file->size - offset);
}

static void open_stream(struct torch_file *file)
{
	const size_t size = file->size < PICKLE_MAX ? file->size : PICKLE_MAX;
	unsigned char *bytes = allocate(size, 1);
	struct pickle pickle = {
		.path = file->path, .bytes = bytes, .size = size, .at = sizeof magic, .globals = globals};

	read_at_or_fail(file, bytes, size, 0);
	const struct pickle_value version = pickle_read(&pickle);
	if (version.kind != PICKLE_INTEGER || version.integer != 1001)
		fail(file->path, "is of another version than 1001 of PyTorch's format");
	check_machine(file, pickle_read(&pickle));
	read_dict(file, &pickle);
	const struct pickle_value keys = pickle_read(&pickle);
	locate_storages(file, keys, pickle.at);
	pickle_free(&pickle);
	free(bytes);
}

/* ---- the zip format ---- */

/* The index of a member, and its size; one that is compressed, or claims to be larger than the file, is refused. */
static bool find_member(const struct torch_file *file, const char *name, uint64_t *index, size_t *size)
{
	const zip_int64_t found = zip_name_locate(file->zip, name, 0);
	zip_stat_t status;

	if (found < 0)
		return false;
	*index = (uint64_t)found;
	if (zip_stat_index(file->zip, *index, 0, &status) != 0 || !(status.valid & ZIP_STAT_SIZE) ||
		!(status.valid & ZIP_STAT_COMP_METHOD))
		fail(file->path, "cannot look at its member '%s'", name);
	if (status.comp_method != ZIP_CM_STORE)
		fail(file->path, "member '%s' is compressed, which PyTorch's are not", name);
	if (status.size > file->size)
		fail(file->path, "member '%s' claims %llu bytes in a file of %zu", name,
			(unsigned long long)status.size, file->size);
	*size = (size_t)status.size;
	return true;
}

/* Reads bytes of a member from offset on. Of one that is read whole, libzip then checks the CRC. */
static void read_member(const struct torch_file *file, uint64_t index, char *buffer, size_t count, size_t offset)
{
	const char *name = zip_get_name(file->zip, index, 0);
	zip_file_t *member = zip_fopen_index(file->zip, index, 0);
	zip_int64_t got = 0;
	size_t done = 0;
	char next;

	if (!member || (offset > 0 && zip_fseek(member, (zip_int64_t)offset, SEEK_SET) != 0))
		fail(file->path, "cannot open its member '%s'", name);
	while (done < count && (got = zip_fread(member, buffer + done, count - done)) > 0)
		done += (size_t)got;
	if (done == count && offset == 0)
		got = zip_fread(member, &next, 1); /* the CRC is checked where the end is met */
	if (done < count || got < 0)
		fail(file->path, "cannot read its member '%s': %s", name,
			got < 0 ? zip_file_strerror(member) : "it ends early");
	zip_fclose(member);
}

/* What stands before data.pkl in the names of all members, in fresh memory. */
static char *member_prefix(const struct torch_file *file)
{
	static const char end[] = "/data.pkl";
	char *prefix = NULL;

	for (zip_int64_t i = 0; i < zip_get_num_entries(file->zip, 0); i++) {
		const char *name = zip_get_name(file->zip, (zip_uint64_t)i, 0);
		const char *at = name ? strchr(name, '/') : NULL;
		if (!at || strcmp(at, end) != 0)
			continue;
		if (prefix)
			fail(file->path, "has two members data.pkl");
		prefix = format_string("%.*s", (int)(at - name), name);
	}
	if (!prefix)
		fail(file->path, "is a zip file without PyTorch's data.pkl");
	return prefix;
}

static void check_byte_order(const struct torch_file *file, const char *prefix)
{
	char *name = format_string("%s/byteorder", prefix), order[sizeof "little"] = "";
	uint64_t index;
	size_t size;

	if (find_member(file, name, &index, &size)) { /* PyTorch before 2.1 wrote none, and little-endian */
		read_member(file, index, order, size < sizeof order - 1 ? size : sizeof order - 1, 0);
		if (size != strlen("little") || strcmp(order, "little") != 0)
			fail(file->path, "byteorder is not supported (expected little)");
	}
	free(name);
}

static void open_zip(struct torch_file *file)
{
	int error;
	uint64_t index;
	size_t size;

	file->zip = zip_open(file->path, ZIP_RDONLY, &error);
	if (!file->zip) {
		zip_error_t reason;
		zip_error_init_with_code(&reason, error);
		fail(file->path, "is not a sound zip file: %s", zip_error_strerror(&reason));
	}
	char *prefix = member_prefix(file), *name = format_string("%s/data.pkl", prefix);
	check_byte_order(file, prefix);
	find_member(file, name, &index, &size);
	if (size > PICKLE_MAX)
		fail(file->path, "its data.pkl has %zu bytes (at most %d)", size, PICKLE_MAX);
	unsigned char *bytes = allocate(size, 1);
	struct pickle pickle = {.path = file->path, .bytes = bytes, .size = size, .globals = globals};
	read_member(file, index, (char *)bytes, size, 0);
	read_dict(file, &pickle);
	pickle_free(&pickle);
	free(bytes);
	free(name);
	for (size_t i = 0; i < file->storage_count; i++) {
		struct torch_storage *storage = &file->storages[i];
		name = format_string("%s/data/%s", prefix, storage->key);
		if (!find_member(file, name, &storage->place, &size))
			fail(file->path, "has no storage '%s'", name);
		if (size != storage->count * dtype_size(storage->dtype))
			fail(file->path, "storage '%s' has %zu bytes (expected %zu %s)", name, size, storage->count,
				dtype_name(storage->dtype));
		free(name);
	}
	free(prefix);
}

/* ---- the whole ---- */

void torch_file_open(struct torch_file *file, const char *path)
{
	static const char zip_magic[] = {'P', 'K', 3, 4};
	struct stat status;
	unsigned char start[sizeof magic] = {0};

	*file = (struct torch_file){.path = copy_string(path)};
	file->descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (file->descriptor < 0)
		fail(path, "cannot open:");
	if (fstat(file->descriptor, &status) != 0)
		fail(path, "cannot look at:");
	if (!S_ISREG(status.st_mode))
		fail(path, "is not a regular file");
	file->size = (size_t)status.st_size;
	read_at_or_fail(file, start, file->size < sizeof start ? file->size : sizeof start, 0);
	if (memcmp(start, zip_magic, sizeof zip_magic) == 0)
		open_zip(file);
	else if (memcmp(start, magic, sizeof magic) == 0)
		open_stream(file);
	else
		fail(path, "is not a file that PyTorch saved (neither zip nor its older format)");
}

void torch_file_close(struct torch_file *file)
{
	for (int i = 0; i < file->count; i++)
		free(file->tensors[i].tensor.name);
	for (size_t i = 0; i < file->storage_count; i++)
		free(file->storages[i].key);
	free(file->tensors);
	free(file->storages);
	free(file->path);
	if (file->zip)
		zip_discard(file->zip);
	close(file->descriptor);
	*file = (struct torch_file){.descriptor = -1};
}

const struct torch_tensor *torch_find(const struct torch_file *file, const char *name)
{
	for (int i = 0; i < file->count; i++)
		if (strcmp(file->tensors[i].tensor.name, name) == 0)
			return &file->tensors[i];
	return NULL;
}

/* Copies the elements that stand in span in the order of strides into row-major order. */
static void *gather(const struct torch_tensor *place, const char *span)
{
	const struct tensor *tensor = &place->tensor;
	const size_t size = dtype_size(tensor->dtype);
	char *rows = allocate(tensor->count, size);
	int64_t index[TENSOR_RANK_MAX] = {0};
	size_t at = 0; /* of the element at index, in span */

	for (size_t i = 0; i < tensor->count; i++) {
		memcpy(rows + i * size, span + at * size, size);
		for (int d = tensor->rank - 1; d >= 0; d--) {
			at += (size_t)place->strides[d];
			if (++index[d] < tensor->shape[d])
				break;
			at -= (size_t)(place->strides[d] * tensor->shape[d]);
			index[d] = 0;
		}
	}
	return rows;
}

float *torch_read_f32(const struct torch_file *file, const struct torch_tensor *place)
{
	const struct torch_storage *storage = &file->storages[place->storage];
	const struct tensor *tensor = &place->tensor;
	const size_t size = dtype_size(tensor->dtype);

	if (tensor->count > storage->count)
		fail(file->path, "tensor '%s' repeats the elements of its storage, which is not supported",
			tensor->name);
	char *span = allocate(place->span, size);
	if (file->zip)
		read_member(file, storage->place, span, place->span * size, tensor->offset * size);
	else
		read_at_or_fail(file, span, place->span * size, (size_t)storage->place + tensor->offset * size);
	void *rows = gather(place, span);
	free(span);
	return tensor_to_f32(file->path, tensor, rows);
}
