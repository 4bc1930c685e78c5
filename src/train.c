/* train.c: fine-tunes a classifier: AdamW, warm-up, LoRA or all parameters, resumable.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder (its weights, or with --init random its config.json and vocabulary alone) and tokens;
 *      tokens of held-out sentences and an adapter to start from, if any.
 * Out: a folder with, for LoRA, a PEFT adapter, and otherwise a model; log.tsv (loss, rate, gradient norm,
 *      held-out accuracy as it goes); record.tsv (the recipe and the result, a name and a value a line).
 * Devlin et al. 2019, appendix A.3 (fine-tuning); Hu et al. 2021 (LoRA); Loshchilov and Hutter 2019 (AdamW).
 * While it runs, OUT/state.safetensors holds everything that it needs to go on; the same command takes it up
 * where it stopped and gives what an undisturbed run would have given.
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "lora-files.h"
#include "margin.h"
#include "model.h"
#include "optimizer.h"
#include "options.h"
#include "output.h"
#include "predict.h"
#include "progress.h"
#include "read-file.h"
#include "tokens.h"
#include "tokenizer.h"
#include "training-state.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *method = "lora", *start = "pretrained", *schedule = "linear", *adapter, *held_out_path, *snapshots;
static struct lora_recipe recipe = {
	.rank = 8, .alpha = 16, .targets = "query,key,value,output.dense,intermediate.dense", .whole = "pooler,classifier"};
static struct optimizer_rates rates = {
	.rate = 5e-4, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .weight_decay = 0.01, .clip = 1};
static double warm_up = 0.06, dropout_rate = -1;
static bool half;
static int64_t batch_size = 32, epochs = 2, steps, seed = 1, evaluate_every = 500, log_every = 50, save_every = 500;

static struct option_row rows[] = {
	{"held-out", 0, OPTION_TEXT, &held_out_path, 0, 0, "TOKENS", "sentences to measure accuracy on", false, true},
	{"init", 0, OPTION_TEXT, &start, 0, 0, "HOW", "pretrained or random", false, false},
	{"method", 0, OPTION_TEXT, &method, 0, 0, "HOW", "lora or full", false, false},
	{"adapter", 0, OPTION_TEXT, &adapter, 0, 0, "DIR", "adapter to go on from, of the same recipe", false, true},
	{"rank", 0, OPTION_INTEGER, &recipe.rank, 1, LORA_RANK_MAX, "R", "of the adapter", false, false},
	{"alpha", 0, OPTION_REAL, &recipe.alpha, 0, 1e6, "X", "the adapter's scale is alpha / rank", false, false},
	{"targets", 0, OPTION_TEXT, &recipe.targets, 0, 0, "A,B", "adapted modules, by the end of the name", false, false},
	{"whole", 0, OPTION_TEXT, &recipe.whole, 0, 0, "A,B", "modules that LoRA trains whole", false, false},
	{"half", 0, OPTION_FLAG, &half, 0, 0, NULL, "write adapters in F16, half the size of F32", false, true},
	{"rate", 0, OPTION_REAL, &rates.rate, 0, 1, "X", "peak learning rate", false, false},
	{"schedule", 0, OPTION_TEXT, &schedule, 0, 0, "HOW", "after warm-up: linear (to zero) or constant", false, false},
	{"warm-up", 0, OPTION_REAL, &warm_up, 0, 1e9, "X", "steps, or below 1 their share of all", false, false},
	{"epochs", 0, OPTION_INTEGER, &epochs, 1, 1e6, "N", "passes over the sentences", false, false},
	{"steps", 0, OPTION_INTEGER, &steps, 0, 1e9, "N", "stop after so many steps; 0: as epochs say", false, false},
	{"batch", 0, OPTION_INTEGER, &batch_size, 1, 1e6, "N", "sentences a step", false, false},
	{"clip", 0, OPTION_REAL, &rates.clip, 0, 1e9, "X", "largest norm of the gradient; 0: any", false, false},
	{"weight-decay", 0, OPTION_REAL, &rates.weight_decay, 0, 1, "X", "of matrices", false, false},
	{"dropout", 0, OPTION_REAL, &dropout_rate, -1, 0.99, "X", "all rates; -1: as config.json says", false, false},
	{"seed", 0, OPTION_INTEGER, &seed, 0, 1e15, "N", "of order, dropout and new weights", false, false},
	{"evaluate-every", 0, OPTION_INTEGER, &evaluate_every, 1, 1e9, "N", "steps between held-out accuracies", false, false},
	{"log-every", 0, OPTION_INTEGER, &log_every, 1, 1e9, "N", "steps between lines of the log", false, false},
	{"save-every", 0, OPTION_INTEGER, &save_every, 1, 1e9, "N", "steps between savings of the state", false, true},
	{"snapshots", 0, OPTION_TEXT, &snapshots, 0, 0, "N,N", "also write OUT/step-N at these steps", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Fine-tunes a classifier on tokenized sentences.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "train --epochs 2 --held-out build/train/dev.safetensors build/minilm/model "
		   "build/train/train.safetensors -o build/train/minilm-sst2",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

/* Everything that a run is about. */
struct run {
	const char *folder;
	bool lora;
	struct model model;
	float **base; /* [linear maps] pretrained weights under an adapter, else NULL */
	struct tokens tokens, held_out;
	struct optimizer optimizer;
	struct packed packed; /* the batch of the step */
	struct training_state state;
	int64_t steps, warm_up_steps, steps_an_epoch;
	char *base_name;
	char base_sha256[SHA256_TEXT], adapter_sha256[SHA256_TEXT], tokens_sha256[SHA256_TEXT];
};

/* ---- the model at the start ---- */

static void fill_normal(gsl_rng *random, float *values, size_t count, double sd)
{
	for (size_t i = 0; i < count; i++)
		values[i] = (float)gsl_ran_gaussian_ziggurat(random, sd);
}

/* BERT's initialization: matrices normal, biases zero, LayerNorm gains one. */
static void initialize_parameter(struct parameter *parameter, double sd, gsl_rng *random)
{
	const bool gain = parameter->rank == 1 && strcmp(strrchr(parameter->name, '.'), ".weight") == 0;

	if (parameter->rank == 2)
		fill_normal(random, parameter->value, parameter->count, sd);
	for (size_t i = 0; gain && i < parameter->count; i++)
		parameter->value[i] = 1;
}

/* Copies what the pretrained model has; the rest starts anew. */
static void initialize(struct model *model, const struct model *pretrained, gsl_rng *random, bool lora)
{
	for (int i = 0; i < model->parameter_count; i++) {
		struct parameter *parameter = &model->parameters[i];
		const struct parameter *known = model_find(pretrained, parameter->name);
		if (known) {
			memcpy(parameter->value, known->value, parameter->count * sizeof(float));
			continue;
		}
		/* neither the base nor the adapter would have it */
		if (lora && !lora_saves_whole(parameter->name, recipe.whole))
			fail_usage("'%s' starts from random values, so --whole must name its module", parameter->name);
		initialize_parameter(parameter, model->config.initializer_range, random);
	}
}

/* From random numbers of its own: runs whose classes alone differ start from the same adapter. */
static void initialize_adapter(struct model *model, gsl_rng *random)
{
	const unsigned long apart = 0x4c6f5241; /* from the numbers of the head, of any small seed */

	gsl_rng_set(random, (unsigned long)seed ^ apart);
	lora_initialize(model, random);
}

/* The classes of the tokens give a new head its own. */
static void settle_classes(struct config *config, const struct tokens *tokens, const char *path)
{
	int32_t largest = 1;

	for (int64_t s = 0; s < tokens->sentences; s++)
		largest = tokens->labels[s] > largest ? tokens->labels[s] : largest;
	config_set_labels(config, tokens->classes && *tokens->classes ? tokens->classes : NULL, largest + 1);
	if (config->classes <= largest)
		fail(path, "has label %d but names only %lld classes", largest, (long long)config->classes);
}

/* Reads the model, gives it a head if it has none, and attaches the adapter. */
static void load_model(struct run *run, const char *folder, const char *tokens_path, json_t *history)
{
	struct config config;
	struct model pretrained = {0};
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(random, (unsigned long)seed);
	config_read(&config, folder);
	if (strcmp(start, "random") == 0)
		config.classes = 0;
	tokens_read(&run->tokens, tokens_path, &config, config.classes, history, "tokens");
	if (config.classes == 0)
		settle_classes(&config, &run->tokens, tokens_path);
	model_init(&run->model, &config);
	if (strcmp(start, "pretrained") == 0)
		model_read(&pretrained, folder, history);
	initialize(&run->model, &pretrained, random, run->lora);
	model_free(&pretrained);
	if (dropout_rate >= 0)
		run->model.config.dropout = run->model.config.attention_dropout =
			run->model.config.classifier_dropout = dropout_rate;
	if (run->lora) {
		lora_attach(&run->model, &recipe);
		if (adapter)
			lora_read(&run->model, &recipe, adapter, history);
		else
			initialize_adapter(&run->model, random);
	}
	run->base = lora_keep_base(&run->model);
	gsl_rng_free(random);
}

/* ---- one step ---- */

static double rate_at(const struct run *run, int64_t step)
{
	if (step < run->warm_up_steps)
		return rates.rate * (double)step / (double)run->warm_up_steps;
	if (strcmp(schedule, "constant") == 0)
		return rates.rate;
	int64_t decay = run->steps - run->warm_up_steps;
	return rates.rate * (double)(run->steps - step) / (double)(decay > 0 ? decay : 1);
}

/* A shuffled order of the sentences for each epoch, from the seed and the epoch alone. */
static void shuffle(const struct run *run, int64_t epoch, int64_t *order)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(random, (unsigned long)(seed * 1000003 + epoch + 1));
	for (int64_t s = 0; s < run->tokens.sentences; s++)
		order[s] = s;
	gsl_ran_shuffle(random, order, (size_t)run->tokens.sentences, sizeof *order);
	gsl_rng_free(random);
}

/* What one shard needs in every step. */
struct shard {
	float *logits_gradient; /* [sentences, classes] */
	struct activations activations;
};

/* Forward and backward of one shard, the sentences chosen[0 …]; returns its part of the mean cross-entropy of the
 * in_batch sentences of the whole batch. */
static double shard_gradient(struct run *run, struct shard *shard, int index, const struct batch *batch,
	const int64_t *chosen, int64_t in_batch)
{
	const int64_t classes = run->model.config.classes;
	const struct dropout dropout = {.key = ((uint64_t)seed << 32) + (uint64_t)run->state.step * SHARDS + (uint64_t)index};
	double loss = 0;

	encoder_forward(&run->model, batch, &shard->activations, NULL, &dropout);
	shard->logits_gradient = reallocate(shard->logits_gradient, (size_t)(batch->sentences * classes), sizeof(float));
	double *logits = allocate((size_t)classes, sizeof *logits), *gradient = allocate((size_t)classes, sizeof *gradient);
	for (int64_t i = 0; i < batch->sentences; i++) {
		const int32_t label = run->tokens.labels[chosen[i]];
		for (int64_t c = 0; c < classes; c++)
			logits[c] = (double)shard->activations.logits[i * classes + c];
		loss += cross_entropy(logits, classes, label) / (double)in_batch;
		cross_entropy_gradient(logits, classes, label, gradient);
		for (int64_t c = 0; c < classes; c++)
			shard->logits_gradient[i * classes + c] = (float)(gradient[c] / (double)in_batch);
	}
	encoder_backward(&run->model, batch, &shard->activations, &dropout, shard->logits_gradient,
		&run->optimizer.gradient[index], NULL);
	free(logits);
	free(gradient);
	return loss;
}

/* One step on the sentences chosen[0 … count-1]; returns their mean cross-entropy before it. */
static double train_step(struct run *run, struct shard *shards, const int64_t *chosen, int64_t count)
{
	struct optimizer_rates now = rates;
	double loss[SHARDS], sum = 0;

	lora_set_weights(&run->model, run->base);
	const struct batch batch = pack_sentences(&run->tokens, chosen, count, &run->packed);
	optimizer_begin(&run->optimizer, batch.ids, batch_tokens(&batch));
#pragma omp parallel for schedule(static, 1) num_threads((int)common.threads)
	for (int i = 0; i < SHARDS; i++) {
		int64_t first = count * i / SHARDS, end = count * (i + 1) / SHARDS;
		struct batch part = {end - first, batch.offsets + first, batch.ids + batch.offsets[first]};
		loss[i] = end > first ? shard_gradient(run, &shards[i], i, &part, chosen + first, count) : 0;
	}
	for (int i = 0; i < SHARDS; i++)
		sum += loss[i];
	now.rate = rate_at(run, run->state.step);
	run->state.gradient_norm = optimizer_step(&run->optimizer, &now);
	run->state.step++;
	if (!isfinite(sum) || !isfinite(run->state.gradient_norm))
		fail(NULL, "the loss or its gradient is not finite at step %lld; a smaller --rate may help",
			(long long)run->state.step);
	return sum;
}

/* ---- what is measured and written ---- */

static void evaluate(struct run *run)
{
	const int64_t classes = run->model.config.classes;
	double *logits;

	if (!held_out_path)
		return;
	lora_set_weights(&run->model, run->base);
	logits = allocate((size_t)(run->held_out.sentences * classes), sizeof *logits);
	predict(&run->model, &run->held_out, NULL, logits);
	run->state.held_out_accuracy = accuracy(logits, run->held_out.labels, run->held_out.sentences, classes);
	run->state.held_out_loss = 0;
	for (int64_t s = 0; s < run->held_out.sentences; s++)
		run->state.held_out_loss += cross_entropy(logits + s * classes, classes, run->held_out.labels[s]) /
			(double)run->held_out.sentences;
	free(logits);
}

static void write_record(const struct run *run)
{
	char *path = path_in(run->folder, "record.tsv");
	const struct config *config = &run->model.config;
	struct output output;

	output_open(&output, path);
	FILE *out = output.stream;
	fprintf(out, "name\tvalue\n");
	fprintf(out, "base\t%s\nbase_sha256\t%s\n", run->base_name, run->base_sha256);
	fprintf(out, "init\t%s\nmethod\t%s\n", start, method);
	if (adapter)
		fprintf(out, "adapter_sha256\t%s\n", run->adapter_sha256);
	if (run->lora)
		fprintf(out, "rank\t%lld\nalpha\t%g\ntargets\t%s\nwhole\t%s\nadapter_dtype\t%s\n", (long long)recipe.rank,
			recipe.alpha, recipe.targets, recipe.whole, dtype_name(half ? DTYPE_F16 : DTYPE_F32));
	fprintf(out, "trained_parameters\t%zu\n", run->optimizer.total);
	fprintf(out, "sentences\t%lld\ntokens\t%lld\ntokens_sha256\t%s\n", (long long)run->tokens.sentences,
		(long long)run->tokens.count, run->tokens_sha256);
	fprintf(out, "classes\t");
	for (int64_t c = 0; c < config->classes; c++)
		fprintf(out, "%s%s", c ? "," : "", config->labels[c]);
	fprintf(out, "\nlearning_rate\t%g\nschedule\t%s\nwarm_up_steps\t%lld\nbatch\t%lld\nepochs\t%g\nsteps\t%lld\n",
		rates.rate, schedule, (long long)run->warm_up_steps, (long long)batch_size,
		(double)run->steps / (double)run->steps_an_epoch, (long long)run->steps);
	fprintf(out, "clip\t%g\nweight_decay\t%g\ndropout\t%g\nattention_dropout\t%g\nclassifier_dropout\t%g\nseed\t%lld\n",
		rates.clip, rates.weight_decay, config->dropout, config->attention_dropout, config->classifier_dropout,
		(long long)seed);
	if (held_out_path)
		fprintf(out, "held_out_sentences\t%lld\nheld_out_accuracy\t%.6f\nheld_out_loss\t%.6f\n",
			(long long)run->held_out.sentences, run->state.held_out_accuracy, run->state.held_out_loss);
	output_close(&output);
	free(path);
}

static void write_log(const struct run *run)
{
	char *path = path_in(run->folder, "log.tsv");
	struct output output;

	output_open(&output, path);
	fputs(run->state.log, output.stream);
	output_close(&output);
	free(path);
}

/* The adapter, or the whole model, into a folder. */
static void write_weights(struct run *run, const json_t *history, const char *folder, const char *model_folder)
{
	json_t *metadata = history_metadata(json_deep_copy(history));

	make_directory(folder);
	if (run->lora) {
		lora_write(&run->model, &recipe, run->base_name, folder, half, metadata);
	} else {
		struct tokenizer tokenizer;
		tokenizer_read(&tokenizer, model_folder, &run->model.config);
		tokenizer_write(&tokenizer, folder, &run->model.config);
		model_write(&run->model, folder, metadata);
		tokenizer_free(&tokenizer);
	}
	json_decref(metadata);
}

/* Is this step among the comma-separated ones of --snapshots? */
static bool is_snapshot(int64_t step)
{
	for (const char *c = snapshots; c && *c; c += strcspn(c, ","), c += *c == ',')
		if (strtoll(c, NULL, 10) == step)
			return true;
	return false;
}

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

/* The mean loss since the last line of the log, the rate, and the held-out accuracy where it was measured. */
static void log_step(struct run *run, bool evaluated)
{
	char accuracy_text[64] = "NA\tNA";
	struct training_state *state = &run->state;

	if (evaluated && held_out_path)
		snprintf(accuracy_text, sizeof accuracy_text, "%.6f\t%.6f", state->held_out_accuracy, state->held_out_loss);
	training_state_log(state, "%lld\t%.4f\t%.6f\t%.4g\t%.4f\t%s\n", (long long)state->step,
		(double)state->step / (double)run->steps_an_epoch, state->loss_sum / (double)state->loss_count,
		rate_at(run, state->step - 1), state->gradient_norm, accuracy_text);
	if (common.verbose)
		fprintf(stderr, "step %lld loss %.4f held-out accuracy %s\n", (long long)state->step,
			state->loss_sum / (double)state->loss_count, accuracy_text);
	state->loss_sum = 0;
	state->loss_count = 0;
}

static void train(struct run *run, const json_t *history, const char *model_folder, const char *state_path)
{
	int64_t *order = allocate((size_t)run->tokens.sentences, sizeof *order), shuffled = -1;
	struct shard shards[SHARDS] = {0};

	for (int i = 0; i < SHARDS; i++)
		activations_init(&shards[i].activations, true);
	progress_begin("steps", run->steps);
	progress_add(run->state.step);
	while (run->state.step < run->steps) {
		const int64_t epoch = run->state.step / run->steps_an_epoch;
		const int64_t first = run->state.step % run->steps_an_epoch * batch_size;
		const int64_t left = run->tokens.sentences - first;
		if (epoch != shuffled)
			shuffle(run, shuffled = epoch, order);
		run->state.loss_sum += train_step(run, shards, order + first, left < batch_size ? left : batch_size);
		run->state.loss_count++;

		const int64_t step = run->state.step;
		const bool last = step == run->steps, evaluated = last || step % evaluate_every == 0;
		const bool snapshot = is_snapshot(step), saved = !last && (stopping || step % save_every == 0);
		if (evaluated || snapshot || saved)
			optimizer_settle(&run->optimizer);
		if (evaluated)
			evaluate(run);
		if (evaluated || step % log_every == 0)
			log_step(run, evaluated);
		if (snapshot) {
			char *folder = format_string("%s/step-%lld", run->folder, (long long)step);
			write_weights(run, history, folder, model_folder);
			free(folder);
		}
		if (saved) {
			write_log(run);
			training_state_write(&run->state, &run->optimizer, state_path, history);
		}
		if (stopping && saved)
			fail(state_path, "stopped at step %lld of %lld; the same command goes on from there", (long long)step,
				(long long)run->steps);
		progress_add(1);
	}
	progress_end();
	write_log(run);
	training_state_write(&run->state, &run->optimizer, state_path, history);
	for (int i = 0; i < SHARDS; i++) {
		activations_free(&shards[i].activations, &run->model.config);
		free(shards[i].logits_gradient);
	}
	packed_free(&run->packed);
	free(order);
}

/* ---- the whole ---- */

static void check_choice(const char *option, const char *value, const char *one, const char *other)
{
	if (strcmp(value, one) != 0 && strcmp(value, other) != 0)
		fail_usage("--%s is '%s' (expected %s or %s)", option, value, one, other);
}

static void plan_steps(struct run *run)
{
	run->steps_an_epoch = (run->tokens.sentences + batch_size - 1) / batch_size;
	run->steps = steps > 0 ? steps : epochs * run->steps_an_epoch;
	run->warm_up_steps = (int64_t)(warm_up < 1 ? ceil(warm_up * (double)run->steps) : warm_up);
}

/* The checksums of the inputs, as the history has them, for the record. */
static void note_checksums(struct run *run, const json_t *history)
{
	const json_t *input;
	size_t i;

	json_array_foreach(json_object_get(history, "inputs"), i, input) {
		const char *role = json_string_value(json_object_get(input, "role"));
		const char *sha256 = json_string_value(json_object_get(input, "sha256"));
		if (strcmp(role, "tokens") == 0)
			snprintf(run->tokens_sha256, SHA256_TEXT, "%s", sha256);
		if (strcmp(role, "model") == 0)
			snprintf(run->base_sha256, SHA256_TEXT, "%s", sha256);
		if (strcmp(role, "adapter") == 0)
			snprintf(run->adapter_sha256, SHA256_TEXT, "%s", sha256);
	}
}

int main(int argc, char **argv)
{
	struct run run = {.base_sha256 = "NA"};
	const int first = parse_options(argc, argv, &command);
	const char *model_folder = argv[first], *tokens_path = argv[first + 1];
	json_t *history = history_begin(&command);

	check_choice("init", start, "pretrained", "random");
	check_choice("method", method, "lora", "full");
	check_choice("schedule", schedule, "linear", "constant");
	blas_start();
	run.folder = common.output;
	run.lora = strcmp(method, "lora") == 0;
	if (adapter && !run.lora)
		fail_usage("--adapter needs --method lora");
	if (half && !run.lora)
		fail_usage("--half needs --method lora");
	run.base_name = base_name(model_folder);
	load_model(&run, model_folder, tokens_path, history);
	if (held_out_path)
		tokens_read(&run.held_out, held_out_path, &run.model.config, run.model.config.classes, history, "held-out");
	plan_steps(&run);
	note_checksums(&run, history);
	optimizer_init(&run.optimizer, &run.model, run.lora ? &recipe : NULL);

	make_directory(run.folder);
	char *state_path = path_in(run.folder, "state.safetensors");
	training_state_read(&run.state, &run.optimizer, state_path, history);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	train(&run, history, model_folder, state_path);
	write_record(&run);
	write_weights(&run, history, run.folder, model_folder);
	unlink(state_path);
	return STATUS_DONE;
}
