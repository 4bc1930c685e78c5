/* wordpiece.c: WordPiece.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wordpiece.h"

#include "fail.h"
#include "output.h"
#include "read-file.h"
#include "tokenizer-json.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { WORD_MAX = 100 }; /* characters; a longer word is unknown */

/* ---- characters ---- */

struct range {
	utf8proc_int32_t first, last;
};

/* Marks, punctuation and format characters newer than Unicode 8 lie in these, and none that are older. */
static const struct range newer[] = {{0x5C8, 0x5C9}, {0x61D, 0x61D}, {0x7FD, 0x7FD}, {0x890, 0x8E2}, {0x9FD, 0x9FE},
	{0xA76, 0xA76}, {0xAFA, 0xAFF}, {0xB53, 0xB55}, {0xC04, 0xC3C}, {0xC77, 0xC77}, {0xC84, 0xC84}, {0xD00, 0xD00},
	{0xD3B, 0xD3C}, {0xD81, 0xD81}, {0xEBA, 0xEBA}, {0xECE, 0xECE}, {0x180F, 0x1886}, {0x1ABF, 0x1AF0},
	{0x1B4E, 0x1B4F}, {0x1B7D, 0x1B7F}, {0x1DF6, 0x1DFB}, {0x2E43, 0x2E63}, {0xA82C, 0xA82C}, {0xA8C5, 0xA8C5},
	{0xA8FF, 0xA8FF}, {0xA9BD, 0xA9BD}, {0x10D24, 0x10F89}, {0x11070, 0x11074}, {0x110C2, 0x110CD},
	{0x111CF, 0x111CF}, {0x1123E, 0x11241}, {0x1133B, 0x1133B}, {0x113BB, 0x1145E}, {0x11660, 0x1166C},
	{0x116B9, 0x116B9}, {0x1182F, 0x11FFF}, {0x12FF1, 0x1612F}, {0x16D6D, 0x16F4F}, {0x16FE2, 0x16FE4},
	{0x1CF00, 0x1D128}, {0x1D25B, 0x1D25C}, {0x1E000, 0x1E6F5}, {0x1E944, 0x1E95F}};

/* Blocks of Chinese characters; the reference begins extension E at 2B920 rather than 2B820. */
static const struct range chinese[] = {{0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x2A6DF},
	{0x2A700, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F}};

#define IN_RANGES(code, ranges) in_ranges(code, ranges, sizeof(ranges) / sizeof *(ranges))

static bool in_ranges(utf8proc_int32_t code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count && ranges[i].first <= code; i++)
		if (code <= ranges[i].last)
			return true;
	return false;
}

/* The general category in Unicode 8, as far as this file asks for it. */
static utf8proc_category_t category(utf8proc_int32_t code)
{
	if (code == 0x1734)
		return UTF8PROC_CATEGORY_MN; /* Mc since Unicode 14 */
	if (code == 0x166D || code == 0x111C9)
		return UTF8PROC_CATEGORY_PO; /* So since 12, Mn since 11 */
	return IN_RANGES(code, newer) ? UTF8PROC_CATEGORY_LO : utf8proc_category(code);
}

static bool is_space(utf8proc_int32_t code)
{
	utf8proc_category_t kind = category(code);

	return code == '\t' || code == '\n' || code == '\r' ||
	       (kind >= UTF8PROC_CATEGORY_ZS && kind <= UTF8PROC_CATEGORY_ZP);
}

static bool is_dropped(utf8proc_int32_t code)
{
	utf8proc_category_t kind = category(code);

	return code == 0xFFFD || kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CF ||
	       kind == UTF8PROC_CATEGORY_CO;
}

static bool is_punctuation(utf8proc_int32_t code)
{
	utf8proc_category_t kind = category(code);

	/* of ASCII, symbols such as $ and + as well */
	return kind >= UTF8PROC_CATEGORY_PC && kind <= (code < 0x80 ? UTF8PROC_CATEGORY_SO : UTF8PROC_CATEGORY_PO);
}

/* ---- words ---- */

static bool is_utf8(const char *text)
{
	utf8proc_int32_t code;

	for (utf8proc_ssize_t size; *text; text += size)
		if ((size = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code)) < 0)
			return false;
	return true;
}

/* Takes the next character off valid, not empty UTF-8. */
static utf8proc_int32_t next_character(const char **text)
{
	utf8proc_int32_t code;

	*text += utf8proc_iterate((const utf8proc_uint8_t *)*text, -1, &code);
	return code;
}

/* Writes a character and returns where the next one goes. */
static char *put_character(char *end, utf8proc_int32_t code)
{
	return end + utf8proc_encode_char(code, (utf8proc_uint8_t *)end);
}

static char *clean(const char *text)
{
	char *cleaned = allocate(strlen(text) + 1, 1), *end = cleaned;

	while (*text) {
		utf8proc_int32_t code = next_character(&text);
		if (is_space(code))
			*end++ = ' ';
		else if (!is_dropped(code))
			end = put_character(end, code);
	}
	return cleaned;
}

static char *decompose(const char *text)
{
	char *decomposed = (char *)utf8proc_NFD((const utf8proc_uint8_t *)text);

	if (!decomposed)
		fail(NULL, "out of memory (%zu bytes to decompose)", strlen(text));
	return decomposed;
}

/* The lower case of a character; of U+0130 alone it is two. */
static char *put_lower(char *end, utf8proc_int32_t code)
{
	if (code == 0x130)
		return put_character(put_character(end, 'i'), 0x307);
	return put_character(end, utf8proc_tolower(code));
}

char *split_words(const struct wordpiece *wordpiece, const char *sentence)
{
	if (!is_utf8(sentence))
		return NULL;
	char *cleaned = clean(sentence), *decomposed = wordpiece->strip_accents ? decompose(cleaned) : copy_string(cleaned);
	/* A character becomes at most one of 4 bytes with a space before it. */
	char *words = allocate(5 * strlen(decomposed) + 1, 1), *end = words;
	bool apart = false; /* does a new word begin here? */

	for (const char *rest = decomposed; *rest;) {
		utf8proc_int32_t code = next_character(&rest);
		if (wordpiece->strip_accents && category(code) == UTF8PROC_CATEGORY_MN)
			continue;
		bool alone = is_punctuation(code) || (wordpiece->split_chinese && IN_RANGES(code, chinese));
		if ((apart || alone) && code != ' ' && end > words)
			*end++ = ' ';
		apart = alone || code == ' ';
		if (code != ' ')
			end = wordpiece->lowercase ? put_lower(end, code) : put_character(end, code);
	}
	free(decomposed);
	free(cleaned);
	return words;
}

/* ---- pieces ---- */

/* The slot that holds the piece made of prefix and length bytes of text, or the free one where it belongs. */
static int32_t *find_slot(const struct wordpiece *wordpiece, const char *prefix, const char *text, size_t length)
{
	size_t before = strlen(prefix);
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

	for (size_t i = 0; i < before + length; i++)
		hash = (hash ^ (unsigned char)(i < before ? prefix[i] : text[i - before])) * 0x100000001b3;
	for (size_t i = hash;; i++) {
		int32_t *slot = &wordpiece->slots[i & (wordpiece->slot_count - 1)];
		if (*slot < 0)
			return slot;
		const char *piece = wordpiece->pieces[*slot];
		if (strncmp(piece, prefix, before) == 0 && strncmp(piece + before, text, length) == 0 &&
			piece[before + length] == '\0')
			return slot;
	}
}

static int32_t find(const struct wordpiece *wordpiece, const char *prefix, const char *text, size_t length)
{
	return *find_slot(wordpiece, prefix, text, length);
}

/* Greedy, longest match first. An end inside a character matches no piece: all of them are UTF-8. */
static void append_word(const struct wordpiece *wordpiece, const char *word, size_t length, struct ids *ids)
{
	int64_t first = ids->count;
	size_t characters = 0, begin = 0;

	for (size_t i = 0; i < length; i++)
		characters += ((unsigned char)word[i] & 0xC0) != 0x80;
	while (characters <= WORD_MAX && begin < length) {
		size_t end = length - begin < wordpiece->longest ? length : begin + wordpiece->longest;
		int32_t id = -1;
		while (end > begin && (id = find(wordpiece, begin ? "##" : "", word + begin, end - begin)) < 0)
			end--;
		if (id < 0)
			break;
		ids_append(ids, id);
		begin = end;
	}
	if (begin < length) {
		ids->count = first;
		ids_append(ids, wordpiece->unknown);
	}
}

int64_t wordpiece_encode(const struct wordpiece *wordpiece, const char *sentence, int64_t max_length, struct ids *ids)
{
	char *words = split_words(wordpiece, sentence);
	int64_t first = ids->count;

	if (!words)
		return -1;
	ids_append(ids, wordpiece->begin);
	for (const char *word = words; *word;) {
		size_t length = strcspn(word, " ");
		append_word(wordpiece, word, length, ids);
		word += length + (word[length] == ' ');
	}
	free(words);
	return ids_end_sentence(ids, first, max_length, wordpiece->end);
}

/* ---- vocabulary files ---- */

/* The normalizer's settings, as the tokenizer's whole file has them. */
static void read_normalizer(struct wordpiece *wordpiece, const char *path, const json_t *json)
{
	const json_t *normalizer = need_type(path, json, "normalizer", "BertNormalizer");

	need_value(path, normalizer, "clean_text", "true");
	read_truth(path, normalizer, "handle_chinese_chars", &wordpiece->split_chinese);
	read_truth(path, normalizer, "lowercase", &wordpiece->lowercase);
	if (!read_truth(path, normalizer, "strip_accents", &wordpiece->strip_accents))
		wordpiece->strip_accents = wordpiece->lowercase;
	need_type(path, json, "pre_tokenizer", "BertPreTokenizer");
	refuse_added(path, json_object_get(json, "added_tokens"));
}

/* The settings of tokenizer_config.json, if it is there: those it has are the last word. */
static void read_tokenizer_config(struct wordpiece *wordpiece, const char *folder)
{
	char *path = path_in(folder, "tokenizer_config.json");

	if (path_exists(path)) {
		json_t *json = read_json(path);
		need_value(path, json, "do_basic_tokenize", "true");
		need_value(path, json, "truncation_side", "\"right\"");
		refuse_added(path, json_object_get(json, "added_tokens_decoder"));
		read_truth(path, json, "tokenize_chinese_chars", &wordpiece->split_chinese);
		const bool cased = read_truth(path, json, "do_lower_case", &wordpiece->lowercase);
		if (!read_truth(path, json, "strip_accents", &wordpiece->strip_accents) && cased)
			wordpiece->strip_accents = wordpiece->lowercase;
		json_decref(json);
	}
	free(path);
}

/* vocab.txt: one piece a line, its id the line's number from 0. */
static void read_lines(struct wordpiece *wordpiece)
{
	size_t size, used = 0;
	char *text = read_file(wordpiece->path, &size);

	if (memchr(text, '\0', size))
		fail(wordpiece->path, "holds a NUL byte: not a vocabulary");
	for (size_t i = 0; i < size; i++)
		wordpiece->count += text[i] == '\n' || i + 1 == size;
	wordpiece->pieces = allocate((size_t)wordpiece->count, sizeof *wordpiece->pieces);
	for (int64_t id = 0; id < wordpiece->count; id++) {
		size_t length = strcspn(text + used, "\n");
		bool dos = length > 0 && text[used + length - 1] == '\r';
		wordpiece->pieces[id] = format_string("%.*s", (int)(length - dos), text + used);
		used += length + 1;
	}
	free(text);
}

/* tokenizer.json: {"model": {"type": "WordPiece", "vocab": {piece: id, …}, …}, "normalizer": {…}, …}. */
static void read_pieces(struct wordpiece *wordpiece, const json_t *json, int64_t most)
{
	const char *path = wordpiece->path;
	const json_t *model = need_type(path, json, "model", "WordPiece");

	need_value(path, model, "unk_token", "\"[UNK]\"");
	need_value(path, model, "continuing_subword_prefix", "\"##\"");
	need_value(path, model, "max_input_chars_per_word", "100");
	wordpiece->pieces = pieces_by_id(path, json_object_get(model, "vocab"), most, &wordpiece->count);
}

static void build_index(struct wordpiece *wordpiece)
{
	for (wordpiece->slot_count = 2; wordpiece->slot_count < 2 * (size_t)wordpiece->count;)
		wordpiece->slot_count *= 2;
	wordpiece->slots = allocate(wordpiece->slot_count, sizeof *wordpiece->slots);
	memset(wordpiece->slots, -1, wordpiece->slot_count * sizeof *wordpiece->slots);
	for (int32_t id = 0; id < wordpiece->count; id++) {
		const char *piece = wordpiece->pieces[id];
		size_t length = strlen(piece);
		int32_t *slot = find_slot(wordpiece, "", piece, length);
		if (length == 0 || strpbrk(piece, "\r\n") || !is_utf8(piece))
			fail(wordpiece->path, "piece %d (from 0) is empty, not UTF-8 or holds a line end", (int)id);
		if (*slot >= 0)
			fail(wordpiece->path, "piece '%s' stands there twice, as number %d and %d (from 0)", piece,
				(int)*slot, (int)id);
		*slot = id;
		if (length > wordpiece->longest)
			wordpiece->longest = length;
	}
}

static int32_t need_piece(const struct wordpiece *wordpiece, const char *piece)
{
	int32_t id = find(wordpiece, "", piece, strlen(piece));

	if (id < 0)
		fail(wordpiece->path, "has no piece %s", piece);
	return id;
}

void wordpiece_read(struct wordpiece *wordpiece, const char *folder, const struct config *config)
{
	char *lines = path_in(folder, "vocab.txt"), *json = path_in(folder, "tokenizer.json");

	*wordpiece = (struct wordpiece){.path = path_exists(lines) ? lines : json,
		.lowercase = true, .strip_accents = true, .split_chinese = true};
	if (!path_exists(wordpiece->path))
		fail(folder, "has neither vocab.txt nor tokenizer.json");
	if (wordpiece->path == lines)
		read_lines(wordpiece);
	if (path_exists(json)) {
		json_t *whole = read_json(json);
		if (wordpiece->path == json)
			read_pieces(wordpiece, whole, config->vocabulary);
		read_normalizer(wordpiece, json, whole);
		json_decref(whole);
	}
	read_tokenizer_config(wordpiece, folder);
	if (wordpiece->count > config->vocabulary)
		fail(wordpiece->path, "has %lld pieces (at most %lld, the rows of the model's word embedding)",
			(long long)wordpiece->count, (long long)config->vocabulary);
	build_index(wordpiece);
	wordpiece->unknown = need_piece(wordpiece, "[UNK]");
	wordpiece->begin = need_piece(wordpiece, "[CLS]");
	wordpiece->end = need_piece(wordpiece, "[SEP]");
	free(wordpiece->path == lines ? json : lines);
}

void wordpiece_free(struct wordpiece *wordpiece)
{
	for (int64_t id = 0; id < wordpiece->count; id++)
		free(wordpiece->pieces[id]);
	free(wordpiece->pieces);
	free(wordpiece->slots);
	free(wordpiece->path);
	*wordpiece = (struct wordpiece){0};
}

void wordpiece_write_vocabulary(const struct wordpiece *wordpiece, const char *folder)
{
	char *path = path_in(folder, "vocab.txt");
	struct output output;

	output_open(&output, path);
	for (int64_t id = 0; id < wordpiece->count; id++)
		fprintf(output.stream, "%s\n", wordpiece->pieces[id]);
	output_close(&output);
	free(path);
}

void wordpiece_write_config(const struct wordpiece *wordpiece, const char *folder, const struct config *config)
{
	static const char *const classes[] = {[ARCHITECTURE_BERT] = "BertTokenizer",
		[ARCHITECTURE_DISTILBERT] = "DistilBertTokenizer", [ARCHITECTURE_ELECTRA] = "ElectraTokenizer"};
	json_t *json = json_pack("{s:s, s:b, s:o, s:b, s:s, s:s, s:s, s:s, s:s, s:I}", "tokenizer_class",
		classes[config->architecture], "do_lower_case", wordpiece->lowercase, "strip_accents",
		wordpiece->strip_accents == wordpiece->lowercase ? json_null() : json_boolean(wordpiece->strip_accents),
		"tokenize_chinese_chars", wordpiece->split_chinese, "unk_token", "[UNK]", "sep_token", "[SEP]", "pad_token",
		"[PAD]", "cls_token", "[CLS]", "mask_token", "[MASK]", "model_max_length",
		(json_int_t)config->max_positions);

	write_json(folder, "tokenizer_config.json", json, false);
}
