/* scores.c: the gradient-free scores of one head in one sentence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const score_names[SCORES] = {
	[SCORE_OAN] = "oan",
	[SCORE_OAN_L2] = "oan_l2",
	[SCORE_OAN_CLS] = "oan_cls",
	[SCORE_OAN_SUM] = "oan_sum",
	[SCORE_OAN_PROJECTED] = "oan_projected",
	[SCORE_TAM] = "tam",
	[SCORE_TAM_PAGERANK] = "tam_pagerank",
	[SCORE_TAM_HITS] = "tam_hits",
	[SCORE_TAM_GINI] = "tam_gini",
	[SCORE_TAM_NOSPECIAL] = "tam_nospecial",
	[SCORE_ATTNORM] = "attnorm",
	[SCORE_ATTNORM_LENGTH] = "attnorm_length",
	[SCORE_ENTROPY] = "entropy",
	[SCORE_ENTROPY_LENGTH] = "entropy_length",
	[SCORE_CONFIDENCE] = "confidence",
	[SCORE_ACTMAG] = "actmag",
	[SCORE_ACTMAG_CLS] = "actmag_cls",
	[SCORE_ACTMAG_RMS] = "actmag_rms",
	[SCORE_ACTMAG_MAX] = "actmag_max",
};

/* ---- from the context vectors ---- */

static double norm_l2(const float *x, int64_t count)
{
	double squares = 0;

	for (int64_t i = 0; i < count; i++)
		squares += (double)x[i] * (double)x[i];
	return sqrt(squares);
}

/* excerpt: oan */
/* The series' output activation norm: the L1 norm of the head's context vector, averaged over the tokens. */
static double norm_l1(const float *context, int64_t head_dim)
{
	double sum = 0;

	for (int64_t i = 0; i < head_dim; i++)
		sum += fabs((double)context[i]);
	return sum;
}

static double mean_norm_l1(const struct head_view *head)
{
	double sum = 0;

	for (int64_t t = 0; t < head->tokens; t++)
		sum += norm_l1(head->context + t * head->context_stride, head->head_dim);
	return sum / (double)head->tokens;
}
/* end excerpt */

static void context_scores(const struct head_view *head, double scores[SCORES])
{
	const double tokens = (double)head->tokens, head_dim = (double)head->head_dim;
	double l2 = 0, squares = 0, projected = 0, largest = 0;

	for (int64_t t = 0; t < head->tokens; t++) {
		const float *context = head->context + t * head->context_stride;
		double norm = norm_l2(context, head->head_dim);
		l2 += norm;
		squares += norm * norm;
		projected += norm_l2(head->projected + t * head->hidden, head->hidden);
		for (int64_t i = 0; i < head->head_dim; i++)
			largest = fmax(largest, fabs((double)context[i]));
	}
	scores[SCORE_OAN] = mean_norm_l1(head);
	scores[SCORE_OAN_L2] = l2 / tokens;
	scores[SCORE_OAN_CLS] = norm_l1(head->context, head->head_dim);
	scores[SCORE_OAN_SUM] = scores[SCORE_OAN] * tokens;
	scores[SCORE_OAN_PROJECTED] = projected / tokens;
	scores[SCORE_ACTMAG] = scores[SCORE_OAN] / head_dim;
	scores[SCORE_ACTMAG_CLS] = scores[SCORE_OAN_CLS] / head_dim;
	scores[SCORE_ACTMAG_RMS] = sqrt(squares / (tokens * head_dim));
	scores[SCORE_ACTMAG_MAX] = largest;
}

/* ---- from the attention as a graph ---- */

static double largest_of(const double *x, int64_t first, int64_t end)
{
	double largest = x[first];

	for (int64_t i = first + 1; i < end; i++)
		largest = fmax(largest, x[i]);
	return largest;
}

/* y = A^T x, both [T] */
static void receive(const struct head_view *head, const double *x, double *y)
{
	memset(y, 0, (size_t)head->tokens * sizeof *y);
	for (int64_t q = 0; q < head->tokens; q++)
		for (int64_t k = 0; k < head->tokens; k++)
			y[k] += x[q] * (double)head->attention[q * head->tokens + k];
}

/* y = A x */
static void give(const struct head_view *head, const double *x, double *y)
{
	for (int64_t q = 0; q < head->tokens; q++) {
		y[q] = 0;
		for (int64_t k = 0; k < head->tokens; k++)
			y[q] += (double)head->attention[q * head->tokens + k] * x[k];
	}
}

static double distance(const double *x, const double *y, int64_t count)
{
	double sum = 0;

	for (int64_t i = 0; i < count; i++)
		sum += fabs(x[i] - y[i]);
	return sum;
}

/* Power iteration; A's rows sum to 1, so no rank leaks. */
static double pagerank(const struct head_view *head, double *rank, double *next)
{
	const double damping = 0.85;
	const int64_t tokens = head->tokens;

	for (int64_t t = 0; t < tokens; t++)
		rank[t] = 1 / (double)tokens;
	for (int iteration = 0; iteration < 200; iteration++) {
		receive(head, rank, next);
		for (int64_t t = 0; t < tokens; t++)
			next[t] = (1 - damping) / (double)tokens + damping * next[t];
		double change = distance(rank, next, tokens);
		memcpy(rank, next, (size_t)tokens * sizeof *rank);
		if (change < 1e-13)
			break;
	}
	return largest_of(rank, 0, tokens);
}

/* Power iteration on A^T A from the column sums: nonnegative all the way, so it finds the principal vector. */
static double authority(const struct head_view *head, double *vector, double *hubs, double *next)
{
	const int64_t tokens = head->tokens;

	for (int64_t t = 0; t < tokens; t++)
		vector[t] = 1 / sqrt((double)tokens);
	for (int iteration = 0; iteration < 2000; iteration++) {
		double squares = 0;
		give(head, vector, hubs);
		receive(head, hubs, next);
		for (int64_t t = 0; t < tokens; t++)
			squares += next[t] * next[t];
		for (int64_t t = 0; t < tokens; t++)
			next[t] /= sqrt(squares);
		double change = distance(vector, next, tokens);
		memcpy(vector, next, (size_t)tokens * sizeof *vector);
		if (change < 1e-13)
			break;
	}
	return largest_of(vector, 0, tokens);
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Mean absolute difference over twice the mean, by the sorted values. Sorts x. */
static double gini(double *x, int64_t count)
{
	double weighted = 0, sum = 0;

	qsort(x, (size_t)count, sizeof *x, by_value);
	for (int64_t i = 0; i < count; i++) {
		weighted += (double)(2 * i + 1 - count) * x[i];
		sum += x[i];
	}
	return weighted / ((double)count * sum);
}

static void attention_scores(const struct head_view *head, double *scratch, double scores[SCORES])
{
	const int64_t tokens = head->tokens;
	double *received = scratch, *second = scratch + tokens, *third = scratch + 2 * tokens;
	double squares = 0, entropy = 0, confidence = 0;

	for (int64_t q = 0; q < tokens; q++) {
		double largest = 0;
		for (int64_t k = 0; k < tokens; k++) {
			double weight = (double)head->attention[q * tokens + k];
			squares += weight * weight;
			entropy -= weight > 0 ? weight * log(weight) : 0;
			largest = fmax(largest, weight);
		}
		confidence += largest;
	}
	entropy /= (double)tokens;
	scores[SCORE_ATTNORM] = sqrt(squares);
	scores[SCORE_ATTNORM_LENGTH] = sqrt(squares / (double)tokens);
	scores[SCORE_ENTROPY] = entropy;
	scores[SCORE_ENTROPY_LENGTH] = tokens > 1 ? entropy / log((double)tokens) : NAN;
	scores[SCORE_CONFIDENCE] = confidence / (double)tokens;

	scores[SCORE_TAM_PAGERANK] = pagerank(head, received, second);
	scores[SCORE_TAM_HITS] = authority(head, received, second, third);
	for (int64_t t = 0; t < tokens; t++)
		second[t] = 1 / (double)tokens;
	receive(head, second, received);
	scores[SCORE_TAM] = largest_of(received, 0, tokens);
	scores[SCORE_TAM_NOSPECIAL] = tokens < 3 ? NAN : largest_of(received, 1, tokens - 1);
	scores[SCORE_TAM_GINI] = gini(received, tokens);
}

void head_scores(const struct head_view *head, double *scratch, double scores[SCORES])
{
	context_scores(head, scores);
	attention_scores(head, scratch, scores);
}
