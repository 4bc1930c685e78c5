/* budgets.c: a list of rising numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "budgets.h"

#include "fail.h"

#include <stdlib.h>

int64_t *parse_budgets(const char *list, int64_t heads, int64_t *count)
{
	int64_t *budgets = allocate((size_t)heads, sizeof *budgets), before = 0;

	*count = 0;
	for (const char *c = list; *c;) {
		char *end;
		long long budget = strtoll(c, &end, 10);
		if (end == c || (*end && *end != ',') || budget <= before)
			fail_usage("--budgets: '%s' is not a list of rising whole numbers", list);
		c = end + (*end == ',');
		before = budget;
		if (budget < heads)
			budgets[(*count)++] = budget;
	}
	if (*count == 0)
		for (; *count < heads - 1; (*count)++)
			budgets[*count] = *count + 1;
	return budgets;
}
