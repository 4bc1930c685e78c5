/* decide.c: binary structure, convergence depth, or the yardstick? Applies the rule of data/boundary to the runs that
 * are there; its README says in words what each number is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   claims    a row a claim: the estimate that it rests on, its interval, the threshold, and whether it holds (yes, no,
 *             not decided, not run); the last row is the verdict
 *   parts     a row an estimate: the four parts, each by the rule's coefficient and in the variants that decide
 *             nothing; and r at full depth of every condition. In boundary, equal_depth, and in training,
 *             depth_reading and step tell at what the runs are equal instead; elsewhere a reading or a coefficient
 *             names what is used instead
 *   omitted   a row a snapshot that was dropped, and a row a pair of runs that could not be compared
 *   runs      a row a run: where its held-out accuracy was best, and whether it goes on for long enough
 */
#include "effects.h"
#include "fail.h"
#include "options.h"
#include "output.h"
#include "tsv-write.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static struct option_row rows[] = {{0}};

static const struct command command = {
	.purpose = "Applies a rule to training runs, as measure-snapshot describes them. WHAT is\n"
		   "  claims   what holds, and the verdict\n"
		   "  parts    every estimate with its interval\n"
		   "  omitted  snapshots that were dropped, and runs that could not be compared\n"
		   "  runs     whether each run went on for long enough",
	.arguments = "WHAT RULE [RUN...]",
	.example = "decide claims data/boundary/rule.tsv results/boundary/*/snapshots.tsv -o build/boundary/claims.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

static struct design design;

/* ---- parts ---- */

static void write_count(FILE *stream, int64_t count)
{
	write_number(stream, count < 0 ? NAN : (double)count);
}

static void write_part(FILE *stream, const char *part, const char *variant, struct estimate estimate)
{
	fprintf(stream, "%s\t", part);
	write_text(stream, variant);
	write_number(stream, estimate.value);
	write_number(stream, estimate.low);
	write_number(stream, estimate.high);
	write_count(stream, estimate.seeds);
	write_count(stream, estimate.against);
	fputc('\n', stream);
}

static void write_effect(FILE *stream, const char *part, seed_effect *effect)
{
	for (enum coefficient r = 0; r < COEFFICIENTS; r++)
		write_part(stream, part, coefficient_names[r], estimate_effect(&design, effect, (struct how){.r = r}));
}

static void write_each_grouping(FILE *stream, const char *part, seed_effect *effect)
{
	for (int64_t g = 0; g < design.grouping_count; g++)
		write_part(stream, part, design.groupings[g],
			estimate_effect(
				&design, effect, (struct how){.r = design.rule.r, .reading = design.groupings[g]}));
}

static void write_conditions(FILE *stream)
{
	const struct snapshot *list = design.runs.list;

	for (int64_t i = 0; i < design.runs.count; i++)
		if (i == 0 || strcmp(list[i].condition, list[i - 1].condition) != 0)
			write_part(stream, "full_depth", list[i].condition,
				estimate_full_depth(&design, list[i].condition, design.rule.r));
}

static void write_parts(FILE *stream)
{
	const enum coefficient r = design.rule.r;

	fputs("part\tvariant\testimate\tlow\thigh\tseeds\tagainst\n", stream);
	for (enum coefficient i = 0; i < COEFFICIENTS; i++)
		write_part(stream, "boundary", coefficient_names[i], estimate_boundary(&design, i));
	write_part(stream, "boundary", "equal_depth", estimate_boundary_at_depth(&design));
	write_effect(stream, "readout", readout_effect);
	write_part(stream, "readout", "mean",
		estimate_effect(&design, readout_effect, (struct how){.r = r, .reading = "mean"}));
	write_each_grouping(stream, "readout", readout_effect);
	write_effect(stream, "training", training_effect);
	write_part(stream, "training", "depth_reading",
		estimate_effect(&design, training_effect, (struct how){.r = r, .scale = DEPTH_READING}));
	write_part(stream, "training", "step",
		estimate_effect(&design, training_effect, (struct how){.r = r, .scale = STEP}));
	write_each_grouping(stream, "training", training_effect);
	write_effect(stream, "depth", depth_effect);
	write_conditions(stream);
}

/* ---- claims ---- */

enum answer { NOT_RUN, YES, NO, NOT_DECIDED };

static const char *const answers[] = {[NOT_RUN] = "not run", [YES] = "yes", [NO] = "no", [NOT_DECIDED] = "not decided"};

static bool is_run(struct estimate estimate)
{
	return !isnan(estimate.value);
}

static bool excludes_zero(struct estimate estimate)
{
	return estimate.low > 0 || estimate.high < 0;
}

static bool lies_within(struct estimate estimate, double size)
{
	return estimate.low >= -size && estimate.high <= size;
}

static bool is_large(struct estimate estimate, double least)
{
	return fabs(estimate.value) >= least && excludes_zero(estimate);
}

static enum answer is_no_boundary(struct estimate boundary)
{
	return !is_run(boundary) ? NOT_RUN : excludes_zero(boundary) ? NO : YES;
}

static enum answer is_structure(struct estimate training)
{
	const double least = design.rule.structure_least;

	if (!is_run(training))
		return NOT_RUN;
	if (training.value >= least && excludes_zero(training))
		return YES;
	return training.high < least ? NO : NOT_DECIDED;
}

static enum answer is_depth(struct estimate training, struct estimate depth)
{
	const double most = design.rule.depth_training_most, least = design.rule.depth_least;

	if (!is_run(training) || !is_run(depth))
		return NOT_RUN;
	if (lies_within(training, most) && is_large(depth, least))
		return YES;
	return (depth.low > -least && depth.high < least) || training.low > most || training.high < -most ? NO
													  : NOT_DECIDED;
}

static enum answer is_yardstick(struct estimate readout)
{
	const double least = design.rule.yardstick_least;

	if (!is_run(readout))
		return NOT_RUN;
	if (is_large(readout, least))
		return YES;
	return readout.low > -least && readout.high < least ? NO : NOT_DECIDED;
}

struct claim {
	const char *name, *part;
	struct estimate estimate;
	double threshold;
	enum answer answer;
};

static void write_claim(FILE *stream, const struct claim *claim)
{
	fprintf(stream, "%s\t%s", claim->name, claim->part);
	write_number(stream, claim->estimate.value);
	write_number(stream, claim->estimate.low);
	write_number(stream, claim->estimate.high);
	write_count(stream, claim->estimate.seeds);
	write_count(stream, claim->estimate.against);
	write_number(stream, claim->threshold);
	fprintf(stream, "\t%s\n", answers[claim->answer]);
}

static void write_verdict(FILE *stream, const struct claim *claims, size_t count)
{
	const char *separator = "";

	fputs("verdict\tNA\tNA\tNA\tNA\tNA\tNA\tNA\t", stream);
	for (size_t i = 0; i < count; i++)
		if (claims[i].answer == YES) {
			fprintf(stream, "%s%s", separator, claims[i].name);
			separator = ", ";
		}
	fputs(*separator ? "\n" : "not decided\n", stream);
}

static void write_claims(FILE *stream)
{
	const struct how how = {.r = design.rule.r};
	const struct estimate boundary = estimate_boundary(&design, how.r);
	const struct estimate readout = estimate_effect(&design, readout_effect, how);
	const struct estimate training = estimate_effect(&design, training_effect, how);
	const struct estimate depth = estimate_effect(&design, depth_effect, how);
	const struct claim claims[] = {
		{"no boundary", "boundary", boundary, 0, is_no_boundary(boundary)},
		{"structure", "training", training, design.rule.structure_least, is_structure(training)},
		{"depth", "depth", depth, design.rule.depth_least, is_depth(training, depth)},
		{"yardstick", "readout", readout, design.rule.yardstick_least, is_yardstick(readout)},
	};
	const size_t count = sizeof claims / sizeof *claims;

	fputs("claim\tpart\testimate\tlow\thigh\tseeds\tagainst\tthreshold\tholds\n", stream);
	for (size_t i = 0; i < count; i++)
		write_claim(stream, &claims[i]);
	write_verdict(stream, claims, count);
}

/* ---- omitted ---- */

static void write_dropped(FILE *stream, const struct snapshot *snapshot)
{
	static const char *const why[] = {
		[INACCURATE] = "held-out accuracy", [UNRELIABLE] = "reliability", [UNDEFINED] = "r is not defined"};
	const double value[] = {
		[INACCURATE] = snapshot->held_out_accuracy, [UNRELIABLE] = snapshot->reliability, [UNDEFINED] = NAN};

	write_text(stream, snapshot->run);
	fprintf(stream, "\tNA\t%lld\t", (long long)snapshot->step);
	write_text(stream, snapshot->reading);
	fprintf(stream, "\t%s", why[snapshot->flaw]);
	write_number(stream, value[snapshot->flaw]);
	fputc('\n', stream);
}

static bool is_among(const int64_t *seeds, int64_t count, int64_t seed)
{
	for (int64_t i = 0; i < count; i++)
		if (seeds[i] == seed)
			return true;
	return false;
}

static void write_pair(FILE *stream, const char *grouping, int64_t seed, const char *why)
{
	write_text(stream, grouping);
	fprintf(stream, "-s%lld\t", (long long)seed);
	write_text(stream, design.rule.four_class);
	fprintf(stream, "-s%lld\tNA\t", (long long)seed);
	write_text(stream, grouping);
	fprintf(stream, "\t%s\tNA\n", why);
}

/* The pairs of a grouping that training does without: of those seeds that are on either side. */
static void write_missing_pairs(FILE *stream, const char *grouping)
{
	int64_t trained_count, read_count;
	int64_t *trained = seeds_of(&design, grouping, &trained_count);
	int64_t *read = seeds_of(&design, design.rule.four_class, &read_count);
	const char *why;

	for (int64_t i = 0; i < read_count; i++)
		if (!is_among(trained, trained_count, read[i]))
			write_pair(stream, grouping, read[i], "one of them is not here");
		else if (isnan(compare_pair(&design, read[i], grouping, (struct how){.r = design.rule.r}, &why)))
			write_pair(stream, grouping, read[i], why);
	for (int64_t i = 0; i < trained_count; i++)
		if (!is_among(read, read_count, trained[i]))
			write_pair(stream, grouping, trained[i], "one of them is not here");
	free(trained);
	free(read);
}

static void write_omitted(FILE *stream)
{
	fputs("run\tagainst\tstep\treading\twhy\tvalue\n", stream);
	for (int64_t i = 0; i < design.runs.count; i++)
		if (design.runs.list[i].flaw != SOUND)
			write_dropped(stream, &design.runs.list[i]);
	for (int64_t g = 0; g < design.grouping_count; g++)
		write_missing_pairs(stream, design.groupings[g]);
}

/* ---- runs ---- */

/* list [count]: a run in one reading */
static void write_run(FILE *stream, const struct snapshot *list, int64_t count)
{
	const struct snapshot *best = list, *last = &list[count - 1];

	for (int64_t i = 1; i < count; i++)
		if (list[i].held_out_accuracy > best->held_out_accuracy)
			best = &list[i];
	write_text(stream, list->run);
	fprintf(stream, "\t%lld\t%lld", (long long)count, (long long)best->step);
	write_number(stream, best->held_out_accuracy);
	fprintf(stream, "\t%lld\t%s\n", (long long)last->step,
		(double)last->step >= design.rule.beyond_best * (double)best->step ? "yes" : "no");
}

static void write_runs(FILE *stream)
{
	const struct snapshot *list = design.runs.list;

	fputs("run\tsnapshots\tbest_step\tbest_accuracy\tlast_step\tlong_enough\n", stream);
	for (int64_t i = 0; i < design.runs.count; i++) {
		int64_t count;
		if (i > 0 && strcmp(list[i].run, list[i - 1].run) == 0)
			continue;
		const struct snapshot *run =
			runs_find(&design.runs, list[i].condition, list[i].seed, list[i].reading, &count);
		write_run(stream, run, count);
	}
}

static const struct named_table tables[] = {
	{"claims", write_claims}, {"parts", write_parts}, {"omitted", write_omitted}, {"runs", write_runs}, {0}};

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	table_writer *write = choose_table(tables, argv[first]);
	struct output output;

	design_read(&design, argv[first + 1], argv + first + 2, argc - first - 2);
	output_open(&output, common.output);
	write(output.stream);
	output_close(&output);
	return STATUS_DONE;
}
