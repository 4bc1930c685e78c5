/* pickle.c: the machine that reads pickles.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pickle.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* Python's own names for the opcodes. */
enum opcode {
	MARK = '(',
	STOP = '.',
	NONE = 'N',
	NEWTRUE = 0x88,
	NEWFALSE = 0x89,
	BININT = 'J',
	BININT1 = 'K',
	BININT2 = 'M',
	LONG1 = 0x8a,
	BINUNICODE = 'X',
	EMPTY_TUPLE = ')',
	TUPLE = 't',
	TUPLE1 = 0x85,
	TUPLE2 = 0x86,
	TUPLE3 = 0x87,
	EMPTY_LIST = ']',
	APPEND = 'a',
	APPENDS = 'e',
	EMPTY_DICT = '}',
	SETITEM = 's',
	SETITEMS = 'u',
	BINPUT = 'q',
	LONG_BINPUT = 'r',
	BINGET = 'h',
	LONG_BINGET = 'j',
	GLOBAL = 'c',
	REDUCE = 'R',
	BUILD = 'b',
	BINPERSID = 'Q',
	PROTO = 0x80,
};

/* Those that are refused. */
static const struct {
	unsigned char opcode;
	const char *name;
} refused[] = {{'0', "POP"}, {'1', "POP_MARK"}, {'2', "DUP"}, {'F', "FLOAT"}, {'I', "INT"}, {'L', "LONG"},
	{'P', "PERSID"}, {'S', "STRING"}, {'T', "BINSTRING"}, {'U', "SHORT_BINSTRING"}, {'V', "UNICODE"}, {'d', "DICT"},
	{'g', "GET"}, {'i', "INST"}, {'l', "LIST"}, {'o', "OBJ"}, {'p', "PUT"}, {'G', "BINFLOAT"}, {'B', "BINBYTES"},
	{'C', "SHORT_BINBYTES"}, {0x81, "NEWOBJ"}, {0x82, "EXT1"}, {0x83, "EXT2"}, {0x84, "EXT4"}, {0x8b, "LONG4"},
	{0x8c, "SHORT_BINUNICODE"}, {0x8d, "BINUNICODE8"}, {0x8e, "BINBYTES8"}, {0x8f, "EMPTY_SET"}, {0x90, "ADDITEMS"},
	{0x91, "FROZENSET"}, {0x92, "NEWOBJ_EX"}, {0x93, "STACK_GLOBAL"}, {0x94, "MEMOIZE"}, {0x95, "FRAME"},
	{0x96, "BYTEARRAY8"}, {0x97, "NEXT_BUFFER"}, {0x98, "READONLY_BUFFER"}};

static const char ordered_dict[] = "collections.OrderedDict";

/* OrderedDict's place as a global: calling it makes a dict. */
static const int64_t ordered_dict_global = -1;

/* Python's pickler empties its stack every thousand items. */
enum { DEPTH_MAX = 1 << 16 };

/* ---- bytes ---- */

static const unsigned char *take(struct pickle *pickle, size_t count)
{
	if (count > pickle->size - pickle->at)
		fail(pickle->path, "the pickle does not end within %zu bytes", pickle->size);
	pickle->at += count;
	return pickle->bytes + pickle->at - count;
}

/* An unsigned number of up to eight bytes, the lowest first. */
static uint64_t take_number(struct pickle *pickle, size_t count)
{
	const unsigned char *bytes = take(pickle, count);
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		number |= (uint64_t)bytes[i] << 8 * i;
	return number;
}

/* The same as two's complement. */
static int64_t take_signed(struct pickle *pickle, size_t count)
{
	if (count > sizeof(int64_t))
		fail(pickle->path, "a number of %zu bytes in the pickle is not supported", count);
	if (count == 0)
		return 0;
	const unsigned unused = 8 * (unsigned)(sizeof(int64_t) - count);
	return (int64_t)(take_number(pickle, count) << unused) >> unused;
}

/* ---- values ---- */

static struct pickle_value simple(enum pickle_kind kind, int64_t integer)
{
	return (struct pickle_value){.kind = kind, .integer = integer};
}

static struct pickle_value holding(
	struct pickle *pickle, enum pickle_kind kind, const struct pickle_value *items, size_t count)
{
	struct pickle_object *object = reallocate(NULL, 1, sizeof *object);

	*object = (struct pickle_object){.count = count, .room = count, .next = pickle->objects};
	pickle->objects = object;
	if (count > 0) {
		object->items = reallocate(NULL, count, sizeof *items);
		memcpy(object->items, items, count * sizeof *items);
	}
	return (struct pickle_value){.kind = kind, .object = object};
}

static void add_items(struct pickle_object *object, const struct pickle_value *items, size_t count)
{
	if (object->count + count > object->room) {
		object->room = 2 * object->room + count;
		object->items = reallocate(object->items, object->room, sizeof *items);
	}
	if (count > 0)
		memcpy(object->items + object->count, items, count * sizeof *items);
	object->count += count;
}

/* ---- stack ---- */

static void push(struct pickle *pickle, struct pickle_value value)
{
	if (pickle->depth == DEPTH_MAX)
		fail(pickle->path, "the pickle at byte %zu asks for a stack of more than %d values", pickle->at,
			DEPTH_MAX);
	if (pickle->depth == pickle->stack_room) {
		pickle->stack_room = 2 * pickle->stack_room + 64;
		pickle->stack = reallocate(pickle->stack, pickle->stack_room, sizeof *pickle->stack);
	}
	pickle->stack[pickle->depth++] = value;
}

/* Takes off the uppermost count values; they stay readable until the next push. */
static struct pickle_value *pop(struct pickle *pickle, size_t count)
{
	bool there = count <= pickle->depth;

	for (size_t i = 1; there && i <= count; i++)
		there = pickle->stack[pickle->depth - i].kind != PICKLE_MARK;
	if (!there)
		fail(pickle->path, "the pickle at byte %zu takes more from its stack than is there", pickle->at);
	pickle->depth -= count;
	return pickle->stack + pickle->depth;
}

/* Takes off everything above the last mark, and the mark. */
static struct pickle_value *pop_to_mark(struct pickle *pickle, size_t *count)
{
	size_t mark = pickle->depth;

	while (mark > 0 && pickle->stack[mark - 1].kind != PICKLE_MARK)
		mark--;
	if (mark == 0)
		fail(pickle->path, "the pickle at byte %zu has no mark", pickle->at);
	*count = pickle->depth - mark;
	pickle->depth = mark - 1;
	return pickle->stack + mark;
}

/* The uppermost value, which stays there; it must be of that kind. */
static struct pickle_value top(struct pickle *pickle, enum pickle_kind kind)
{
	if (pickle->depth == 0 || pickle->stack[pickle->depth - 1].kind != kind)
		fail(pickle->path, "the pickle at byte %zu builds what it did not begin", pickle->at);
	return pickle->stack[pickle->depth - 1];
}

/* ---- opcodes ---- */

static void push_text(struct pickle *pickle)
{
	const uint32_t length = (uint32_t)take_number(pickle, 4);
	const char *text = (const char *)take(pickle, length);

	push(pickle, (struct pickle_value){.kind = PICKLE_TEXT, .length = length, .text = text});
}

static void push_tuple(struct pickle *pickle, const struct pickle_value *items, size_t count)
{
	push(pickle, holding(pickle, PICKLE_TUPLE, items, count));
}

static void append(struct pickle *pickle, const struct pickle_value *items, size_t count)
{
	add_items(top(pickle, PICKLE_LIST).object, items, count);
}

static void set_items(struct pickle *pickle, const struct pickle_value *items, size_t count)
{
	if (count % 2 != 0)
		fail(pickle->path, "the pickle at byte %zu sets a key without a value", pickle->at);
	add_items(top(pickle, PICKLE_DICT).object, items, count);
}

/* Picklers number what they remember from 0 on. */
static void put(struct pickle *pickle, uint64_t place)
{
	if (place > pickle->memo_count)
		fail(pickle->path, "the pickle at byte %zu remembers at place %llu (expected at most %zu)", pickle->at,
			(unsigned long long)place, pickle->memo_count);
	if (place == pickle->memo_room) {
		pickle->memo_room = 2 * pickle->memo_room + 64;
		pickle->memo = reallocate(pickle->memo, pickle->memo_room, sizeof *pickle->memo);
	}
	pickle->memo[place] = *pop(pickle, 1);
	pickle->memo_count += place == pickle->memo_count;
	pickle->depth++;
}

static void get(struct pickle *pickle, uint64_t place)
{
	if (place >= pickle->memo_count)
		fail(pickle->path, "the pickle at byte %zu recalls place %llu (%zu are remembered)", pickle->at,
			(unsigned long long)place, pickle->memo_count);
	push(pickle, pickle->memo[place]);
}

/* Two lines, module and name. */
static void push_global(struct pickle *pickle)
{
	const char *lines[2];
	int lengths[2];

	for (int i = 0; i < 2; i++) {
		lines[i] = (const char *)pickle->bytes + pickle->at;
		while (*take(pickle, 1) != '\n')
			;
		lengths[i] = (int)((const char *)pickle->bytes + pickle->at - 1 - lines[i]);
	}
	char *name = format_string("%.*s.%.*s", lengths[0], lines[0], lengths[1], lines[1]);
	int64_t place = strcmp(name, ordered_dict) == 0 ? ordered_dict_global : 0;
	while (place >= 0 && pickle->globals[place] && strcmp(name, pickle->globals[place]) != 0)
		place++;
	if (place >= 0 && !pickle->globals[place])
		fail(pickle->path, "the pickle names '%s', which is not allowed (only tensors are)", name);
	free(name);
	push(pickle, simple(PICKLE_GLOBAL, place));
}

static void call(struct pickle *pickle)
{
	const struct pickle_value *called = pop(pickle, 2), *arguments = called + 1;

	if (called->kind != PICKLE_GLOBAL || arguments->kind != PICKLE_TUPLE)
		fail(pickle->path, "the pickle at byte %zu calls what is no function", pickle->at);
	if (called->integer != ordered_dict_global)
		push(pickle, holding(pickle, PICKLE_CALL, called, 2));
	else if (arguments->object->count == 0)
		push(pickle, holding(pickle, PICKLE_DICT, NULL, 0));
	else
		fail(pickle->path, "the pickle at byte %zu makes an OrderedDict of arguments", pickle->at);
}

/* Attributes of an OrderedDict, such as a state_dict's _metadata: dropped. */
static void build(struct pickle *pickle)
{
	if (pop(pickle, 1)->kind != PICKLE_DICT)
		fail(pickle->path, "the pickle at byte %zu sets attributes that are no dict", pickle->at);
	top(pickle, PICKLE_DICT);
}

static void check_protocol(struct pickle *pickle)
{
	const unsigned protocol = *take(pickle, 1);

	if (protocol != 2)
		fail(pickle->path, "pickle protocol %u is not supported (expected 2)", protocol);
}

static void refuse(const struct pickle *pickle, unsigned char opcode)
{
	const char *name = "of no name";

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (refused[i].opcode == opcode)
			name = refused[i].name;
	fail(pickle->path, "pickle opcode %s (0x%02x) at byte %zu is not supported", name, opcode, pickle->at - 1);
}

static void apply(struct pickle *pickle, unsigned char opcode)
{
	const struct pickle_value *items;
	size_t count;

	switch (opcode) {
	case PROTO:
		check_protocol(pickle);
		break;
	case NONE:
		push(pickle, simple(PICKLE_NONE, 0));
		break;
	case NEWTRUE:
	case NEWFALSE:
		push(pickle, simple(PICKLE_BOOL, opcode == NEWTRUE));
		break;
	case BININT:
		push(pickle, simple(PICKLE_INTEGER, take_signed(pickle, 4)));
		break;
	case BININT1:
		push(pickle, simple(PICKLE_INTEGER, (int64_t)take_number(pickle, 1)));
		break;
	case BININT2:
		push(pickle, simple(PICKLE_INTEGER, (int64_t)take_number(pickle, 2)));
		break;
	case LONG1:
		push(pickle, simple(PICKLE_INTEGER, take_signed(pickle, *take(pickle, 1))));
		break;
	case BINUNICODE:
		push_text(pickle);
		break;
	case MARK:
		push(pickle, simple(PICKLE_MARK, 0));
		break;
	case EMPTY_TUPLE:
		push_tuple(pickle, NULL, 0);
		break;
	case TUPLE1:
	case TUPLE2:
	case TUPLE3:
		count = opcode - TUPLE1 + 1;
		push_tuple(pickle, pop(pickle, count), count);
		break;
	case TUPLE:
		items = pop_to_mark(pickle, &count);
		push_tuple(pickle, items, count);
		break;
	case EMPTY_LIST:
		push(pickle, holding(pickle, PICKLE_LIST, NULL, 0));
		break;
	case APPEND:
		append(pickle, pop(pickle, 1), 1);
		break;
	case APPENDS:
		items = pop_to_mark(pickle, &count);
		append(pickle, items, count);
		break;
	case EMPTY_DICT:
		push(pickle, holding(pickle, PICKLE_DICT, NULL, 0));
		break;
	case SETITEM:
		set_items(pickle, pop(pickle, 2), 2);
		break;
	case SETITEMS:
		items = pop_to_mark(pickle, &count);
		set_items(pickle, items, count);
		break;
	case BINPUT:
		put(pickle, take_number(pickle, 1));
		break;
	case LONG_BINPUT:
		put(pickle, take_number(pickle, 4));
		break;
	case BINGET:
		get(pickle, take_number(pickle, 1));
		break;
	case LONG_BINGET:
		get(pickle, take_number(pickle, 4));
		break;
	case GLOBAL:
		push_global(pickle);
		break;
	case REDUCE:
		call(pickle);
		break;
	case BUILD:
		build(pickle);
		break;
	case BINPERSID:
		push(pickle, holding(pickle, PICKLE_PERSISTENT, pop(pickle, 1), 1));
		break;
	default:
		refuse(pickle, opcode);
	}
}

struct pickle_value pickle_read(struct pickle *pickle)
{
	unsigned char opcode;

	pickle->depth = pickle->memo_count = 0;
	while ((opcode = *take(pickle, 1)) != STOP)
		apply(pickle, opcode);
	const struct pickle_value result = *pop(pickle, 1);
	if (pickle->depth != 0)
		fail(pickle->path, "the pickle that ends at byte %zu leaves values on its stack", pickle->at);
	return result;
}

void pickle_free(struct pickle *pickle)
{
	for (struct pickle_object *object = pickle->objects, *next; object; object = next) {
		next = object->next;
		free(object->items);
		free(object);
	}
	free(pickle->stack);
	free(pickle->memo);
	pickle->objects = NULL;
	pickle->stack = pickle->memo = NULL;
}

char *pickle_text(struct pickle_value value)
{
	if (value.kind != PICKLE_TEXT || memchr(value.text, '\0', value.length))
		return NULL;
	return format_string("%.*s", (int)value.length, value.text);
}

bool pickle_is_text(struct pickle_value value, const char *text)
{
	return value.kind == PICKLE_TEXT && value.length == strlen(text) && memcmp(value.text, text, value.length) == 0;
}
