/* test-wordpiece.c: words, pieces and vocabulary files, on sentences small enough to check by eye.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ids of the reference tokenizer, and every refused file, are tested through the program: tests/tokenize.t.
 */
#include "fail.h"
#include "read-file.h"
#include "wordpiece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ids 0 to 4 are special */
enum { UNKNOWN = 1, BEGIN, END, UN = 5, AFF, ABLE, A, MORE_A, AB, MORE_C, MORE_BCD, BRACKET, SEP, CLOSING, E_, HAN };
static const char vocabulary[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\na\n##a\nab\n##c\n##bcd\n"
				 "[\nsep\n]\ne\n中\n";

static char folder[] = "/tmp/test-wordpiece.XXXXXX";
static const struct config config = {.vocabulary = 32, .max_positions = 64};
static struct wordpiece wordpiece;

static void write_text(const char *name, const char *text)
{
	char *path = path_in(folder, name);
	FILE *stream = fopen(path, "w");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
	free(path);
}

static void remove_text(const char *name)
{
	char *path = path_in(folder, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static char *read_text(const char *name)
{
	size_t size;
	char *path = path_in(folder, name), *text = read_file(path, &size);

	free(path);
	return text;
}

static int make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	write_text("vocab.txt", vocabulary);
	wordpiece_read(&wordpiece, folder, &config);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	wordpiece_free(&wordpiece);
	remove_text("vocab.txt");
	return rmdir(folder);
}

/* ---- words ---- */

static void assert_words(const char *sentence, const char *expected)
{
	char *words = split_words(&wordpiece, sentence);

	assert_non_null(words);
	assert_string_equal(words, expected);
	free(words);
}

static void drops_controls_and_unifies_spaces(void **state)
{
	(void)state;
	assert_words("", "");
	assert_words("  a \t b\r\n", "a b");
	assert_words("a\u00a0b\u3000c\u2028d", "a b c d");
	assert_words("a\001b\x7f\xc2\x85 c\v", "ab c");
	assert_words("so\u00adft zero\u200bwidth \ufeffbom", "soft zerowidth bom");
	assert_words("\ue000private cha\ufffdracter", "private character");
	assert_words("\u0378 \uffff", "\u0378 \uffff"); /* unassigned is not control */
}

static void lowers_and_strips_accents(void **state)
{
	(void)state;
	assert_words("Crème BRÛLÉE", "creme brulee");
	assert_words("e\u0301e\u0323\u0302", "ee");
	assert_words("İstanbul IŞIK ı", "istanbul isik ı");
	assert_words("ΣΊΣΥΦΟΣ", "σισυφοσ"); /* letter by letter: no final sigma */
	assert_words("Straße ŁÓDŹ", "straße łodz");
	assert_words("각", "\u1100\u1161\u11a8"); /* stays decomposed */
}

static void splits_at_marks_and_chinese_characters(void **state)
{
	(void)state;
	assert_words("Wait...what?!", "wait . . . what ? !");
	assert_words("a$b+c^d`e|f~g", "a $ b + c ^ d ` e | f ~ g");
	assert_words("£5 ± ½", "£5 ± ½"); /* symbols beyond ASCII stay */
	assert_words("«y’all» 中文x", "« y ’ all » 中 文 x");
	assert_words("かなカナ한", "かなカナ\u1112\u1161\u11ab");
	assert_words("[SEP]", "[ sep ]");
}

static void keeps_the_categories_of_unicode_8(void **state)
{
	(void)state;
	assert_words("a\u2e43b", "a\u2e43b");         /* punctuation since 9 */
	assert_words("a\u1abfb", "a\u1abfb");         /* a mark since 13 */
	assert_words("a\u08e2b", "a\u08e2b");         /* a format character since 9 */
	assert_words("a\u166db", "a \u166d b");       /* punctuation until 12 */
	assert_words("a\u1734b", "ab");               /* a nonspacing mark until 14 */
	assert_words("a\U0002b820b", "a\U0002b820b"); /* the reference's gap in extension E */
	assert_words("a\U0002b920b", "a \U0002b920 b");
}

static void refuses_what_is_not_utf8(void **state)
{
	(void)state;
	/* stray bytes, overlong, a surrogate, beyond 10FFFF, cut short */
	static const char *const sentences[] = {
		"\xff", "a\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82"};
	struct ids ids = {0};

	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		assert_null(split_words(&wordpiece, sentences[i]));
		assert_int_equal(wordpiece_encode(&wordpiece, sentences[i], 64, &ids), -1);
	}
	assert_int_equal(ids.count, 0);
}

/* ---- pieces ---- */

#define ASSERT_IDS(sentence, max_length, whole, ...) \
	assert_ids(sentence, max_length, whole, (const int32_t[]){__VA_ARGS__}, sizeof(int32_t[]){__VA_ARGS__})

static void assert_ids(const char *sentence, int64_t max_length, int64_t whole, const int32_t *expected, size_t bytes)
{
	struct ids ids = {0};

	assert_int_equal(wordpiece_encode(&wordpiece, sentence, max_length, &ids), whole);
	assert_int_equal(ids.count, bytes / sizeof *expected);
	assert_memory_equal(ids.values, expected, bytes);
	free(ids.values);
}

static void takes_the_longest_piece_first(void **state)
{
	(void)state;
	ASSERT_IDS("Unaffable", 64, 5, BEGIN, UN, AFF, ABLE, END);
	ASSERT_IDS("abc aa", 64, 6, BEGIN, AB, MORE_C, A, MORE_A, END);
	ASSERT_IDS("é中e", 64, 5, BEGIN, E_, HAN, E_, END);
	ASSERT_IDS("", 64, 2, BEGIN, END);
}

static void makes_an_impossible_word_unknown(void **state)
{
	(void)state;
	ASSERT_IDS("abcd a", 64, 4, BEGIN, UNKNOWN, A, END); /* a + ##bcd is never tried */
	ASSERT_IDS("unz", 64, 3, BEGIN, UNKNOWN, END);
	ASSERT_IDS("##aff", 64, 5, BEGIN, UNKNOWN, UNKNOWN, UNKNOWN, END);
}

static void limits_words_to_100_characters(void **state)
{
	struct ids ids = {0};
	char word[102];

	(void)state;
	memset(word, 'a', sizeof word);
	word[100] = '\0';
	assert_int_equal(wordpiece_encode(&wordpiece, word, 512, &ids), 102);
	word[100] = 'a';
	word[101] = '\0';
	assert_int_equal(wordpiece_encode(&wordpiece, word, 512, &ids), 3);
	assert_int_equal(ids.values[103], UNKNOWN);
	free(ids.values);
}

static void treats_special_tokens_as_text(void **state)
{
	(void)state;
	ASSERT_IDS("a [SEP]", 64, 6, BEGIN, A, BRACKET, SEP, CLOSING, END);
}

static void truncates_before_the_last_token(void **state)
{
	(void)state;
	ASSERT_IDS("a a a", 5, 5, BEGIN, A, A, A, END);
	ASSERT_IDS("a a a", 4, 5, BEGIN, A, A, END);
	ASSERT_IDS("unaffable", 3, 5, BEGIN, UN, END);
	ASSERT_IDS("a", 2, 3, BEGIN, END);
}

/* ---- files ---- */

static void reads_other_line_ends(void **state)
{
	struct wordpiece other;

	(void)state;
	write_text("vocab.txt", "[UNK]\r\n[CLS]\r\n[SEP]\r\na");
	wordpiece_read(&other, folder, &config);
	assert_int_equal(other.count, 4);
	assert_string_equal(other.pieces[2], "[SEP]");
	assert_string_equal(other.pieces[3], "a");
	wordpiece_free(&other);
	write_text("vocab.txt", vocabulary);
}

static void prefers_vocab_txt_to_tokenizer_json(void **state)
{
	struct wordpiece other;

	(void)state;
	write_text("tokenizer.json", "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"[SEP]\": 1, \"[UNK]\": 0, "
				     "\"[CLS]\": 2, \"\\u4e2d\": 3}}, \"normalizer\": {\"type\": \"BertNormalizer\"}, "
				     "\"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}}");
	wordpiece_read(&other, folder, &config);
	assert_int_equal(other.count, wordpiece.count);
	wordpiece_free(&other);
	remove_text("vocab.txt");
	wordpiece_read(&other, folder, &config);
	assert_int_equal(other.count, 4);
	assert_string_equal(other.pieces[3], "中");
	assert_int_equal(other.end, 1);
	wordpiece_free(&other);
	remove_text("tokenizer.json");
	write_text("vocab.txt", vocabulary);
}

static void writes_what_it_reads(void **state)
{
	struct wordpiece again;
	struct config distilbert = config;

	(void)state;
	distilbert.architecture = ARCHITECTURE_DISTILBERT;
	wordpiece_write_vocabulary(&wordpiece, folder);
	wordpiece_write_config(&wordpiece, folder, &distilbert);
	char *text = read_text("vocab.txt"), *written = read_text("tokenizer_config.json");
	assert_string_equal(text, vocabulary);
	assert_non_null(strstr(written, "\"tokenizer_class\": \"DistilBertTokenizer\""));
	assert_non_null(strstr(written, "\"do_lower_case\": true"));
	assert_non_null(strstr(written, "\"model_max_length\": 64"));
	wordpiece_read(&again, folder, &config);
	assert_int_equal(again.count, wordpiece.count);
	wordpiece_free(&again);
	remove_text("tokenizer_config.json");
	free(written);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drops_controls_and_unifies_spaces),
		cmocka_unit_test(lowers_and_strips_accents),
		cmocka_unit_test(splits_at_marks_and_chinese_characters),
		cmocka_unit_test(keeps_the_categories_of_unicode_8),
		cmocka_unit_test(refuses_what_is_not_utf8),
		cmocka_unit_test(takes_the_longest_piece_first),
		cmocka_unit_test(makes_an_impossible_word_unknown),
		cmocka_unit_test(limits_words_to_100_characters),
		cmocka_unit_test(treats_special_tokens_as_text),
		cmocka_unit_test(truncates_before_the_last_token),
		cmocka_unit_test(reads_other_line_ends),
		cmocka_unit_test(prefers_vocab_txt_to_tokenizer_json),
		cmocka_unit_test(writes_what_it_reads),
	};

	set_program_name("test-wordpiece");
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
