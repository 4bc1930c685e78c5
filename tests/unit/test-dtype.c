/* test-dtype.c: elements from one type to another.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "dtype.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static float from_half(uint16_t half)
{
	return (float)element_as_double(&half, DTYPE_F16, 0);
}

/* What F16 and BF16 hold, by the bits of IEEE 754 and of its upper half. */
static void known_bits_are_known_values(void **state)
{
	static const uint16_t halves[] = {0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x3555, 0x7c00};
	static const double half_values[] = {1, -2, 65504, 0x1p-14, 0x1p-24, -1023 * 0x1p-24, 1365 * 0x1p-12, INFINITY};
	static const uint16_t bfloats[] = {0x3f80, 0xc000, 0x7f7f, 0x0001, 0x3eab, 0xff80};
	static const double bfloat_values[] = {1, -2, 255 * 0x1p120, 0x1p-133, 171 * 0x1p-9, -INFINITY};

	(void)state;
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
		assert_true(element_as_double(halves, DTYPE_F16, i) == half_values[i]);
	for (size_t i = 0; i < sizeof bfloats / sizeof *bfloats; i++)
		assert_true(element_as_double(bfloats, DTYPE_BF16, i) == bfloat_values[i]);
}

static void every_half_goes_there_and_back(void **state)
{
	(void)state;
	for (unsigned half = 0; half <= UINT16_MAX; half++) {
		const float value = from_half((uint16_t)half);
		if (!isnan(value))
			assert_int_equal(half_from_float(value), half);
		else
			assert_true(isnan(from_half(half_from_float(value))));
	}
}

/* Between any two neighbours: the middle goes to the even one, all else to the nearer one. */
static void what_is_between_is_rounded_to_nearest(void **state)
{
	(void)state;
	for (uint16_t low = 0; low < 0x7bff; low++) {
		const uint16_t high = low + 1, even = low % 2 ? high : low;
		const float middle = (from_half(low) + from_half(high)) / 2;
		assert_int_equal(half_from_float(middle), even);
		assert_int_equal(half_from_float(-middle), even | 0x8000);
		assert_int_equal(half_from_float(nextafterf(middle, 0)), low);
		assert_int_equal(half_from_float(nextafterf(middle, INFINITY)), high);
	}
}

static void what_is_too_large_becomes_infinite(void **state)
{
	(void)state;
	assert_int_equal(half_from_float(nextafterf(65520, 0)), 0x7bff);
	assert_int_equal(half_from_float(65520), 0x7c00);
	assert_int_equal(half_from_float(-3e38f), 0xfc00);
}

static void a_dtype_is_found_by_its_name(void **state)
{
	enum dtype dtype = DTYPE_U8;

	(void)state;
	assert_true(dtype_find("BF16", &dtype));
	assert_int_equal(dtype, DTYPE_BF16);
	assert_false(dtype_find("F8", &dtype));
	assert_int_equal(dtype, DTYPE_BF16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_bits_are_known_values),
		cmocka_unit_test(every_half_goes_there_and_back),
		cmocka_unit_test(what_is_between_is_rounded_to_nearest),
		cmocka_unit_test(what_is_too_large_becomes_infinite),
		cmocka_unit_test(a_dtype_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
