/* alternatives.c: listing the columns and variants by which a claim's correlation may be estimated too.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "alternatives.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* Takes the name. */
static void add(struct alternatives *alternatives, char *name, struct estimand how)
{
	const size_t count = (size_t)alternatives->count + 1;

	alternatives->list = reallocate(alternatives->list, count, sizeof *alternatives->list);
	alternatives->list[alternatives->count++] = (struct alternative){name, how};
}

/* ---- variants of the score ---- */

/* All models of a basis have the same variants: the first names them. NULL: none does. */
static const struct tsv *find_variants(
	const struct models *models, const struct claim *claim, const struct basis *basis)
{
	for (int64_t i = 0; i < models->count; i++)
		if (basis_has(basis, claim, &models->list[i]) && models->list[i].tables[MULTIVERSE].path)
			return &models->list[i].tables[MULTIVERSE];
	return NULL;
}

/* The variant of the score that a row has, or NULL. */
static const char *variant_in(const struct tsv *table, int64_t row, const char *score)
{
	const char *method = tsv_cell(table, row, tsv_need_column(table, "method"));
	const char *variant = tsv_cell(table, row, tsv_need_column(table, "column"));

	return strcmp(method, score) == 0 && strcmp(variant, score) != 0 ? variant : NULL;
}

static bool is_variant_of(const struct tsv *table, const char *name, const char *score)
{
	for (int64_t row = 0; row < table->rows; row++) {
		const char *variant = variant_in(table, row, score);
		if (variant && strcmp(variant, name) == 0)
			return true;
	}
	return false;
}

/* Each variant of the score, with what stands before it and after it in the claim's method. */
static void add_variants_of(const char *score, const char *before, const char *after, const struct tsv *table,
	const char *level, struct alternatives *alternatives)
{
	const char *last = ""; /* a variant has a row a truth, level and estimate */

	for (int64_t row = 0; row < table->rows; row++) {
		const char *variant = variant_in(table, row, score);
		if (!variant || strcmp(variant, last) == 0)
			continue;
		char *name = format_string("%s%s%s", before, variant, after);
		add(alternatives, name, (struct estimand){.method = name, .level = level});
		last = variant;
	}
}

static void add_variants(
	const char *method, const struct tsv *table, const char *level, struct alternatives *alternatives)
{
	const char *dash = strchr(method, '-');

	if (!dash) {
		add_variants_of(method, "", "", table, level, alternatives);
		return;
	}
	char *first = format_string("%.*s", (int)(dash - method), method);
	char *before = format_string("%s-", first);
	if (!is_variant_of(table, dash + 1, first))
		add_variants_of(first, "", dash, table, level, alternatives);
	if (!is_variant_of(table, first, dash + 1))
		add_variants_of(dash + 1, before, "", table, level, alternatives);
	free(first);
	free(before);
}

/* ---- all of a claim ---- */

struct alternatives alternatives_of(
	const struct evidence *evidence, const struct claim *claim, const struct basis *basis)
{
	static const char *const columns[] = {"spearman", "mean_ablation_cross_fitted", "within_layer_cross_fitted",
		"partial_layer_cross_fitted", NULL};
	static const char *const within_columns[] = {"within_layer", "partial_layer_cross_fitted", NULL};
	const char *primary = claim->experiment && claim->method ? primary_column(claim->statistic) : NULL;
	struct alternatives alternatives = {0};

	if (!primary || strncmp(primary, "layer", 5) == 0)
		return alternatives;
	const bool is_within = strncmp(primary, "within", 6) == 0;
	for (const char *const *column = is_within ? within_columns : columns; *column; column++)
		add(&alternatives, copy_string(*column), (struct estimand){.method = claim->method, .column = *column});
	const struct tsv *table = find_variants(&evidence->models, claim, basis);
	if (table)
		add_variants(claim->method, table, is_within ? "within_layer" : "all", &alternatives);
	return alternatives;
}

void alternatives_free(struct alternatives *alternatives)
{
	for (int64_t i = 0; i < alternatives->count; i++)
		free(alternatives->list[i].name);
	free(alternatives->list);
}
