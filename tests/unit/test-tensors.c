/* test-tensors.c: safetensors files as written, and whatever can be wrong with one that is read.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fail.h"
#include "read-file.h"
#include "tensors.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "in-child.h"

#define FILE_NAME "file.safetensors"
#include "in-folder.h"

/* The action ends with status 1 and one line that names the file and holds these words. */
#define assert_fails(action, words) assert_ends(action, STATUS_FAILED, path, words)

/* ---- files ---- */

/* A file of a header as given, however wrong, and a payload of 0, 1, 2, …. */
static size_t make_file(const char *header, size_t payload)
{
	uint64_t length = strlen(header);
	unsigned char bytes[4096];

	memcpy(bytes, &length, sizeof length);
	memcpy(bytes + sizeof length, header, (size_t)length);
	for (size_t i = 0; i < payload; i++)
		bytes[sizeof length + length + i] = (unsigned char)i;
	write_bytes(bytes, sizeof length + (size_t)length + payload);
	return sizeof length + (size_t)length + payload;
}

static void open_it(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	tensor_file_close(&file);
}

static void read_all(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	for (int i = 0; i < file.count; i++)
		free(dtype_is_integer(file.tensors[i].dtype) ? (void *)tensor_read_i64(&file, &file.tensors[i])
							     : (void *)tensor_read_f64(&file, &file.tensors[i]));
	tensor_file_close(&file);
}

/* ---- what is written can be read ---- */

static const double f64[] = {0.1, -0.0, INFINITY, NAN, 1e-310, 3};
static const float f32[] = {0.1f, -1e-40f, 3.4e38f};
static const int64_t i64[] = {INT64_MIN, INT64_MAX};
static const int32_t i32[] = {INT32_MIN, INT32_MAX, 7};
static const uint8_t u8[] = {0, 255, 128};
static const struct tensor_source all_dtypes[] = {
	{"bytes", DTYPE_U8, 1, {3}, u8},
	{"z floats", DTYPE_F32, 2, {3, 1}, f32},
	{"integers", DTYPE_I32, 1, {3}, i32},
	{"z/doubles", DTYPE_F64, 3, {1, 2, 3}, f64},
	{"long", DTYPE_I64, 1, {2}, i64},
	{"scalar", DTYPE_F64, 0, {0}, f64},
	{"empty", DTYPE_F32, 2, {4, 0}, NULL},
};
enum { ALL = sizeof all_dtypes / sizeof *all_dtypes };

static void test_what_is_written_is_read_again(void **state)
{
	struct tensor_file file;
	json_t *metadata = json_pack("{s:s, s:s}", "program", "test", "format", "pt");

	(void)state;
	tensors_write(path, all_dtypes, ALL, metadata);
	tensor_file_open(&file, path);
	assert_int_equal(file.count, ALL);
	assert_true(json_equal(file.metadata, metadata));
	double *doubles = tensor_read_f64(&file, tensor_expect(&file, "z/doubles", 3, (int64_t[]){1, -1, 3}));
	double *scalar = tensor_read_f64(&file, tensor_expect(&file, "scalar", 0, NULL));
	float *floats = tensor_read_f32(&file, tensor_find(&file, "z floats"));
	int64_t *longs = tensor_read_i64(&file, tensor_find(&file, "long"));
	int32_t *integers = tensor_read_i32(&file, tensor_find(&file, "integers"));
	int32_t *bytes = tensor_read_i32(&file, tensor_find(&file, "bytes"));
	float *empty = tensor_read_f32(&file, tensor_find(&file, "empty"));
	assert_memory_equal(doubles, f64, sizeof f64);
	assert_memory_equal(scalar, f64, sizeof *f64);
	assert_memory_equal(floats, f32, sizeof f32);
	assert_memory_equal(longs, i64, sizeof i64);
	assert_memory_equal(integers, i32, sizeof i32);
	assert_true(bytes[0] == 0 && bytes[1] == 255 && bytes[2] == 128);
	assert_non_null(empty);
	assert_null(tensor_find(&file, "z"));
	free(doubles);
	free(scalar);
	free(floats);
	free(longs);
	free(integers);
	free(bytes);
	free(empty);
	tensor_file_close(&file);
	json_decref(metadata);
}

static void test_a_file_is_laid_out_as_the_format_asks(void **state)
{
	static const char *const order[] = {"long", "scalar", "z/doubles", "empty", "integers", "z floats", "bytes"};
	struct tensor_file file;

	(void)state;
	tensors_write(path, all_dtypes, ALL, NULL);
	tensor_file_open(&file, path);
	assert_int_equal(file.payload_start % 8, 0);
	for (int i = 0; i < ALL; i++)
		assert_string_equal(file.tensors[i].name, order[i]);
	assert_int_equal(json_object_size(file.metadata), 0);
	tensor_file_close(&file);
}

static void test_the_checksum_is_of_the_payload_alone(void **state)
{
	char plain[SHA256_TEXT], with_metadata[SHA256_TEXT], whole[SHA256_TEXT], known[SHA256_TEXT];
	json_t *metadata = json_pack("{s:s}", "program", "test");
	struct tensor_file file;

	(void)state;
	tensors_write(path, all_dtypes, ALL, NULL);
	tensor_file_open(&file, path);
	tensor_file_sha256(&file, plain);
	tensor_file_close(&file);
	tensors_write(path, all_dtypes, ALL, metadata);
	tensor_file_open(&file, path);
	tensor_file_sha256(&file, with_metadata);
	tensor_file_close(&file);
	assert_string_equal(plain, with_metadata);
	write_bytes("abc", 3); /* FIPS 180-2, appendix B.1 */
	file_sha256(path, whole);
	bytes_sha256("abc", 3, known);
	assert_string_equal(whole, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(known, whole);
	json_decref(metadata);
}

static void test_half_precision_is_converted(void **state)
{
	static const char header[] = "{\"half\":{\"dtype\":\"F16\",\"shape\":[8],\"data_offsets\":[0,16]},"
				     "\"brain\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[16,24]}}";
	static const uint16_t half[] = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00};
	static const uint16_t brain[] = {0x3f80, 0xc2f7, 0x7f80, 0x0001};
	static const double half_expected[] = {1, -2, 65504, 0x1p-24, -0.0, INFINITY, -INFINITY, NAN};
	static const double brain_expected[] = {1, -123.5, INFINITY, 0x1p-133};
	uint64_t length = sizeof header - 1;
	struct tensor_file file;

	(void)state;
	FILE *stream = fopen(path, "wb");
	fwrite(&length, sizeof length, 1, stream);
	fwrite(header, 1, sizeof header - 1, stream);
	fwrite(half, sizeof half, 1, stream);
	fwrite(brain, sizeof brain, 1, stream);
	fclose(stream);
	tensor_file_open(&file, path);
	double *halves = tensor_read_f64(&file, tensor_find(&file, "half"));
	float *brains = tensor_read_f32(&file, tensor_find(&file, "brain"));
	for (int i = 0; i < 7; i++)
		assert_true(halves[i] == half_expected[i] && !signbit(halves[i]) == !signbit(half_expected[i]));
	assert_true(isnan(halves[7]));
	for (int i = 0; i < 4; i++)
		assert_true((double)brains[i] == brain_expected[i]);
	free(halves);
	free(brains);
	tensor_file_close(&file);
}

static void test_any_alignment_is_accepted(void **state)
{
	struct tensor_file file;

	(void)state;
	make_file("{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
		  "\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[3,11]}}",
		11);
	tensor_file_open(&file, path);
	assert_int_not_equal(file.payload_start % 2, 0);
	double *b = tensor_read_f64(&file, tensor_find(&file, "b")), expected;
	memcpy(&expected, (const unsigned char[]){3, 4, 5, 6, 7, 8, 9, 10}, sizeof expected);
	assert_memory_equal(b, &expected, sizeof expected);
	free(b);
	tensor_file_close(&file);
	make_file("{}", 0);
	tensor_file_open(&file, path);
	assert_int_equal(file.count, 0);
	tensor_file_close(&file);
}

/* ---- what is wrong is refused ---- */

/* One tensor of 4 bytes, whose dtype, shape and offsets are as given. */
#define ONE(dtype, shape, offsets) "{\"a\":{\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static void test_a_wrong_header_is_refused(void **state)
{
	static const struct {
		const char *header;
		size_t payload;
		const char *words;
	} wrong[] = {
		{"", 0, "not JSON"},
		{"hello", 0, "not JSON"},
		{"{\"a\":", 0, "not JSON"},
		{"{} {}", 0, "not JSON"},
		{"{\"\xff\":1}", 0, "not JSON"},
		{"{\"a\\u0000b\":1}", 0, "not JSON"},
		{"[1]", 0, "not a JSON object"},
		{"{\"a\":7}", 0, "not an object"},
		{"{\"a\":{}}", 0, "dtype (none)"},
		{ONE("\"F8\"", "[1]", "[0,1]"), 1, "dtype F8"},
		{ONE("\"f32\"", "[1]", "[0,4]"), 4, "dtype f32"},
		{ONE("32", "[1]", "[0,4]"), 4, "dtype (none)"},
		{ONE("\"F32\"", "null", "[0,4]"), 4, "shape"},
		{ONE("\"F32\"", "1", "[0,4]"), 4, "shape"},
		{ONE("\"F32\"", "[-1]", "[0,4]"), 4, "shape"},
		{ONE("\"F32\"", "[1.0]", "[0,4]"), 4, "shape"},
		{ONE("\"F32\"", "[\"1\"]", "[0,4]"), 4, "shape"},
		{ONE("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, "shape"},
		{ONE("\"F32\"", "[4294967296,4294967296]", "[0,0]"), 0, "too large"},
		{ONE("\"F32\"", "[4611686018427387905]", "[0,4]"), 4, "do not fit"},
		{ONE("\"F32\"", "[99999999999999999999]", "[0,4]"), 4, "not JSON"},
		{ONE("\"F32\"", "[1]", "null"), 4, "data_offsets"},
		{ONE("\"F32\"", "[1]", "[0]"), 4, "data_offsets"},
		{ONE("\"F32\"", "[1]", "[0,4,8]"), 4, "data_offsets"},
		{ONE("\"F32\"", "[1]", "[-4,0]"), 4, "data_offsets"},
		{ONE("\"F32\"", "[1]", "[0,4.0]"), 4, "data_offsets"},
		{ONE("\"F32\"", "[1]", "[4,0]"), 4, "do not fit"},
		{ONE("\"F32\"", "[1]", "[0,5]"), 5, "do not fit"},
		{ONE("\"F32\"", "[1]", "[0,4]"), 3, "do not fit"},
		{ONE("\"F32\"", "[1]", "[9223372036854775803,9223372036854775807]"), 4, "do not fit"},
		{ONE("\"F32\"", "[0]", "[9,9]"), 4, "do not fit"},
		{ONE("\"F32\"", "[1]", "[0,4]"), 5, "payload of 5 bytes"},
		{ONE("\"F32\"", "[1]", "[1,5]"), 5, "begins at 1 where 0"},
		{"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
		 "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
			4, "begins at 0 where 4"},
		{"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
		 "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[3,7]}}",
			7, "begins at 3 where 4"},
		{"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
		 "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}",
			12, "begins at 8 where 4"},
		{"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
		 "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
			8, "duplicate"},
		{"{\"__metadata__\":{\"a\":1}}", 0, "metadata 'a' is not a string"},
		{"{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "metadata 'a' is not a string"},
		{"{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}", 0, "duplicate"},
		{"{\"__metadata__\":\"a\"}", 0, "not an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		make_file(wrong[i].header, wrong[i].payload);
		assert_fails(open_it, wrong[i].words);
	}
}

static void test_a_deeply_nested_header_is_refused(void **state)
{
	char header[4001];

	(void)state;
	memset(header, '[', sizeof header - 1);
	header[sizeof header - 1] = '\0';
	make_file(header, 0);
	assert_fails(open_it, "not JSON");
}

static void test_a_wrong_header_length_is_refused(void **state)
{
	static const uint64_t lengths[] = {3, 1000, 100u << 20, (100u << 20) + 1, (uint64_t)1 << 32, INT64_MAX,
		UINT64_MAX - 7, UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char bytes[10] = "????????{}";
		memcpy(bytes, &lengths[i], sizeof *lengths);
		write_bytes(bytes, sizeof bytes);
		assert_fails(open_it, "is not a safetensors file");
	}
}

static void test_what_is_not_a_regular_file_is_refused(void **state)
{
	char *usual = path;

	(void)state;
	unlink(path);
	assert_fails(open_it, "cannot open: No such file");
	path = folder;
	assert_fails(open_it, "not a regular file");
	path = (char[]){"/dev/null"};
	assert_fails(open_it, "not a regular file");
	path = usual;
}

static void test_a_file_cut_anywhere_is_refused(void **state)
{
	size_t size;

	(void)state;
	tensors_write(path, all_dtypes, ALL, NULL);
	char *bytes = read_file(path, &size);
	for (size_t count = 0; count < size; count++) {
		write_bytes(bytes, count);
		assert_fails(read_all, "");
	}
	write_bytes(bytes, size);
	assert_int_equal(in_child(read_all), STATUS_DONE);
	free(bytes);
}

/* A flipped bit may yield another sound file; it never crashes the reader. */
static void test_a_flipped_bit_never_crashes(void **state)
{
	size_t size;

	(void)state;
	tensors_write(path, all_dtypes, ALL, NULL);
	char *bytes = read_file(path, &size);
	for (size_t i = 0; i < size; i++) {
		char flip = (char)(1 << i % 7);
		bytes[i] ^= flip;
		write_bytes(bytes, size);
		assert_in_range(in_child(read_all), STATUS_DONE, STATUS_FAILED);
		bytes[i] ^= flip;
	}
	free(bytes);
}

static void open_then_cut(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	if (truncate(path, (off_t)file.payload_start + 2) != 0)
		_exit(100);
	tensor_read_f64(&file, &file.tensors[0]);
}

static void open_then_sum(void)
{
	struct tensor_file file;
	char text[SHA256_TEXT];

	tensor_file_open(&file, path);
	if (truncate(path, (off_t)file.payload_start + 2) != 0)
		_exit(100);
	tensor_file_sha256(&file, text);
}

static void test_a_file_that_shrinks_while_open_is_a_failure(void **state)
{
	(void)state;
	make_file(ONE("\"F32\"", "[1]", "[0,4]"), 4);
	assert_fails(open_then_cut, "ends early");
	make_file(ONE("\"F32\"", "[1]", "[0,4]"), 4);
	assert_fails(open_then_sum, "ends early");
}

static const char *wanted;

static void read_wanted_as_f32(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	free(tensor_read_f32(&file, tensor_find(&file, wanted)));
}

static void read_wanted_as_i32(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	free(tensor_read_i32(&file, tensor_find(&file, wanted)));
}

/* The file's clock may tick slowly: it is as if the file had been there for long. */
static void open_and_overwrite(void)
{
	struct tensor_file file;
	const struct timespec past[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

	if (utimensat(AT_FDCWD, path, past, 0) != 0)
		exit(100);
	tensor_file_open(&file, path);
	int descriptor = open(path, O_WRONLY);
	if (pwrite(descriptor, "x", 1, (off_t)file.on_disk.size - 1) != 1)
		exit(100);
	tensor_file_close(&file);
}

static void test_a_file_that_is_written_to_while_open_is_a_failure(void **state)
{
	(void)state;
	make_file(ONE("\"F32\"", "[1]", "[0,4]"), 4);
	assert_fails(open_and_overwrite, "was written to while it was read");
}

static void test_a_file_that_is_replaced_while_open_is_read_as_it_was(void **state)
{
	struct tensor_file file;
	char *other = path_in(folder, "other");

	(void)state;
	make_file(ONE("\"F32\"", "[1]", "[0,4]"), 4);
	tensor_file_open(&file, path);
	FILE *stream = fopen(other, "wb");
	assert_non_null(stream);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(rename(other, path), 0);
	free(other);
	free(tensor_read_f32(&file, &file.tensors[0]));
	tensor_file_close(&file);
}

static void test_what_a_type_cannot_hold_is_a_failure(void **state)
{
	static const double large[] = {1, -1e300};
	static const struct tensor_source sources[] = {{"large", DTYPE_F64, 1, {2}, large},
		{"special", DTYPE_F64, 1, {6}, f64}, {"long", DTYPE_I64, 1, {2}, i64}};

	(void)state;
	tensors_write(path, sources, 3, NULL);
	wanted = "large";
	assert_fails(read_wanted_as_f32, "'large': element 1 is too large");
	wanted = "special"; /* NaN and infinity are passed on */
	assert_int_equal(in_child(read_wanted_as_f32), STATUS_DONE);
	wanted = "long";
	assert_fails(read_wanted_as_i32, "'long': element 0 is too large");
	assert_fails(read_wanted_as_f32, "is I64 where floating-point");
	wanted = "large";
	assert_fails(read_wanted_as_i32, "is F64 where whole numbers");
}

static void expect_absent(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	tensor_expect(&file, "absent", 1, (int64_t[]){-1});
}

static void expect_other_shape(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	tensor_expect(&file, "z/doubles", 3, (int64_t[]){1, -1, 4});
}

static void expect_other_rank(void)
{
	struct tensor_file file;

	tensor_file_open(&file, path);
	tensor_expect(&file, "z/doubles", 2, (int64_t[]){1, 6});
}

static void test_another_shape_than_expected_is_told(void **state)
{
	(void)state;
	tensors_write(path, all_dtypes, ALL, NULL);
	assert_fails(expect_absent, "has no tensor 'absent'");
	assert_fails(expect_other_shape, "has shape [1, 2, 3] where [1, any, 4] was expected");
	assert_fails(expect_other_rank, "has shape [1, 2, 3] where [1, 6] was expected");
}

static void test_names_cannot_steer_the_terminal(void **state)
{
	(void)state;
	make_file("{\"\\u001b[31m\\n\\u009b\\u202e\":{\"dtype\":\"F8\"}}", 0);
	assert_fails(open_it, "tensor '?[31m?");
	for (const char *c = said; *c && *c != '\n'; c++)
		assert_in_range(*c, 0x20, 0x7e);
}

/* ---- writing: the old file or the new ---- */

static struct tensor_source source;

static void write_source(void)
{
	const struct tensor_source sources[] = {{"a", DTYPE_F32, 1, {3}, f32}, source};

	tensors_write(path, sources, 2, NULL);
}

static int files_in_folder(void)
{
	DIR *directory = opendir(folder);
	int files = 0;

	for (struct dirent *entry; (entry = readdir(directory));)
		files += entry->d_name[0] != '.';
	closedir(directory);
	return files;
}

static void test_a_failed_write_leaves_what_was_there(void **state)
{
	char *usual = path;

	(void)state;
	write_bytes("old", 3);
	source = (struct tensor_source){"a", DTYPE_F32, 1, {3}, f32};
	assert_fails(write_source, "two tensors are named 'a'");
	source.name = "\xff";
	assert_fails(write_source, "is not UTF-8");
	source.name = "__metadata__";
	assert_fails(write_source, "cannot be named");
	source.name = "b";
	assert_int_equal(files_in_folder(), 1);
	size_t size;
	char *bytes = read_file(path, &size);
	assert_string_equal(bytes, "old");
	free(bytes);
	path = path_in(folder, "absent/file.safetensors");
	assert_fails(write_source, "cannot create: No such file");
	free(path);
	path = folder; /* written aside, but a folder is not replaced */
	assert_fails(write_source, "cannot");
	path = usual;
	assert_int_equal(files_in_folder(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read_again),
		cmocka_unit_test(test_a_file_is_laid_out_as_the_format_asks),
		cmocka_unit_test(test_the_checksum_is_of_the_payload_alone),
		cmocka_unit_test(test_half_precision_is_converted),
		cmocka_unit_test(test_any_alignment_is_accepted),
		cmocka_unit_test(test_a_wrong_header_is_refused),
		cmocka_unit_test(test_a_deeply_nested_header_is_refused),
		cmocka_unit_test(test_a_wrong_header_length_is_refused),
		cmocka_unit_test(test_what_is_not_a_regular_file_is_refused),
		cmocka_unit_test(test_a_file_cut_anywhere_is_refused),
		cmocka_unit_test(test_a_flipped_bit_never_crashes),
		cmocka_unit_test(test_a_file_that_shrinks_while_open_is_a_failure),
		cmocka_unit_test(test_a_file_that_is_written_to_while_open_is_a_failure),
		cmocka_unit_test(test_a_file_that_is_replaced_while_open_is_read_as_it_was),
		cmocka_unit_test(test_what_a_type_cannot_hold_is_a_failure),
		cmocka_unit_test(test_another_shape_than_expected_is_told),
		cmocka_unit_test(test_names_cannot_steer_the_terminal),
		cmocka_unit_test(test_a_failed_write_leaves_what_was_there),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
