/* variants.c: the table of variants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "variants.h"

#include "fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
	const char *column;
	struct variant variant;
} table[] = {
	/* column, {method, form, tokens, target, temperature} */
	{"oan", {"oan", "l1", "all", "none", NAN}},
	{"oan_l2", {"oan", "l2", "all", "none", NAN}},
	{"oan_sum", {"oan", "sum", "all", "none", NAN}},
	{"oan_projected", {"oan", "projected", "all", "none", NAN}},
	{"oan_cls", {"oan", "l1", "first", "none", NAN}},

	{"tam", {"tam", "hub", "all", "none", NAN}},
	{"tam_nospecial", {"tam", "hub", "inner", "none", NAN}},
	{"tam_pagerank", {"tam", "pagerank", "all", "none", NAN}},
	{"tam_hits", {"tam", "hits", "all", "none", NAN}},
	{"tam_gini", {"tam", "gini", "all", "none", NAN}},

	{"attnorm", {"attnorm", "frobenius", "all", "none", NAN}},
	{"attnorm_length", {"attnorm", "by_length", "all", "none", NAN}},

	{"entinv", {"entinv", "entropy", "all", "none", NAN}},
	{"entinv_length", {"entinv", "by_length", "all", "none", NAN}},
	{"confidence", {"entinv", "confidence", "all", "none", NAN}},

	{"taylor", {"taylor", "absolute", "all", "loss", 1}},
	{"taylor_pred", {"taylor", "absolute", "all", "predicted", 1}},
	{"taylor_margin_abs", {"taylor", "absolute", "all", "margin", 1}},
	{"taylor_signed", {"taylor", "signed", "all", "loss", 1}},
	{"taylor_margin", {"taylor", "signed", "all", "margin", 1}},
	{"taylor_elem", {"taylor", "elementwise", "all", "loss", 1}},
	{"taylor_elem_cls", {"taylor", "elementwise", "first", "loss", 1}},
	{"taylor_second", {"taylor", "second_order", "all", "expected", 1}},

	{"gradmag", {"gradmag", "all_layers", "all", "loss", 1}},
	{"gradmag_cls", {"gradmag", "all_layers", "first", "loss", 1}},
	{"gradmag_margin", {"gradmag", "all_layers", "all", "margin", 1}},
	{"gradmag_nolast", {"gradmag", "without_last", "all", "loss", 1}},

	{"actmag", {"actmag", "mean", "all", "none", NAN}},
	{"actmag_cls", {"actmag", "mean", "first", "none", NAN}},
	{"actmag_rms", {"actmag", "rms", "all", "none", NAN}},
	{"actmag_max", {"actmag", "max", "all", "none", NAN}},

	{"michel", {"michel", "by_layer", "all", "loss", 1}},
	{"michel_token", {"michel", "by_layer", "each", "loss", 1}},

	{"fisher", {"fisher", "empirical", "all", "loss", 1}},
	{"fisher_expected", {"fisher", "empirical", "all", "expected", 1}},

	{"atp_zero", {"atp", "zero", "all", "margin", 1}},
	{"atp_mean", {"atp", "mean", "all", "margin", 1}},
	{"atp_resample", {"atp", "resample", "all", "margin", 1}},
	{"atp_zero_abs", {"atp", "zero_absolute", "all", "margin", 1}},
	{"atp_mean_abs", {"atp", "mean_absolute", "all", "margin", 1}},
	{"atp_resample_abs", {"atp", "resample_absolute", "all", "margin", 1}},

	{"graddrop_zero", {"graddrop", "zero", "all", "margin", 1}},
	{"graddrop_mean", {"graddrop", "mean", "all", "margin", 1}},
	{"graddrop_resample", {"graddrop", "resample", "all", "margin", 1}},
	{"graddrop_zero_abs", {"graddrop", "zero_absolute", "all", "margin", 1}},
	{"graddrop_mean_abs", {"graddrop", "mean_absolute", "all", "margin", 1}},
	{"graddrop_resample_abs", {"graddrop", "resample_absolute", "all", "margin", 1}},

	{"ig", {"ig", "path", "all", "margin", 1}},
};

/* length: of the part of the name that counts */
static const struct row *find_row(const char *column, size_t length)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strlen(table[i].column) == length && strncmp(table[i].column, column, length) == 0)
			return &table[i];
	return NULL;
}

/* The length of NAME in NAME_tT, and T; 0: the column has no temperature. */
static size_t split_temperature(const char *column, double *temperature)
{
	const char *last = strrchr(column, '_');
	char *end;

	if (!last || last[1] != 't' || last[2] == '\0')
		return 0;
	*temperature = strtod(last + 2, &end);
	return *end == '\0' && *temperature > 0 ? (size_t)(last - column) : 0;
}

struct variant variant_of(const char *column)
{
	double temperature;
	const size_t length = split_temperature(column, &temperature);
	const struct row *row = find_row(column, length ? length : strlen(column));

	if (!row)
		return (struct variant){column, "other", "other", "other", NAN};
	struct variant variant = row->variant;
	if (length)
		variant.temperature = temperature;
	return variant;
}
