/* compare.c: do two files agree?
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In: two safetensors files, or two tables. Metadata is not compared. Tensors: the same names, dtypes (with --cast any
 * floats) and shapes; integers equal; floats |found - expected| <= atol + rtol |expected|, NaN only where NaN is
 * expected. Tables: the same header and number of rows; cells as texts, or as numbers where both are.
 * Tolerances are alike for all parts, or by a table (tolerances.h): a part is a tensor, by its name, or a cell, by the
 * texts of its row and its column: oan/spearman.
 * Out: exit 0 and one line with the largest deviation, or exit 3 and on standard error what disagrees.
 */
#include "fail.h"
#include "history.h"
#include "names.h"
#include "options.h"
#include "tensors.h"
#include "text.h"
#include "tolerances.h"
#include "tsv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct tolerance given;
static const char *table_of_tolerances;
static struct tolerances tolerances;
static int64_t max_report = 10;
static const char *chosen;
static bool cast;

static struct option_row rows[] = {
	{"atol", 0, OPTION_REAL, &given.absolute, 0, 1e300, "X", "absolute tolerance", false, false},
	{"rtol", 0, OPTION_REAL, &given.relative, 0, 1e300, "X", "tolerance relative to REFERENCE", false, false},
	{"tolerances", 0, OPTION_TEXT, &table_of_tolerances, 0, 0, "TSV",
		"tolerances by REFERENCE's name and part: columns file, part, atol, rtol", false, false},
	{"max-report", 0, OPTION_INTEGER, &max_report, 0, 1e9, "N", "values to report at most", false, false},
	{"tensor", 0, OPTION_TEXT, &chosen, 0, 0, "NAMES", "only these tensors, separated by commas", false, false},
	{"cast", 0, OPTION_FLAG, &cast, 0, 0, NULL, "compare floats of another precision by value", false, false},
	{0},
};

static const struct command command = {
	.purpose = "Tells whether FILE agrees with REFERENCE: tensors or tables (TSV). Metadata is ignored.\n"
		   "Exit status: 0 they agree, 3 they do not, 1 one cannot be read.",
	.arguments = "FILE REFERENCE",
	.example = "compare --atol 1e-5 build/pocket/logits.safetensors tests/fixtures/logits.safetensors",
	.rows = rows,
	.least_files = 2,
	.most_files = 2,
};

/* What has been found so far. */
static struct {
	int64_t values, disagreeing; /* elements or cells compared, and those that disagree */
	int64_t differing_parts;     /* missing tensors, other shapes, …: where no value can be compared */
	double largest;              /* deviation: of those that disagree, or else of all */
	char *where;                 /* of it: "logits[3, 1]: 0.25 where 0.5 was expected" */
} total;

/* ---- the report ---- */

/* Is it the worst so far? The first value that disagrees is worse than any that is tolerated. */
static bool is_worst(double deviation, bool tolerated)
{
	if (tolerated)
		return total.disagreeing == 0 && deviation > total.largest;
	return total.disagreeing == 1 || deviation > total.largest;
}

/* Counts a value; true if take_note should hear of it, so that texts are made for few. */
static bool is_notable(double deviation, bool tolerated)
{
	total.values++;
	total.disagreeing += !tolerated;
	return is_worst(deviation, tolerated) || (!tolerated && total.disagreeing <= max_report);
}

static void take_note(const char *part, const char *place, const char *found, const char *expected, double deviation,
	bool tolerated)
{
	char *where = make_printable(format_string("%s%s: %s where %s was expected", part, place, found, expected));

	if (!tolerated && total.disagreeing <= max_report)
		fprintf(stderr, "%s (deviation %.3g)\n", where, deviation);
	if (is_worst(deviation, tolerated)) {
		free(total.where);
		total.where = copy_string(where);
		total.largest = deviation;
	}
	free(where);
}

/* One line of the report; consumes it. */
static void report(char *line)
{
	fprintf(stderr, "%s\n", make_printable(line));
	free(line);
}

static void report_part(char *difference)
{
	total.differing_parts++;
	report(difference);
}

/* ---- tensors ---- */

static bool is_chosen(const char *name)
{
	return !chosen || has_name(chosen, name);
}

/* Fails where a chosen name is in neither file: a comparison of nothing would agree. */
static void check_choice(const struct tensor_file *file, const struct tensor_file *reference)
{
	const char *rest = chosen ? chosen : "";

	for (char *name; (name = next_name(&rest)); free(name))
		if (!tensor_find(file, name) && !tensor_find(reference, name))
			fail(file->path, "has no tensor '%s', nor has %s", name, reference->path);
}

/* "[3, 1]": the indices of the element at a flat index, in fresh memory. */
static char *place_text(const struct tensor *tensor, size_t flat)
{
	int64_t index[TENSOR_RANK_MAX];

	for (int i = tensor->rank - 1; i >= 0; i--) {
		index[i] = (int64_t)(flat % (size_t)tensor->shape[i]);
		flat /= (size_t)tensor->shape[i];
	}
	return shape_text(tensor->rank, index);
}

static void compare_integers(const struct tensor *tensor, const int64_t *found, const int64_t *expected)
{
	for (size_t i = 0; i < tensor->count; i++) {
		bool same = found[i] == expected[i];
		double deviation = same ? 0 : fmax(1, fabs((double)found[i] - (double)expected[i]));
		if (!is_notable(deviation, same))
			continue;
		char found_text[NUMBER_TEXT], expected_text[NUMBER_TEXT], *place = place_text(tensor, i);
		snprintf(found_text, sizeof found_text, "%lld", (long long)found[i]);
		snprintf(expected_text, sizeof expected_text, "%lld", (long long)expected[i]);
		take_note(tensor->name, place, found_text, expected_text, deviation, same);
		free(place);
	}
}

static void compare_floats(const struct tensor *tensor, const double *found, const double *expected)
{
	struct tolerance tolerance = tolerance_of(&tolerances, tensor->name);

	for (size_t i = 0; i < tensor->count; i++) {
		double deviation = deviation_of(found[i], expected[i]);
		bool tolerated = is_tolerated(deviation, expected[i], tolerance);
		if (!is_notable(deviation, tolerated))
			continue;
		char found_text[NUMBER_TEXT], expected_text[NUMBER_TEXT], *place = place_text(tensor, i);
		take_note(tensor->name, place, double_text(found[i], found_text),
			double_text(expected[i], expected_text), deviation, tolerated);
		free(place);
	}
}

static bool same_dtype(enum dtype found, enum dtype expected)
{
	return found == expected || (cast && !dtype_is_integer(found) && !dtype_is_integer(expected));
}

static bool same_form(const struct tensor *found, const struct tensor *expected)
{
	return same_dtype(found->dtype, expected->dtype) && found->rank == expected->rank &&
	       memcmp(found->shape, expected->shape, (size_t)found->rank * sizeof *found->shape) == 0;
}

static void compare_tensor(const struct tensor_file *file, const struct tensor *found,
	const struct tensor_file *reference, const struct tensor *expected)
{
	int64_t before = total.disagreeing;

	if (!same_form(found, expected)) {
		char *found_shape = shape_text(found->rank, found->shape);
		char *expected_shape = shape_text(expected->rank, expected->shape);
		report_part(format_string("%s: %s %s where %s %s was expected", found->name, dtype_name(found->dtype),
			found_shape, dtype_name(expected->dtype), expected_shape));
		free(found_shape);
		free(expected_shape);
		return;
	}
	bool integers = dtype_is_integer(found->dtype);
	void *left = integers ? (void *)tensor_read_i64(file, found) : (void *)tensor_read_f64(file, found);
	void *right =
		integers ? (void *)tensor_read_i64(reference, expected) : (void *)tensor_read_f64(reference, expected);
	if (integers)
		compare_integers(found, left, right);
	else
		compare_floats(found, left, right);
	if (total.disagreeing > before)
		report(format_string("%s: %lld of %zu values disagree", found->name,
			(long long)(total.disagreeing - before), found->count));
	free(left);
	free(right);
}

static void compare_tensor_files(const char *file_path, const char *reference_path)
{
	struct tensor_file file, reference;

	tensor_file_open(&file, file_path);
	tensor_file_open(&reference, reference_path);
	check_choice(&file, &reference);
	for (int i = 0; i < reference.count; i++) {
		const struct tensor *expected = &reference.tensors[i];
		const struct tensor *found = tensor_find(&file, expected->name);
		if (!is_chosen(expected->name))
			continue;
		if (found)
			compare_tensor(&file, found, &reference, expected);
		else
			report_part(format_string("%s: missing from %s", expected->name, file_path));
	}
	for (int i = 0; i < file.count; i++)
		if (is_chosen(file.tensors[i].name) && !tensor_find(&reference, file.tensors[i].name))
			report_part(format_string("%s: not in %s", file.tensors[i].name, reference_path));
	tensor_file_close(&file);
	tensor_file_close(&reference);
}

/* ---- tables ---- */

/* Is the whole cell a number? One that overflows F64 is a text: a checksum may look like 9e99999. */
static bool is_number(const char *cell, double *value)
{
	char *end;

	errno = 0;
	*value = strtod(cell, &end);
	return *cell > ' ' && *end == '\0' && (errno != ERANGE || isfinite(*value));
}

/* By what tolerances know a cell: "oan/spearman", the texts of its row and its column, in fresh memory. */
static char *part_of_cell(const struct tsv *table, int64_t row, int column)
{
	char *part = copy_string("");
	double value;

	for (int i = 0; i < table->columns; i++) {
		const char *cell = tsv_cell(table, row, i);
		if (i == column || is_number(cell, &value) || strcmp(cell, "NA") == 0)
			continue;
		char *longer = format_string("%s%s/", part, cell);
		free(part);
		part = longer;
	}
	char *whole = format_string("%s%s", part, table->header[column]);
	free(part);
	return whole;
}

static void compare_cell(const struct tsv *file, const struct tsv *reference, int64_t row, int column)
{
	const char *found = tsv_cell(file, row, column), *expected = tsv_cell(reference, row, column);
	double found_value, expected_value, deviation = INFINITY;
	bool tolerated = strcmp(found, expected) == 0;

	if (tolerated) {
		deviation = 0;
	} else if (is_number(found, &found_value) && is_number(expected, &expected_value)) {
		char *part = part_of_cell(reference, row, column);
		deviation = deviation_of(found_value, expected_value);
		tolerated = is_tolerated(deviation, expected_value, tolerance_of(&tolerances, part));
		free(part);
	}
	if (!is_notable(deviation, tolerated))
		return;
	char *place = format_string(", line %lld", (long long)file->line[row]);
	take_note(file->header[column], place, found, expected, deviation, tolerated);
	free(place);
}

static void compare_tables(const char *file_path, const char *reference_path)
{
	struct tsv file, reference;

	if (chosen)
		fail_usage("--tensor: tables have no tensors");
	tsv_read(&file, file_path);
	tsv_read(&reference, reference_path);
	if (file.columns != reference.columns)
		report_part(format_string("columns: %d where %d was expected", file.columns, reference.columns));
	for (int i = 0; i < file.columns && i < reference.columns; i++)
		if (strcmp(file.header[i], reference.header[i]) != 0)
			report_part(format_string(
				"column %d: '%s' where '%s' was expected", i + 1, file.header[i], reference.header[i]));
	if (file.rows != reference.rows)
		report_part(format_string("rows: %lld where %lld was expected", (long long)file.rows,
			(long long)reference.rows));
	for (int64_t row = 0; row < file.rows && total.differing_parts == 0; row++)
		for (int column = 0; column < file.columns; column++)
			compare_cell(&file, &reference, row, column);
	tsv_free(&file);
	tsv_free(&reference);
}

/* ---- the whole ---- */

/* By its name, or else by its first bytes: a safetensors file begins with a small 8-byte number, hence with NUL
 * bytes, which no text holds. A pipe is not tried: what is read of it is gone. */
static bool holds_tensors(const char *path)
{
	static const char extension[] = ".safetensors";
	char first[8] = "";
	struct stat status;
	size_t length = strlen(path);

	if (length >= sizeof extension && strcmp(path + length - (sizeof extension - 1), extension) == 0)
		return true;
	if (stat(path, &status) != 0)
		fail(path, "cannot open:");
	if (!S_ISREG(status.st_mode))
		return false;
	FILE *stream = fopen(path, "rb");
	if (!stream)
		fail(path, "cannot open:");
	size_t got = fread(first, 1, sizeof first, stream);
	fclose(stream);
	return memchr(first, '\0', got) != NULL;
}

/* The one line that tells the outcome; returns the exit status. */
static int give_verdict(const char *file, const char *reference)
{
	char *worst = total.where ? format_string("largest deviation %.3g at %s", total.largest, total.where)
				  : copy_string("all equal");
	char *agreement = format_string(
		"%s agrees with %s: %lld values, %s", file, reference, (long long)total.values, worst);

	if (total.disagreeing > 0)
		warn(file, "disagrees with %s: %lld of %lld values%s, %s", reference, (long long)total.disagreeing,
			(long long)total.values, total.differing_parts ? " and its form" : "", worst);
	else if (total.differing_parts > 0)
		warn(file, "disagrees with %s: it has another form", reference);
	else if (total.values == 0)
		fail(file, "holds nothing that could be compared");
	else
		puts(make_printable(agreement));
	free(agreement);
	free(worst);
	return total.disagreeing > 0 || total.differing_parts > 0 ? STATUS_DISAGREES : STATUS_DONE;
}

static void choose_tolerances(const char *reference)
{
	if (!table_of_tolerances) {
		tolerances = tolerances_alike(given);
		return;
	}
	if (given.absolute > 0 || given.relative > 0)
		fail_usage("--tolerances leaves no room for --atol and --rtol");
	char *name = base_name(reference);
	tolerances_read(&tolerances, table_of_tolerances, name);
	free(name);
}

int main(int argc, char **argv)
{
	int first = parse_options_stdout(argc, argv, &command);
	const char *file = argv[first], *reference = argv[first + 1];
	bool tensors = holds_tensors(reference);

	if (holds_tensors(file) != tensors)
		fail(file, "is not a file of %s, as %s is", tensors ? "tensors" : "text", reference);
	choose_tolerances(reference);
	if (tensors)
		compare_tensor_files(file, reference);
	else
		compare_tables(file, reference);
	int status = give_verdict(file, reference);
	close_stdout();
	return status;
}
