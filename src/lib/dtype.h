/* dtype.h: the types of a tensor's elements, and from one to the other.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_DTYPE_H
#define T_MODEL_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dtype { DTYPE_F64, DTYPE_I64, DTYPE_F32, DTYPE_I32, DTYPE_F16, DTYPE_BF16, DTYPE_U8 };

size_t dtype_size(enum dtype dtype);
const char *dtype_name(enum dtype dtype);
bool dtype_is_integer(enum dtype dtype);

/* Finds the dtype of that name, such as "F32"; false if there is none. */
bool dtype_find(const char *name, enum dtype *dtype);

/* Element i of raw, which holds elements of a dtype that is no integer. */
double element_as_double(const void *raw, enum dtype dtype, size_t i);

/* Rounded to nearest, ties to even; what is beyond F16's largest (65504) becomes infinity. */
uint16_t half_from_float(float value);

#endif
