/* fuzz-tensors.c: safetensors files.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "tensors.h"

#include <stdlib.h>

const char *const fuzz_name = "file.safetensors", *const fuzz_beside[] = {NULL};

void fuzz_read(const char *folder, const char *path)
{
	struct tensor_file file;

	(void)folder;
	tensor_file_open(&file, path);
	for (int i = 0; i < file.count; i++)
		free(dtype_is_integer(file.tensors[i].dtype) ? (void *)tensor_read_i32(&file, &file.tensors[i])
							     : (void *)tensor_read_f32(&file, &file.tensors[i]));
	tensor_file_close(&file);
}
