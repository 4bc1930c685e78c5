/* judge.c: a verdict on each claim of the published series, by the rule at the head of data/published.tsv.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  the claims; which models there are (measured.h) and their tables, as correlate, measure-classes, export,
 *      measure-retention and measure-multiverse write them; the rule of data/boundary, its runs, and what decide says
 *      of them.
 * Out: verdicts.tsv, for each claim that is judged a row for `checkpoint`, the model that the series names, and one for
 *      `general`, our models that repeat its experiment:
 *   verdict                supported, contradicted, not decided, not run
 *   because                why it is not decided: interval (it crosses a bound of the region, or there is none),
 *                          reliability, seeds; why it is contradicted: direction (the rule holds, but the other way
 *                          round); of a compound claim: the parts that make its verdict
 *   estimate, low, high    the mean over seeds, and its 95 % interval
 *   unit                   what the interval is over: seeds; sentences, of a single model; heads, where it counts them
 *   experiment, sentences  which of ours decided, and on how many sentences; NA: a compound claim, controlled runs
 *   seeds                  how many models, or reliable controlled runs
 *   reliability            of what the scores are to predict, the mean over seeds
 *   region_low, region_high
 *   rankings               of what is kept: how many random rankings the region's bound is told by, the fewest of a seed
 *   robust                 of a claim that is decided: yes, if the verdict is the same by every alternative whose
 *                          reliability allows one: variants of the score, the same sentences for score and removal,
 *                          removal to the mean, within layers, beyond layers; else no. NA: there are no alternatives
 *   depends_on             the alternatives by which it is another; of a compound claim, the parts not robust
 *
 * Of a difference of two scores, each variant of one is set against the other as the claim has it: oan-tam_nospecial.
 * The seeds give such a difference its interval, so that on one model none is tried. A score that a claim takes in a
 * certain variant, as gradmag_cls, has no others, nor has one that is set against a variant of its own, as in
 * oan_projected-oan: that would be another claim. Rankings by chance have no variants.
 */
#include "controlled.h"
#include "fail.h"
#include "measured.h"
#include "options.h"
#include "output.h"
#include "published.h"
#include "statistics.h"
#include "tsv-write.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_SEEDS = 3 };
static const double least_reliability = 0.5;

static const char *rule_path;

static struct option_row rows[] = {
	{"rule", 0, OPTION_TEXT, &rule_path, 0, 0, "FILE", "of the controlled runs", false, false},
	{0},
};

static const struct command command = {
	.purpose =
		"Judges published claims by what was measured (TSV). A TABLE is a methods.tsv, differences.tsv,\n"
		"classes.tsv, retention.tsv, kept.tsv, chance.tsv, facts.tsv or multiverse.tsv in the folder of its model;\n"
		"or, of the controlled runs, a snapshots.tsv, or the claims.tsv that decide writes.",
	.arguments = "PUBLISHED MODELS TABLE...",
	.example = "judge data/published.tsv build/pocket/paper/measured.tsv \\\n"
		   "    build/pocket/methods.tsv build/pocket/facts.tsv -o verdicts.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

static struct {
	struct published published;
	struct models models;
	struct controlled controlled;
} data;

/* ---- what is given ---- */

static bool is_named(const char *path, const char *file)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, file) == 0;
}

static void load(char *const *paths, int count)
{
	char **runs = allocate((size_t)count, sizeof *runs), **tables = allocate((size_t)count, sizeof *tables);
	int run_count = 0, table_count = 0;

	for (int i = 2; i < count; i++)
		if (is_named(paths[i], "snapshots.tsv"))
			runs[run_count++] = paths[i];
		else if (is_named(paths[i], "claims.tsv") && !data.controlled.claims)
			data.controlled.claims = paths[i];
		else
			tables[table_count++] = paths[i];
	if (run_count && !rule_path)
		fail_usage("controlled runs take their --rule");
	data.controlled.rule = rule_path;
	data.controlled.runs = runs;
	data.controlled.run_count = run_count;
	published_read(&data.published, paths[0]);
	models_read(&data.models, paths[1], tables, table_count);
	free(tables);
}

/* ---- which models a claim is judged on ---- */

enum scope { CHECKPOINT, GENERAL, SCOPES };
static const char *const scope_names[SCOPES] = {"checkpoint", "general"};

/* Ours of one experiment, or the checkpoint. */
struct basis {
	enum scope scope;
	const char *experiment; /* as experiments.mk calls it; NULL: there is none */
	double sentences;
};

static bool is_judged_on(const struct model *model, const struct claim *claim, struct basis basis)
{
	return model->is_checkpoint == (basis.scope == CHECKPOINT) && strcmp(model->repeats, claim->experiment) == 0 &&
	       basis.experiment && strcmp(model->experiment, basis.experiment) == 0;
}

/* A score as the claim has it, or an alternative: another column of methods.tsv, or a variant at a level of
 * multiverse.tsv. */
struct how {
	const char *method, *column, *level; /* column and level NULL: as the claim's statistic has it */
};

static struct measurement measure(const struct claim *claim, const struct model *model, struct how how)
{
	if (how.level)
		return model_variant(model, how.method, how.level);
	return how.column ? model_correlation(model, how.method, how.column)
			  : model_measurement(model, how.method, claim->statistic);
}

static int64_t count_measured(const struct claim *claim, struct basis basis)
{
	int64_t count = 0;

	for (int64_t i = 0; i < data.models.count; i++)
		count += is_judged_on(&data.models.list[i], claim, basis) &&
			 !isnan(measure(claim, &data.models.list[i], (struct how){.method = claim->method}).value);
	return count;
}

/* That on the most sentences among those in which seeds enough have what is claimed, else that with the most seeds. */
static struct basis find_basis(const struct claim *claim, enum scope scope)
{
	struct basis best = {.scope = scope};
	int64_t best_seeds = 0;

	for (int64_t i = 0; claim->experiment && i < data.models.count; i++) {
		const struct model *model = &data.models.list[i];
		const struct basis basis = {scope, model->experiment, model_sentences(model)};
		if (!is_judged_on(model, claim, basis))
			continue;
		const int64_t all = count_measured(claim, basis), seeds = all < LEAST_SEEDS ? all : LEAST_SEEDS;
		if (seeds > best_seeds || (seeds && seeds == best_seeds && basis.sentences > best.sentences)) {
			best = basis;
			best_seeds = seeds;
		}
	}
	return best;
}

/* ---- estimates ---- */

/* Of counts: from the model that has fewest to that which has most. */
static void widen(struct measurement *pooled, const struct measurement *one)
{
	pooled->low = fmin(pooled->low, one->low);
	pooled->high = fmax(pooled->high, one->high);
}

/* list [count], each measured: their mean, its interval by Student's t where there are several. What holds must hold
 * in each. */
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

static struct measurement estimate_over_models(const struct claim *claim, struct basis basis, struct how how)
{
	struct measurement *list = allocate((size_t)data.models.count + 1, sizeof *list);
	int64_t count = 0;

	for (int64_t i = 0; i < data.models.count; i++) {
		const struct model *model = &data.models.list[i];
		if (!is_judged_on(model, claim, basis))
			continue;
		list[count] = measure(claim, model, how);
		count += !isnan(list[count].value);
	}
	const struct measurement pooled = count ? pool(list, count) : not_measured();
	free(list);
	return pooled;
}

static struct measurement estimate_claim(const struct claim *claim, struct basis basis, struct how how)
{
	if (claim->experiment)
		return estimate_over_models(claim, basis, how);
	return basis.scope == GENERAL ? controlled_measurement(&data.controlled, how.method, claim->statistic)
				      : not_measured();
}

/* ---- verdicts ---- */

enum answer { NOT_RUN, SUPPORTED, CONTRADICTED, NOT_DECIDED };
static const char *const answers[] = {[NOT_RUN] = "not run",
	[SUPPORTED] = "supported",
	[CONTRADICTED] = "contradicted",
	[NOT_DECIDED] = "not decided"};

enum robust { NO_ALTERNATIVES, ROBUST, DEPENDS };
static const char *const robust_names[] = {[NO_ALTERNATIVES] = "NA", [ROBUST] = "yes", [DEPENDS] = "no"};

struct verdict {
	enum answer answer;
	char *because, *depends_on; /* names, separated by commas; NULL: none */
	struct basis basis;
	struct measurement estimate;
	double low, high; /* of the region */
	enum robust robust;
};

static void add_name(char **names, const char *name)
{
	char *longer = *names ? format_string("%s,%s", *names, name) : copy_string(name);

	free(*names);
	*names = longer;
}

struct range {
	double low, high;
	bool more; /* it begins above low, not at it */
};

/* What is retained must also be more than random rankings keep. */
static struct range range_of(const struct claim *claim, const struct measurement *estimate)
{
	if (claim->region == RETAINS && estimate->least > claim->low)
		return (struct range){estimate->least, claim->high, true};
	return (struct range){claim->low, claim->high, claim->more};
}

static bool lies_inside(struct range range, const struct measurement *estimate)
{
	return (range.more ? estimate->low > range.low : estimate->low >= range.low) && estimate->high <= range.high;
}

static bool lies_outside(struct range range, const struct measurement *estimate)
{
	return (range.more ? estimate->high <= range.low : estimate->high < range.low) || estimate->low > range.high;
}

/* Does the rule hold, but the other way round? */
static bool is_turned(const struct claim *claim, const struct measurement *estimate)
{
	return claim->region == HOLDS_RISING && estimate->holds > 0 && !(estimate->value > 0);
}

static enum answer judge_rule(const struct claim *claim, const struct measurement *estimate)
{
	if (isnan(estimate->holds))
		return NOT_DECIDED;
	return estimate->holds > 0 && !is_turned(claim, estimate) ? SUPPORTED : CONTRADICTED;
}

static enum answer judge_interval(const struct claim *claim, const struct measurement *estimate)
{
	const struct range range = range_of(claim, estimate);

	if (claim->region == HOLDS || claim->region == HOLDS_RISING)
		return judge_rule(claim, estimate);
	if (lies_inside(range, estimate))
		return claim->region != ABOVE_100 || estimate->holds > 0 ? SUPPORTED : NOT_DECIDED;
	return lies_outside(range, estimate) ? CONTRADICTED : NOT_DECIDED;
}

static enum answer judge(
	const struct claim *claim, enum scope scope, const struct measurement *estimate, const char **because)
{
	enum answer answer = NOT_DECIDED;

	*because = NULL;
	if (isnan(estimate->value) && !estimate->is_here)
		return NOT_RUN;
	if (scope == GENERAL && (estimate->models < LEAST_SEEDS || isnan(estimate->value)))
		*because = "seeds";
	else if (estimate->reliability < least_reliability)
		*because = "reliability";
	else if ((answer = judge_interval(claim, estimate)) == NOT_DECIDED)
		*because = "interval";
	else if (is_turned(claim, estimate))
		*because = "direction";
	return answer;
}

/* ---- alternatives ---- */

/* One by which the removals are not reliable tells nothing, nor does one without an interval or with too few seeds. */
static void try_alternative(const struct claim *claim, struct how how, const char *name, struct verdict *verdict)
{
	const char *because;
	const struct measurement found = estimate_claim(claim, verdict->basis, how);
	const enum answer answer = judge(claim, verdict->basis.scope, &found, &because);

	if (answer == NOT_RUN || isnan(found.low) || (because && strcmp(because, "interval") != 0))
		return;
	if (answer == verdict->answer) {
		if (verdict->robust == NO_ALTERNATIVES)
			verdict->robust = ROBUST;
		return;
	}
	verdict->robust = DEPENDS;
	add_name(&verdict->depends_on, name);
}

/* All models of one experiment have the same variants: the first names them. NULL: none does. */
static const struct tsv *find_variants(const struct claim *claim, struct basis basis)
{
	for (int64_t i = 0; i < data.models.count; i++)
		if (is_judged_on(&data.models.list[i], claim, basis) && data.models.list[i].tables[MULTIVERSE].path)
			return &data.models.list[i].tables[MULTIVERSE];
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
static void try_variants_of(const char *score, const char *before, const char *after, const struct claim *claim,
	const char *level, struct verdict *verdict)
{
	const struct tsv *table = find_variants(claim, verdict->basis);
	const char *last = ""; /* a variant has a row a truth, level and estimate */

	for (int64_t row = 0; table && row < table->rows; row++) {
		const char *variant = variant_in(table, row, score);
		if (!variant || strcmp(variant, last) == 0)
			continue;
		char *method = format_string("%s%s%s", before, variant, after);
		try_alternative(claim, (struct how){.method = method, .level = level}, method, verdict);
		free(method);
		last = variant;
	}
}

static void try_variants(const struct claim *claim, const char *level, struct verdict *verdict)
{
	const struct tsv *table = find_variants(claim, verdict->basis);
	const char *dash = strchr(claim->method, '-');

	if (!table)
		return;
	if (!dash) {
		try_variants_of(claim->method, "", "", claim, level, verdict);
		return;
	}
	char *first = format_string("%.*s", (int)(dash - claim->method), claim->method);
	char *before = format_string("%s-", first);
	if (!is_variant_of(table, dash + 1, first))
		try_variants_of(first, "", dash, claim, level, verdict);
	if (!is_variant_of(table, first, dash + 1))
		try_variants_of(dash + 1, before, "", claim, level, verdict);
	free(first);
	free(before);
}

static void try_alternatives(const struct claim *claim, struct verdict *verdict)
{
	static const char *const columns[] = {"spearman", "mean_ablation_cross_fitted", "within_layer_cross_fitted",
		"partial_layer_cross_fitted", NULL};
	static const char *const within_columns[] = {"within_layer", "partial_layer_cross_fitted", NULL};
	const char *primary = claim->experiment && claim->method ? primary_column(claim->statistic) : NULL;

	if (!primary || strncmp(primary, "layer", 5) == 0)
		return;
	const bool is_within = strncmp(primary, "within", 6) == 0;
	const char *const *list = is_within ? within_columns : columns;
	for (int i = 0; list[i]; i++)
		try_alternative(claim, (struct how){.method = claim->method, .column = list[i]}, list[i], verdict);
	try_variants(claim, is_within ? "within_layer" : "all", verdict);
}

/* ---- compound claims ---- */

static bool every_part_is(const struct claim *claim, const struct verdict *verdicts, enum answer answer)
{
	for (int64_t i = 0; i < claim->part_count; i++)
		if (verdicts[claim->parts[i]].answer != answer)
			return false;
	return true;
}

static bool any_part_is(const struct claim *claim, const struct verdict *verdicts, enum answer answer)
{
	for (int64_t i = 0; i < claim->part_count; i++)
		if (verdicts[claim->parts[i]].answer == answer)
			return true;
	return false;
}

static enum answer judge_parts(const struct claim *claim, const struct verdict *verdicts)
{
	if (any_part_is(claim, verdicts, CONTRADICTED))
		return CONTRADICTED;
	if (every_part_is(claim, verdicts, SUPPORTED))
		return SUPPORTED;
	return every_part_is(claim, verdicts, NOT_RUN) ? NOT_RUN : NOT_DECIDED;
}

/* Does the part make the whole's verdict? What supports does so only together. */
static bool is_decisive(enum answer whole, enum answer part)
{
	return whole == NOT_DECIDED ? part == NOT_DECIDED || part == NOT_RUN : part == whole;
}

/* A contradiction stands if one part's does, support if that of every part does. */
static void set_robust_by_parts(struct verdict *whole, int64_t robust, int64_t depends)
{
	if (whole->answer != SUPPORTED && whole->answer != CONTRADICTED)
		return;
	if (robust && (whole->answer == CONTRADICTED || !depends)) {
		whole->robust = ROBUST;
		free(whole->depends_on);
		whole->depends_on = NULL;
	} else if (depends) {
		whole->robust = DEPENDS;
	}
}

/* verdicts: those of the claims so far, in the same scope. */
static struct verdict judge_compound(const struct claim *claim, const struct verdict *verdicts)
{
	struct verdict whole = {.answer = judge_parts(claim, verdicts),
		.estimate = not_measured(),
		.low = claim->low,
		.high = claim->high};
	int64_t robust = 0, depends = 0;

	for (int64_t i = 0; i < claim->part_count; i++) {
		const struct verdict *part = &verdicts[claim->parts[i]];
		const char *name = data.published.list[claim->parts[i]].name;
		if (!is_decisive(whole.answer, part->answer))
			continue;
		if (whole.answer != SUPPORTED && whole.answer != NOT_RUN)
			add_name(&whole.because, name);
		robust += part->robust == ROBUST;
		depends += part->robust == DEPENDS;
		if (part->robust == DEPENDS)
			add_name(&whole.depends_on, name);
	}
	set_robust_by_parts(&whole, robust, depends);
	return whole;
}

/* ---- all claims ---- */

static struct verdict judge_single(const struct claim *claim, enum scope scope)
{
	const struct basis basis = find_basis(claim, scope);
	const struct measurement found = estimate_claim(claim, basis, (struct how){.method = claim->method});
	const char *because;
	struct verdict verdict = {.answer = judge(claim, scope, &found, &because),
		.basis = basis,
		.estimate = found,
		.low = range_of(claim, &found).low,
		.high = claim->high};

	if (because)
		add_name(&verdict.because, because);
	if (verdict.answer == SUPPORTED || verdict.answer == CONTRADICTED)
		try_alternatives(claim, &verdict);
	return verdict;
}

static const char *unit_of(const struct claim *claim, const struct measurement *estimate)
{
	if (isnan(estimate->low))
		return "NA";
	if (estimate->is_count)
		return "heads";
	return estimate->models > 1 || !claim->experiment ? "seeds" : "sentences";
}

static void write_names(FILE *stream, const char *names)
{
	fputc('\t', stream);
	write_text(stream, names ? names : "NA");
}

/* An open end is NA. */
static void write_bound(FILE *stream, double bound)
{
	write_number(stream, isfinite(bound) ? bound : NAN);
}

static void write_verdict(FILE *stream, const struct claim *claim, enum scope scope, const struct verdict *verdict)
{
	const struct measurement *estimate = &verdict->estimate;

	write_text(stream, claim->name);
	fprintf(stream, "\t%s\t%s", scope_names[scope], answers[verdict->answer]);
	write_names(stream, verdict->because);
	write_number(stream, estimate->value);
	write_number(stream, estimate->low);
	write_number(stream, estimate->high);
	fprintf(stream, "\t%s", unit_of(claim, estimate));
	write_names(stream, verdict->basis.experiment);
	write_number(stream, verdict->basis.sentences > 0 ? verdict->basis.sentences : NAN);
	fprintf(stream, "\t%lld", (long long)estimate->models);
	write_number(stream, estimate->reliability);
	write_bound(stream, verdict->low);
	write_bound(stream, verdict->high);
	write_number(stream, estimate->rankings);
	fprintf(stream, "\t%s", robust_names[verdict->robust]);
	write_names(stream, verdict->depends_on);
	fputc('\n', stream);
}

static struct verdict *judge_all(enum scope scope)
{
	struct verdict *verdicts = allocate((size_t)data.published.count + 1, sizeof *verdicts);

	for (int64_t i = 0; i < data.published.count; i++) {
		const struct claim *claim = &data.published.list[i];
		if (claim->region == ALL)
			verdicts[i] = judge_compound(claim, verdicts);
		else if (claim->region != REPORTED)
			verdicts[i] = judge_single(claim, scope);
	}
	return verdicts;
}

static void write_verdicts(FILE *stream)
{
	struct verdict *verdicts[SCOPES];

	for (enum scope scope = 0; scope < SCOPES; scope++)
		verdicts[scope] = judge_all(scope);
	fputs("claim\tscope\tverdict\tbecause\testimate\tlow\thigh\tunit\texperiment\tsentences\tseeds\treliability\t"
	      "region_low\tregion_high\trankings\trobust\tdepends_on\n",
		stream);
	for (int64_t i = 0; i < data.published.count; i++)
		for (enum scope scope = 0; scope < SCOPES; scope++)
			if (data.published.list[i].region != REPORTED)
				write_verdict(stream, &data.published.list[i], scope, &verdicts[scope][i]);
}

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command);
	struct output output;

	load(argv + first, argc - first);
	output_open(&output, common.output);
	write_verdicts(output.stream);
	output_close(&output);
	return STATUS_DONE;
}
