/* measure-classes.c: how well does each method predict the importance of the heads within one class?
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: an ablation file and score files [sentences, layers, heads]. Importance and scores are means over the sentences
 * of a class.
 * Out: classes.tsv, a row for each class, reading of the logits (readings.h), truth and method:
 *   class            its name; mean: over the classes; all: sentences of all classes, but as few as the smallest class
 *                    has, means over balanced subsamples, so that classes and whole compare at equal size
 *   truth            raw; centred: each head's constant effect is taken away (centring.h), which is found once, from
 *                    all sentences, and is taken as known in halves and resamples
 *   sentences        how many
 *   reliability      of the truth, from halves of these sentences
 *   spearman         between the heads' mean score and mean truth, on the same sentences
 *   ci_low, ci_high  95 % from a bootstrap of the class's sentences; of all, balanced resamples of the same size
 *   cross_fitted     between the score from one half of the sentences and the truth from the other
 *   within_layer     mean over the layers of Spearman's correlation within the layer
 *   cross_fitted_low, cross_fitted_high   95 % of cross_fitted, from halves of the same resamples
 * The method `oracle` is the truth itself; cross-fitted, it tells how far two halves of the sentences agree.
 */
#include "centring.h"
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

static const char *groups = "", *base_path;
static int64_t splits = 200, resamples = 1000, resample_splits = 2, seed = 1;

static struct option_row rows[] = {
	{"groups", 0, OPTION_TEXT, &groups, 0, 0, "NAME=A+B,…", "also read as log-odds of these classes", false, false},
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "scores before fine-tuning, for oan_base", false, false},
	{"splits", 0, OPTION_INTEGER, &splits, 1, 1e6, "N", "into halves, and balanced subsamples", false, false},
	{"resamples", 0, OPTION_INTEGER, &resamples, 2, 1e6, "N", "bootstrap resamples of the sentences", false, false},
	{"resample-splits", 0, OPTION_INTEGER, &resample_splits, 1, 1e6, "N", "of each resample into halves", false,
		false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of all that is random", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Correlates head scores with the importance that ablation measures, in each class alone (TSV).",
	.arguments = "ABLATION SCORES...",
	.example = "measure-classes build/pocket/ablation.safetensors build/pocket/scores.safetensors \\\n"
		   "    build/pocket/gradients.safetensors -o build/pocket/classes.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

enum truth { RAW, CENTRED, TRUTHS };

static const char *const truth_names[TRUTHS] = {"raw", "centred"};

struct judgement {
	struct correlations correlations;
	double *resampled, *crossed; /* [resamples] Spearman's, cross-fitted */
	struct bootstrap_interval interval, crossed_interval;
};

/* A class, their mean, or all of them. */
struct part {
	char *name;
	double sentences;
	double *reliability;          /* [readings, truths] */
	struct judgement *judgements; /* [readings, truths, methods + 1], the oracle last */
};

static struct {
	struct logits logits;
	struct readings readings;
	struct columns effects[TRUTHS]; /* of removing each head, a column for each reading */
	struct columns methods;
	struct strata classes, layers;
	char **class_names; /* [classes that have sentences] */
} data;

/* ---- files ---- */

static void add_effects(enum truth truth, const double *without, const char *path)
{
	struct columns *effects = &data.effects[truth];

	for (int i = 0; i < data.readings.count; i++) {
		const struct reading *reading = &data.readings.list[i];
		columns_add(effects, reading->name,
			reading_effects(reading, &data.logits, without, effects->layers * effects->heads), AS_MEAN, path);
	}
}

static void name_classes(const struct tensor_file *file)
{
	data.class_names = allocate((size_t)data.classes.groups, sizeof *data.class_names);
	for (int64_t g = 0; g < data.classes.groups; g++) {
		const int64_t member = data.classes.members[data.classes.begin[g]];
		data.class_names[g] = logits_class_name(&data.logits, file, data.logits.labels[member]);
	}
}

static void read_ablation(const char *path)
{
	struct tensor_file file;
	int64_t layers, heads;

	tensor_file_open(&file, path);
	logits_read(&data.logits, &file);
	data.readings = readings_from(groups, &file, data.logits.classes);
	double *without = logits_read_without(&data.logits, &file, &layers, &heads);
	data.methods = data.effects[RAW] = data.effects[CENTRED] =
		(struct columns){.sentences = data.logits.sentences, .layers = layers, .heads = heads};
	add_effects(RAW, without, path);
	centre_heads(&data.logits, without, layers * heads);
	add_effects(CENTRED, without, path);
	data.classes = strata_from(data.logits.labels, data.logits.sentences);
	data.layers = strata_of_layers(layers, heads);
	name_classes(&file);
	free(without);
	tensor_file_close(&file);
}

static void load(char *const *paths, int count)
{
	read_ablation(paths[0]);
	methods_read(&data.methods, paths + 1, count - 1, base_path);
	methods_add_layer(&data.methods);
}

/* ---- statistics ---- */

static int count_truths(void)
{
	return data.readings.count * TRUTHS;
}

static int count_judgements(void)
{
	return count_truths() * (data.methods.count + 1);
}

static struct part part_of(char *name, double sentences)
{
	return (struct part){name, sentences, allocate((size_t)count_truths(), sizeof(double)),
		allocate((size_t)count_judgements(), sizeof(struct judgement))};
}

/* Of truth i, counted through all readings, and of a method; that of the oracle is the truth itself. */
static struct judgement *judgement_of(const struct part *part, int i, int method)
{
	return &part->judgements[i * (data.methods.count + 1) + method];
}

static void judge(struct judgement *judgement, const struct samples *samples, const struct reduced *scores,
	const struct reduced *truth)
{
	judgement->correlations = samples_correlate(samples, scores, truth, &data.layers);
	judgement->resampled = allocate((size_t)resamples, sizeof *judgement->resampled);
	samples_correlate_again(samples, scores, truth, judgement->resampled);
	judgement->crossed = allocate((size_t)resamples, sizeof *judgement->crossed);
	samples_cross_again(scores, truth, (struct heads){data.methods.layers, data.methods.heads}, judgement->crossed);
}

static struct reduced *reduce_truths(const struct samples *samples)
{
	struct reduced *truths = allocate((size_t)count_truths(), sizeof *truths);

#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int i = 0; i < count_truths(); i++) {
		const struct columns *effects = &data.effects[i % TRUTHS];
		truths[i] = samples_reduce(samples, effects, &effects->list[i / TRUTHS]);
	}
	return truths;
}

static struct part judge_part(char *name, const struct samples *samples)
{
	struct part part = part_of(name, (double)samples->sentences);
	struct reduced *truths = reduce_truths(samples);

#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int m = 0; m < data.methods.count; m++) {
		struct reduced scores = samples_reduce(samples, &data.methods, &data.methods.list[m]);
		for (int i = 0; i < count_truths(); i++)
			judge(judgement_of(&part, i, m), samples, &scores, &truths[i]);
		reduced_free(&scores);
	}
	for (int i = 0; i < count_truths(); i++) {
		judge(judgement_of(&part, i, data.methods.count), samples, &truths[i], &truths[i]);
		part.reliability[i] = halves_reliability(truths[i].halves, truths[i].heads, splits);
		reduced_free(&truths[i]);
	}
	free(truths);
	return part;
}

static struct part judge_class(int64_t g, gsl_rng *rng)
{
	struct strata one = strata_group(&data.classes, g);
	struct samples samples = samples_of_all(&one, splits, resamples, rng);
	samples_split_again(&samples, &one, resample_splits, rng);
	struct part part = judge_part(data.class_names[g], &samples);

	samples_free(&samples);
	strata_free(&one);
	return part;
}

static void add_share(struct judgement *sum, const struct judgement *judgement, double share)
{
	sum->correlations.spearman += share * judgement->correlations.spearman;
	sum->correlations.cross_fitted += share * judgement->correlations.cross_fitted;
	sum->correlations.within_layer += share * judgement->correlations.within_layer;
	for (int64_t i = 0; i < resamples; i++) {
		sum->resampled[i] += share * judgement->resampled[i];
		sum->crossed[i] += share * judgement->crossed[i];
	}
}

static struct part average_classes(const struct part *classes, int64_t count)
{
	struct part part = part_of("mean", 0);

	for (int i = 0; i < count_judgements(); i++) {
		part.judgements[i].resampled = allocate((size_t)resamples, sizeof(double));
		part.judgements[i].crossed = allocate((size_t)resamples, sizeof(double));
	}
	for (int64_t g = 0; g < count; g++) {
		part.sentences += classes[g].sentences / (double)count;
		for (int i = 0; i < count_truths(); i++)
			part.reliability[i] += classes[g].reliability[i] / (double)count;
		for (int i = 0; i < count_judgements(); i++)
			add_share(&part.judgements[i], &classes[g].judgements[i], 1 / (double)count);
	}
	return part;
}

static struct part judge_all(gsl_rng *rng)
{
	struct samples samples = samples_balanced(&data.classes, strata_smallest(&data.classes), splits, resamples, rng);
	samples_split_again(&samples, &data.classes, resample_splits, rng);
	struct part part = judge_part("all", &samples);
	samples_free(&samples);
	return part;
}

static void find_intervals(struct part *part)
{
	for (int i = 0; i < count_judgements(); i++) {
		struct judgement *judgement = &part->judgements[i];
		judgement->interval =
			bootstrap_interval(judgement->correlations.spearman, judgement->resampled, resamples);
		judgement->crossed_interval =
			bootstrap_interval(judgement->correlations.cross_fitted, judgement->crossed, resamples);
	}
}

/* The classes, their mean, and all of them. */
static struct part *judge_parts(int64_t *count)
{
	const int64_t classes = data.classes.groups;
	struct part *parts = allocate((size_t)classes + 2, sizeof *parts);
	gsl_rng *rng = random_generator((uint64_t)seed);

	*count = classes + 2;
	for (int64_t g = 0; g < classes; g++)
		parts[g] = judge_class(g, rng);
	parts[classes] = average_classes(parts, classes);
	parts[classes + 1] = judge_all(rng);
	for (int64_t i = 0; i < *count; i++)
		find_intervals(&parts[i]);
	gsl_rng_free(rng);
	return parts;
}

/* ---- the table ---- */

static void write_judgement(FILE *stream, const struct part *part, int i, int m)
{
	const struct judgement *judgement = judgement_of(part, i, m);

	write_text(stream, part->name);
	fputc('\t', stream);
	write_text(stream, data.readings.list[i / TRUTHS].name);
	fprintf(stream, "\t%s\t", truth_names[i % TRUTHS]);
	write_text(stream, m < data.methods.count ? data.methods.list[m].name : "oracle");
	write_number(stream, part->sentences);
	write_number(stream, part->reliability[i]);
	write_number(stream, judgement->correlations.spearman);
	write_number(stream, judgement->interval.low);
	write_number(stream, judgement->interval.high);
	write_number(stream, judgement->correlations.cross_fitted);
	write_number(stream, judgement->correlations.within_layer);
	write_number(stream, judgement->crossed_interval.low);
	write_number(stream, judgement->crossed_interval.high);
	fputc('\n', stream);
}

static void write_table(const struct part *parts, int64_t count)
{
	struct output output;

	output_open(&output, common.output);
	fputs("class\treading\ttruth\tmethod\tsentences\treliability\tspearman\tci_low\tci_high\tcross_fitted\t"
	      "within_layer\tcross_fitted_low\tcross_fitted_high\n",
		output.stream);
	for (int64_t p = 0; p < count; p++)
		for (int i = 0; i < count_truths(); i++)
			for (int m = 0; m <= data.methods.count; m++)
				write_judgement(output.stream, &parts[p], i, m);
	output_close(&output);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	int64_t count;

	load(argv + first, argc - first);
	struct part *parts = judge_parts(&count);
	write_table(parts, count);
	return STATUS_DONE;
}
