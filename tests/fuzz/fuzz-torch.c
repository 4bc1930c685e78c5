/* fuzz-torch.c: files that PyTorch saved: zip, the older format, and the pickles inside.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "torch-file.h"

#include <stdlib.h>

const char *const fuzz_name = "pytorch_model.bin", *const fuzz_beside[] = {NULL};

void fuzz_read(const char *folder, const char *path)
{
	struct torch_file file;

	(void)folder;
	torch_file_open(&file, path);
	for (int i = 0; i < file.count; i++)
		if (!dtype_is_integer(file.tensors[i].tensor.dtype))
			free(torch_read_f32(&file, &file.tensors[i]));
	torch_file_close(&file);
}
