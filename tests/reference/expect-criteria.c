/* expect-criteria.c: what score-gates, attribute, integrate-gates, prune-greedily and sample-shapley should write, by
 * the reference encoder.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: their scores F64 [S, layers, heads], slopes by central differences; shapley from all sets of heads, where those
 *      are not too many; with more than one head the greedy rankings, every remaining head tried at every step.
 * Each number takes a pass of its own over its sentence: nothing is shared, so nothing can be stale.
 */
#include "attribution.h"
#include "fail.h"
#include "history.h"
#include "margin.h"
#include "options.h"
#include "reference.h"
#include "results.h"
#include "statistics.h"
#include "tokens.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More heads than that have too many sets. */
enum { HEADS_OF_ALL_SETS = 10 };

static int64_t seed = 1;

static struct option_row rows[] = {
	{"seed", 0, OPTION_INTEGER, &seed, 0, UINT32_MAX, "N", "of donors and halves, as the programs have it", false,
		false},
	{0},
};

static const struct command command = {
	.purpose = "Computes the costlier criteria in F64 and in the plainest way.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "expect-criteria /tmp/model /tmp/model/tokens.safetensors -o /tmp/expected",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

static struct model model;
static struct tokens tokens;
static struct trace *whole; /* [S] nothing removed */

static int64_t length_of(int64_t sentence)
{
	return tokens.offsets[sentence + 1] - tokens.offsets[sentence];
}

static double *doubles(int64_t count)
{
	return allocate((size_t)count, sizeof(double));
}

/* One pass over one sentence, layer held (if any) adding what it adds in the whole model: its logits [C]. */
static void run(int64_t sentence, edit_context *edit, void *argument, int64_t held, double *logits)
{
	struct trace trace = trace_make(&model.config, length_of(sentence));

	reference_forward_held(&model, tokens.ids + tokens.offsets[sentence], length_of(sentence), edit, argument,
		held < 0 ? NULL : &whole[sentence], held, &trace);
	memcpy(logits, trace.logits, (size_t)model.config.classes * sizeof *logits);
	trace_free(&trace);
}

/* Scores [S, layers, heads], zero, that go into the file. */
static double *add_scores(struct results *results, const char *name)
{
	const int64_t shape[] = {tokens.sentences, model.config.layers, model.config.heads};
	double *scores = doubles(shape[0] * shape[1] * shape[2]);

	results_add(results, name, DTYPE_F64, "SLH", shape, scores);
	return scores;
}

/* ---- slopes ---- */

/* A head's context, all gates at `gates`, moved by step x direction [T, H] at token `token`, or at all if it is -1. */
struct move {
	int64_t sentence, layer, head, token;
	double gates, step;
	const double *direction;
};

static void move_context(void *argument, int64_t layer, double *context)
{
	const struct move *move = argument;
	const int64_t hidden = model.config.hidden, head_dim = config_head_dim(&model.config);

	for (int64_t t = 0; t < length_of(move->sentence); t++)
		for (int64_t i = 0; i < hidden; i++) {
			const bool moves = layer == move->layer && i / head_dim == move->head &&
					   (move->token < 0 || move->token == t);
			/* without a direction the gate itself moves */
			const double direction =
				move->direction ? move->direction[t * hidden + i] : context[t * hidden + i];
			context[t * hidden + i] =
				move->gates * context[t * hidden + i] + (moves ? move->step * direction : 0);
		}
}

/* The logits on both sides. */
struct difference {
	double step, *above, *below;
};

static struct difference move_both_ways(struct move move, int64_t held)
{
	struct difference difference = {1e-4, doubles(model.config.classes), doubles(model.config.classes)};

	move.step = difference.step;
	run(move.sentence, move_context, &move, held, difference.above);
	move.step = -difference.step;
	run(move.sentence, move_context, &move, held, difference.below);
	return difference;
}

static void difference_free(struct difference *difference)
{
	free(difference->above);
	free(difference->below);
}

static double loss_slope(const struct move *move, int64_t k)
{
	struct difference difference = move_both_ways(*move, -1);
	const double slope = (cross_entropy(difference.above, model.config.classes, k) -
				     cross_entropy(difference.below, model.config.classes, k)) /
			     (2 * difference.step);

	difference_free(&difference);
	return slope;
}

static double margin_slope(const struct move *move, int64_t held)
{
	struct difference difference = move_both_ways(*move, held);
	const int32_t label = tokens.labels[move->sentence];
	const double slope = (margin(MARGIN_MAX, difference.above, model.config.classes, label, NULL) -
				     margin(MARGIN_MAX, difference.below, model.config.classes, label, NULL)) /
			     (2 * difference.step);

	difference_free(&difference);
	return slope;
}

/* ---- score-gates ---- */

static void expect_gates(struct results *results)
{
	const int64_t layers = model.config.layers, heads = model.config.heads, classes = model.config.classes;
	double *michel = add_scores(results, "michel"), *michel_token = add_scores(results, "michel_token");
	double *fisher = add_scores(results, "fisher"), *expected = add_scores(results, "fisher_expected");
	double *second = add_scores(results, "taylor_second"), *p = doubles(classes);

	for (int64_t at = 0; at < tokens.sentences * layers * heads; at++) {
		const int64_t s = at / (layers * heads);
		struct move gate = {s, at / heads % layers, at % heads, -1, 1, 0, NULL};
		const double slope = loss_slope(&gate, tokens.labels[s]);
		softmax(whole[s].logits, classes, p);
		for (int64_t k = 0; k < classes; k++)
			expected[at] += p[k] * pow(loss_slope(&gate, k), 2) / 2;
		michel[at] = fabs(slope);
		fisher[at] = slope * slope / 2;
		second[at] = expected[at] - slope;
		for (gate.token = 0; gate.token < length_of(s); gate.token++)
			michel_token[at] += fabs(loss_slope(&gate, tokens.labels[s]));
	}
	free(p);
}

/* ---- attribute ---- */

/* direction [T, H] = own context - replacement */
static void find_direction(int64_t s, int64_t layer, enum substitute removal, const int64_t *donors, double *direction)
{
	const int64_t hidden = model.config.hidden, length = length_of(s);

	memcpy(direction, whole[s].context + layer * length * hidden, (size_t)(length * hidden) * sizeof *direction);
	for (int64_t t = 0; t < length && removal == RESAMPLE; t++) {
		const int64_t donor_length = length_of(donors[s]);
		const int64_t u = length == 1 ? 0 : llround((double)(t * (donor_length - 1)) / (double)(length - 1));
		for (int64_t i = 0; i < hidden; i++)
			direction[t * hidden + i] -= whole[donors[s]].context[(layer * donor_length + u) * hidden + i];
	}
	for (int64_t o = 0; o < tokens.sentences && removal == MEAN; o++)
		for (int64_t t = 0; t < length_of(o); t++)
			for (int64_t i = 0; i < length * hidden; i++)
				direction[i] -= whole[o].context[(layer * length_of(o) + t) * hidden + i % hidden] /
						(double)tokens.count;
}

static void expect_attributions(struct results *results)
{
	static const char *const removal_names[SUBSTITUTES] = {"zero", "mean", "resample"};
	const int64_t layers = model.config.layers, heads = model.config.heads;
	int64_t *donors = draw_donors(tokens.sentences, seed);

	for (enum substitute removal = 0; removal < SUBSTITUTES; removal++) {
		double *scores[4];
		for (int i = 0; i < 4; i++) {
			char *name = format_string(
				"%s_%s%s", i < 2 ? "atp" : "graddrop", removal_names[removal], i % 2 ? "_abs" : "");
			scores[i] = add_scores(results, name);
			free(name);
		}
		for (int64_t at = 0; at < tokens.sentences * layers * heads; at++) {
			const int64_t s = at / (layers * heads), layer = at / heads % layers;
			double *direction = doubles(length_of(s) * model.config.hidden);
			struct move move = {s, layer, at % heads, -1, 1, 0, direction};
			find_direction(s, layer, removal, donors, direction);
			const bool none = removal == RESAMPLE && tokens.sentences == 1;
			const double fall = none ? NAN : margin_slope(&move, -1);
			scores[0][at] = fall;
			scores[1][at] = fabs(fall);
			for (int64_t held = 0; held < layers; held++) {
				const double dropped = none ? NAN : margin_slope(&move, held);
				scores[2][at] += dropped;
				scores[3][at] += fabs(dropped);
			}
			scores[2][at] /= (double)(layers - 1);
			scores[3][at] /= (double)(layers - 1);
			free(direction);
		}
	}
	free(donors);
}

/* ---- integrate-gates ---- */

static void expect_integrals(struct results *results)
{
	enum { STEPS = 20 };
	const int64_t layers = model.config.layers, heads = model.config.heads;
	double *scores = add_scores(results, "ig"), alpha, weight;
	gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(STEPS);

	for (int64_t at = 0; at < tokens.sentences * layers * heads; at++)
		for (size_t i = 0; i < STEPS; i++) {
			gsl_integration_glfixed_point(0, 1, i, &alpha, &weight, table);
			struct move gate = {at / (layers * heads), at / heads % layers, at % heads, -1, alpha, 0, NULL};
			scores[at] += weight * margin_slope(&gate, -1);
		}
	gsl_integration_glfixed_table_free(table);
}

/* ---- joint removal ---- */

/* The heads to set to zero in a sentence, [layers, heads]. */
struct removed {
	int64_t length;
	const bool *heads;
};

static void remove_heads(void *argument, int64_t layer, double *context)
{
	const struct removed *removed = argument;
	const int64_t hidden = model.config.hidden, head_dim = config_head_dim(&model.config);

	for (int64_t i = 0; i < removed->length * hidden; i++)
		if (removed->heads[layer * model.config.heads + i % hidden / head_dim])
			context[i] = 0;
}

static void run_without(int64_t s, const bool *heads, double *logits)
{
	run(s, remove_heads, &(struct removed){length_of(s), heads}, -1, logits);
}

static double margin_without(int64_t s, const bool *heads)
{
	double *logits = doubles(model.config.classes);

	run_without(s, heads, logits);
	const double found = margin(MARGIN_MAX, logits, model.config.classes, tokens.labels[s], NULL);
	free(logits);
	return found;
}

/* ---- sample-shapley ---- */

/* Σ over sets R of removed heads without h: |R|! (n - |R| - 1)! / n! (margin without R - margin without R and h) */
static void expect_shapley(struct results *results)
{
	const int64_t count = model.config.layers * model.config.heads;
	double *scores = add_scores(results, "shapley"), *margins = doubles((int64_t)1 << count);
	bool *removed = allocate((size_t)count, sizeof *removed);

	for (int64_t s = 0; s < tokens.sentences; s++) {
		for (int64_t set = 0; set < (int64_t)1 << count; set++) {
			for (int64_t h = 0; h < count; h++)
				removed[h] = set >> h & 1;
			margins[set] = margin_without(s, removed);
		}
		for (int64_t h = 0; h < count; h++)
			for (int64_t set = 0; set < (int64_t)1 << count; set++) {
				int64_t size = 0;
				for (int64_t i = 0; i < count; i++)
					size += set >> i & 1;
				if (!(set >> h & 1))
					scores[s * count + h] += tgamma((double)size + 1) *
								 tgamma((double)(count - size)) /
								 tgamma((double)count + 1) *
								 (margins[set] - margins[set | (int64_t)1 << h]);
			}
	}
	free(removed);
	free(margins);
}

static void expect_none(struct results *results)
{
	const int64_t count = model.config.layers * model.config.heads, classes = model.config.classes;
	double *logits = doubles(tokens.sentences * classes);
	bool *all = allocate((size_t)count, sizeof *all);

	memset(all, true, (size_t)count * sizeof *all);
	for (int64_t s = 0; s < tokens.sentences; s++)
		run_without(s, all, logits + s * classes);
	results_add(results, "logits_none", DTYPE_F64, "SC", (int64_t[]){tokens.sentences, classes}, logits);
	free(all);
}

/* ---- prune-greedily ---- */

/* The sum of the margins of the sentences that are in, with one more head removed. */
static double try_head(const bool *in, bool *removed, int64_t head)
{
	double sum = 0;

	removed[head] = true;
	for (int64_t s = 0; s < tokens.sentences; s++)
		sum += in[s] ? margin_without(s, removed) : 0;
	removed[head] = false;
	return sum;
}

/* order [heads - 1] */
static void choose_greedily(const bool *in, int64_t *order)
{
	const int64_t count = model.config.layers * model.config.heads;
	bool *removed = allocate((size_t)count, sizeof *removed);

	for (int64_t step = 0; step < count - 1; step++) {
		double most = -INFINITY;
		for (int64_t h = 0; h < count; h++) {
			const double left = removed[h] ? -INFINITY : try_head(in, removed, h);
			if (left > most) {
				most = left;
				order[step] = h;
			}
		}
		removed[order[step]] = true;
	}
	free(removed);
}

/* The sentences that are in lose the heads of the order: logits [heads - 1, S, C] */
static void follow_order(const bool *in, const int64_t *order, double *logits)
{
	const int64_t count = model.config.layers * model.config.heads, classes = model.config.classes;
	bool *removed = allocate((size_t)count, sizeof *removed);

	for (int64_t step = 0; step < count - 1; step++) {
		removed[order[step]] = true;
		for (int64_t s = 0; s < tokens.sentences; s++)
			if (in[s])
				run_without(s, removed, logits + (step * tokens.sentences + s) * classes);
	}
	free(removed);
}

static void expect_greedy(struct results *results)
{
	const int64_t most = model.config.layers * model.config.heads - 1, sentences = tokens.sentences;
	const int64_t shape[] = {most, sentences, model.config.classes};
	double *logits = doubles(shape[0] * shape[1] * shape[2]), *crosswise = doubles(shape[0] * shape[1] * shape[2]);
	int64_t *order = allocate((size_t)most, sizeof *order), *orders = allocate(2 * (size_t)most, sizeof *orders);
	bool *in = allocate((size_t)sentences, sizeof *in), *out = allocate((size_t)sentences, sizeof *out);
	struct strata classes = strata_from(tokens.labels, sentences);
	gsl_rng *rng = random_generator((uint64_t)seed);

	memset(in, true, (size_t)sentences * sizeof *in);
	choose_greedily(in, order);
	follow_order(in, order, logits);
	results_add(results, "greedy/order", DTYPE_I64, "N", &most, order);
	results_add(results, "greedy/logits", DTYPE_F64, "BSC", shape, logits);

	stratified_halves(&classes, rng, in);
	for (int half = 0; half < 2 && sentences > 1; half++) {
		for (int64_t s = 0; s < sentences; s++)
			out[s] = !in[s];
		choose_greedily(in, orders + half * most);
		follow_order(out, orders + half * most, crosswise);
		memcpy(in, out, (size_t)sentences * sizeof *in);
	}
	results_add(results, "greedy_cross/order", DTYPE_I64, "KN", (int64_t[]){2, most}, orders);
	results_add(results, "greedy_cross/logits", DTYPE_F64, "BSC", shape, crosswise);
	gsl_rng_free(rng);
	strata_free(&classes);
	free(in);
	free(out);
}

int main(int argc, char **argv)
{
	struct results results = {0};
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	classifier_read(&model, argv[first], history);
	tokens_read(&tokens, argv[first + 1], &model.config, model.config.classes, history, "tokens");
	const int64_t heads = model.config.layers * model.config.heads;
	whole = allocate((size_t)tokens.sentences, sizeof *whole);
	for (int64_t s = 0; s < tokens.sentences; s++) {
		whole[s] = trace_make(&model.config, length_of(s));
		reference_forward(&model, tokens.ids + tokens.offsets[s], length_of(s), NULL, NULL, &whole[s]);
	}
	expect_gates(&results);
	expect_attributions(&results);
	expect_integrals(&results);
	expect_none(&results);
	if (heads <= HEADS_OF_ALL_SETS)
		expect_shapley(&results);
	if (heads > 1)
		expect_greedy(&results);
	results_write(&results, common.output, history, &model.config);
	return STATUS_DONE;
}
