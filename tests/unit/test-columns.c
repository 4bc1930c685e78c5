/* test-columns.c: head scores from files, and their means.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "columns.h"
#include "fail.h"
#include "read-file.h"
#include "tensors.h"

#include <math.h>

#include "in-child.h"

enum { SENTENCES = 4, LAYERS = 2, HEADS = 3, VALUES = SENTENCES * LAYERS * HEADS };

static char folder[] = "/tmp/test-columns.XXXXXX";
static char *path, *other;

/* value[s, l, h] = 100 s + 10 l + h; in `holes` not a number for all of head (0, 0) and one sentence of (1, 2) */
static double plain[VALUES], holes[VALUES];

static int make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	path = path_in(folder, "scores.safetensors");
	other = path_in(folder, "gradients.safetensors");
	for (int i = 0; i < VALUES; i++) {
		int s = i / (LAYERS * HEADS), l = i / HEADS % LAYERS, h = i % HEADS;
		plain[i] = 100 * s + 10 * l + h;
		holes[i] = (l == 0 && h == 0) || (s == 1 && l == 1 && h == 2) ? NAN : plain[i];
	}
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	free(path);
	free(other);
	return rmdir(folder);
}

static struct tensor_source score(const char *name, const double *values)
{
	return (struct tensor_source){name, DTYPE_F64, 3, {SENTENCES, LAYERS, HEADS}, values};
}

static void scores_are_read_by_name_and_the_rest_left(void **state)
{
	static const int32_t labels[SENTENCES] = {0, 1, 0, 1};
	static const float single[VALUES];
	const struct tensor_source sources[] = {score("oan", plain), score("entropy", plain),
		score("entropy_length", holes), {"labels", DTYPE_I32, 1, {SENTENCES}, labels},
		{"logits", DTYPE_F64, 2, {2, 2}, plain}, {"single", DTYPE_F32, 3, {SENTENCES, LAYERS, HEADS}, single}};
	const struct tensor_source more = score("taylor", holes);
	struct columns columns = {0};
	json_t *history = json_pack("{s:[]}", "inputs");

	(void)state;
	tensors_write(path, sources, 6, NULL);
	tensors_write(other, &more, 1, NULL);
	columns_read(&columns, path, history, "scores");
	columns_read(&columns, other, history, "gradients");
	assert_int_equal(columns.sentences, SENTENCES);
	assert_int_equal(columns.layers, LAYERS);
	assert_int_equal(columns.heads, HEADS);
	assert_int_equal(columns.count, 4);
	assert_int_equal(columns_find(&columns, "oan")->reduction, AS_MEAN);
	assert_memory_equal(columns_find(&columns, "oan")->values, plain, sizeof plain);
	assert_memory_equal(columns_find(&columns, "taylor")->values, holes, sizeof holes);
	/* entropies become scores */
	assert_int_equal(columns_find(&columns, "entinv")->reduction, AS_INVERSE);
	assert_int_equal(columns_find(&columns, "entinv_length")->reduction, AS_INVERSE);
	assert_null(columns_find(&columns, "entropy"));
	assert_null(columns_find(&columns, "single"));
	assert_null(columns_find(&columns, ""));
	json_t *inputs = json_object_get(history, "inputs");
	assert_int_equal(json_array_size(inputs), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(inputs, 1), "role")), "gradients");
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(inputs, 1), "name")), "gradients.safetensors");
	json_decref(history);
	columns_free(&columns);
	assert_int_equal(columns.count, 0);
}

/* ---- means ---- */

static void check_scores(const struct column *column, const int64_t *chosen, int64_t count, const double *expected)
{
	const struct columns columns = {SENTENCES, LAYERS, HEADS, 0, NULL};
	double scores[LAYERS * HEADS];

	column_scores(&columns, column, chosen, count, scores);
	for (int i = 0; i < LAYERS * HEADS; i++)
		assert_true(
			isnan(expected[i]) ? isnan(scores[i]) : fabs(scores[i] - expected[i]) <= 1e-15 * expected[i]);
}

static void scores_are_means_over_sentences(void **state)
{
	const struct column column = {"x", plain, AS_MEAN};

	(void)state;
	check_scores(&column, NULL, 0, (const double[]){150, 151, 152, 160, 161, 162});
	check_scores(&column, (const int64_t[]){3}, 1, (const double[]){300, 301, 302, 310, 311, 312});
	/* a resample repeats sentences */
	check_scores(&column, (const int64_t[]){2, 0, 2, 2}, 4, (const double[]){150, 151, 152, 160, 161, 162});
}

static void sentences_without_a_value_are_left_out(void **state)
{
	const struct column column = {"x", holes, AS_MEAN};

	(void)state;
	check_scores(&column, NULL, 0, (const double[]){NAN, 151, 152, 160, 161, (12.0 + 212 + 312) / 3});
	check_scores(&column, (const int64_t[]){1, 1}, 2, (const double[]){NAN, 101, 102, 110, 111, NAN});
	check_scores(&column, (const int64_t[]){1, 2}, 2, (const double[]){NAN, 151, 152, 160, 161, 212});
}

static void sentences_that_carry_a_score_are_counted(void **state)
{
	const struct columns columns = {SENTENCES, LAYERS, HEADS, 0, NULL};
	const struct column column = {"x", (double[VALUES]){0}, AS_MEAN};

	(void)state;
	assert_true(isnan(column_effective_sentences(&columns, &column)));
	/* head 0: all alike but for the sign; head 1: one sentence has it all; head 2: 3 and 1 without the others */
	for (int s = 0; s < SENTENCES; s++) {
		double *values = column.values + s * LAYERS * HEADS;
		values[0] = s % 2 ? -2 : 2;
		values[1] = s == 1 ? 5 : 0;
		values[2] = s < 2 ? NAN : s == 2 ? 3 : 1;
	}
	assert_true(fabs(column_effective_sentences(&columns, &column) - (4 + 1 + 16.0 / 10) / 3) < 1e-15);
}

/* 1 / mean is not the mean of 1 / value. */
static void entropies_are_inverted_after_the_mean(void **state)
{
	const struct column column = {"x", holes, AS_INVERSE};

	(void)state;
	check_scores(&column, NULL, 0,
		(const double[]){NAN, 1 / 151.0, 1 / 152.0, 1 / 160.0, 1 / 161.0, 3 / (12.0 + 212 + 312)});
	check_scores(&column, (const int64_t[]){1, 3}, 2,
		(const double[]){NAN, 1 / 201.0, 1 / 202.0, 1 / 210.0, 1 / 211.0, 1 / 312.0});
}

/* The norm of the means is not the mean of the norms; one layer's does not touch the other's. */
static void a_layer_is_divided_by_its_norm_after_the_mean(void **state)
{
	static double values[VALUES] = {[0] = 1, [1] = 2, [2] = 2, [6] = 5, [7] = -2, [8] = 6};
	const struct column column = {"x", values, BY_LAYER_NORM};

	(void)state;
	/* the first layer's means are (6, 0, 8) / 4; of the second, nothing can be divided */
	check_scores(&column, NULL, 0, (const double[]){0.6, 0, 0.8, 0, 0, 0});
	check_scores(&column, (const int64_t[]){0}, 1, (const double[]){1 / 3.0, 2 / 3.0, 2 / 3.0, 0, 0, 0});
}

static void the_criteria_of_michel_are_divided_by_their_layers_norm(void **state)
{
	const struct tensor_source sources[] = {score("michel", plain), score("michel_token", plain), score("taylor", plain)};
	struct columns columns = {0};

	(void)state;
	tensors_write(path, sources, 3, NULL);
	columns_read(&columns, path, NULL, NULL);
	assert_int_equal(columns_find(&columns, "michel")->reduction, BY_LAYER_NORM);
	assert_int_equal(columns_find(&columns, "michel_token")->reduction, BY_LAYER_NORM);
	assert_int_equal(columns_find(&columns, "taylor")->reduction, AS_MEAN);
	columns_free(&columns);
}

/* ---- refusals ---- */

static void read_both(void)
{
	struct columns columns = {0};

	columns_read(&columns, path, NULL, NULL);
	columns_read(&columns, other, NULL, NULL);
}

static void a_second_file_must_fit(void **state)
{
	const struct tensor_source first = score("oan", plain);
	struct tensor_source second = score("oan", plain);

	(void)state;
	tensors_write(path, &first, 1, NULL);
	tensors_write(other, &second, 1, NULL);
	assert_ends(read_both, STATUS_FAILED, other, "score 'oan' was read before from another file");
	second.name = "tam";
	second.shape[0] = SENTENCES - 1;
	tensors_write(other, &second, 1, NULL);
	assert_ends(read_both, STATUS_FAILED, other, "tensor 'tam' has shape [3, 2, 3] where [4, 2, 3] was expected");
	second.shape[0] = SENTENCES;
	second.shape[1] = HEADS;
	second.shape[2] = LAYERS;
	tensors_write(other, &second, 1, NULL);
	assert_ends(read_both, STATUS_FAILED, other, "[4, 3, 2] where [4, 2, 3]");
}

static void scores_of_nothing_are_refused(void **state)
{
	struct tensor_source none = score("oan", plain);

	(void)state;
	none.shape[2] = 0;
	tensors_write(path, &none, 1, NULL);
	assert_ends(read_both, STATUS_FAILED, path, "tensor 'oan' is empty");
}

/* `entinv` itself and what is read as it are the same score. */
static void two_names_of_one_score_are_refused(void **state)
{
	const struct tensor_source both[] = {score("entropy", plain), score("entinv", plain)};

	(void)state;
	tensors_write(path, both, 2, NULL);
	assert_ends(read_both, STATUS_FAILED, path, "score 'en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_are_read_by_name_and_the_rest_left),
		cmocka_unit_test(scores_are_means_over_sentences),
		cmocka_unit_test(sentences_without_a_value_are_left_out),
		cmocka_unit_test(sentences_that_carry_a_score_are_counted),
		cmocka_unit_test(entropies_are_inverted_after_the_mean),
		cmocka_unit_test(a_layer_is_divided_by_its_norm_after_the_mean),
		cmocka_unit_test(the_criteria_of_michel_are_divided_by_their_layers_norm),
		cmocka_unit_test(a_second_file_must_fit),
		cmocka_unit_test(scores_of_nothing_are_refused),
		cmocka_unit_test(two_names_of_one_score_are_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
