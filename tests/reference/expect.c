/* expect.c: what forward, score, ablate, prune and decompose-gradient should write, by the reference encoder.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens, scores F64 [S, layers, heads] that rank its heads.
 * Out: the tensors of forward --keep, ablate and score, and of prune for every budget; with --gradients, instead, those
 *      of decompose-gradient, from central differences of the logits in every element of every context.
 * Each number takes a pass of its own over its sentence: nothing is shared, so nothing can be stale.
 */
#include "ablation.h"
#include "columns.h"
#include "fail.h"
#include "history.h"
#include "margin.h"
#include "options.h"
#include "reference.h"
#include "results.h"
#include "scores.h"
#include "tokens.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int64_t seed = 1;
static bool gradients;

static struct option_row rows[] = {
	{"seed", 0, OPTION_INTEGER, &seed, 0, 1e15, "N", "of the donors for resample, as ablate has it", false, false},
	{"gradients", 0, OPTION_FLAG, &gradients, 0, 0, NULL, "what decompose-gradient should write", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Computes what the programs compute, in F64 and in the plainest way.",
	.arguments = "MODEL_DIR TOKENS RANKINGS",
	.example = "expect /tmp/model /tmp/model/tokens.safetensors /tmp/model/rankings.safetensors -o /tmp/expected",
	.rows = rows,
	.least_files = 3,
	.most_files = 3,
};

static struct model model;
static struct tokens tokens;
static struct trace *whole; /* [S] nothing removed */

static int64_t length_of(int64_t sentence)
{
	return tokens.offsets[sentence + 1] - tokens.offsets[sentence];
}

/* One pass over one sentence; the trace is the caller's to free. */
static struct trace run(int64_t sentence, edit_context *edit, void *argument)
{
	struct trace trace = trace_make(&model.config, length_of(sentence));

	reference_forward(&model, tokens.ids + tokens.offsets[sentence], length_of(sentence), edit, argument, &trace);
	return trace;
}

/* Its logits alone, [C]. */
static void run_for_logits(int64_t sentence, edit_context *edit, void *argument, double *logits)
{
	struct trace trace = run(sentence, edit, argument);

	memcpy(logits, trace.logits, (size_t)model.config.classes * sizeof *logits);
	trace_free(&trace);
}

static double *doubles(int64_t count)
{
	return allocate((size_t)count, sizeof(double));
}

/* ---- forward ---- */

/* all [tokens, layers, H] from one sentence's [layers, T, H] */
static void place_rows(double *all, const double *of_sentence, int64_t sentence, int64_t layers)
{
	const int64_t hidden = model.config.hidden, length = length_of(sentence);

	for (int64_t l = 0; l < layers; l++)
		for (int64_t t = 0; t < length; t++)
			memcpy(all + ((tokens.offsets[sentence] + t) * layers + l) * hidden,
				of_sentence + (l * length + t) * hidden, (size_t)hidden * sizeof *all);
}

static void expect_forward(struct results *results)
{
	const int64_t layers = model.config.layers, hidden = model.config.hidden, classes = model.config.classes;
	double *logits = doubles(tokens.sentences * classes), *contexts = doubles(tokens.count * layers * hidden);
	double *hiddens = doubles(tokens.count * (layers + 1) * hidden);

	for (int64_t s = 0; s < tokens.sentences; s++) {
		memcpy(logits + s * classes, whole[s].logits, (size_t)classes * sizeof *logits);
		place_rows(hiddens, whole[s].hidden, s, layers + 1);
		place_rows(contexts, whole[s].context, s, layers);
	}
	results_add(results, "logits", DTYPE_F64, "SC", (int64_t[]){tokens.sentences, classes}, logits);
	results_add(results, "labels", DTYPE_I32, "S", &tokens.sentences, tokens.labels);
	results_add(results, "hidden", DTYPE_F64, "TLD", (int64_t[]){tokens.count, layers + 1, hidden}, hiddens);
	results_add(results, "context", DTYPE_F64, "TLD", (int64_t[]){tokens.count, layers, hidden}, contexts);
}

static void expect_attention(struct results *results)
{
	int64_t *offsets = allocate((size_t)tokens.sentences + 1, sizeof *offsets);

	for (int64_t s = 0; s < tokens.sentences; s++)
		offsets[s + 1] = offsets[s] + model.config.layers * model.config.heads * length_of(s) * length_of(s);
	double *all = doubles(offsets[tokens.sentences]);
	for (int64_t s = 0; s < tokens.sentences; s++)
		memcpy(all + offsets[s], whole[s].attention, (size_t)(offsets[s + 1] - offsets[s]) * sizeof *all);
	results_add(results, "attention", DTYPE_F64, "F", &offsets[tokens.sentences], all);
	results_add(results, "attention_offsets", DTYPE_I64, "O", (int64_t[]){tokens.sentences + 1}, offsets);
}

/* ---- score ---- */

static float *rounded(const double *values, int64_t count)
{
	float *floats = allocate((size_t)count, sizeof *floats);

	for (int64_t i = 0; i < count; i++)
		floats[i] = (float)values[i];
	return floats;
}

/* projected [T, H] = c_h W_o[:, columns of h]^T */
static float *project_head(const float *context, int64_t length, int64_t layer, int64_t head)
{
	const int64_t hidden = model.config.hidden, head_dim = config_head_dim(&model.config);
	const float *weight = model.layers[layer].attention_output.weight;
	float *projected = allocate((size_t)(length * hidden), sizeof *projected);

	for (int64_t t = 0; t < length; t++)
		for (int64_t o = 0; o < hidden; o++) {
			double sum = 0;
			for (int64_t i = head * head_dim; i < (head + 1) * head_dim; i++)
				sum += (double)weight[o * hidden + i] * (double)context[t * hidden + i];
			projected[t * hidden + o] = (float)sum;
		}
	return projected;
}

/* head_scores is taken from the library: what it computes is compared with other programs' values elsewhere, and here
 * whether it is given the right numbers. */
static void score_sentence(int64_t s, double *const *scores)
{
	const int64_t layers = model.config.layers, heads = model.config.heads, hidden = model.config.hidden;
	const int64_t length = length_of(s);
	float *context = rounded(whole[s].context, layers * length * hidden);
	float *attention = rounded(whole[s].attention, layers * heads * length * length);
	double *scratch = doubles(3 * length), found[SCORES];

	for (int64_t l = 0; l < layers; l++)
		for (int64_t h = 0; h < heads; h++) {
			const float *of_layer = context + l * length * hidden;
			float *projected = project_head(of_layer, length, l, h);
			head_scores(
				&(struct head_view){
					.tokens = length,
					.head_dim = config_head_dim(&model.config),
					.context = of_layer + h * config_head_dim(&model.config),
					.context_stride = hidden,
					.attention = attention + (l * heads + h) * length * length,
					.projected = projected,
					.hidden = hidden,
				},
				scratch, found);
			for (int i = 0; i < SCORES; i++)
				scores[i][(s * layers + l) * heads + h] = found[i];
			free(projected);
		}
	free(scratch);
	free(attention);
	free(context);
}

static void expect_scores(struct results *results)
{
	const int64_t shape[] = {tokens.sentences, model.config.layers, model.config.heads};
	double *scores[SCORES];

	for (int i = 0; i < SCORES; i++) {
		scores[i] = doubles(shape[0] * shape[1] * shape[2]);
		results_add(results, score_names[i], DTYPE_F64, "SLH", shape, scores[i]);
	}
	for (int64_t s = 0; s < tokens.sentences; s++)
		score_sentence(s, scores);
}

/* ---- ablate ---- */

/* A head of one sentence, and what to put in its place: token t gets row source[t] of values [_, H]. */
struct replacement {
	int64_t layer, head, length;
	const double *values;
	const int64_t *source;
};

static void replace_context(void *argument, int64_t layer, double *context)
{
	const struct replacement *replacement = argument;
	const int64_t hidden = model.config.hidden, head_dim = config_head_dim(&model.config);

	for (int64_t t = 0; layer == replacement->layer && t < replacement->length; t++)
		for (int64_t i = replacement->head * head_dim; i < (replacement->head + 1) * head_dim; i++)
			context[t * hidden + i] = replacement->values[replacement->source[t] * hidden + i];
}

/* The mean of a layer's context over all tokens, [H]. */
static double *mean_of_layer(int64_t layer)
{
	const int64_t hidden = model.config.hidden;
	double *mean = doubles(hidden);

	for (int64_t s = 0; s < tokens.sentences; s++)
		for (int64_t t = 0; t < length_of(s); t++)
			for (int64_t i = 0; i < hidden; i++)
				mean[i] += whole[s].context[(layer * length_of(s) + t) * hidden + i] /
					   (double)tokens.count;
	return mean;
}

/* The donor's token at the same share of the way. */
static int64_t donor_token(int64_t t, int64_t length, int64_t donor_length)
{
	return length == 1 ? 0 : llround((double)(t * (donor_length - 1)) / (double)(length - 1));
}

static void ablate_sentence(int64_t s, enum substitute removal, const int64_t *donors, int64_t layer, int64_t head,
	const double *nothing, const double *mean, double *logits)
{
	const int64_t length = length_of(s);
	int64_t *source = allocate((size_t)length, sizeof *source); /* all zero: the one row of nothing or mean */
	struct replacement replacement = {layer, head, length, removal == ZERO ? nothing : mean, source};

	if (removal == RESAMPLE) {
		const int64_t donor_length = length_of(donors[s]);
		replacement.values = whole[donors[s]].context + layer * donor_length * model.config.hidden;
		for (int64_t t = 0; t < length; t++)
			source[t] = donor_token(t, length, donor_length);
	}
	run_for_logits(s, replace_context, &replacement, logits);
	free(source);
}

static void expect_ablation(struct results *results)
{
	static const char *const names[SUBSTITUTES] = {"logits_without", "logits_without_mean", "logits_without_resample"};
	const int64_t layers = model.config.layers, heads = model.config.heads, classes = model.config.classes;
	const int64_t shape[] = {tokens.sentences, layers, heads, classes};
	int64_t *donors = draw_donors(tokens.sentences, seed);
	double *nothing = doubles(model.config.hidden);

	for (enum substitute removal = 0; removal < (tokens.sentences > 1 ? SUBSTITUTES : RESAMPLE); removal++) {
		double *logits = doubles(tokens.sentences * layers * heads * classes);
		for (int64_t l = 0; l < layers; l++) {
			double *mean = mean_of_layer(l);
			for (int64_t s = 0; s < tokens.sentences; s++)
				for (int64_t h = 0; h < heads; h++)
					ablate_sentence(s, removal, donors, l, h, nothing, mean,
						logits + ((s * layers + l) * heads + h) * classes);
			free(mean);
		}
		results_add(results, names[removal], DTYPE_F64, "SLHC", shape, logits);
	}
	free(nothing);
	free(donors);
}

/* ---- prune ---- */

/* The heads to set to zero in a sentence, [layers, heads]. */
struct removed {
	int64_t length;
	bool *heads;
};

static void remove_heads(void *argument, int64_t layer, double *context)
{
	const struct removed *removed = argument;
	const int64_t hidden = model.config.hidden, head_dim = config_head_dim(&model.config);

	for (int64_t t = 0; t < removed->length; t++)
		for (int64_t i = 0; i < hidden; i++)
			if (removed->heads[layer * model.config.heads + i / head_dim])
				context[t * hidden + i] = 0;
}

/* Is head a ranked below head b? The lower score is, and of two alike the first. */
static bool is_below(const double *scores, int64_t a, int64_t b)
{
	return scores[a] < scores[b] || (scores[a] == scores[b] && a < b);
}

/* heads [count]: those that have fewer than budget below them. */
static void choose_lowest(const double *scores, int64_t count, int64_t budget, bool *heads)
{
	for (int64_t a = 0; a < count; a++) {
		int64_t below = 0;
		for (int64_t b = 0; b < count; b++)
			below += is_below(scores, b, a);
		heads[a] = below < budget;
	}
}

/* scores [layers, heads] -> logits [budgets, S, C] for the budgets 1 … heads - 1 */
static void expect_ranking(struct results *results, const char *name, const double *scores)
{
	const int64_t count = model.config.layers * model.config.heads, classes = model.config.classes;
	double *logits = doubles(count * tokens.sentences * classes);
	bool *heads = allocate((size_t)count, sizeof *heads);

	for (int64_t budget = 1; budget < count; budget++) {
		choose_lowest(scores, count, budget, heads);
		for (int64_t s = 0; s < tokens.sentences; s++)
			run_for_logits(s, remove_heads, &(struct removed){length_of(s), heads},
				logits + ((budget - 1) * tokens.sentences + s) * classes);
	}
	free(heads);
	char *tensor = format_string("%s/logits", name);
	results_add(results, tensor, DTYPE_F64, "BSC", (int64_t[]){count - 1, tokens.sentences, classes}, logits);
	free(tensor);
}

static void expect_retention(struct results *results, const struct columns *columns)
{
	for (int i = 0; i < columns->count; i++)
		expect_ranking(results, columns->list[i].name, columns->list[i].values);
}

/* ---- decompose-gradient ---- */

enum target { LOSS, MARGIN, LOSS_OF_PREDICTED, LOSS_AT_4, LOSS_AT_INFINITY, TARGETS };

/* temperature x the cross-entropy of z / temperature */
static double loss_at(double temperature, const double *z, int64_t label)
{
	double *divided = doubles(model.config.classes);

	for (int64_t c = 0; c < model.config.classes; c++)
		divided[c] = z[c] / temperature;
	double loss = temperature * cross_entropy(divided, model.config.classes, label);
	free(divided);
	return loss;
}

/* What is differentiated, of one sentence's logits z; predicted: the class of the whole model's. */
static double target_of(enum target target, const double *z, int64_t label, int64_t predicted)
{
	const int64_t classes = model.config.classes;

	switch (target) {
	case LOSS:
		return cross_entropy(z, classes, label);
	case MARGIN:
		return margin(MARGIN_MAX, z, classes, label, NULL);
	case LOSS_OF_PREDICTED:
		return cross_entropy(z, classes, predicted);
	case LOSS_AT_4:
		return loss_at(4, z, label);
	default: /* the limit but for a constant: the mean of the logits less the label's */
		return margin(MARGIN_MEAN, z, classes, label, NULL) * -(double)(classes - 1) / (double)classes;
	}
}

struct nudge {
	int64_t layer, element;
	double step;
};

static void nudge_context(void *argument, int64_t layer, double *context)
{
	const struct nudge *nudge = argument;

	if (layer == nudge->layer)
		context[nudge->element] += nudge->step;
}

/* gradient [TARGETS] with respect to one element of a layer's context: (f(c + step) - f(c - step)) / (2 step), whose
 * error is of the order of step^2, 1e-8 */
static void differentiate(int64_t s, int64_t layer, int64_t element, double gradient[TARGETS])
{
	const double step = 1e-4;
	const int64_t predicted = argmax(whole[s].logits, model.config.classes);
	double *above = doubles(model.config.classes), *below = doubles(model.config.classes);

	run_for_logits(s, nudge_context, &(struct nudge){layer, element, step}, above);
	run_for_logits(s, nudge_context, &(struct nudge){layer, element, -step}, below);
	for (enum target target = 0; target < TARGETS; target++)
		gradient[target] = (target_of(target, above, tokens.labels[s], predicted) -
					   target_of(target, below, tokens.labels[s], predicted)) /
				   (2 * step);
	free(above);
	free(below);
}

enum gradient_score {
	TAYLOR,
	TAYLOR_SIGNED,
	TAYLOR_ELEM,
	TAYLOR_ELEM_CLS,
	TAYLOR_MARGIN,
	TAYLOR_MARGIN_ABS,
	TAYLOR_PRED,
	GRADMAG,
	GRADMAG_CLS,
	GRADMAG_NOLAST,
	GRADMAG_MARGIN,
	TAYLOR_T4,
	GRADMAG_T4,
	TAYLOR_TINF,
	GRADMAG_TINF,
	GRADIENT_SCORES
};

static const char *const gradient_names[GRADIENT_SCORES] = {"taylor", "taylor_signed", "taylor_elem", "taylor_elem_cls",
	"taylor_margin", "taylor_margin_abs", "taylor_pred", "gradmag", "gradmag_cls", "gradmag_nolast",
	"gradmag_margin", "taylor_t4", "gradmag_t4", "taylor_tinf", "gradmag_tinf"};

static void decompose_head(int64_t s, int64_t layer, int64_t head, double scores[GRADIENT_SCORES])
{
	const int64_t hidden = model.config.hidden, head_dim = config_head_dim(&model.config), length = length_of(s);
	const double *context = whole[s].context + layer * length * hidden, elements = (double)(length * head_dim);
	double sum[TARGETS] = {0}, size[TARGETS] = {0}, elementwise = 0;

	for (int64_t t = 0; t < length; t++) {
		for (int64_t i = t * hidden + head * head_dim; i < t * hidden + (head + 1) * head_dim; i++) {
			double g[TARGETS];
			differentiate(s, layer, i, g);
			for (enum target target = 0; target < TARGETS; target++) {
				sum[target] += context[i] * g[target];
				size[target] += fabs(g[target]);
			}
			elementwise += fabs(context[i] * g[LOSS]);
		}
		if (t == 0) {
			scores[TAYLOR_ELEM_CLS] = elementwise / (double)head_dim;
			scores[GRADMAG_CLS] = size[LOSS] / (double)head_dim;
		}
	}
	scores[TAYLOR] = fabs(sum[LOSS]);
	scores[TAYLOR_SIGNED] = -sum[LOSS];
	scores[TAYLOR_ELEM] = elementwise / elements;
	scores[TAYLOR_MARGIN] = sum[MARGIN];
	scores[TAYLOR_MARGIN_ABS] = fabs(sum[MARGIN]);
	scores[TAYLOR_PRED] = fabs(sum[LOSS_OF_PREDICTED]);
	scores[GRADMAG] = size[LOSS] / elements;
	scores[GRADMAG_NOLAST] = layer == model.config.layers - 1 ? NAN : scores[GRADMAG];
	scores[GRADMAG_MARGIN] = size[MARGIN] / elements;
	scores[TAYLOR_T4] = fabs(sum[LOSS_AT_4]);
	scores[GRADMAG_T4] = size[LOSS_AT_4] / elements;
	scores[TAYLOR_TINF] = fabs(sum[LOSS_AT_INFINITY]);
	scores[GRADMAG_TINF] = size[LOSS_AT_INFINITY] / elements;
}

static void expect_gradients(struct results *results)
{
	const int64_t layers = model.config.layers, heads = model.config.heads;
	const int64_t shape[] = {tokens.sentences, layers, heads}, count = tokens.sentences * layers * heads;
	double *values[GRADIENT_SCORES];

	for (int i = 0; i < GRADIENT_SCORES; i++) {
		values[i] = doubles(count);
		results_add(results, gradient_names[i], DTYPE_F64, "SLH", shape, values[i]);
	}
	for (int64_t at = 0; at < count; at++) {
		double scores[GRADIENT_SCORES] = {0};
		decompose_head(at / (layers * heads), at / heads % layers, at % heads, scores);
		for (int i = 0; i < GRADIENT_SCORES; i++)
			values[i][at] = scores[i];
	}
	results_add(results, "labels", DTYPE_I32, "S", &tokens.sentences, tokens.labels);
}

int main(int argc, char **argv)
{
	struct columns columns = {0};
	struct results results = {0};
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	classifier_read(&model, argv[first], history);
	tokens_read(&tokens, argv[first + 1], &model.config, model.config.classes, history, "tokens");
	columns_read(&columns, argv[first + 2], history, "rankings");
	whole = allocate((size_t)tokens.sentences, sizeof *whole);
	for (int64_t s = 0; s < tokens.sentences; s++)
		whole[s] = run(s, NULL, NULL);
	if (gradients) {
		expect_gradients(&results);
	} else {
		expect_forward(&results);
		expect_attention(&results);
		expect_scores(&results);
		expect_ablation(&results);
		expect_retention(&results, &columns);
	}
	results_write(&results, common.output, history, &model.config);
	return STATUS_DONE;
}
