/* test-torch-file.c: what PyTorch saved is read as PyTorch reads it, and whatever can be wrong with such a file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fail.h"
#include "read-file.h"
#include "torch-file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include "in-child.h"

#define FILE_NAME "file.bin"
#include "in-folder.h"

#define FIXTURES "tests/fixtures/torch/"

/* A literal with NULs inside, and its length. */
#define BYTES(literal) (literal), sizeof(literal) - 1

/* Opens the file, and reads every tensor that can be read as F32. */
static void read_all(void)
{
	struct torch_file file;

	torch_file_open(&file, path);
	for (int i = 0; i < file.count; i++)
		if (!dtype_is_integer(file.tensors[i].tensor.dtype))
			free(torch_read_f32(&file, &file.tensors[i]));
	torch_file_close(&file);
}

/* ---- sound files ---- */

/* Every tensor of the safetensors file is in the other, of the same shape and dtype, with the same elements. */
static void assert_holds(const char *name, const char *expected_name)
{
	struct torch_file file;
	struct tensor_file expected;

	torch_file_open(&file, name);
	tensor_file_open(&expected, expected_name);
	assert_int_equal(file.count, expected.count);
	for (int i = 0; i < expected.count; i++) {
		const struct tensor *reference = &expected.tensors[i];
		const struct torch_tensor *found = torch_find(&file, reference->name);
		assert_non_null(found);
		assert_int_equal(found->tensor.dtype, reference->dtype);
		tensor_check_shape(name, &found->tensor, reference->rank, reference->shape);
		if (dtype_is_integer(reference->dtype))
			continue;
		float *values = torch_read_f32(&file, found), *right = tensor_read_f32(&expected, reference);
		assert_memory_equal(values, right, reference->count * sizeof *values);
		free(values);
		free(right);
	}
	tensor_file_close(&expected);
	torch_file_close(&file);
}

static void both_formats_are_read_as_pytorch_reads_them(void **state)
{
	(void)state;
	assert_holds(FIXTURES "mixed.zip.bin", FIXTURES "mixed.safetensors");
	assert_holds(FIXTURES "mixed.legacy.bin", FIXTURES "mixed.safetensors");
}

static void views_of_storages_are_read_as_pytorch_reads_them(void **state)
{
	(void)state;
	assert_holds(FIXTURES "views.legacy.bin", FIXTURES "views.safetensors");
}

static void read_positions(void)
{
	struct torch_file file;

	torch_file_open(&file, path);
	free(torch_read_f32(&file, torch_find(&file, "position_ids")));
}

static void integers_are_not_read_as_floats(void **state)
{
	size_t size;
	char *bytes = read_file(FIXTURES "mixed.zip.bin", &size);

	(void)state;
	write_bytes(bytes, size);
	free(bytes);
	assert_ends(read_positions, STATUS_FAILED, path, "tensor 'position_ids' is I64 where floating-point");
}

/* ---- broken copies of sound files ---- */

static const char *const sound[] = {FIXTURES "mixed.zip.bin", FIXTURES "mixed.legacy.bin", FIXTURES "views.legacy.bin"};

enum { SOUND = sizeof sound / sizeof *sound };

/* Ends with a line and status 1, or does well: anything else is a crash. */
static void assert_survives(const char *name, const char *what, size_t at, bool must_fail)
{
	int status = in_child(read_all);
	const char *newline = strchr(said, '\n');
	bool told = status == STATUS_FAILED && strstr(said, path) && newline && newline[1] == '\0';

	if (!told && (must_fail || status != STATUS_DONE))
		fail_msg("%s, %s at byte %zu: status %d, said: %s", name, what, at, status, said);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	(void)state;
	for (int i = 0; i < SOUND; i++) {
		size_t size;
		char *bytes = read_file(sound[i], &size);
		for (size_t cut = 0; cut < size; cut += i == 0 ? 7 : 3) {
			write_bytes(bytes, cut);
			assert_survives(sound[i], "cut", cut, true);
		}
		write_bytes(bytes, size - 1);
		assert_survives(sound[i], "cut", size - 1, true);
		free(bytes);
	}
}

static void a_byte_changed_anywhere_is_survived(void **state)
{
	(void)state;
	for (int i = 0; i < SOUND; i++) {
		size_t size;
		char *bytes = read_file(sound[i], &size);
		for (size_t at = 0; at < size; at += i == 0 ? 5 : 2) {
			const char byte = bytes[at];
			bytes[at] = (char)(at % 3 == 0 ? 0xff : at % 3 == 1 ? byte ^ 1 : byte + 0x40);
			write_bytes(bytes, size);
			assert_survives(sound[i], "changed", at, false);
			bytes[at] = byte;
		}
		free(bytes);
	}
}

/* ---- hostile pickles ---- */

#define MAGIC "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
#define HEAD MAGIC "\x80\x02M\xe9\x03.\x80\x02}X\x0d\0\0\0little_endian\x88s."

#define PROTOCOL "\x80\x02"
#define TEXT(length, text) "X" length "\0\0\0" text
#define STORAGE_OF(type, key, count)                                                                                   \
	"(" TEXT("\7", "storage") "ctorch\n" type "\n" TEXT("\1", key) TEXT("\3", "cpu") count "NtQ"
#define STORAGE STORAGE_OF("FloatStorage", "0", "K\4")
#define TENSOR_OF(storage, offset, shape, strides)                                                                     \
	"ctorch._utils\n_rebuild_tensor_v2\n(" storage offset shape strides "\x89}tR"
#define TENSOR TENSOR_OF(STORAGE, "K\0", "K\4\x85", "K\1\x85")
#define KEYS PROTOCOL "]" TEXT("\1", "0") "a."
#define FOUR "\4\0\0\0\0\0\0\0aaaabbbbccccdddd"
#define HUGE_NUMBER "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x3f" /* 2^62 - 1 */

/* A file of the older format whose dict is this pickle, with what follows it; it is refused with these words. */
static void assert_refused(const char *pickle, size_t size, const char *words)
{
	char *bytes = allocate(sizeof HEAD - 1 + size, 1);

	memcpy(bytes, HEAD, sizeof HEAD - 1);
	memcpy(bytes + sizeof HEAD - 1, pickle, size);
	write_bytes(bytes, sizeof HEAD - 1 + size);
	free(bytes);
	assert_ends(read_all, STATUS_FAILED, path, words);
}

static void assert_dict_refused(const char *items, size_t size, const char *words)
{
	static const char begin[] = PROTOCOL "}", end[] = "." KEYS FOUR;
	char *bytes = allocate(size + sizeof begin + sizeof end, 1);

	memcpy(bytes, begin, sizeof begin - 1);
	memcpy(bytes + sizeof begin - 1, items, size);
	memcpy(bytes + sizeof begin - 1 + size, end, sizeof end - 1);
	assert_refused(bytes, sizeof begin - 1 + size + sizeof end - 1, words);
	free(bytes);
}

/* What the tests below change bit by bit is sound. */
static void a_file_by_hand_is_read(void **state)
{
	static const char file[] = HEAD PROTOCOL "}" TEXT("\1", "w") TENSOR "s." KEYS FOUR;

	(void)state;
	write_bytes(BYTES(file));
	assert_int_equal(in_child(read_all), STATUS_DONE);
}

static void only_tensors_can_be_named(void **state)
{
	(void)state;
	assert_refused(BYTES(PROTOCOL "cposix\nsystem\n" TEXT("\4", "true") "\x85R."),
		"names 'posix.system', which is not allowed");
	assert_refused(BYTES(PROTOCOL "cos\nsystem\n."), "names 'os.system', which is not allowed");
	assert_refused(BYTES(PROTOCOL "c__builtin__\neval\n."), "names '__builtin__.eval', which is not allowed");
	assert_refused(BYTES(PROTOCOL "ctorch\nload\n."), "names 'torch.load', which is not allowed");
	assert_refused(BYTES(PROTOCOL "ctorch\nBoolStorage\n."), "names 'torch.BoolStorage', which is not allowed");
	assert_refused(BYTES(PROTOCOL "ctorch._utils\n_rebuild_tensor_v2.__globals__\n."),
		"__globals__', which is not allowed");
	assert_refused(BYTES(PROTOCOL "c\n\n."), "names '.', which is not allowed");
	assert_refused(BYTES(PROTOCOL "ctorch"), "does not end within");
	assert_refused(BYTES(PROTOCOL "ca\033[1m\nb\n."), "which is not allowed");
}

static void other_opcodes_are_refused_by_name(void **state)
{
	(void)state;
	assert_refused(BYTES(PROTOCOL "(S'true'\niposix\nsystem\n."), "opcode STRING (0x53)");
	assert_refused(BYTES(PROTOCOL "(iposix\nsystem\n."), "opcode INST (0x69)");
	assert_refused(BYTES(PROTOCOL "(o."), "opcode OBJ (0x6f)");
	assert_refused(BYTES(PROTOCOL ")\x81."), "opcode NEWOBJ (0x81)");
	assert_refused(BYTES(PROTOCOL "\x93."), "opcode STACK_GLOBAL (0x93)");
	assert_refused(BYTES(PROTOCOL "\x82\1."), "opcode EXT1 (0x82)");
	assert_refused(BYTES(PROTOCOL "\xfe."), "opcode of no name (0xfe)");
	assert_refused(BYTES("\x80\4\x95."), "pickle protocol 4 is not supported (expected 2)");
}

static void the_machine_keeps_within_its_bounds(void **state)
{
	(void)state;
	assert_refused(BYTES(PROTOCOL "X\xff\xff\xff\xff"
				      "a"),
		"does not end within");
	assert_refused(BYTES(PROTOCOL "\x8a\x09"
				      "123456789."),
		"a number of 9 bytes");
	assert_refused(BYTES(PROTOCOL "Nr\xff\xff\xff\xff."), "remembers at place 4294967295 (expected at most 0)");
	assert_refused(BYTES(PROTOCOL "Nq\1."), "remembers at place 1");
	assert_refused(BYTES(PROTOCOL "h\0."), "recalls place 0 (0 are remembered)");
	assert_refused(BYTES(PROTOCOL "j\0\0\0\x80."), "recalls place 2147483648");
	assert_refused(BYTES(PROTOCOL "."), "takes more from its stack");
	assert_refused(BYTES(PROTOCOL "q\0."), "takes more from its stack");
	assert_refused(BYTES(PROTOCOL "(."), "takes more from its stack");
	assert_refused(BYTES(PROTOCOL "N(\x86."), "takes more from its stack");
	assert_refused(BYTES(PROTOCOL "NNt."), "has no mark");
	assert_refused(BYTES(PROTOCOL "NN."), "leaves values on its stack");
	assert_refused(BYTES(PROTOCOL "NNa."), "builds what it did not begin");
	assert_refused(BYTES(PROTOCOL "}(Nu."), "sets a key without a value");
	assert_refused(BYTES(PROTOCOL "}Nb."), "sets attributes that are no dict");
	assert_refused(BYTES(PROTOCOL "N)R."), "calls what is no function");
	assert_refused(BYTES(PROTOCOL "ccollections\nOrderedDict\n]R."), "calls what is no function");
	assert_refused(BYTES(PROTOCOL "ccollections\nOrderedDict\n]\x85R."), "makes an OrderedDict of arguments");
	assert_refused(BYTES(PROTOCOL "]q\0h\0a."), "holds no dict of tensors"); /* a list that holds itself */
}

/* Deep enough to break whatever would recurse, and a stack that would grow with the file. */
static void depth_costs_nothing(void **state)
{
	const size_t deep = 400000;
	char *bytes = allocate(deep + 4, 1);

	(void)state;
	memcpy(bytes, PROTOCOL ")", 3);
	memset(bytes + 3, 0x85, deep);
	bytes[deep + 3] = '.';
	assert_refused(bytes, deep + 4, "holds no dict of tensors");
	memset(bytes + 3, '(', deep);
	assert_refused(bytes, deep + 4, "asks for a stack of more than 65536 values");
	free(bytes);
}

static void only_tensors_are_held(void **state)
{
	(void)state;
	assert_refused(BYTES(PROTOCOL "N."), "holds no dict of tensors");
	assert_dict_refused(BYTES(TEXT("\1", "w") "Ns"), "'w' is no tensor");
	assert_dict_refused(BYTES(TEXT("\5", "model") "}s"), "'model' is no tensor");
	assert_dict_refused(BYTES("K\1" TENSOR "s"), "has a key that is no text");
	assert_dict_refused(BYTES(TEXT("\2", "w\0") TENSOR "s"), "has a key that is no text");
	assert_dict_refused(BYTES(TEXT("\1", "w") TENSOR "s" TEXT("\1", "w") TENSOR "s"), "two tensors are named 'w'");
	assert_dict_refused(BYTES(TEXT("\1", "w") "ctorch._utils\n_rebuild_tensor_v2\n(N"
						  "tRs"),
		"'w' is no tensor");
	assert_dict_refused(BYTES(TEXT("\1", "w") "ctorch\nFloatStorage\n(tRs"), "'w' is no tensor");
}

#define ONE(storage, offset, shape, strides) BYTES(TEXT("\1", "w") TENSOR_OF(storage, offset, shape, strides) "s")

static void a_tensor_lies_within_its_storage(void **state)
{
	static const char beyond[] = "tensor 'w' reaches beyond its storage of 4 elements";
	static const char unsound[] = "its offset, shape and strides are no sound numbers";

	(void)state;
	assert_dict_refused(ONE(STORAGE, "K\1", "K\4\x85", "K\1\x85"), beyond);
	assert_dict_refused(ONE(STORAGE, "K\0", "K\4\x85", "K\2\x85"), beyond);
	assert_dict_refused(ONE(STORAGE, "K\4", ")", ")"), beyond);
	assert_dict_refused(ONE(STORAGE, HUGE_NUMBER, "K\1\x85", "K\1\x85"), beyond);
	assert_dict_refused(ONE(STORAGE, "K\0", HUGE_NUMBER "\x85", "K\1\x85"), beyond);
	assert_dict_refused(ONE(STORAGE, "K\0", HUGE_NUMBER HUGE_NUMBER "\x86", "K\1K\1\x86"), unsound);
	assert_dict_refused(ONE(STORAGE, "K\0", "K\x09\x85", HUGE_NUMBER "\x85"), unsound);
	assert_dict_refused(ONE(STORAGE, "K\0", "K\2K\2K\2\x87", HUGE_NUMBER HUGE_NUMBER HUGE_NUMBER "\x87"), beyond);
	assert_dict_refused(ONE(STORAGE, "J\xff\xff\xff\xff", "K\4\x85", "K\1\x85"), unsound);
	assert_dict_refused(ONE(STORAGE, "K\0", "J\xff\xff\xff\xff\x85", "K\1\x85"), unsound);
	assert_dict_refused(ONE(STORAGE, "K\3", "K\4\x85", "J\xff\xff\xff\xff\x85"), unsound);
	assert_dict_refused(ONE(STORAGE, "K\0", "K\4\x85", "K\1K\1\x86"), unsound);
	assert_dict_refused(
		ONE(STORAGE, "K\0", "(K\1K\1K\1K\1K\1K\1K\1K\1K\1t", "(K\1K\1K\1K\1K\1K\1K\1K\1K\1t"), unsound);
	assert_dict_refused(ONE(STORAGE, "N", "K\4\x85", "K\1\x85"), unsound);
	/* a large tensor out of a small file */
	assert_dict_refused(ONE(STORAGE, "K\0", HUGE_NUMBER "\x85", "K\0\x85"), "repeats the elements of its storage");
}

static void a_storage_is_what_it_is_said_to_be(void **state)
{
	static const char strange[] = "its storage is not described as PyTorch does";

	(void)state;
	assert_dict_refused(ONE("N", "K\0", ")", ")"), strange);
	assert_dict_refused(ONE(")Q", "K\0", ")", ")"), strange);
	assert_dict_refused(ONE(STORAGE_OF("FloatStorage", "0", "N"), "K\0", ")", ")"), strange);
	assert_dict_refused(ONE(STORAGE_OF("FloatStorage", "0", "J\xff\xff\xff\xff"), "K\0", ")", ")"), strange);
	assert_dict_refused(ONE(STORAGE_OF("FloatStorage", "0", HUGE_NUMBER), "K\0", ")", ")"),
		"storage '0' would hold 4611686018427387903 elements, more than the file of");
	assert_dict_refused(BYTES(TEXT("\1", "v") TENSOR "s" TEXT("\1", "w")
					    TENSOR_OF(STORAGE_OF("HalfStorage", "0", "K\4"), "K\0", ")", ")") "s"),
		"storage '0' is told of in two ways (4 F32 and 4 F16)");
	assert_dict_refused(
		ONE(STORAGE_OF("FloatStorage", "0", "K\5"), "K\0", ")", ")"), "has 4 elements (expected 5)");
	assert_dict_refused(
		ONE(STORAGE_OF("DoubleStorage", "0", "K\4"), "K\0", ")", ")"), "ends early, in storage '0'");
	assert_dict_refused(
		ONE(STORAGE_OF("HalfStorage", "0", "K\4"), "K\0", ")", ")"), "has 8 bytes after its last storage");
	assert_dict_refused(
		ONE(STORAGE_OF("FloatStorage", "1", "K\4"), "K\0", ")", ")"), "lists a storage that no tensor uses");
	assert_dict_refused(BYTES(""), "lists 1 storages where its tensors use 0");
}

#define VIEW(first, count)                                                                                             \
	"(" TEXT("\7", "storage") "ctorch\nFloatStorage\n" TEXT("\1", "0") TEXT("\3", "cpu") "K\4" TEXT("\1", "v")     \
		first count "\x87tQ"

static void a_view_lies_within_its_storage(void **state)
{
	static const char apart[] = "its view is not a part of its storage";

	(void)state;
	assert_dict_refused(ONE(VIEW("K\1", "K\4"), "K\0", ")", ")"), apart);
	assert_dict_refused(ONE(VIEW("K\5", "K\0"), "K\0", ")", ")"), apart);
	assert_dict_refused(ONE(VIEW(HUGE_NUMBER, HUGE_NUMBER), "K\0", ")", ")"), apart);
	assert_dict_refused(ONE(VIEW("J\xff\xff\xff\xff", "K\1"), "K\0", ")", ")"), apart);
	assert_dict_refused(
		ONE(VIEW("K\1", "K\2"), "K\0", "K\3\x85", "K\1\x85"), "reaches beyond its storage of 2 elements");
}

static void the_older_format_is_checked(void **state)
{
	(void)state;
	write_bytes(BYTES(""));
	assert_ends(read_all, STATUS_FAILED, path, "is not a file that PyTorch saved");
	write_bytes(BYTES("\x80\x02}."));
	assert_ends(read_all, STATUS_FAILED, path, "is not a file that PyTorch saved");
	write_bytes(BYTES(MAGIC "\x80\x02M\xe8\x03."));
	assert_ends(read_all, STATUS_FAILED, path, "another version than 1001");
	write_bytes(BYTES(MAGIC "\x80\x02M\xe9\x03.\x80\x02}X\x0d\0\0\0little_endian\x89s."));
	assert_ends(read_all, STATUS_FAILED, path, "was not written by a little-endian machine");
	write_bytes(BYTES(MAGIC "\x80\x02M\xe9\x03.\x80\x02N."));
	assert_ends(read_all, STATUS_FAILED, path, "was not written by a little-endian machine");
}

/* ---- hostile zip files ---- */

struct member {
	const char *name;
	const char *bytes;
	size_t count;
	int method;
};

#define PICKLED PROTOCOL "}" TEXT("\1", "w") TENSOR "s."

static void write_zip(const struct member *members, size_t count)
{
	int error;

	unlink(path);
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error);
	assert_non_null(zip);
	for (size_t i = 0; i < count; i++) {
		zip_source_t *source = zip_source_buffer(zip, members[i].bytes, members[i].count, 0);
		zip_int64_t index = zip_file_add(zip, members[i].name, source, 0);
		assert_true(index >= 0);
		assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)index, members[i].method, 0), 0);
	}
	assert_int_equal(zip_close(zip), 0);
}

#define assert_zip_refused(words, ...)                                                                                 \
	do {                                                                                                           \
		const struct member members[] = {__VA_ARGS__};                                                         \
		write_zip(members, sizeof members / sizeof *members);                                                  \
		assert_ends(read_all, STATUS_FAILED, path, words);                                                     \
	} while (0)

static void members_are_what_pytorch_writes(void **state)
{
	const struct member pickle = {"a/data.pkl", BYTES(PICKLED), ZIP_CM_STORE};
	const struct member data = {"a/data/0", BYTES("aaaabbbbccccdddd"), ZIP_CM_STORE};
	const struct member little = {"a/byteorder", BYTES("little"), ZIP_CM_STORE};
	const struct member all[] = {pickle, data, little};

	(void)state;
	write_zip(all, 3);
	assert_int_equal(in_child(read_all), STATUS_DONE);
	assert_zip_refused("is a zip file without PyTorch's data.pkl", data, little);
	assert_zip_refused(
		"is a zip file without PyTorch's data.pkl", {"data.pkl", BYTES(PICKLED), ZIP_CM_STORE}, data);
	assert_zip_refused("has two members data.pkl", pickle, data, {"b/data.pkl", BYTES(PICKLED), ZIP_CM_STORE});
	assert_zip_refused("has no storage 'a/data/0'", pickle, {"b/data/0", BYTES("aaaabbbbccccdddd"), ZIP_CM_STORE});
	assert_zip_refused("storage 'a/data/0' has 15 bytes (expected 4 F32)", pickle,
		{"a/data/0", BYTES("aaaabbbbccccddd"), ZIP_CM_STORE});
	assert_zip_refused("byteorder is not supported (expected little)", pickle, data,
		{"a/byteorder", BYTES("big"), ZIP_CM_STORE});
	assert_zip_refused(
		"byteorder is not supported", pickle, data, {"a/byteorder", BYTES("little, no"), ZIP_CM_STORE});
	assert_zip_refused("names 'os.system', which is not allowed",
		{"a/data.pkl", BYTES(PROTOCOL "cos\nsystem\n" TEXT("\4", "true") "\x85R."), ZIP_CM_STORE}, data);
	assert_zip_refused("does not end within", {"a/data.pkl", BYTES(""), ZIP_CM_STORE}, data);
}

/* A megabyte of zeros in a kilobyte. */
static void nothing_is_unpacked(void **state)
{
	const size_t count = 1 << 20;
	char *zeros = allocate(count, 1);
	const struct member members[] = {{"a/data.pkl", zeros, count, ZIP_CM_DEFLATE}};

	(void)state;
	write_zip(members, 1);
	assert_ends(read_all, STATUS_FAILED, path, "member 'a/data.pkl' is compressed, which PyTorch's are not");
	free(zeros);
}

static void a_storage_that_was_damaged_is_noticed(void **state)
{
	const struct member members[] = {
		{"a/data.pkl", BYTES(PICKLED), ZIP_CM_STORE}, {"a/data/0", BYTES("aaaabbbbccccdddd"), ZIP_CM_STORE}};
	size_t size;

	(void)state;
	write_zip(members, 2);
	char *bytes = read_file(path, &size);
	for (size_t i = 0; i + 16 < size; i++)
		if (memcmp(bytes + i, "aaaabbbbccccdddd", 16) == 0)
			bytes[i + 5] = 'x';
	write_bytes(bytes, size);
	free(bytes);
	assert_ends(read_all, STATUS_FAILED, path, "cannot read its member 'a/data/0': CRC error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_formats_are_read_as_pytorch_reads_them),
		cmocka_unit_test(views_of_storages_are_read_as_pytorch_reads_them),
		cmocka_unit_test(integers_are_not_read_as_floats),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_byte_changed_anywhere_is_survived),
		cmocka_unit_test(a_file_by_hand_is_read),
		cmocka_unit_test(only_tensors_can_be_named),
		cmocka_unit_test(other_opcodes_are_refused_by_name),
		cmocka_unit_test(the_machine_keeps_within_its_bounds),
		cmocka_unit_test(depth_costs_nothing),
		cmocka_unit_test(only_tensors_are_held),
		cmocka_unit_test(a_tensor_lies_within_its_storage),
		cmocka_unit_test(a_storage_is_what_it_is_said_to_be),
		cmocka_unit_test(a_view_lies_within_its_storage),
		cmocka_unit_test(the_older_format_is_checked),
		cmocka_unit_test(members_are_what_pytorch_writes),
		cmocka_unit_test(nothing_is_unpacked),
		cmocka_unit_test(a_storage_that_was_damaged_is_noticed),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
