/* measure-snapshot.c: one snapshot of a training run: how far it has converged, and how well each method predicts
 * which heads matter.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: what forward wrote of the probe (training sentences) and of held-out sentences; of the evaluation sentences an
 * ablation file and score files [sentences, layers, heads].
 * Out: a table, one row for each reading of the logits (readings.h) and method:
 *   run, step            as given
 *   depth                mean over the probe of 1 - p(true class)
 *   depth_reading        … p being that of the side on which the class lies, where the reading is of groups
 *   held_out_accuracy, evaluation_accuracy, and chance: shares of 1
 *   margin               mean over the evaluation sentences, in this reading, as is all that follows
 *   reliability          of the ablation, from halves of the sentences
 *   spearman             between the heads' mean score and mean ablation, on the same sentences
 *   cross_fitted         between the score from one half of the sentences and the ablation from the other
 *   within_layer         mean over the layers of Spearman's correlation within the layer
 * The method `oracle` is the ablation itself; cross-fitted, it tells how far two halves of the sentences agree.
 */
#include "columns.h"
#include "fail.h"
#include "logits.h"
#include "methods.h"
#include "options.h"
#include "output.h"
#include "readings.h"
#include "statistics.h"
#include "tsv-write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *run_name = "run", *groups = "", *base_path;
static int64_t step, splits = 200, seed = 1;

static struct option_row rows[] = {
	{"run", 0, OPTION_TEXT, &run_name, 0, 0, "NAME", "the run, for the table", false, false},
	{"step", 0, OPTION_INTEGER, &step, 0, 1e9, "N", "the snapshot's step, for the table", false, false},
	{"groups", 0, OPTION_TEXT, &groups, 0, 0, "NAME=A+B,…", "also read as log-odds of these classes", false, false},
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "scores before fine-tuning, for oan_base", false, false},
	{"splits", 0, OPTION_INTEGER, &splits, 1, 1e6, "N", "of the sentences into halves", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, UINT32_MAX, "N", "of these splits", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Measures a snapshot of a training run: its depth, and how well each method predicts the ablation.",
	.arguments = "PROBE HELD_OUT ABLATION SCORES...",
	.example = "measure-snapshot --run four-s1 --step 128 --groups ws-bt=World+Sports,wb-st=World+Business \\\n"
		   "    probe.safetensors held-out.safetensors ablation.safetensors scores.safetensors -o measures.tsv",
	.rows = rows,
	.least_files = 4,
	.most_files = -1,
};

/* A head quantity per sentence, reduced: to its mean over all sentences and over either half of every split. */
struct reduced {
	double *all;    /* [heads] */
	double *halves; /* [splits, 2, heads] */
};

struct correlations {
	double spearman, cross_fitted, within_layer;
};

static struct {
	struct logits probe, held_out, evaluation;
	struct readings readings;
	struct columns effects; /* of removing each head, a column for each reading */
	struct columns methods;
	int64_t heads; /* of all layers */
	struct strata classes, layers;
	struct halves halves;
	struct reduced *truths; /* [readings] */
	double *reliability;    /* [readings] */
} data;

/* ---- files ---- */

static void read_logits(struct logits *logits, const char *path)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	logits_read(logits, &file);
	tensor_file_close(&file);
}

static void read_ablation(const char *path)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	logits_read(&data.evaluation, &file);
	data.readings = readings_from(groups, &file, data.evaluation.classes);
	const int64_t shape[] = {data.evaluation.sentences, -1, -1, data.evaluation.classes};
	double *without = logits_read_others(&file, "logits_without", 4, shape);
	const struct tensor *tensor = tensor_find(&file, "logits_without");
	if (tensor->count == 0)
		fail(path, "tensor 'logits_without' is of no heads");
	data.heads = tensor->shape[1] * tensor->shape[2];
	data.effects = data.methods = (struct columns){
		.sentences = tensor->shape[0], .layers = tensor->shape[1], .heads = tensor->shape[2]};
	for (int i = 0; i < data.readings.count; i++) {
		const struct reading *reading = &data.readings.list[i];
		columns_add(&data.effects, reading->name,
			reading_effects(reading, &data.evaluation, without, data.heads), false, path);
	}
	free(without);
	tensor_file_close(&file);
}

static void must_have_classes(const struct logits *logits, const char *path)
{
	if (logits->classes != data.evaluation.classes)
		fail(path, "is of %lld classes (expected %lld, as in the ablation)", (long long)logits->classes,
			(long long)data.evaluation.classes);
}

static void load(char *const *paths, int count)
{
	read_logits(&data.probe, paths[0]);
	read_logits(&data.held_out, paths[1]);
	read_ablation(paths[2]);
	must_have_classes(&data.probe, paths[0]);
	must_have_classes(&data.held_out, paths[1]);
	methods_read(&data.methods, paths + 3, count - 3, base_path);
	methods_add_layer(&data.methods);
}

/* ---- statistics ---- */

static struct strata strata_of_layers(void)
{
	int32_t *layer = allocate((size_t)data.heads, sizeof *layer);

	for (int64_t h = 0; h < data.heads; h++)
		layer[h] = (int32_t)(h / data.effects.heads);
	struct strata layers = strata_from(layer, data.heads);
	free(layer);
	return layers;
}

static void draw_halves(void)
{
	gsl_rng *rng = random_generator((uint64_t)seed);

	data.classes = strata_from(data.evaluation.labels, data.evaluation.sentences);
	data.layers = strata_of_layers();
	data.halves = halves_draw(&data.classes, splits, rng);
	gsl_rng_free(rng);
}

static struct reduced reduce(const struct columns *columns, const struct column *column)
{
	struct reduced reduced = {.all = allocate((size_t)data.heads, sizeof *reduced.all),
		.halves = allocate((size_t)(2 * splits * data.heads), sizeof *reduced.halves)};

	column_scores(columns, column, NULL, 0, reduced.all);
	for (int64_t i = 0; i < splits; i++) {
		const int64_t *members = data.halves.members + i * data.halves.count, first = data.halves.first[i];
		double *half = reduced.halves + 2 * i * data.heads;
		column_scores(columns, column, members, first, half);
		column_scores(columns, column, members + first, data.halves.count - first, half + data.heads);
	}
	return reduced;
}

static void reduced_free(struct reduced *reduced)
{
	free(reduced->all);
	free(reduced->halves);
}

static void measure_truths(void)
{
	data.truths = allocate((size_t)data.readings.count, sizeof *data.truths);
	data.reliability = allocate((size_t)data.readings.count, sizeof *data.reliability);
	for (int i = 0; i < data.readings.count; i++) {
		gsl_rng *rng = random_generator((uint64_t)seed); /* the same halves again */
		data.truths[i] = reduce(&data.effects, &data.effects.list[i]);
		data.reliability[i] =
			split_half_reliability(data.effects.list[i].values, data.heads, &data.classes, splits, rng);
		gsl_rng_free(rng);
	}
}

static struct correlations correlate(const struct reduced *scores, const struct reduced *truth)
{
	return (struct correlations){
		.spearman = spearman(scores->all, truth->all, data.heads),
		.cross_fitted = cross_fitted_spearman(scores->halves, truth->halves, data.heads, splits),
		.within_layer = spearman_within(scores->all, truth->all, &data.layers),
	};
}

/* [methods + 1, readings], the oracle last, in fresh memory */
static struct correlations *judge_methods(void)
{
	const int methods = data.methods.count, readings = data.readings.count;
	struct correlations *all = allocate((size_t)((methods + 1) * readings), sizeof *all);

#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int m = 0; m < methods; m++) {
		struct reduced scores = reduce(&data.methods, &data.methods.list[m]);
		for (int i = 0; i < readings; i++)
			all[m * readings + i] = correlate(&scores, &data.truths[i]);
		reduced_free(&scores);
	}
	for (int i = 0; i < readings; i++)
		all[methods * readings + i] = correlate(&data.truths[i], &data.truths[i]);
	return all;
}

/* ---- the table ---- */

static void write_reading(FILE *stream, int i, const struct correlations *correlations)
{
	const struct reading *reading = &data.readings.list[i];
	const double own_depth = mean_reading_doubt(&data.readings.list[0], &data.probe);
	const double depth = mean_reading_doubt(reading, &data.probe);
	const double margin = mean_reading_margin(reading, &data.evaluation);

	for (int m = 0; m <= data.methods.count; m++) {
		const struct correlations *of = &correlations[m * data.readings.count + i];
		write_text(stream, run_name);
		fprintf(stream, "\t%lld\t", (long long)step);
		write_text(stream, reading->name);
		fputc('\t', stream);
		write_text(stream, m < data.methods.count ? data.methods.list[m].name : "oracle");
		write_number(stream, own_depth);
		write_number(stream, depth);
		write_number(stream, logits_accuracy(&data.held_out, data.held_out.values) / 100);
		write_number(stream, logits_accuracy(&data.evaluation, data.evaluation.values) / 100);
		write_number(stream, 1 / (double)data.evaluation.classes);
		write_number(stream, margin);
		write_number(stream, data.reliability[i]);
		write_number(stream, of->spearman);
		write_number(stream, of->cross_fitted);
		write_number(stream, of->within_layer);
		fputc('\n', stream);
	}
}

static void write_table(const struct correlations *correlations)
{
	struct output output;

	output_open(&output, common.output);
	fputs("run\tstep\treading\tmethod\tdepth\tdepth_reading\theld_out_accuracy\tevaluation_accuracy\tchance\t"
	      "margin\treliability\tspearman\tcross_fitted\twithin_layer\n",
		output.stream);
	for (int i = 0; i < data.readings.count; i++)
		write_reading(output.stream, i, correlations);
	output_close(&output);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);

	load(argv + first, argc - first);
	draw_halves();
	measure_truths();
	struct correlations *correlations = judge_methods();
	write_table(correlations);
	free(correlations);
	return STATUS_DONE;
}
