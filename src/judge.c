/* judge.c: a verdict on each claim of the published series, by the rule at the head of data/published.tsv.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  the claims; which models there are (measured-models.h) and their tables, as correlate, measure-classes,
 *      export, measure-retention and measure-multiverse write them; the rule of data/boundary, its runs, and what
 *      decide says of them.
 * Out: verdicts.tsv, for each claim that is judged a row for `checkpoint`, the model that the series names, and one for
 *      `general`, our models that repeat its experiment:
 *   verdict                supported, contradicted, not decided, not run
 *   because                why it is not decided: interval (it crosses a bound of the region, or there is none),
 *                          reliability, seeds; why it is contradicted: direction (the rule holds, but the other way
 *                          round); of a compound claim: the parts that make its verdict
 *   estimate, low, high    the mean over seeds, and its 95 % interval
 *   unit                   what the interval is over: seeds; sentences, of a single model, or of random rankings these;
 *                          heads, where it counts them
 *   experiment, sentences  which of ours decided, and on how many sentences; NA: a compound claim, controlled runs
 *   seeds                  how many models, or reliable controlled runs
 *   reliability            of what the scores are to predict, the mean over seeds
 *   region_low, region_high
 *   rankings               of what is kept: how many random rankings tell the region's bound, the fewest of a seed
 *   robust                 of a claim that is decided: yes, if the verdict is the same by every alternative whose
 *                          reliability allows one: variants of the score, the same sentences for score and removal,
 *                          removal to the mean, within layers, beyond layers; else no. NA: there are no alternatives
 *   depends_on             the alternatives by which it is another; of a compound claim, the parts not robust
 *   fewer, fewer_verdict   where three seeds were measured on fewer sentences, too: how many, and the verdict by those
 */
#include "alternatives.h"
#include "answers.h"
#include "estimates.h"
#include "fail.h"
#include "options.h"
#include "output.h"
#include "published.h"
#include "tsv-write.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

static struct published published;
static struct evidence evidence;

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
		else if (is_named(paths[i], "claims.tsv") && !evidence.controlled.claims)
			evidence.controlled.claims = paths[i];
		else
			tables[table_count++] = paths[i];
	if (run_count && !rule_path)
		fail_usage("controlled runs take their --rule");
	evidence.controlled.rule = rule_path;
	evidence.controlled.runs = runs;
	evidence.controlled.run_count = run_count;
	published_read(&published, paths[0]);
	models_read(&evidence.models, paths[1], tables, table_count);
	free(tables);
}

/* ---- one claim ---- */

enum robust { NO_ALTERNATIVES, ROBUST, DEPENDS };

struct verdict {
	enum answer answer;
	char *because, *depends_on; /* names, separated by commas; NULL: none */
	struct basis basis;
	struct measurement estimate;
	double low, high; /* of the region */
	enum robust robust;
	double fewer; /* sentences; 0: there are no fewer */
	enum answer by_fewer;
};

static void add_name(char **names, const char *name)
{
	char *longer = *names ? format_string("%s,%s", *names, name) : copy_string(name);

	free(*names);
	*names = longer;
}

/* One by which the removals are not reliable tells nothing, nor does one without an interval or with too few seeds. */
static void try_alternative(const struct claim *claim, const struct alternative *alternative, struct verdict *verdict)
{
	const char *because;
	const struct measurement found = estimate_claim(&evidence, claim, &verdict->basis, alternative->how);
	const enum answer answer = answer_to(claim, verdict->basis.scope, &found, &because);

	if (answer == NOT_RUN || isnan(found.low) || (because && strcmp(because, "interval") != 0))
		return;
	if (answer != verdict->answer) {
		verdict->robust = DEPENDS;
		add_name(&verdict->depends_on, alternative->name);
	} else if (verdict->robust == NO_ALTERNATIVES) {
		verdict->robust = ROBUST;
	}
}

static void try_alternatives(const struct claim *claim, struct verdict *verdict)
{
	struct alternatives alternatives = alternatives_of(&evidence, claim, &verdict->basis);

	for (int64_t i = 0; i < alternatives.count; i++)
		try_alternative(claim, &alternatives.list[i], verdict);
	alternatives_free(&alternatives);
}

/* With fewer sentences the removals are noisier, and the correlations lower: a verdict may be another. */
static void judge_by_fewer(const struct claim *claim, struct verdict *verdict)
{
	const struct basis basis = basis_of_fewer(&evidence, claim, &verdict->basis);
	const char *because;

	if (!basis.experiment)
		return;
	const struct measurement found =
		estimate_claim(&evidence, claim, &basis, (struct estimand){.method = claim->method});
	verdict->by_fewer = answer_to(claim, basis.scope, &found, &because);
	verdict->fewer = basis.sentences;
}

static struct verdict judge_single(const struct claim *claim, enum scope scope)
{
	const struct basis basis = basis_find(&evidence, claim, scope);
	const struct measurement found =
		estimate_claim(&evidence, claim, &basis, (struct estimand){.method = claim->method});
	const char *because;
	struct verdict verdict = {.answer = answer_to(claim, scope, &found, &because),
		.basis = basis,
		.estimate = found,
		.low = region_low(claim, &found),
		.high = claim->high};

	if (because)
		add_name(&verdict.because, because);
	if (verdict.answer == SUPPORTED || verdict.answer == CONTRADICTED)
		try_alternatives(claim, &verdict);
	judge_by_fewer(claim, &verdict);
	return verdict;
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

/* Of the decisive parts: how many are robust, depend on an alternative, or have none. */
struct tally {
	int64_t robust, depends, without;
};

/* A contradiction stands if one part's does, support if that of every part does. A part without alternatives is the same
 * by those of the others. */
static void set_robust_by_parts(struct verdict *whole, struct tally parts)
{
	const bool stands = whole->answer == CONTRADICTED ? parts.robust || parts.without : !parts.depends;

	if ((whole->answer != SUPPORTED && whole->answer != CONTRADICTED) || (!parts.robust && !parts.depends))
		return;
	if (stands) {
		whole->robust = ROBUST;
		free(whole->depends_on);
		whole->depends_on = NULL;
	} else {
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
	struct tally decisive = {0};

	for (int64_t i = 0; i < claim->part_count; i++) {
		const struct verdict *part = &verdicts[claim->parts[i]];
		const char *name = published.list[claim->parts[i]].name;
		if (!is_decisive(whole.answer, part->answer))
			continue;
		if (whole.answer != SUPPORTED && whole.answer != NOT_RUN)
			add_name(&whole.because, name);
		decisive.robust += part->robust == ROBUST;
		decisive.depends += part->robust == DEPENDS;
		decisive.without += part->robust == NO_ALTERNATIVES;
		if (part->robust == DEPENDS)
			add_name(&whole.depends_on, name);
	}
	set_robust_by_parts(&whole, decisive);
	return whole;
}

/* ---- all claims ---- */

static struct verdict *judge_all(enum scope scope)
{
	struct verdict *verdicts = allocate((size_t)published.count + 1, sizeof *verdicts);

	for (int64_t i = 0; i < published.count; i++) {
		const struct claim *claim = &published.list[i];
		if (claim->region == ALL)
			verdicts[i] = judge_compound(claim, verdicts);
		else if (claim->region != REPORTED)
			verdicts[i] = judge_single(claim, scope);
	}
	return verdicts;
}

/* ---- the table ---- */

static const char *const scope_names[SCOPES] = {[CHECKPOINT] = "checkpoint", [GENERAL] = "general"};
static const char *const answer_names[] = {[NOT_RUN] = "not run",
	[SUPPORTED] = "supported",
	[CONTRADICTED] = "contradicted",
	[NOT_DECIDED] = "not decided"};
static const char *const robust_names[] = {[NO_ALTERNATIVES] = "NA", [ROBUST] = "yes", [DEPENDS] = "no"};

static const char *unit_of(const struct claim *claim, const struct measurement *estimate)
{
	if (isnan(estimate->low))
		return "NA";
	if (estimate->is_count)
		return "heads";
	if (estimate->models > 1 || !claim->experiment)
		return "seeds";
	return strcmp(claim->method, "random") == 0 ? "rankings" : "sentences";
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
	fprintf(stream, "\t%s\t%s", scope_names[scope], answer_names[verdict->answer]);
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
	write_number(stream, verdict->fewer > 0 ? verdict->fewer : NAN);
	write_names(stream, verdict->fewer > 0 ? answer_names[verdict->by_fewer] : NULL);
	fputc('\n', stream);
}

static void write_verdicts(FILE *stream, struct verdict *const verdicts[SCOPES])
{
	fputs("claim\tscope\tverdict\tbecause\testimate\tlow\thigh\tunit\texperiment\tsentences\tseeds\treliability\t"
	      "region_low\tregion_high\trankings\trobust\tdepends_on\tfewer\tfewer_verdict\n",
		stream);
	for (int64_t i = 0; i < published.count; i++)
		for (enum scope scope = 0; scope < SCOPES; scope++)
			if (published.list[i].region != REPORTED)
				write_verdict(stream, &published.list[i], scope, &verdicts[scope][i]);
}

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command);
	struct verdict *verdicts[SCOPES];
	struct output output;

	load(argv + first, argc - first);
	for (enum scope scope = 0; scope < SCOPES; scope++)
		verdicts[scope] = judge_all(scope);
	output_open(&output, common.output);
	write_verdicts(output.stream, verdicts);
	output_close(&output);
	return STATUS_DONE;
}
