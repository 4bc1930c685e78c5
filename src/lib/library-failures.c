/* library-failures.c: libraries that fail as every program does.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-failures.h"

#include "fail.h"

#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <stdlib.h>

static void *allocate_bytes(size_t count)
{
	return allocate(count, 1);
}

static void fail_as_gsl(const char *reason, const char *file, int line, int error)
{
	(void)file;
	(void)line;
	fail(NULL, "GSL: %s (%s)", reason, gsl_strerror(error));
}

void catch_library_failures(void)
{
	json_set_alloc_funcs(allocate_bytes, free);
	gsl_set_error_handler(fail_as_gsl);
}
