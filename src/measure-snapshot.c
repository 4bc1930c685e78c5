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
#include "samples.h"
#include "statistics.h"
#include "tsv-write.h"

#include <stdlib.h>

static const char *run_name = "run", *groups = "", *base_path;
static int64_t step, splits = 200, seed = 1;

static struct option_row rows[] = {
	{"run", 0, OPTION_TEXT, &run_name, 0, 0, "NAME", "the run, for the table", false, false},
	{"step", 0, OPTION_INTEGER, &step, 0, 1e9, "N", "the snapshot's step, for the table", false, false},
	{"groups", 0, OPTION_TEXT, &groups, 0, 0, "NAME=A+B,…", "also read as log-odds of these classes", false, false},
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "scores before fine-tuning, for oan_base", false, false},
	{"splits", 0, OPTION_INTEGER, &splits, 1, 1e6, "N", "of the sentences into halves", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of these splits", false, false},
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

static struct {
	struct logits probe, held_out, evaluation;
	struct readings readings;
	struct columns effects; /* of removing each head, a column for each reading */
	struct columns methods;
	struct strata layers;
	struct samples samples;
	struct reduced *truths; /* [readings] */
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
	int64_t layers, heads;

	tensor_file_open(&file, path);
	logits_read(&data.evaluation, &file);
	data.readings = readings_from(groups, &file, data.evaluation.classes);
	double *without = logits_read_without(&data.evaluation, &file, &layers, &heads);
	data.effects = data.methods =
		(struct columns){.sentences = data.evaluation.sentences, .layers = layers, .heads = heads};
	for (int i = 0; i < data.readings.count; i++) {
		const struct reading *reading = &data.readings.list[i];
		columns_add(&data.effects, reading->name,
			reading_effects(reading, &data.evaluation, without, layers * heads), AS_MEAN, path);
	}
	data.layers = strata_of_layers(layers, heads);
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

static void draw_samples(void)
{
	struct strata classes = strata_from(data.evaluation.labels, data.evaluation.sentences);
	gsl_rng *rng = random_generator((uint64_t)seed);

	data.samples = samples_of_all(&classes, splits, 0, rng);
	gsl_rng_free(rng);
	strata_free(&classes);
}

static void measure_truths(void)
{
	data.truths = allocate((size_t)data.readings.count, sizeof *data.truths);
	for (int i = 0; i < data.readings.count; i++)
		data.truths[i] = samples_reduce(&data.samples, &data.effects, &data.effects.list[i]);
}

/* [methods + 1, readings], the oracle last, in fresh memory */
static struct correlations *judge_methods(void)
{
	const int methods = data.methods.count, readings = data.readings.count;
	struct correlations *all = allocate((size_t)(methods + 1) * (size_t)readings, sizeof *all);

#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int m = 0; m < methods; m++) {
		struct reduced scores = samples_reduce(&data.samples, &data.methods, &data.methods.list[m]);
		for (int i = 0; i < readings; i++)
			all[m * readings + i] =
				samples_correlate(&data.samples, &scores, &data.truths[i], &data.layers);
		reduced_free(&scores);
	}
	for (int i = 0; i < readings; i++)
		all[methods * readings + i] =
			samples_correlate(&data.samples, &data.truths[i], &data.truths[i], &data.layers);
	return all;
}

/* ---- the table ---- */

static void write_reading(FILE *stream, int i, const struct correlations *correlations)
{
	const struct reading *reading = &data.readings.list[i];
	const double own_depth = mean_reading_doubt(&data.readings.list[0], &data.probe);
	const double depth = mean_reading_doubt(reading, &data.probe);
	const double mean_margin = mean_reading_margin(reading, &data.evaluation);
	const double reliability = halves_reliability(data.truths[i].halves, data.truths[i].heads, splits);

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
		write_number(stream, mean_margin);
		write_number(stream, reliability);
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
	draw_samples();
	measure_truths();
	struct correlations *correlations = judge_methods();
	write_table(correlations);
	free(correlations);
	return STATUS_DONE;
}
