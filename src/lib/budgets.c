/* budgets.c: lists of rising numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "budgets.h"

#include "fail.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Marks the budgets of a list, each number standing for `unit` heads. chosen: [heads] */
static void mark_budgets(
	const char *option, const char *list, long long most, double unit, int64_t heads, bool *chosen)
{
	long long before = 0;

	for (const char *c = list; *c;) {
		char *end;
		long long number = strtoll(c, &end, 10);
		if (end == c || (*end && *end != ',') || number <= before || number > most)
			fail_usage("--%s: '%s' is not a list of rising whole numbers", option, list);
		c = end + (*end == ',');
		before = number;
		const double budget = round((double)number * unit);
		if (budget >= 1 && budget < (double)heads)
			chosen[(int64_t)budget] = true;
	}
}

int64_t *parse_budgets(const char *list, const char *shares, int64_t heads, int64_t *count)
{
	int64_t *budgets = allocate((size_t)heads, sizeof *budgets);
	bool *chosen = allocate((size_t)heads, sizeof *chosen);

	mark_budgets("budgets", list, LLONG_MAX, 1, heads, chosen);
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
