/* measure-retention.c: what is left when the heads that a method ranks lowest are removed together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: retention files, as prune and prune-greedily write them, of the same model and sentences. Of several the rankings
 * of all, at the budgets that all have.
 * Out: margins and accuracies in % (retention.h), in one of three tables:
 *   retention   a row a method and budget: what is left with the k lowest-ranked heads removed; random: mean and 2.5 to
 *               97.5 % of the random rankings. cross_fitted …: the margin and accuracy left when one half of the
 *               sentences ranks and the other measures, with interval and p, and whether it lies above 100 %
 *   kept        a row a cross-fitted method and budget, and for the mean over the budgets of 5 to 30: the margin left,
 *               and how far it lies above that of random rankings, or of the method --beside names, on the same
 *               sentences, with intervals; random_95: what 95 % of random rankings do not exceed; split_error: the
 *               standard error of the margin that comes of so few splits, which its interval leaves out
 *   chance      a row a kind of random rankings (random; random_layers: as many heads of each layer) and budget, and
 *               for that mean: how many rankings, their mean margin, its 2.5 to 97.5 %, and margin_95: what 95 % of
 *               them do not exceed
 */
#include "fail.h"
#include "options.h"
#include "output.h"
#include "retention.h"
#include "statistics.h"
#include "tsv-write.h"

#include <stdlib.h>
#include <string.h>

static const char *beside = "random";
static int64_t resamples = 10000, seed = 1;

static struct option_row rows[] = {
	{"beside", 0, OPTION_TEXT, &beside, 0, 0, "METHOD", "kept: what the others are compared with", false, false},
	{"resamples", 0, OPTION_INTEGER, &resamples, 2, 1e6, "N", "retention, kept: of the sentences", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "retention, kept: of all random", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Writes what is left without the heads that a method ranks lowest (TSV). WHAT is\n"
		   "  retention  margin and accuracy left by every method at every budget\n"
		   "  kept       the margin left, cross-fitted, beside that of random rankings, or another's\n"
		   "  chance     the margins that random rankings leave",
	.arguments = "WHAT RETENTION...",
	.example = "measure-retention kept build/pocket/retention.safetensors -o kept.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

static struct retention retention;
static gsl_rng *rng;

/* Place 0 holds the whole model, or the mean over budgets. */
static void write_place(FILE *stream, const struct ranking *ranking, int64_t b)
{
	write_text(stream, ranking->name);
	if (b > 0)
		fprintf(stream, "\t%lld", (long long)retention.budget[b]);
	else
		fputs("\tmean", stream);
}

/* ---- retention ---- */

static void write_budget(FILE *stream, const struct ranking *ranking, int64_t b, const struct crossed_kept *crossed)
{
	const struct kept of_margin = margin_kept(&retention, ranking, b);
	const struct kept of_accuracy = accuracy_kept(&retention, ranking, b);

	write_text(stream, ranking->name);
	fprintf(stream, "\t%lld", (long long)retention.budget[b]);
	write_number(stream, 100 * (double)retention.budget[b] / (double)retention.heads);
	write_number(stream, of_margin.mean);
	write_number(stream, of_accuracy.mean);
	write_number(stream, of_margin.low);
	write_number(stream, of_margin.high);
	write_number(stream, of_accuracy.low);
	write_number(stream, of_accuracy.high);
	write_number(stream, crossed->margin);
	write_number(stream, crossed->low);
	write_number(stream, crossed->high);
	write_number(stream, crossed->p);
	write_number(stream, crossed->p_holm);
	write_number(stream, crossed->accuracy);
	write_number(stream, crossed->above);
	fputc('\n', stream);
}

static void write_retention(FILE *stream)
{
	struct crossed_kept *crossed = retention_cross_fitted(&retention, resamples, rng);

	fputs("method\tk\tshare\tmargin\taccuracy\tmargin_low\tmargin_high\taccuracy_low\taccuracy_high\t"
	      "cross_fitted\tcross_fitted_low\tcross_fitted_high\tp\tp_holm\taccuracy_cross_fitted\tabove\n",
		stream);
	for (int i = 0; i < retention.count; i++)
		for (int64_t b = 0; b < retention.budgets; b++)
			write_budget(stream, &retention.rankings[i], b, &crossed[i * retention.budgets + b]);
	free(crossed);
}

/* ---- kept ---- */

static void write_beside(FILE *stream, const struct ranking *ranking, int64_t b, const struct kept_beside *kept)
{
	write_place(stream, ranking, b);
	write_number(stream, kept->margin);
	write_number(stream, kept->low);
	write_number(stream, kept->high);
	write_number(stream, kept->above);
	write_number(stream, kept->above_low);
	write_number(stream, kept->above_high);
	write_number(stream, kept->random_95);
	write_number(stream, kept->split_error);
	fputc('\n', stream);
}

/* The ranking named by --beside; NULL if it is `random`, and there is none. */
static const struct ranking *find_beside(void)
{
	const struct ranking *found = retention_find(&retention, beside);

	if (strcmp(beside, "random") == 0)
		return found;
	if (!found)
		fail(NULL, "there is no ranking '%s' (named by --beside)", beside);
	if (!found->crossed_margins)
		fail(NULL, "ranking '%s' (named by --beside) is not cross-fitted", beside);
	return found;
}

static void write_kept(FILE *stream)
{
	struct kept_beside *kept = retention_beside(&retention, find_beside(), resamples, rng);

	fputs("method\tk\tmargin\tlow\thigh\tabove\tabove_low\tabove_high\trandom_95\tsplit_error\n", stream);
	for (int i = 0; i < retention.count; i++)
		for (int64_t b = 0; b < retention.budgets && retention.rankings[i].crossed_margins; b++)
			write_beside(stream, &retention.rankings[i], b, &kept[i * retention.budgets + b]);
	free(kept);
}

/* ---- chance ---- */

static void write_draws(FILE *stream, const struct ranking *random, int64_t b)
{
	double *margins = draws_of_margin(&retention, random, b);

	write_place(stream, random, b);
	fprintf(stream, "\t%lld", (long long)random->draws);
	write_number(stream, mean(margins, random->draws));
	write_number(stream, quantile(margins, random->draws, 0.025));
	write_number(stream, quantile(margins, random->draws, 0.975));
	write_number(stream, quantile(margins, random->draws, 0.95));
	fputc('\n', stream);
	free(margins);
}

static void write_chance(FILE *stream)
{
	fputs("method\tk\tdraws\tmargin\tmargin_low\tmargin_high\tmargin_95\n", stream);
	for (int i = 0; i < retention.count; i++)
		for (int64_t b = 0; b < retention.budgets && retention.rankings[i].draws > 1; b++)
			write_draws(stream, &retention.rankings[i], b);
}

static const struct named_table tables[] = {
	{"retention", write_retention}, {"kept", write_kept}, {"chance", write_chance}, {0}};

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command);
	table_writer *write = choose_table(tables, argv[first]);
	struct output output;

	retention_read(&retention, argv[first + 1]);
	for (int i = first + 2; i < argc; i++)
		retention_add(&retention, argv[i]);
	rng = random_generator((uint64_t)seed);
	output_open(&output, common.output);
	write(output.stream);
	output_close(&output);
	return STATUS_DONE;
}
