/* torch-file.c: files that PyTorch saved.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "torch-file.h"

#include "fail.h"
#include "pickle.h"
#include "read-file.h"
#include "torch-dict.h"

#include <stdlib.h>
#include <string.h>

/* The dict of six thousand tensors; it bounds the memory that a hostile pickle can ask for. */
enum { PICKLE_MAX = 1 << 20 };

/* ---- the older format ---- */

/* The pickle of 0x1950a86a20f9469cfc6c. */
static const unsigned char magic[] = {
	0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

static void read_at_or_fail(const struct torch_file *file, void *buffer, size_t count, size_t offset)
{
	if (!read_at(file->on_disk.descriptor, buffer, count, offset))
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
		/* no overflow: the offset was read at, and torch_read_dict lets no storage be larger than the file */
		offset = (size_t)storage->place + storage->count * dtype_size(storage->dtype);
		if (offset > file->on_disk.size)
			fail(file->path, "ends early, in storage '%s'", storage->key);
	}
	free(located);
	if (offset != file->on_disk.size)
		fail(file->path, "has %zu bytes after its last storage", file->on_disk.size - offset);
}

static void open_stream(struct torch_file *file)
{
	const size_t size = file->on_disk.size < PICKLE_MAX ? file->on_disk.size : PICKLE_MAX;
	unsigned char *bytes = allocate(size, 1);
	struct pickle pickle = {
		.path = file->path, .bytes = bytes, .size = size, .at = sizeof magic, .globals = torch_globals};

	read_at_or_fail(file, bytes, size, 0);
	const struct pickle_value version = pickle_read(&pickle);
	if (version.kind != PICKLE_INTEGER || version.integer != 1001)
		fail(file->path, "is of another version than 1001 of PyTorch's format");
	check_machine(file, pickle_read(&pickle));
	torch_read_dict(file, &pickle);
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
	if (status.size > file->on_disk.size)
		fail(file->path, "member '%s' claims %llu bytes in a file of %zu", name,
			(unsigned long long)status.size, file->on_disk.size);
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
	char *name = format_string("%s/byteorder", prefix);
	uint64_t index;
	size_t size;

	if (find_member(file, name, &index, &size)) { /* PyTorch before 2.1 wrote none, and little-endian */
		char order[sizeof "little"] = "";
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
	if (!find_member(file, name, &index, &size)) /* member_prefix has seen it */
		fail(file->path, "has no member '%s'", name);
	if (size > PICKLE_MAX)
		fail(file->path, "its data.pkl has %zu bytes (at most %d)", size, PICKLE_MAX);
	unsigned char *bytes = allocate(size, 1);
	struct pickle pickle = {.path = file->path, .bytes = bytes, .size = size, .globals = torch_globals};
	read_member(file, index, (char *)bytes, size, 0);
	torch_read_dict(file, &pickle);
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
	unsigned char start[sizeof magic] = {0};

	*file = (struct torch_file){.path = copy_string(path)};
	file->on_disk = regular_file_open(path);
	read_at_or_fail(file, start, file->on_disk.size < sizeof start ? file->on_disk.size : sizeof start, 0);
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
	if (file->zip)
		zip_discard(file->zip);
	regular_file_close(&file->on_disk, file->path);
	free(file->path);
	*file = (struct torch_file){.on_disk.descriptor = -1};
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

	char *span = allocate(place->span, size);
	if (file->zip)
		read_member(file, storage->place, span, place->span * size, tensor->offset * size);
	else
		read_at_or_fail(file, span, place->span * size, (size_t)storage->place + tensor->offset * size);
	void *rows = gather(place, span);
	free(span);
	return tensor_to_f32(file->path, tensor, rows);
}
