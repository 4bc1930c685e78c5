/* budgets.h: how many heads are removed together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef T_MODEL_BUDGETS_H
#define T_MODEL_BUDGETS_H

#include <stdint.h>

/* The published budgets, and shares of the heads in %, at which models of other sizes can be compared. */
#define DEFAULT_BUDGETS "5,10,15,20,25,30,40"
#define DEFAULT_SHARES "10,25,50"

/* The budgets of option --budgets that are below the number of heads, and those that --shares gives, rounded; ascending,
 * [*count] in fresh memory. Where there is none, as in a model of five heads, all there are: 1, 2, … Ends with status 2
 * if one is no list of rising whole numbers, or a share is 100. */
int64_t *parse_budgets(const char *list, const char *shares, int64_t heads, int64_t *count);

#endif
