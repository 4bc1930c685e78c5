/* torch-dict.h: the pickle of a state_dict becomes a list of tensors and of the storages that they are windows on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_TORCH_DICT_H
#define T_MODEL_TORCH_DICT_H

#include "pickle.h"
#include "torch-file.h"

/* All that such a pickle may name, for pickle->globals. */
extern const char *const torch_globals[];

/* Reads the next pickle into the file's tensors and storages, whose places are not known then. Fails where it holds
 * anything but tensors, or a tensor that is not within its storage, or a storage larger than the file. */
void torch_read_dict(struct torch_file *file, struct pickle *pickle);

#endif
