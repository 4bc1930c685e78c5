/* test-byte-bpe.c: where byte-level BPE splits a sentence into words, and what of a word is merged first.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Expected words are those of the `tokenizers` library, pre_tokenizers.ByteLevel(add_prefix_space=False), whose pattern
 * is that of Radford et al. 2019. Its ids, and every refused file, are tested through the program: tests/tokenize.t.
 */
#include "byte-bpe.h"
#include "fail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- words ---- */

#define ASSERT_WORDS(text, ...) assert_words(text, (const char *const[]){__VA_ARGS__, NULL}, __LINE__)

static void assert_words(const char *text, const char *const *expected, int line)
{
	for (; *text; expected++) {
		const size_t size = byte_bpe_word(text);
		if (size == 0 || size > strlen(text) || !*expected || strlen(*expected) != size ||
			strncmp(text, *expected, size) != 0) {
			print_error("line %d: the word is '%.*s' (expected '%s')\n", line, (int)size, text,
				*expected ? *expected : "");
			fail_msg("another word of %zu bytes", size);
		}
		text += size;
	}
	assert_null(*expected);
}

static void letters_digits_and_signs_are_words_apart(void **state)
{
	(void)state;
	ASSERT_WORDS("a", "a");
	ASSERT_WORDS("ab12?!", "ab", "12", "?!");
	ASSERT_WORDS("3rd_x", "3", "rd", "_", "x");
	ASSERT_WORDS("[SEP]</s>", "[", "SEP", "]</", "s", ">");
	ASSERT_WORDS("été中かé", "été中かé");
	ASSERT_WORDS("ʰǅª", "ʰǅª");          /* a modifier, a title letter, one that is neither case */
	ASSERT_WORDS("e\u0301x", "e", "\u0301", "x"); /* a mark is no letter */
	ASSERT_WORDS("1²½Ⅷ٣", "1²½Ⅷ٣");      /* numbers of every kind */
	ASSERT_WORDS("x\U0001F642y", "x", "\U0001F642", "y");
	ASSERT_WORDS("a\001\177b", "a", "\001\177", "b");
	ASSERT_WORDS("\U00010400\U0001D7CE", "\U00010400", "\U0001D7CE"); /* a letter and a digit of four bytes */
}

static void contractions_go_before_all_else(void **state)
{
	(void)state;
	ASSERT_WORDS("it's", "it", "'s");
	ASSERT_WORDS("'s't're've'm'll'd", "'s", "'t", "'re", "'ve", "'m", "'ll", "'d");
	ASSERT_WORDS("'sé", "'s", "é");       /* even within a word */
	ASSERT_WORDS("'tis", "'t", "is");
	ASSERT_WORDS("I'D", "I", "'", "D");   /* in small letters alone */
	ASSERT_WORDS("'r'l'v", "'", "r", "'", "l", "'", "v");
	ASSERT_WORDS("we 'll", "we", " '", "ll"); /* not after a space */
	ASSERT_WORDS("''s", "''", "s");       /* nor within signs */
	ASSERT_WORDS("it\u2019s", "it", "\u2019", "s");
	ASSERT_WORDS("'", "'");
}

static void one_space_belongs_to_the_word_behind_it(void **state)
{
	(void)state;
	ASSERT_WORDS("a b 1 ?", "a", " b", " 1", " ?");
	ASSERT_WORDS(" a", " a");
	ASSERT_WORDS("a  b", "a", " ", " b");
	ASSERT_WORDS("a    b", "a", "   ", " b");
	ASSERT_WORDS("  ?", " ", " ?");
}

static void other_spaces_are_words(void **state)
{
	(void)state;
	ASSERT_WORDS("a\tb", "a", "\t", "b");
	ASSERT_WORDS("a \tb", "a", " ", "\t", "b");
	ASSERT_WORDS("a\t b", "a", "\t", " b");
	ASSERT_WORDS("a\u3000b", "a", "\u3000", "b");
	ASSERT_WORDS("a \u00a0\u3000b", "a", " \u00a0", "\u3000", "b"); /* the last of several, whatever its bytes */
	ASSERT_WORDS("a\xc2\x85\u2028b", "a", "\xc2\x85", "\u2028", "b");
	ASSERT_WORDS("a\u1680\u2000\u200a\u2029\u202f\u205f b", "a", "\u1680\u2000\u200a\u2029\u202f\u205f", " b");
	ASSERT_WORDS("a\u200b\ufeff\u180eb", "a", "\u200b\ufeff\u180e", "b"); /* no spaces in Unicode's eyes */
	ASSERT_WORDS("a\x1c\x1f_", "a", "\x1c\x1f_");
}

static void spaces_at_the_end_are_one_word(void **state)
{
	(void)state;
	ASSERT_WORDS(" ", " ");
	ASSERT_WORDS("a ", "a", " ");
	ASSERT_WORDS("a \t\u3000 ", "a", " \t\u3000 ");
	ASSERT_WORDS("\t", "\t");
}

/* ---- merges ---- */

/* Bytes are their own ids; merges lead to ids from 300 on. They stand in the order that byte_bpe_read gives them. */
enum { BEGIN = 256, END, AB = 300, BC, ABC, AA, AAAA };

static struct byte_bpe merging(struct merge *merges, int64_t count)
{
	struct byte_bpe bpe = {.merges = merges, .merge_count = count, .begin = BEGIN, .end = END};

	for (int byte = 0; byte < 256; byte++)
		bpe.bytes[byte] = byte;
	return bpe;
}

#define ASSERT_IDS(bpe, sentence, ...) \
	assert_ids(bpe, sentence, (const int32_t[]){BEGIN, __VA_ARGS__, END}, \
		sizeof(int32_t[]){BEGIN, __VA_ARGS__, END} / sizeof(int32_t))

static void assert_ids(const struct byte_bpe *bpe, const char *sentence, const int32_t *expected, size_t count)
{
	struct ids ids = {0};

	assert_int_equal(byte_bpe_encode(bpe, sentence, 64, &ids), count);
	assert_int_equal(ids.count, count);
	assert_memory_equal(ids.values, expected, count * sizeof *expected);
	free(ids.values);
}

static void the_first_merge_of_the_list_goes_first(void **state)
{
	struct merge merges[] = {{'a', 'b', AB, 1}, {'b', 'c', BC, 0}, {AB, 'c', ABC, 2}};
	const struct byte_bpe bpe = merging(merges, 3);

	(void)state;
	ASSERT_IDS(&bpe, "abc", 'a', BC); /* not ab + c, though it stands further left */
	ASSERT_IDS(&bpe, "abxabc", AB, 'x', 'a', BC);
	merges[0].rank = 0;
	merges[1].rank = 1;
	ASSERT_IDS(&bpe, "abc", ABC);
}

static void of_like_merges_the_leftmost_goes_first(void **state)
{
	struct merge merges[] = {{'a', 'a', AA, 0}, {AA, AA, AAAA, 1}};
	const struct byte_bpe bpe = merging(merges, 2);

	(void)state;
	ASSERT_IDS(&bpe, "a", 'a');
	ASSERT_IDS(&bpe, "aaa", AA, 'a');
	ASSERT_IDS(&bpe, "aaaaa", AAAA, 'a');
	ASSERT_IDS(&bpe, "aaaaaaa", AAAA, AA, 'a');
}

static void nothing_is_merged_across_words(void **state)
{
	struct merge merges[] = {{' ', 'a', AB, 0}, {'a', 'a', AA, 1}};
	struct byte_bpe bpe = merging(merges, 2);

	(void)state;
	ASSERT_IDS(&bpe, "a a", 'a', AB);
	ASSERT_IDS(&bpe, "a1a", 'a', '1', 'a');
	bpe.prefix_space = true;
	ASSERT_IDS(&bpe, "a a", AB, AB);
	ASSERT_IDS(&bpe, " a", AB); /* no second space */
	ASSERT_IDS(&bpe, "é", ' ', 0xC3, 0xA9);
}

static void what_is_not_utf8_has_no_tokens(void **state)
{
	/* stray bytes, overlong, a surrogate, beyond 10FFFF, cut short */
	static const char *const sentences[] = {
		"\xff", "a\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82"};
	const struct byte_bpe bpe = merging(NULL, 0);
	struct ids ids = {0};

	(void)state;
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
		assert_int_equal(byte_bpe_encode(&bpe, sentences[i], 64, &ids), -1);
	assert_int_equal(ids.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_digits_and_signs_are_words_apart),
		cmocka_unit_test(contractions_go_before_all_else),
		cmocka_unit_test(one_space_belongs_to_the_word_behind_it),
		cmocka_unit_test(other_spaces_are_words),
		cmocka_unit_test(spaces_at_the_end_are_one_word),
		cmocka_unit_test(the_first_merge_of_the_list_goes_first),
		cmocka_unit_test(of_like_merges_the_leftmost_goes_first),
		cmocka_unit_test(nothing_is_merged_across_words),
		cmocka_unit_test(what_is_not_utf8_has_no_tokens),
	};

	set_program_name("test-byte-bpe");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
