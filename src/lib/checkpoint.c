/* checkpoint.c: which files a checkpoint's tensors stand in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "checkpoint.h"

#include "fail.h"
#include "history.h"
#include "read-file.h"
#include "tensors.h"
#include "torch-file.h"

#include <stdlib.h>
#include <string.h>

struct shard {
	char *name;
	union { /* by the checkpoint's kind */
		struct tensor_file safetensors;
		struct torch_file torch;
	};
};

static const struct {
	const char *name;
	bool torch, index;
} forms[] = {
	{"model.safetensors", false, false},
	{"model.safetensors.index.json", false, true},
	{"pytorch_model.bin", true, false},
	{"pytorch_model.bin.index.json", true, true},
};

enum { FORMS = sizeof forms / sizeof *forms };

/* ---- one file ---- */

static struct shard *add_shard(struct checkpoint *checkpoint, const char *folder, const char *name)
{
	char *path = path_in(folder, name);

	checkpoint->shards = reallocate(checkpoint->shards, (size_t)checkpoint->count + 1, sizeof *checkpoint->shards);
	struct shard *shard = &checkpoint->shards[checkpoint->count++];
	shard->name = copy_string(name);
	if (checkpoint->torch)
		torch_file_open(&shard->torch, path);
	else
		tensor_file_open(&shard->safetensors, path);
	free(path);
	return shard;
}

static const char *shard_path(const struct checkpoint *checkpoint, const struct shard *shard)
{
	return checkpoint->torch ? shard->torch.path : shard->safetensors.path;
}

static int shard_tensors(const struct checkpoint *checkpoint, const struct shard *shard)
{
	return checkpoint->torch ? shard->torch.count : shard->safetensors.count;
}

static const struct tensor *shard_tensor(const struct checkpoint *checkpoint, const struct shard *shard, int i)
{
	return checkpoint->torch ? &shard->torch.tensors[i].tensor : &shard->safetensors.tensors[i];
}

static const struct tensor *shard_find(const struct checkpoint *checkpoint, const struct shard *shard, const char *name)
{
	for (int i = 0; i < shard_tensors(checkpoint, shard); i++)
		if (strcmp(shard_tensor(checkpoint, shard, i)->name, name) == 0)
			return shard_tensor(checkpoint, shard, i);
	return NULL;
}

/* ---- the index ---- */

/* The file of that name, opened when it is first met. It must lie in the folder itself. */
static const struct shard *need_shard(
	struct checkpoint *checkpoint, const char *folder, const char *tensor, const char *name)
{
	if (!name || *name == '\0' || *name == '.' || strchr(name, '/'))
		fail(checkpoint->path, "tensor '%s' is in '%s', which is no name of a file in the same folder", tensor,
			name ? name : "");
	for (int i = 0; i < checkpoint->count; i++)
		if (strcmp(checkpoint->shards[i].name, name) == 0)
			return &checkpoint->shards[i];
	return add_shard(checkpoint, folder, name);
}

static void read_index(struct checkpoint *checkpoint, const char *folder)
{
	json_t *index = read_json(checkpoint->path), *map = json_object_get(index, "weight_map"), *file;
	const char *name;

	if (!json_is_object(map) || json_object_size(map) == 0)
		fail(checkpoint->path, "has no 'weight_map' that names the files of tensors");
	json_object_foreach(map, name, file) {
		const struct shard *shard = need_shard(checkpoint, folder, name, json_string_value(file));
		if (!shard_find(checkpoint, shard, name))
			fail(checkpoint->path, "tensor '%s' is not in %s", name, shard->name);
	}
	for (int s = 0; s < checkpoint->count; s++) {
		const struct shard *shard = &checkpoint->shards[s];
		for (int i = 0; i < shard_tensors(checkpoint, shard); i++) {
			const char *held = shard_tensor(checkpoint, shard, i)->name;
			const char *told = json_string_value(json_object_get(map, held));
			if (!told || strcmp(told, shard->name) != 0)
				fail(checkpoint->path, "does not say that tensor '%s' is in %s", held, shard->name);
		}
	}
	json_decref(index);
}

/* ---- the whole ---- */

static bool folder_has(const char *folder, const char *name)
{
	char *path = path_in(folder, name);
	bool there = path_exists(path);

	free(path);
	return there;
}

void checkpoint_open(struct checkpoint *checkpoint, const char *folder)
{
	int form = 0;

	while (form < FORMS && !folder_has(folder, forms[form].name))
		form++;
	if (form == FORMS)
		fail(path_in(folder, forms[0].name), "cannot be found, nor %s, %s or %s", forms[1].name, forms[2].name,
			forms[3].name);
	*checkpoint = (struct checkpoint){.path = path_in(folder, forms[form].name), .torch = forms[form].torch};
	if (forms[form].index)
		read_index(checkpoint, folder);
	else
		add_shard(checkpoint, folder, forms[form].name);
}

void checkpoint_close(struct checkpoint *checkpoint)
{
	for (int i = 0; i < checkpoint->count; i++) {
		free(checkpoint->shards[i].name);
		if (checkpoint->torch)
			torch_file_close(&checkpoint->shards[i].torch);
		else
			tensor_file_close(&checkpoint->shards[i].safetensors);
	}
	free(checkpoint->shards);
	free(checkpoint->path);
	*checkpoint = (struct checkpoint){0};
}

static const struct shard *find_shard(const struct checkpoint *checkpoint, const char *name)
{
	for (int i = 0; i < checkpoint->count; i++)
		if (shard_find(checkpoint, &checkpoint->shards[i], name))
			return &checkpoint->shards[i];
	return NULL;
}

bool checkpoint_has(const struct checkpoint *checkpoint, const char *name)
{
	return find_shard(checkpoint, name) != NULL;
}

void checkpoint_expect(const struct checkpoint *checkpoint, const char *name, int rank, const int64_t *shape)
{
	const struct shard *shard = find_shard(checkpoint, name);

	if (!shard)
		fail(checkpoint->path, "has no tensor '%s'", name);
	tensor_check_shape(shard_path(checkpoint, shard), shard_find(checkpoint, shard, name), rank, shape);
}

float *checkpoint_read_f32(const struct checkpoint *checkpoint, const char *name)
{
	const struct shard *shard = find_shard(checkpoint, name);

	if (checkpoint->torch)
		return torch_read_f32(&shard->torch, torch_find(&shard->torch, name));
	return tensor_read_f32(&shard->safetensors, tensor_find(&shard->safetensors, name));
}

void checkpoint_add_history(const struct checkpoint *checkpoint, json_t *history)
{
	for (int i = 0; i < checkpoint->count; i++) {
		if (checkpoint->torch)
			history_add_file(history, "checkpoint", shard_path(checkpoint, &checkpoint->shards[i]));
		else
			history_add_tensors(history, "checkpoint", &checkpoint->shards[i].safetensors);
	}
}
