/* dtype.c: element types.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "dtype.h"

#include <math.h>
#include <string.h>

static const struct {
	const char *name;
	size_t size;
} dtypes[] = {[DTYPE_F64] = {"F64", 8},
	[DTYPE_I64] = {"I64", 8},
	[DTYPE_F32] = {"F32", 4},
	[DTYPE_I32] = {"I32", 4},
	[DTYPE_F16] = {"F16", 2},
	[DTYPE_BF16] = {"BF16", 2},
	[DTYPE_U8] = {"U8", 1}};

size_t dtype_size(enum dtype dtype)
{
	return dtypes[dtype].size;
}

const char *dtype_name(enum dtype dtype)
{
	return dtypes[dtype].name;
}

bool dtype_is_integer(enum dtype dtype)
{
	return dtype == DTYPE_I64 || dtype == DTYPE_I32 || dtype == DTYPE_U8;
}

bool dtype_find(const char *name, enum dtype *dtype)
{
	for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
		if (strcmp(name, dtypes[i].name) == 0) {
			*dtype = (enum dtype)i;
			return true;
		}
	return false;
}

/* ---- conversion ---- */

static float half_to_float(uint16_t half)
{
	uint32_t sign = (uint32_t)(half >> 15) << 31, exponent = half >> 10 & 31, fraction = half & 1023;

	if (exponent == 0) /* zero and subnormal: fraction x 2^-24 */
		return (sign ? -1.0f : 1.0f) * ldexpf((float)fraction, -24);
	uint32_t bits =
		exponent == 31 ? sign | 0x7f800000u | fraction << 13 : sign | (exponent + 112) << 23 | fraction << 13;
	float value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static float bfloat_to_float(uint16_t half)
{
	uint32_t bits = (uint32_t)half << 16;
	float value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

double element_as_double(const void *raw, enum dtype dtype, size_t i)
{
	switch (dtype) {
	case DTYPE_F64:
		return ((const double *)raw)[i];
	case DTYPE_F32:
		return (double)((const float *)raw)[i];
	case DTYPE_F16:
		return (double)half_to_float(((const uint16_t *)raw)[i]);
	case DTYPE_BF16:
		return (double)bfloat_to_float(((const uint16_t *)raw)[i]);
	default:
		return NAN;
	}
}

uint16_t half_from_float(float value)
{
	const uint16_t sign = signbit(value) ? 0x8000 : 0;
	const float magnitude = fabsf(value);
	int exponent;

	if (isnan(value))
		return sign | 0x7e00;
	if (magnitude < 0x1p-14f) /* zero and subnormal: a multiple of 2^-24 */
		return (uint16_t)(sign + lrintf(ldexpf(magnitude, 24)));
	if (magnitude >= 65520) /* half a step beyond the largest, so that a tie goes to infinity */
		return sign | 0x7c00;
	/* magnitude = fraction x 2^(exponent - 11), fraction from 1024 to 2048: rounding up may carry into the exponent
	 */
	const long fraction = lrintf(ldexpf(frexpf(magnitude, &exponent), 11));
	return (uint16_t)(sign + ((exponent + 13) << 10) + fraction);
}
