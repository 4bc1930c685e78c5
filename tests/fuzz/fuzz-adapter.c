/* fuzz-adapter.c: adapter_config.json, of an adapter that is merged into a model.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "lora-files.h"
#include "tensors.h"

#define INITIAL "tests/fixtures/training/lora/initial/"

const char *const fuzz_name = "adapter_config.json", *const fuzz_beside[] = {INITIAL "adapter_model.safetensors", NULL};

static struct model model;

void fuzz_begin(const char *folder)
{
	char sum[SHA256_TEXT];

	(void)folder;
	model_read(&model, "tests/fixtures/encoder/bert-odd", NULL);
	bytes_sha256("", 0, sum); /* libcrypto keeps what it allocates first */
}

void fuzz_read(const char *folder, const char *path)
{
	json_t *history = json_array();

	(void)path;
	lora_merge(&model, folder, history);
	json_decref(history);
}
