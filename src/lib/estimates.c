/* estimates.c: a claim's number from the models, or the controlled runs, that it is judged on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "estimates.h"

#include "fail.h"
#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct measurement measure(const struct measured_model *model, const struct claim *claim, struct estimand how)
{
	if (how.level)
		return model_variant(model, how.method, how.level);
	return how.column ? model_correlation(model, how.method, how.column)
			  : model_measurement(model, how.method, claim->statistic);
}

/* ---- which models a claim is judged on ---- */

bool basis_has(const struct basis *basis, const struct claim *claim, const struct measured_model *model)
{
	return model->is_checkpoint == (basis->scope == CHECKPOINT) && strcmp(model->repeats, claim->experiment) == 0 &&
	       basis->experiment && strcmp(model->experiment, basis->experiment) == 0;
}

static int64_t count_measured(const struct models *models, const struct claim *claim, const struct basis *basis)
{
	int64_t count = 0;

	for (int64_t i = 0; i < models->count; i++)
		count += basis_has(basis, claim, &models->list[i]) &&
			 !isnan(measure(&models->list[i], claim, (struct estimand){.method = claim->method}).value);
	return count;
}

struct basis basis_find(const struct evidence *evidence, const struct claim *claim, enum scope scope)
{
	const struct models *models = &evidence->models;
	struct basis best = {.scope = scope};
	int64_t best_seeds = 0;

	for (int64_t i = 0; claim->experiment && i < models->count; i++) {
		const struct measured_model *model = &models->list[i];
		const struct basis basis = {scope, model->experiment, model_sentences(model)};
		if (!basis_has(&basis, claim, model))
			continue;
		const int64_t all = count_measured(models, claim, &basis);
		const int64_t seeds = all < LEAST_SEEDS ? all : LEAST_SEEDS;
		if (seeds > best_seeds || (seeds && seeds == best_seeds && basis.sentences > best.sentences)) {
			best = basis;
			best_seeds = seeds;
		}
	}
	return best;
}

struct basis basis_of_fewer(const struct evidence *evidence, const struct claim *claim, const struct basis *found)
{
	const struct models *models = &evidence->models;
	struct basis fewest = {.scope = found->scope, .sentences = found->sentences};

	for (int64_t i = 0; found->experiment && i < models->count; i++) {
		const struct measured_model *model = &models->list[i];
		const struct basis basis = {found->scope, model->experiment, model_sentences(model)};
		if (basis.sentences > 0 && basis.sentences < fewest.sentences &&
			count_measured(models, claim, &basis) >= LEAST_SEEDS)
			fewest = basis;
	}
	return fewest;
}

/* ---- what is estimated there ---- */

static void widen(struct measurement *pooled, const struct measurement *one)
{
	pooled->low = fmin(pooled->low, one->low);
	pooled->high = fmax(pooled->high, one->high);
}

/* list [count], 1 or more, each with a value. */
static struct measurement pool(const struct measurement *list, int64_t count)
{
	double *values = allocate((size_t)count, sizeof *values);
	struct measurement pooled = list[0];

	pooled.reliability = pooled.least = 0;
	for (int64_t i = 0; i < count; i++) {
		values[i] = list[i].value;
		pooled.reliability += list[i].reliability / (double)count;
		pooled.least += list[i].least / (double)count;
		if (list[i].holds < pooled.holds || isnan(list[i].holds))
			pooled.holds = list[i].holds;
		pooled.rankings = fmin(pooled.rankings, list[i].rankings);
		if (pooled.is_count)
			widen(&pooled, &list[i]);
	}
	pooled.value = mean(values, count);
	pooled.models = count;
	if (count > 1 && !pooled.is_count) {
		const struct interval interval = t_interval(values, count, 0.95);
		pooled.low = interval.low;
		pooled.high = interval.high;
	}
	free(values);
	return pooled;
}

static struct measurement estimate_over_models(
	const struct models *models, const struct claim *claim, const struct basis *basis, struct estimand how)
{
	struct measurement *list = allocate((size_t)models->count + 1, sizeof *list);
	int64_t count = 0;

	for (int64_t i = 0; i < models->count; i++) {
		if (!basis_has(basis, claim, &models->list[i]))
			continue;
		list[count] = measure(&models->list[i], claim, how);
		count += !isnan(list[count].value);
	}
	const struct measurement pooled = count ? pool(list, count) : not_measured();
	free(list);
	return pooled;
}

struct measurement estimate_claim(
	const struct evidence *evidence, const struct claim *claim, const struct basis *basis, struct estimand how)
{
	if (claim->experiment)
		return estimate_over_models(&evidence->models, claim, basis, how);
	return basis->scope == GENERAL ? controlled_measurement(&evidence->controlled, how.method, claim->statistic)
				       : not_measured();
}
