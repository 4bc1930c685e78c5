/* forward.c: the logits of every sentence and, on request, what the model computed on the way.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In:  a model folder, tokens.
 * Out: logits F64 [S, C], labels I32 [S]; with --keep also hidden F32 [tokens, L + 1, H] (the embeddings' output,
 *      then each layer's), context F32 [tokens, L, H] (before the output projection), attention F32 flat, per
 *      sentence [L, heads, T, T], with attention_offsets I64 [S + 1].
 */
#include "blas.h"
#include "encoder.h"
#include "fail.h"
#include "history.h"
#include "names.h"
#include "options.h"
#include "predict.h"
#include "progress.h"
#include "results.h"

#include <stdlib.h>
#include <string.h>

static const char *keep = "", *sentences_wanted;
static int64_t block_tokens = BLOCK_TOKENS;

static struct option_row rows[] = {
	{"keep", 0, OPTION_TEXT, &keep, 0, 0, "A,B", "also write hidden, context, attention (large)", false, false},
	SENTENCES_OPTION(sentences_wanted),
	BLOCK_OPTION(block_tokens),
	{0},
};

static const struct command command = {
	.purpose = "Runs a classifier over tokenized sentences.",
	.arguments = "MODEL_DIR TOKENS",
	.example = "forward build/pocket/model build/pocket/tokens.safetensors -o build/pocket/forward.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

struct kept {
	const struct model *model;
	const struct tokens *tokens;
	struct range sentences;	    /* which they are */
	double *logits;             /* [S, C] */
	float *hidden;              /* [tokens, L + 1, H] or NULL */
	float *context;             /* [tokens, L, H] or NULL */
	float *attention;           /* or NULL */
	int64_t *attention_offsets; /* [S + 1] */
};

static void check_keep(void)
{
	const char *rest = keep;

	for (char *name; (name = next_name(&rest)); free(name))
		if (!has_name("hidden,context,attention", name))
			fail_usage("--keep: '%s' is not hidden, context or attention", name);
}

static void allocate_kept(struct kept *kept)
{
	const struct config *config = &kept->model->config;
	const size_t tokens = (size_t)kept->tokens->count, row = (size_t)config->hidden * sizeof(float);

	kept->logits = allocate((size_t)(kept->tokens->sentences * config->classes), sizeof *kept->logits);
	kept->attention_offsets = allocate((size_t)kept->tokens->sentences + 1, sizeof *kept->attention_offsets);
	for (int64_t s = 0; s < kept->tokens->sentences; s++) {
		int64_t length = kept->tokens->offsets[s + 1] - kept->tokens->offsets[s];
		kept->attention_offsets[s + 1] =
			kept->attention_offsets[s] + config->layers * config->heads * length * length;
	}
	if (has_name(keep, "hidden"))
		kept->hidden = allocate(tokens * (size_t)(config->layers + 1), row);
	if (has_name(keep, "context"))
		kept->context = allocate(tokens * (size_t)config->layers, row);
	if (has_name(keep, "attention"))
		kept->attention = allocate((size_t)kept->attention_offsets[kept->tokens->sentences], sizeof(float));
}

/* Rows of one layer [n, H] into their places in [tokens, layers, H]. */
static void keep_rows(
	float *all, const float *rows_of_layer, int64_t first_token, int64_t n, int64_t layer, int64_t layers, int64_t hidden)
{
	for (int64_t i = 0; all && i < n; i++)
		memcpy(all + ((first_token + i) * layers + layer) * hidden, rows_of_layer + i * hidden,
			(size_t)hidden * sizeof *all);
}

static void keep_attention(struct kept *kept, const struct batch *batch, const struct activations *activations,
	int64_t first, int64_t layer)
{
	for (int64_t s = 0; kept->attention && s < batch->sentences; s++) {
		int64_t length = batch->offsets[s + 1] - batch->offsets[s];
		int64_t area = kept->model->config.heads * length * length;
		memcpy(kept->attention + kept->attention_offsets[first + s] + layer * area,
			activations->layers[layer].attention + activations->attention_offsets[s],
			(size_t)area * sizeof(float));
	}
}

/* encoder_forward; if anything is kept, layer by layer, so that each layer's arrays can be copied before the next uses
 * them again */
static void forward_block(void *argument, const struct batch *batch, int64_t first, struct activations *activations)
{
	struct kept *kept = argument;
	const struct model *model = kept->model;
	const int64_t layers = model->config.layers, hidden = model->config.hidden, n = batch_tokens(batch);
	const int64_t first_token = kept->tokens->offsets[first] - kept->tokens->offsets[0];

	if (!kept->hidden && !kept->context && !kept->attention) {
		encoder_forward(model, batch, activations, NULL, NULL);
		store_logits(&model->config, activations, batch, first, kept->logits);
		return;
	}
	activations_fit(activations, &model->config, batch);
	encoder_embed(model, batch, activations, NULL);
	keep_rows(kept->hidden, activations->layers[0].hidden, first_token, n, 0, layers + 1, hidden);
	for (int64_t l = 0; l < layers; l++) {
		encoder_attend(model, l, batch, activations, NULL);
		keep_rows(kept->context, activations->layers[l].context, first_token, n, l, layers, hidden);
		keep_attention(kept, batch, activations, first, l);
		encoder_project(model, l, batch, activations, NULL);
		encoder_normalize(model, l, batch, activations);
		encoder_feed_forward(model, l, batch, activations, NULL);
		keep_rows(kept->hidden, activations->layers[l].output, first_token, n, l + 1, layers + 1, hidden);
	}
	encoder_classify(model, batch, activations, NULL);
	store_logits(&model->config, activations, batch, first, kept->logits);
}

static void write_kept(const struct kept *kept, json_t *history, const char *path)
{
	const struct config *config = &kept->model->config;
	const int64_t sentences = kept->tokens->sentences, tokens = kept->tokens->count;
	struct results results = {.sentences = kept->sentences};

	results_add(&results, "logits", DTYPE_F64, "SC", (int64_t[]){sentences, config->classes}, kept->logits);
	results_add(&results, "labels", DTYPE_I32, "S", (int64_t[]){sentences}, kept->tokens->labels);
	if (kept->hidden)
		results_add(&results, "hidden", DTYPE_F32, "TLD",
			(int64_t[]){tokens, config->layers + 1, config->hidden}, kept->hidden);
	if (kept->context)
		results_add(&results, "context", DTYPE_F32, "TLD", (int64_t[]){tokens, config->layers, config->hidden},
			kept->context);
	if (kept->attention) {
		results_add(
			&results, "attention", DTYPE_F32, "F", &kept->attention_offsets[sentences], kept->attention);
		results_add(&results, "attention_offsets", DTYPE_I64, "O", (int64_t[]){sentences + 1},
			kept->attention_offsets);
	}
	results_write(&results, path, history, config);
}

int main(int argc, char **argv)
{
	struct model model;
	struct tokens all, tokens;
	const int first = parse_options(argc, argv, &command);
	json_t *history = history_begin(&command);

	check_keep();
	blas_start();
	classifier_read(&model, argv[first], history);
	tokens_read(&all, argv[first + 1], &model.config, model.config.classes, history, "tokens");
	struct kept kept = {.model = &model,
		.tokens = &tokens,
		.sentences = range_parse("sentences", sentences_wanted, all.sentences)};
	tokens = tokens_part(&all, &kept.sentences);
	allocate_kept(&kept);
	progress_begin("sentences", tokens.sentences);
	for_each_block(&model.config, &tokens, block_tokens, false, forward_block, &kept);
	progress_end();
	write_kept(&kept, history, common.output);
	free(kept.logits);
	free(kept.hidden);
	free(kept.context);
	free(kept.attention);
	free(kept.attention_offsets);
	tokens_free(&all);
	model_free(&model);
	return STATUS_DONE;
}
