/* effects.c: what the controlled runs amount to.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "effects.h"

#include "curve.h"
#include "fail.h"
#include "names.h"
#include "statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void design_read(struct design *design, const char *rule_path, char *const *paths, int count)
{
	rule_read(&design->rule, rule_path);
	runs_read(&design->runs, &design->rule, paths, count);
	design->groupings = allocate((size_t)count_names(design->rule.groupings), sizeof *design->groupings);
	design->grouping_count = 0;
	const char *rest = design->rule.groupings;
	for (char *name; (name = next_name(&rest));)
		design->groupings[design->grouping_count++] = name;
}

/* ---- one run ---- */

static double full_depth_r(
	const struct design *design, const char *condition, int64_t seed, const char *reading, enum coefficient r)
{
	int64_t count;
	const struct snapshot *list = runs_find(&design->runs, condition, seed, reading, &count);

	return count && list[count - 1].flaw == SOUND ? list[count - 1].r[r] : NAN;
}

static double place_on(enum scale scale, const struct snapshot *snapshot)
{
	switch (scale) {
	case DEPTH:
		return log10(snapshot->depth);
	case DEPTH_READING:
		return log10(snapshot->depth_reading);
	case STEP:
		return log10((double)snapshot->step);
	}
	return NAN;
}

/* r of a run in one reading, over log10 of depth or step. */
static struct curve curve_of(
	const struct design *design, const char *condition, int64_t seed, const char *reading, struct how how)
{
	int64_t count;
	const struct snapshot *list = runs_find(&design->runs, condition, seed, reading, &count);
	struct curve curve = {0};

	for (int64_t i = 0; i < count; i++)
		if (list[i].flaw == SOUND && !isnan(list[i].r[how.r]))
			curve_add(&curve, place_on(how.scale, &list[i]), list[i].r[how.r]);
	return curve;
}

/* ---- the effects, in one seed; NaN where they cannot be had ---- */

/* The mean over the groupings, or of the one stated, as far as they are defined. */
typedef double grouping_effect(const struct design *design, int64_t seed, const char *grouping, struct how how);

static double mean_over_groupings(const struct design *design, grouping_effect *effect, int64_t seed, struct how how)
{
	double sum = 0;
	int64_t defined = 0;

	if (how.reading)
		return effect(design, seed, how.reading, how);
	for (int64_t g = 0; g < design->grouping_count; g++) {
		double value = effect(design, seed, design->groupings[g], how);
		if (isnan(value))
			continue;
		sum += value;
		defined++;
	}
	return defined ? sum / (double)defined : NAN;
}

static double readout_of_grouping(const struct design *design, int64_t seed, const char *grouping, struct how how)
{
	return full_depth_r(design, design->rule.four_class, seed, grouping, how.r) -
	       full_depth_r(design, design->rule.four_class, seed, "max", how.r);
}

double readout_effect(const struct design *design, int64_t seed, struct how how)
{
	return mean_over_groupings(design, readout_of_grouping, seed, how);
}

double compare_pair(const struct design *design, int64_t seed, const char *grouping, struct how how, const char **why)
{
	struct curve curves[] = {curve_of(design, grouping, seed, "max", how),
		curve_of(design, design->rule.four_class, seed, grouping, how)};
	const int64_t points = (int64_t)design->rule.points;
	double low, high, difference = NAN;

	if (why)
		*why = curves[0].count < 2 || curves[1].count < 2 ? "fewer than two snapshots" : "no common range";
	if (curves_overlap(curves, 2, &low, &high))
		difference = curve_mean(&curves[0], low, high, points) - curve_mean(&curves[1], low, high, points);
	curve_free(&curves[0]);
	curve_free(&curves[1]);
	return difference;
}

static double training_of_grouping(const struct design *design, int64_t seed, const char *grouping, struct how how)
{
	return compare_pair(design, seed, grouping, how, NULL);
}

double training_effect(const struct design *design, int64_t seed, struct how how)
{
	return mean_over_groupings(design, training_of_grouping, seed, how);
}

double depth_effect(const struct design *design, int64_t seed, struct how how)
{
	struct curve curve = curve_of(design, design->rule.four_class, seed, "max", how);
	double rise = curve_rise(&curve);

	curve_free(&curve);
	return -rise;
}

/* ---- over the seeds ---- */

int64_t *seeds_of(const struct design *design, const char *condition, int64_t *count)
{
	int64_t *seeds = allocate((size_t)design->runs.count + 1, sizeof *seeds);

	*count = 0;
	for (int64_t i = 0; i < design->runs.count; i++) {
		const struct snapshot *snapshot = &design->runs.list[i];
		if (strcmp(snapshot->condition, condition) == 0 && (*count == 0 || seeds[*count - 1] != snapshot->seed))
			seeds[(*count)++] = snapshot->seed;
	}
	return seeds;
}

static struct estimate estimate_mean(const struct design *design, const double *values, int64_t count)
{
	if ((double)count < design->rule.least_seeds)
		return (struct estimate){NAN, NAN, NAN, count, -1};
	struct interval interval = t_interval(values, count, design->rule.confidence);
	return (struct estimate){mean(values, count), interval.low, interval.high, count, -1};
}

struct estimate estimate_effect(const struct design *design, seed_effect *effect, struct how how)
{
	int64_t seed_count, count = 0;
	int64_t *seeds = seeds_of(design, design->rule.four_class, &seed_count);
	double *values = allocate((size_t)seed_count + 1, sizeof *values);

	for (int64_t i = 0; i < seed_count; i++) {
		values[count] = effect(design, seeds[i], how);
		count += !isnan(values[count]);
	}
	struct estimate estimate = estimate_mean(design, values, count);
	free(seeds);
	free(values);
	return estimate;
}

/* r under `max` at full depth, seed by seed, in fresh memory. */
static double *full_depths(const struct design *design, const char *condition, enum coefficient r, int64_t *count)
{
	int64_t seed_count;
	int64_t *seeds = seeds_of(design, condition, &seed_count);
	double *values = allocate((size_t)seed_count + 1, sizeof *values);

	*count = 0;
	for (int64_t i = 0; i < seed_count; i++) {
		values[*count] = full_depth_r(design, condition, seeds[i], "max", r);
		*count += !isnan(values[*count]);
	}
	free(seeds);
	return values;
}

struct estimate estimate_full_depth(const struct design *design, const char *condition, enum coefficient r)
{
	int64_t count;
	double *values = full_depths(design, condition, r, &count);
	struct estimate estimate = estimate_mean(design, values, count);

	free(values);
	return estimate;
}

/* Sentiment [seeds] less four classes [against]. */
static struct estimate estimate_difference(
	const struct design *design, const double *sentiment, int64_t seeds, const double *four, int64_t against)
{
	if ((double)seeds < design->rule.least_seeds || (double)against < design->rule.least_seeds)
		return (struct estimate){NAN, NAN, NAN, seeds, against};
	struct interval interval = welch_interval(sentiment, seeds, four, against, design->rule.confidence);
	return (struct estimate){
		mean(sentiment, seeds) - mean(four, against), interval.low, interval.high, seeds, against};
}

struct estimate estimate_boundary(const struct design *design, enum coefficient r)
{
	int64_t seeds, against;
	double *sentiment = full_depths(design, design->rule.sentiment, r, &seeds);
	double *four = full_depths(design, design->rule.four_class, r, &against);
	struct estimate estimate = estimate_difference(design, sentiment, seeds, four, against);

	free(sentiment);
	free(four);
	return estimate;
}

/* Adds a condition's curves under `max`, those of two places or more, to list; how many they are. */
static int64_t add_curves(const struct design *design, const char *condition, struct curve *list)
{
	const struct how how = {.r = design->rule.r};
	int64_t seed_count, count = 0;
	int64_t *seeds = seeds_of(design, condition, &seed_count);

	for (int64_t i = 0; i < seed_count; i++) {
		list[count] = curve_of(design, condition, seeds[i], "max", how);
		curve_arrange(&list[count]);
		if (list[count].count < 2)
			curve_free(&list[count]);
		else
			count++;
	}
	free(seeds);
	return count;
}

struct estimate estimate_boundary_at_depth(const struct design *design)
{
	struct curve *curves = allocate((size_t)design->runs.count + 1, sizeof *curves);
	double *values = allocate((size_t)design->runs.count + 1, sizeof *values), low, high;
	const int64_t seeds = add_curves(design, design->rule.sentiment, curves);
	const int64_t against = add_curves(design, design->rule.four_class, curves + seeds);
	struct estimate estimate = {NAN, NAN, NAN, seeds, against};

	if (curves_overlap(curves, seeds + against, &low, &high)) {
		for (int64_t i = 0; i < seeds + against; i++)
			values[i] = curve_mean(&curves[i], low, high, (int64_t)design->rule.points);
		estimate = estimate_difference(design, values, seeds, values + seeds, against);
	}
	for (int64_t i = 0; i < seeds + against; i++)
		curve_free(&curves[i]);
	free(curves);
	free(values);
	return estimate;
}
