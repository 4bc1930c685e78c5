/* compare-models.c: is the importance of heads the same in several models?
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a folder a model, with ablation.safetensors, scores.safetensors and gradients.safetensors of the same sentences.
 *      A model is called by its folder.
 * Out: a row a pair of models and method that both have, the ablation first; over the heads, one model against the other:
 *   heads                  in all layers; NA where the models have other shapes: then there is nothing to correlate
 *   spearman, low, high    Spearman's r and its 95 % interval; the same resampled sentences for both models
 *   cross_fitted           one model's from one half of the sentences, the other's from the other half, so that what a
 *                          sentence does to both by chance does not count
 *   within_layer           the mean of Spearman's r within each layer
 *   reliability_first, reliability_second
 *                          of the models' own scores, from all sentences
 *   corrected              cross_fitted / √(reliability_first reliability_second), both of half the sentences: what r
 *                          would be without noise. NA where one of them is not positive
 */
#include "columns.h"
#include "fail.h"
#include "logits.h"
#include "methods.h"
#include "options.h"
#include "output.h"
#include "read-file.h"
#include "samples.h"
#include "statistics.h"
#include "tsv-write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int64_t splits = 200, resamples = 1000, seed = 1;

static struct option_row rows[] = {
	{"splits", 0, OPTION_INTEGER, &splits, 1, 1e6, "N", "random halves of the sentences", false, false},
	{"resamples", 0, OPTION_INTEGER, &resamples, 2, 1e6, "N", "of the sentences, for the intervals", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 1, UINT32_MAX, "N", "of halves and resamples", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Correlates what several models' heads are worth, and how methods score them, between models (TSV).\n"
		   "A MODEL is a folder with ablation.safetensors, scores.safetensors and gradients.safetensors.",
	.arguments = "MODEL MODEL...",
	.example = "compare-models build/minilm-sst2 build/minilm-sst2-s2 -o build/agreement.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = -1,
};

struct model {
	char *name;
	struct columns columns;
	struct logits logits;
	struct reduced *reduced; /* [columns.count] */
};

static struct {
	struct model *models; /* [count] */
	int64_t count;
	struct strata classes;
	struct samples samples;
} data;

/* ---- what is given ---- */

static void check_sentences(const struct model *model, const char *path)
{
	const struct logits *first = &data.models[0].logits, *logits = &model->logits;

	if (logits->sentences != first->sentences)
		fail(path, "has %lld sentences (expected the %lld of %s)", (long long)logits->sentences,
			(long long)first->sentences, data.models[0].name);
	for (int64_t s = 0; s < first->sentences; s++)
		if (logits->labels[s] != first->labels[s])
			fail(path, "sentence %lld has label %d (expected %d, as in %s)", (long long)s + 1,
				logits->labels[s], first->labels[s], data.models[0].name);
}

static void load_model(struct model *model, const char *folder)
{
	char *ablation = path_in(folder, "ablation.safetensors");
	char *scores[] = {path_in(folder, "scores.safetensors"), path_in(folder, "gradients.safetensors")};

	*model = (struct model){.name = path_last(folder, strlen(folder))};
	ablation_read(&model->columns, &model->logits, ablation);
	methods_read(&model->columns, scores, 2, NULL);
	check_sentences(model, ablation);
	free(ablation);
	free(scores[0]);
	free(scores[1]);
}

static void load(char *const *folders, int count)
{
	data.models = allocate((size_t)count, sizeof *data.models);
	data.count = count;
	for (int64_t i = 0; i < count; i++) {
		load_model(&data.models[i], folders[i]);
		for (int64_t j = 0; j < i; j++)
			if (strcmp(data.models[j].name, data.models[i].name) == 0)
				fail(folders[i], "is the second model that is called %s", data.models[i].name);
	}
	data.classes = strata_from(data.models[0].logits.labels, data.models[0].logits.sentences);
}

/* ---- each model in all samples ---- */

static void reduce(struct model *model)
{
	model->reduced = allocate((size_t)model->columns.count, sizeof *model->reduced);
#pragma omp parallel for num_threads((int)common.threads) schedule(dynamic)
	for (int i = 0; i < model->columns.count; i++)
		model->reduced[i] = samples_reduce(&data.samples, &model->columns, &model->columns.list[i]);
}

static void draw_samples(void)
{
	gsl_rng *rng = random_generator((uint64_t)seed);

	data.samples = samples_of_all(&data.classes, splits, resamples, rng);
	gsl_rng_free(rng);
	for (int64_t i = 0; i < data.count; i++)
		reduce(&data.models[i]);
}

/* ---- the table ---- */

struct comparison {
	struct correlations correlations;
	struct bootstrap_interval interval;
	double first, second, corrected;
};

static double reliability_of(const struct reduced *reduced)
{
	return halves_reliability(reduced->halves, reduced->heads, splits);
}

static struct comparison compare(const struct reduced *x, const struct reduced *y, const struct strata *layers)
{
	double *again = allocate((size_t)resamples, sizeof *again);
	struct comparison found = {.correlations = samples_correlate(&data.samples, x, y, layers),
		.first = reliability_of(x),
		.second = reliability_of(y)};

	samples_correlate_again(&data.samples, x, y, again);
	found.interval = bootstrap_interval(found.correlations.spearman, again, resamples);
	const double first = spearman_brown(found.first, 0.5), second = spearman_brown(found.second, 0.5);
	found.corrected = first > 0 && second > 0 ? found.correlations.cross_fitted / sqrt(first * second) : NAN;
	free(again);
	return found;
}

static void write_comparison(FILE *stream, int64_t heads, const struct comparison *found)
{
	fprintf(stream, "\t%lld", (long long)heads);
	write_number(stream, found->correlations.spearman);
	write_number(stream, found->interval.low);
	write_number(stream, found->interval.high);
	write_number(stream, found->correlations.cross_fitted);
	write_number(stream, found->correlations.within_layer);
	write_number(stream, found->first);
	write_number(stream, found->second);
	write_number(stream, found->corrected);
	fputc('\n', stream);
}

static void write_pair(FILE *stream, const struct model *first, const struct model *second)
{
	const struct columns *x = &first->columns, *y = &second->columns;
	const bool alike = x->layers == y->layers && x->heads == y->heads;
	struct strata layers = strata_of_layers(x->layers, x->heads);

	for (int i = 0; i < x->count; i++) {
		const struct column *other = columns_find(y, x->list[i].name);
		if (!other)
			continue;
		write_text(stream, first->name);
		fputc('\t', stream);
		write_text(stream, second->name);
		fputc('\t', stream);
		write_text(stream, x->list[i].name);
		if (alike) {
			const struct comparison found =
				compare(&first->reduced[i], &second->reduced[other - y->list], &layers);
			write_comparison(stream, x->layers * x->heads, &found);
		} else {
			fputs("\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA\n", stream);
		}
	}
	strata_free(&layers);
}

static void write_pairs(FILE *stream)
{
	fputs("first\tsecond\tmethod\theads\tspearman\tlow\thigh\tcross_fitted\twithin_layer\treliability_first\t"
	      "reliability_second\tcorrected\n",
		stream);
	for (int64_t i = 0; i < data.count; i++)
		for (int64_t j = i + 1; j < data.count; j++)
			write_pair(stream, &data.models[i], &data.models[j]);
}

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command);
	struct output output;

	load(argv + first, argc - first);
	draw_samples();
	output_open(&output, common.output);
	write_pairs(output.stream);
	output_close(&output);
	return STATUS_DONE;
}
