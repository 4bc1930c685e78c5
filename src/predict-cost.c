/* predict-cost.c: what the stages will cost in time, memory and disk, from what they cost here.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  COSTS, a row a shape of model and stage, as bench/costs.py measures them on one core: what a start costs and what each
 *      further sentence does; and a model's folder, of which config.json alone is read. A stage is called as its program,
 *      with the options that make it another one.
 * Out: a row a number of sentences, a number of cores and a stage, then `all`:
 *   shards      in how many parts the sentences are worked on, one a core: at most as many as there are sentences;
 *               1 where a stage is about all sentences together
 *   seconds     until the last shard is done; all: one stage after the other
 *   memory_mb   of a process, with what it reads of the sentences of other shards; all: the largest
 *   disk_mb     of the stage's file, merged (while shards are there as well: twice that)
 *
 * For each stage, the shape on which it was measured and whose layers cost most nearly the same stands for the model; what
 * it costs is scaled:
 *   time of a sentence    by the operations of its products: T D for each layer, with D = 8 H² + 4 H F + 4 H T, of hidden
 *                         H, intermediate F, and T tokens; in ablate once for each head and layer above it; in
 *                         sample-shapley once for each head; in attribute --drop once for each layer above each; of
 *                         statistics by the heads
 *   start, its memory     by the weights
 *   disk, further memory  by the heads; in forward and prune, whose logits are not of heads, not at all
 * Cores are taken for independent: what they share, disk and memory bandwidth, was shared in the measurement as far as
 * all cores were busy.
 */
#include "config.h"
#include "fail.h"
#include "names.h"
#include "options.h"
#include "output.h"
#include "tsv-write.h"
#include "tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *sentence_list = "80", *core_list = "1", *stage_list;
static double tokens = 25;

static struct option_row rows[] = {
	{"sentences", 0, OPTION_TEXT, &sentence_list, 0, 0, "N,N", "how many, rising", false, false},
	{"cores", 0, OPTION_TEXT, &core_list, 0, 0, "N,N", "how many, rising", false, false},
	{"stages", 0, OPTION_TEXT, &stage_list, 0, 0, "A,B", "these alone, in this order; all that were measured", false, false},
	{"tokens", 0, OPTION_REAL, &tokens, 1, 1e6, "T", "of a sentence, on average", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Predicts time, memory and disk of the stages (TSV) from what was measured. MODEL is a folder with config.json.",
	.arguments = "COSTS MODEL",
	.example = "predict-cost --sentences 80,10000 --cores 1,64 results/bench-costs.tsv inputs/minilm -o costs.tsv",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

/* ---- what there is to do ---- */

struct shape {
	double layers, heads, hidden, intermediate, vocabulary;
};

struct cost { /* of a stage, on one core */
	char *stage;
	struct shape shape;
	double tokens;
	double start_seconds, sentence_seconds, start_mb, sentence_mb, sentence_kb, reads_kb;
};

/* Operations of a layer's products for a token, in a sentence of so many. */
static double layer_operations(const struct shape *shape, double sentence_tokens)
{
	return shape->hidden * (8 * shape->hidden + 4 * shape->intermediate + 4 * sentence_tokens);
}

static double weights(const struct shape *shape)
{
	return shape->vocabulary * shape->hidden +
	       shape->layers * shape->hidden * (4 * shape->hidden + 2 * shape->intermediate);
}

static double heads_of(const struct shape *shape)
{
	return shape->layers * shape->heads;
}

static bool runs(const char *stage, const char *program)
{
	const size_t length = strlen(program);

	return strncmp(stage, program, length) == 0 && (stage[length] == '\0' || stage[length] == ' ');
}

static bool is_statistic(const char *stage)
{
	return runs(stage, "correlate") || strncmp(stage, "measure-", strlen("measure-")) == 0;
}

/* What the time of a sentence goes by. */
static double work(const char *stage, const struct shape *shape, double sentence_tokens)
{
	const double pass = shape->layers * sentence_tokens * layer_operations(shape, sentence_tokens);

	if (is_statistic(stage))
		return heads_of(shape);
	if (runs(stage, "ablate"))
		return pass * shape->heads * (shape->layers + 1) / 2;
	if (runs(stage, "sample-shapley"))
		return pass * heads_of(shape);
	return strcmp(stage, "attribute --drop") == 0 ? pass * (shape->layers + 1) / 2 : pass;
}

/* ---- what was measured ---- */

static struct cost *costs; /* [cost_count] */
static int64_t cost_count;
static const char *costs_path;

/* Of numbers up to this, products are finite. */
static const double most = 1e12;

static double number_in(const struct tsv *table, int64_t row, const char *name, double least)
{
	const double value = tsv_number(table, row, tsv_need_column(table, name));

	if (!(value >= least && value <= most))
		fail(table->path, "line %lld: %s is %g (expected a number from %g to %g)", (long long)table->line[row], name,
			value, least, most);
	return value;
}

static void read_costs(const char *path)
{
	struct tsv table;

	costs_path = path;
	tsv_read(&table, path);
	if (table.rows == 0)
		fail(path, "has no rows");
	costs = allocate((size_t)table.rows, sizeof *costs);
	cost_count = table.rows;
	for (int64_t row = 0; row < table.rows; row++)
		costs[row] = (struct cost){
			.stage = copy_string(tsv_cell(&table, row, tsv_need_column(&table, "stage"))),
			.shape = {number_in(&table, row, "layers", 1), number_in(&table, row, "heads", 1),
				number_in(&table, row, "hidden", 1), number_in(&table, row, "intermediate", 1),
				number_in(&table, row, "vocabulary", 1)},
			.tokens = number_in(&table, row, "tokens", 1),
			.start_seconds = number_in(&table, row, "start_seconds", 0),
			.sentence_seconds = number_in(&table, row, "sentence_seconds", 0),
			.start_mb = number_in(&table, row, "start_mb", 0),
			.sentence_mb = number_in(&table, row, "sentence_mb", 0),
			.sentence_kb = number_in(&table, row, "sentence_kb", 0),
			.reads_kb = number_in(&table, row, "reads_kb", 0),
		};
	tsv_free(&table);
}

/* What the stage costs on the shape whose layers cost most nearly what the model's do; fails if it was not measured. */
static const struct cost *nearest_cost(const char *stage, const struct shape *model)
{
	const struct cost *nearest = NULL;
	double least = INFINITY;

	for (int64_t i = 0; i < cost_count; i++) {
		const double distance = fabs(log(
			layer_operations(&costs[i].shape, tokens) / layer_operations(model, tokens)));
		if (strcmp(costs[i].stage, stage) == 0 && distance < least) {
			least = distance;
			nearest = &costs[i];
		}
	}
	if (!nearest)
		fail(costs_path, "has no stage '%s'", stage);
	return nearest;
}

/* A measured cost as that of the model. */
static struct cost scaled(const struct cost *cost, const struct shape *model)
{
	const double by_weights = weights(model) / weights(&cost->shape);
	const double by_heads = heads_of(model) / heads_of(&cost->shape);
	const double by_results = runs(cost->stage, "forward") || runs(cost->stage, "prune") ? 1 : by_heads;
	struct cost of_model = *cost;

	of_model.start_seconds *= by_weights;
	of_model.start_mb *= by_weights;
	of_model.sentence_seconds *= work(cost->stage, model, tokens) / work(cost->stage, &cost->shape, cost->tokens);
	of_model.sentence_mb *= by_results;
	of_model.sentence_kb *= by_results;
	of_model.reads_kb *= by_heads;
	return of_model;
}

static struct shape model_shape(const char *folder)
{
	struct config config;

	config_read(&config, folder);
	return (struct shape){(double)config.layers, (double)config.heads, (double)config.hidden,
		(double)config.intermediate, (double)config.vocabulary};
}

/* Is it the first row of its stage? */
static bool is_first(int64_t row)
{
	for (int64_t before = 0; before < row; before++)
		if (strcmp(costs[before].stage, costs[row].stage) == 0)
			return false;
	return true;
}

/* What the stages that are asked for cost the model, in fresh memory [*count]. */
static struct cost *costs_of_model(const struct shape *model, int64_t *count)
{
	struct cost *stages = allocate((size_t)(stage_list ? count_names(stage_list) : cost_count), sizeof *stages);
	const char *rest = stage_list;

	*count = 0;
	for (char *name; stage_list && (name = next_name(&rest)); free(name))
		stages[(*count)++] = scaled(nearest_cost(name, model), model);
	for (int64_t i = 0; !stage_list && i < cost_count; i++)
		if (is_first(i))
			stages[(*count)++] = scaled(nearest_cost(costs[i].stage, model), model);
	return stages;
}

/* ---- the table ---- */

struct bill {
	double shards, seconds, memory_mb, disk_mb;
};

static void write_bill(FILE *stream, int64_t sentences, int64_t cores, const char *stage, const struct bill *bill)
{
	fprintf(stream, "%lld\t%lld\t", (long long)sentences, (long long)cores);
	write_text(stream, stage);
	write_number(stream, bill->shards);
	write_number(stream, bill->seconds);
	write_number(stream, bill->memory_mb);
	write_number(stream, bill->disk_mb);
	fputc('\n', stream);
}

static struct bill bill_of(const struct cost *cost, double sentences, double cores)
{
	const double shards = is_statistic(cost->stage) ? 1 : fmin(cores, sentences);
	const double in_shard = ceil(sentences / shards);
	const double reads_mb = cost->reads_kb / 1000; /* which a few sentences' measurement cannot tell from noise */

	return (struct bill){
		.shards = shards,
		.seconds = cost->start_seconds + in_shard * cost->sentence_seconds,
		.memory_mb = cost->start_mb + in_shard * fmax(cost->sentence_mb, reads_mb) + (sentences - in_shard) * reads_mb,
		.disk_mb = sentences * cost->sentence_kb / 1000,
	};
}

static void write_bills(FILE *stream, const struct cost *stages, int64_t count, int64_t sentences, int64_t cores)
{
	struct bill all = {.shards = NAN};

	for (int64_t i = 0; i < count; i++) {
		const struct bill bill = bill_of(&stages[i], (double)sentences, (double)cores);
		write_bill(stream, sentences, cores, stages[i].stage, &bill);
		all.seconds += bill.seconds;
		all.memory_mb = fmax(all.memory_mb, bill.memory_mb);
		all.disk_mb += bill.disk_mb;
	}
	write_bill(stream, sentences, cores, "all", &all);
}

static void write_all(FILE *stream, const struct cost *stages, int64_t count)
{
	int64_t sentences = 0;

	fputs("sentences\tcores\tstage\tshards\tseconds\tmemory_mb\tdisk_mb\n", stream);
	for (const char *rest = sentence_list; *rest;) {
		sentences = rising_number("sentences", sentence_list, &rest, sentences, INT64_MAX);
		int64_t cores = 0;
		for (const char *more = core_list; *more;) {
			cores = rising_number("cores", core_list, &more, cores, INT64_MAX);
			write_bills(stream, stages, count, sentences, cores);
		}
	}
}

int main(int argc, char **argv)
{
	const int first = parse_options(argc, argv, &command);
	struct output output;

	read_costs(argv[first]);
	const struct shape model = model_shape(argv[first + 1]);
	int64_t count;
	struct cost *stages = costs_of_model(&model, &count);
	output_open(&output, common.output);
	write_all(output.stream, stages, count);
	output_close(&output);
	free(stages);
	return STATUS_DONE;
}
