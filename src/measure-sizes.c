/* measure-sizes.c: what the correlations would be with fewer sentences.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  an ablation file, score files [sentences, layers, heads].
 * Out: a row a number of sentences and method; means over random subsamples, as many sentences of each class, so that
 *      tasks can be compared at the same number of each:
 *   reliability       of the ablation from so many sentences; reliability_half: from half as many
 *   spearman          between score and ablation on the same sentences; within_layer: the mean within the layers
 *   cross_fitted      between the score from one half of the subsample and the ablation from the other
 *   corrected         cross_fitted / √reliability_half: for an ablation without noise. It is of the halves, as the
 *                     ablation in cross_fitted is; NA where reliability_half is not positive
 * The last such number is the largest that the smallest class allows. Where there are more sentences, rows of all of them
 * follow, in which classes are as large as they are.
 */
#include "columns.h"
#include "fail.h"
#include "logits.h"
#include "methods.h"
#include "options.h"
#include "output.h"
#include "samples.h"
#include "statistics.h"
#include "tsv-write.h"

#include <math.h>
#include <stdlib.h>

static const char *size_list = "20,40,80,160,320,640", *base_path;
static int64_t subsamples = 200, seed = 1;

static struct option_row rows[] = {
	{"sizes", 0, OPTION_TEXT, &size_list, 0, 0, "N,N", "numbers of sentences, if there are as many", false, false},
	{"base", 0, OPTION_TEXT, &base_path, 0, 0, "FILE", "scores before fine-tuning, for oan_base", false, false},
	{"subsamples", 0, OPTION_INTEGER, &subsamples, 1, 1e6, "N", "of each number of sentences", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of the subsamples", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Correlates head scores with the ablation on subsamples of the sentences, for rising numbers (TSV).",
	.arguments = "ABLATION SCORES...",
	.example = "measure-sizes build/pocket/ablation.safetensors build/pocket/scores.safetensors \\\n"
		   "    build/pocket/gradients.safetensors -o build/pocket/sizes.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

static struct {
	struct columns columns;
	struct logits logits;
	struct strata classes, layers;
	int64_t sizes, *size; /* [sizes] ascending */
} data;

/* ---- sizes ---- */

static void add_size(int64_t size)
{
	data.size = reallocate(data.size, (size_t)data.sizes + 1, sizeof *data.size);
	data.size[data.sizes++] = size;
}

static int64_t largest_balanced(void)
{
	return strata_smallest(&data.classes) * data.classes.groups;
}

static void choose_sizes(void)
{
	const int64_t largest = largest_balanced(), all = data.classes.count;
	int64_t size = 1; /* one sentence has no halves */

	for (const char *rest = size_list; *rest;) {
		size = rising_number("sizes", size_list, &rest, size, INT64_MAX);
		if (size < largest)
			add_size(size);
	}
	if (largest > 1)
		add_size(largest);
	if (all > largest)
		add_size(all);
}

static struct samples draw_samples(int64_t size, gsl_rng *rng)
{
	return size > largest_balanced() ? samples_of_all(&data.classes, subsamples, 0, rng)
					 : samples_balanced(&data.classes, size, subsamples, 0, rng);
}

static void load(char *const *paths, int count)
{
	ablation_read(&data.columns, &data.logits, paths[0]);
	methods_read(&data.columns, paths + 1, count - 1, base_path);
	methods_add_layer(&data.columns);
	data.classes = strata_from(data.logits.labels, data.logits.sentences);
	data.layers = strata_of_layers(data.columns.layers, data.columns.heads);
	choose_sizes();
}

/* ---- the table ---- */

static void write_method(
	FILE *stream, int64_t size, const char *name, double reliability, const struct correlations *correlations)
{
	const double half = spearman_brown(reliability, 0.5);

	fprintf(stream, "%lld\t", (long long)size);
	write_text(stream, name);
	write_number(stream, reliability);
	write_number(stream, half);
	write_number(stream, correlations->spearman);
	write_number(stream, correlations->cross_fitted);
	write_number(stream, correlations->within_layer);
	write_number(stream, without_noise(correlations->cross_fitted, half));
	fputc('\n', stream);
}

static void write_size(FILE *stream, int64_t size)
{
	const int count = data.columns.count;
	const struct column *ablation = columns_find(&data.columns, "ablation");
	struct correlations *correlations = allocate((size_t)count, sizeof *correlations);
	gsl_rng *rng = random_generator((uint64_t)seed);
	struct samples samples = draw_samples(size, rng);
	struct reduced truth = samples_reduce(&samples, &data.columns, ablation);
	const double reliability = halves_reliability(truth.halves, truth.heads, subsamples);

#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int i = 0; i < count; i++) {
		struct reduced scores = samples_reduce(&samples, &data.columns, &data.columns.list[i]);
		correlations[i] = samples_correlate(&samples, &scores, &truth, &data.layers);
		reduced_free(&scores);
	}
	for (int i = 0; i < count; i++)
		if (&data.columns.list[i] != ablation)
			write_method(stream, size, data.columns.list[i].name, reliability, &correlations[i]);
	reduced_free(&truth);
	samples_free(&samples);
	gsl_rng_free(rng);
	free(correlations);
}

int main(int argc, char **argv)
{
	int first = parse_options(argc, argv, &command);
	struct output output;

	load(argv + first, argc - first);
	output_open(&output, common.output);
	fputs("sentences\tmethod\treliability\treliability_half\tspearman\tcross_fitted\twithin_layer\tcorrected\n",
		output.stream);
	for (int64_t i = 0; i < data.sizes; i++)
		write_size(output.stream, data.size[i]);
	output_close(&output);
	return STATUS_DONE;
}
