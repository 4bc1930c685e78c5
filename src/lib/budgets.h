/* budgets.h: how many heads are removed together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_BUDGETS_H
#define T_MODEL_BUDGETS_H

#include <stdint.h>

/* The published budgets. */
#define DEFAULT_BUDGETS "5,10,15,20,25,30,40"

/* The budgets of option --budgets that are below the number of heads, ascending, [*count] in fresh memory; where there
 * is none, as in a model of five heads, all there are: 1, 2, … Ends with status 2 if it is no list of rising whole
 * numbers. */
int64_t *parse_budgets(const char *list, int64_t heads, int64_t *count);

#endif
