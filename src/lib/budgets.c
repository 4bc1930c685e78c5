/* budgets.c: lists of rising numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "budgets.h"

#include "fail.h"
#include "options.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Marks the budgets of a list, each number standing for `unit` heads. chosen: [heads] */
static void mark_budgets(
	const char *option, const char *list, int64_t most, double unit, int64_t heads, bool *chosen)
{
	int64_t number = 0;

	for (const char *rest = list; *rest;) {
		number = rising_number(option, list, &rest, number, most);
		const double budget = round((double)number * unit);
		if (budget >= 1 && budget < (double)heads)
			chosen[(int64_t)budget] = true;
	}
}

int64_t *parse_budgets(const char *list, const char *shares, int64_t heads, int64_t *count)
{
	int64_t *budgets = allocate((size_t)heads, sizeof *budgets);
	bool *chosen = allocate((size_t)heads, sizeof *chosen);

	mark_budgets("budgets", list, INT64_MAX, 1, heads, chosen);
	mark_budgets("shares", shares, 99, (double)heads / 100, heads, chosen);
	*count = 0;
	for (int64_t budget = 1; budget < heads; budget++)
		if (chosen[budget])
			budgets[(*count)++] = budget;
	if (*count == 0)
		for (; *count < heads - 1; (*count)++)
			budgets[*count] = *count + 1;
	free(chosen);
	return budgets;
}
