/* fuzz-config.c: config.json.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "config.h"

#include <stdlib.h>

const char *const fuzz_name = "config.json", *const fuzz_beside[] = {NULL};

void fuzz_read(const char *folder, const char *path)
{
	struct config config;

	(void)path;
	config_read(&config, folder);
	free(config_class_names(&config));
	for (int64_t i = 0; i < config.classes; i++)
		free(config.labels[i]);
	free(config.labels);
}
