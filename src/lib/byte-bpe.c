/* byte-bpe.c: byte-level BPE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "byte-bpe.h"

#include "fail.h"
#include "output.h"
#include "read-file.h"
#include "tokenizer-json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* ---- words ---- */

enum kind { SPACE, LETTER, DIGIT, SIGN };

static bool is_space(utf8proc_int32_t code)
{
	return (code >= '\t' && code <= '\r') || code == ' ' || code == 0x85 || code == 0xA0 || code == 0x1680 ||
	       (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
	       code == 0x205F || code == 0x3000;
}

static enum kind kind_of(utf8proc_int32_t code)
{
	const utf8proc_category_t category = utf8proc_category(code);

	if (is_space(code))
		return SPACE;
	if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO)
		return LETTER;
	return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO ? DIGIT : SIGN;
}

/* The bytes of the first character, and its kind; 0 at the end. */
static size_t read_character(const char *text, enum kind *kind)
{
	utf8proc_int32_t code;

	if (*text == '\0')
		return 0;
	size_t size = (size_t)utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &code);
	*kind = kind_of(code);
	return size;
}

/* The bytes of the characters of that kind with which a text begins; *last: those of the last of them. */
static size_t run_of(enum kind wanted, const char *text, size_t *last)
{
	size_t length = 0, size;
	enum kind kind;

	while ((size = read_character(text + length, &kind)) > 0 && kind == wanted) {
		length += size;
		*last = size;
	}
	return length;
}

static size_t contraction(const char *text)
{
	static const char *const endings[] = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (strncmp(text, endings[i], strlen(endings[i])) == 0)
			return strlen(endings[i]);
	return 0;
}

size_t byte_bpe_word(const char *text)
{
	const size_t contracted = contraction(text), space = *text == ' ';
	size_t last = 0;
	enum kind kind;

	if (contracted > 0)
		return contracted;
	if (read_character(text + space, &kind) > 0 && kind != SPACE)
		return space + run_of(kind, text + space, &last);
	const size_t spaces = run_of(SPACE, text, &last);
	/* of several spaces before a word the last one is left to it */
	return text[spaces] != '\0' && spaces > last ? spaces - last : spaces;
}

/* ---- merges ---- */

static int compare_merges(const void *a, const void *b)
{
	const struct merge *x = a, *y = b;

	if (x->left != y->left)
		return x->left < y->left ? -1 : 1;
	return (x->right > y->right) - (x->right < y->right);
}

static const struct merge *find_merge(const struct byte_bpe *bpe, int32_t left, int32_t right)
{
	const struct merge wanted = {.left = left, .right = right};

	return bsearch(&wanted, bpe->merges, (size_t)bpe->merge_count, sizeof wanted, compare_merges);
}

/* A piece of the word in the making; where it has gone into the one before it, id is -1. */
struct symbol {
	int32_t id;
	int64_t previous, next; /* -1 where there is none */
};

/* A merge that is possible at a symbol and the next one, or was when it was found. */
struct candidate {
	int64_t at;
	int32_t rank, merged;
};

/* One word's symbols, and its candidates as a binary heap with the first in rank, then place, on top. Each of n symbols
 * brings at most one candidate, each of less than n merges at most two. */
struct word {
	struct symbol *symbols;  /* [n] */
	struct candidate *heap;  /* [3 n] */
	int64_t candidate_count;
};

static bool comes_first(const struct candidate *a, const struct candidate *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->at < b->at;
}

static void push(struct word *word, struct candidate candidate)
{
	int64_t i = word->candidate_count++;

	for (; i > 0 && comes_first(&candidate, &word->heap[(i - 1) / 2]); i = (i - 1) / 2)
		word->heap[i] = word->heap[(i - 1) / 2];
	word->heap[i] = candidate;
}

static struct candidate pop(struct word *word)
{
	const struct candidate top = word->heap[0], moved = word->heap[--word->candidate_count];
	int64_t i = 0;

	for (int64_t child; (child = 2 * i + 1) < word->candidate_count; i = child) {
		if (child + 1 < word->candidate_count && comes_first(&word->heap[child + 1], &word->heap[child]))
			child++;
		if (!comes_first(&word->heap[child], &moved))
			break;
		word->heap[i] = word->heap[child];
	}
	word->heap[i] = moved;
	return top;
}

static void push_merge_at(const struct byte_bpe *bpe, struct word *word, int64_t at)
{
	const struct symbol *symbol = &word->symbols[at];
	const struct merge *merge =
		symbol->next < 0 ? NULL : find_merge(bpe, symbol->id, word->symbols[symbol->next].id);

	if (merge)
		push(word, (struct candidate){at, merge->rank, merge->merged});
}

/* Is the candidate what stands there now? */
static bool is_possible(const struct byte_bpe *bpe, const struct word *word, const struct candidate *candidate)
{
	const struct symbol *symbol = &word->symbols[candidate->at];

	if (symbol->id < 0 || symbol->next < 0)
		return false;
	const struct merge *merge = find_merge(bpe, symbol->id, word->symbols[symbol->next].id);
	return merge && merge->merged == candidate->merged;
}

static void merge_next(struct word *word, int64_t at, int32_t merged)
{
	struct symbol *symbol = &word->symbols[at], *gone = &word->symbols[symbol->next];

	symbol->id = merged;
	symbol->next = gone->next;
	gone->id = -1;
	if (symbol->next >= 0)
		word->symbols[symbol->next].previous = at;
}

/* In time n log n for a word of n bytes. */
static void append_word(
	const struct byte_bpe *bpe, struct word *word, const char *text, int64_t length, struct ids *ids)
{
	word->candidate_count = 0;
	for (int64_t i = 0; i < length; i++)
		word->symbols[i] =
			(struct symbol){bpe->bytes[(unsigned char)text[i]], i - 1, i + 1 < length ? i + 1 : -1};
	for (int64_t i = 0; i < length; i++)
		push_merge_at(bpe, word, i);
	while (word->candidate_count > 0) {
		const struct candidate candidate = pop(word);
		if (!is_possible(bpe, word, &candidate))
			continue;
		merge_next(word, candidate.at, candidate.merged);
		if (word->symbols[candidate.at].previous >= 0)
			push_merge_at(bpe, word, word->symbols[candidate.at].previous);
		push_merge_at(bpe, word, candidate.at);
	}
	for (int64_t i = 0; i >= 0; i = word->symbols[i].next)
		ids_append(ids, word->symbols[i].id);
}

int64_t byte_bpe_encode(const struct byte_bpe *bpe, const char *sentence, int64_t max_length, struct ids *ids)
{
	const int64_t first = ids->count;
	utf8proc_int32_t code;

	for (utf8proc_ssize_t i = 0, size; sentence[i]; i += size)
		if ((size = utf8proc_iterate((const utf8proc_uint8_t *)sentence + i, -1, &code)) < 0)
			return -1;
	char *text = format_string("%s%s", bpe->prefix_space && *sentence && *sentence != ' ' ? " " : "", sentence);
	struct word word = {.symbols = allocate(strlen(text) + 1, sizeof *word.symbols),
		.heap = allocate(strlen(text) + 1, 3 * sizeof *word.heap)};
	ids_append(ids, bpe->begin);
	for (size_t at = 0, length; text[at]; at += length) {
		length = byte_bpe_word(text + at);
		append_word(bpe, &word, text + at, (int64_t)length, ids);
	}
	free(word.heap);
	free(word.symbols);
	free(text);
	return ids_end_sentence(ids, first, max_length, bpe->end);
}

/* ---- vocabulary files ---- */

static int32_t need_piece(const struct byte_bpe *bpe, const json_t *vocabulary, const char *piece)
{
	const json_t *id = json_object_get(vocabulary, piece);

	if (!id)
		fail(bpe->path, "has no piece '%s'", piece);
	return (int32_t)json_integer_value(id);
}

/* In the files a byte that prints in Latin-1 is the character of its number; the others, in their order, are U+0100,
 * U+0101, … */
static void find_bytes(struct byte_bpe *bpe, const json_t *vocabulary)
{
	utf8proc_int32_t next = 0x100;

	for (int byte = 0; byte < 256; byte++) {
		const bool prints = (byte > ' ' && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
		utf8proc_uint8_t piece[5] = {0};
		utf8proc_encode_char(prints ? byte : next++, piece);
		bpe->bytes[byte] = need_piece(bpe, vocabulary, (const char *)piece);
	}
}

static void read_pieces(struct byte_bpe *bpe, const json_t *vocabulary, int64_t most)
{
	bpe->pieces = pieces_by_id(bpe->path, vocabulary, most, &bpe->count);
	find_bytes(bpe, vocabulary);
	bpe->begin = need_piece(bpe, vocabulary, "<s>");
	bpe->end = need_piece(bpe, vocabulary, "</s>");
}

/* A pair whose parts, and whose parts joined, are pieces. */
static void add_merge(struct byte_bpe *bpe, const char *path, const json_t *vocabulary, const char *left, const char *right)
{
	struct merge *merge = &bpe->merges[bpe->merge_count];
	char *merged = format_string("%s%s", left, right);
	const json_t *ids[] = {
		json_object_get(vocabulary, left), json_object_get(vocabulary, right), json_object_get(vocabulary, merged)};

	if (strpbrk(merged, " \r\n"))
		fail(path, "merge %lld holds a space or line end", (long long)bpe->merge_count + 1);
	if (!ids[0] || !ids[1] || !ids[2])
		fail(path, "merge %lld, '%s %s': not all of '%s', '%s' and '%s' are pieces",
			(long long)bpe->merge_count + 1, left, right, left, right, merged);
	*merge = (struct merge){(int32_t)json_integer_value(ids[0]), (int32_t)json_integer_value(ids[1]),
		(int32_t)json_integer_value(ids[2]), (int32_t)bpe->merge_count};
	bpe->merge_count++;
	free(merged);
}

/* "left right", nothing else. */
static void add_merge_text(
	struct byte_bpe *bpe, const char *path, const json_t *vocabulary, const char *text, size_t length)
{
	char *pair = format_string("%.*s", (int)length, text), *space = strchr(pair, ' ');

	if (!space || space == pair || space[1] == '\0' || strchr(space + 1, ' '))
		fail(path, "merge %lld is '%.80s' (expected two pieces and one space between)", (long long)bpe->merge_count + 1,
			pair);
	*space = '\0';
	add_merge(bpe, path, vocabulary, pair, space + 1);
	free(pair);
}

static void sort_merges(struct byte_bpe *bpe, const char *path)
{
	qsort(bpe->merges, (size_t)bpe->merge_count, sizeof *bpe->merges, compare_merges);
	for (int64_t i = 1; i < bpe->merge_count; i++)
		if (compare_merges(&bpe->merges[i - 1], &bpe->merges[i]) == 0)
			fail(path, "merge '%s %s' stands there twice", bpe->pieces[bpe->merges[i].left],
				bpe->pieces[bpe->merges[i].right]);
}

static void check_merge_count(const char *path, size_t count)
{
	if (count > INT32_MAX)
		fail(path, "has %zu merges (at most %d)", count, INT32_MAX);
}

/* merges.txt: `#version: …`, then a merge a line. */
static void read_merge_lines(struct byte_bpe *bpe, const char *path, const json_t *vocabulary)
{
	size_t size, lines = 1;
	char *text = read_file(path, &size);

	if (memchr(text, '\0', size))
		fail(path, "holds a NUL byte: not a list of merges");
	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	check_merge_count(path, lines);
	bpe->merges = allocate(lines, sizeof *bpe->merges);
	for (size_t at = 0, length; at < size; at += length + 1) {
		length = strcspn(text + at, "\n");
		const bool dos = length > 0 && text[at + length - 1] == '\r';
		const bool version = at == 0 && strncmp(text, "#version", strlen("#version")) == 0;
		if (!version && length > dos)
			add_merge_text(bpe, path, vocabulary, text + at, length - dos);
	}
	free(text);
}

/* In tokenizer.json a merge is a text, as in merges.txt, or an array of the two pieces. */
static void read_merge_array(struct byte_bpe *bpe, const json_t *vocabulary, const json_t *merges)
{
	const json_t *merge;
	size_t i;

	if (!json_is_array(merges))
		fail(bpe->path, "model.merges is not an array");
	check_merge_count(bpe->path, json_array_size(merges));
	bpe->merges = allocate(json_array_size(merges) + 1, sizeof *bpe->merges);
	json_array_foreach(merges, i, merge) {
		const char *left = json_string_value(json_array_get(merge, 0));
		const char *right = json_string_value(json_array_get(merge, 1));
		if (json_is_string(merge))
			add_merge_text(bpe, bpe->path, vocabulary, json_string_value(merge), json_string_length(merge));
		else if (left && right && json_array_size(merge) == 2)
			add_merge(bpe, bpe->path, vocabulary, left, right);
		else
			fail(bpe->path, "merge %zu is neither a text nor two pieces", i + 1);
	}
}

/* Whatever a word without a piece would become does not matter: there is none. */
static void read_model(struct byte_bpe *bpe, const json_t *json, int64_t most)
{
	const json_t *model = need_type(bpe->path, json, "model", "BPE"), *vocabulary = json_object_get(model, "vocab");

	need_value(bpe->path, model, "dropout", "null");
	need_value(bpe->path, model, "continuing_subword_prefix", "\"\"");
	need_value(bpe->path, model, "end_of_word_suffix", "\"\"");
	need_value(bpe->path, model, "ignore_merges", "false");
	read_pieces(bpe, vocabulary, most);
	read_merge_array(bpe, vocabulary, json_object_get(model, "merges"));
	sort_merges(bpe, bpe->path);
}

/* The settings of a tokenizer's whole file. */
static void read_settings(struct byte_bpe *bpe, const char *path, const json_t *json)
{
	need_value(path, json, "normalizer", "null");
	const json_t *splitting = need_type(path, json, "pre_tokenizer", "ByteLevel");
	need_value(path, splitting, "use_regex", "true");
	read_truth(path, splitting, "add_prefix_space", &bpe->prefix_space);
	refuse_added(path, json_object_get(json, "added_tokens"));
}

static void read_tokenizer_config(struct byte_bpe *bpe, const char *folder)
{
	char *path = path_in(folder, "tokenizer_config.json");

	if (path_exists(path)) {
		json_t *json = read_json(path);
		need_value(path, json, "do_lower_case", "false");
		need_value(path, json, "truncation_side", "\"right\"");
		refuse_added(path, json_object_get(json, "added_tokens_decoder"));
		read_truth(path, json, "add_prefix_space", &bpe->prefix_space);
		json_decref(json);
	}
	free(path);
}

void byte_bpe_read(struct byte_bpe *bpe, const char *folder, const struct config *config)
{
	char *pieces = path_in(folder, "vocab.json"), *merges = path_in(folder, "merges.txt");
	char *whole = path_in(folder, "tokenizer.json");
	const bool parted = path_exists(pieces) && path_exists(merges);

	*bpe = (struct byte_bpe){.path = parted ? pieces : whole};
	if (!path_exists(bpe->path))
		fail(folder, "has neither vocab.json with merges.txt nor tokenizer.json");
	if (parted) {
		json_t *vocabulary = read_json(pieces);
		read_pieces(bpe, vocabulary, config->vocabulary);
		read_merge_lines(bpe, merges, vocabulary);
		sort_merges(bpe, merges);
		json_decref(vocabulary);
	}
	if (path_exists(whole)) {
		json_t *json = read_json(whole);
		if (!parted)
			read_model(bpe, json, config->vocabulary);
		read_settings(bpe, whole, json);
		json_decref(json);
	}
	read_tokenizer_config(bpe, folder);
	free(merges);
	free(parted ? whole : pieces);
}

void byte_bpe_free(struct byte_bpe *bpe)
{
	for (int64_t id = 0; id < bpe->count; id++)
		free(bpe->pieces[id]);
	free(bpe->pieces);
	free(bpe->merges);
	free(bpe->path);
	*bpe = (struct byte_bpe){0};
}

static void write_merges(const struct byte_bpe *bpe, const char *folder)
{
	char *path = path_in(folder, "merges.txt");
	const struct merge **ranked = allocate((size_t)bpe->merge_count + 1, sizeof *ranked);
	struct output output;

	for (int64_t i = 0; i < bpe->merge_count; i++)
		ranked[bpe->merges[i].rank] = &bpe->merges[i];
	output_open(&output, path);
	fputs("#version: 0.2\n", output.stream);
	for (int64_t i = 0; i < bpe->merge_count; i++)
		fprintf(output.stream, "%s %s\n", bpe->pieces[ranked[i]->left], bpe->pieces[ranked[i]->right]);
	output_close(&output);
	free(ranked);
	free(path);
}

void byte_bpe_write_vocabulary(const struct byte_bpe *bpe, const char *folder)
{
	json_t *vocabulary = json_object();

	for (int64_t id = 0; id < bpe->count; id++)
		json_object_set_new(vocabulary, bpe->pieces[id], json_integer(id));
	write_json(folder, "vocab.json", vocabulary, false);
	write_merges(bpe, folder);
}

void byte_bpe_write_config(const struct byte_bpe *bpe, const char *folder, const struct config *config)
{
	json_t *json = json_pack("{s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "tokenizer_class", "RobertaTokenizer",
		"add_prefix_space", bpe->prefix_space, "bos_token", "<s>", "eos_token", "</s>", "cls_token", "<s>", "sep_token",
		"</s>", "unk_token", "<unk>", "pad_token", "<pad>", "mask_token", "<mask>", "model_max_length",
		(json_int_t)config->max_positions);

	write_json(folder, "tokenizer_config.json", json, false);
}
