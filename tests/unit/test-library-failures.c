/* test-library-failures.c: a library that fails ends the program in one line.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fail.h"
#include "library-failures.h"

#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

#include "in-child.h"

static void let_gsl_fail(void)
{
	catch_library_failures();
	gsl_error("no room for a table", __FILE__, __LINE__, GSL_ENOMEM);
}

static void test_gsl_ends_the_program_in_one_line(void **state)
{
	(void)state;
	assert_ends(let_gsl_fail, STATUS_FAILED, "GSL", "no room for a table");
}

static void ask_jansson_for_too_much(void)
{
	json_malloc_t get;

	catch_library_failures();
	json_get_alloc_funcs(&get, NULL);
	get(SIZE_MAX / 2);
}

static void test_memory_that_jansson_cannot_get_ends_the_program(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__ /* which takes the asking for a fault, or tells of it in a line of its own */
	skip();
#endif
	assert_ends(ask_jansson_for_too_much, STATUS_FAILED, "", "out of memory");
}

static void test_jansson_works_on_its_own_memory(void **state)
{
	(void)state;
	catch_library_failures();
	json_t *json = json_pack("{s:s, s:[i,i]}", "text", "some", "numbers", 1, 2);
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, "{\"numbers\":[1,2],\"text\":\"some\"}");
	free(text);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gsl_ends_the_program_in_one_line),
		cmocka_unit_test(test_memory_that_jansson_cannot_get_ends_the_program),
		cmocka_unit_test(test_jansson_works_on_its_own_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
