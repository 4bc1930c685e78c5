/* pickle.h: the part of Python's pickle, protocol 2, that PyTorch writes around tensors; data, never code.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pickle is a program for a machine with a stack and a memo. Here a call is not made: it becomes a value that says
 * what would be called and with what, and only names that the caller lists can be called. Any other name, and any
 * opcode beyond the few that build such values, ends the program, which tells it by name.
 * Everything is bounded by the bytes that are read: an opcode makes one value at most, values that hold others hold
 * them by reference, and nothing recurses.
 */
#ifndef T_MODEL_PICKLE_H
#define T_MODEL_PICKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pickle_kind {
	PICKLE_MARK, /* of the machine, not of a result */
	PICKLE_NONE,
	PICKLE_BOOL,
	PICKLE_INTEGER,
	PICKLE_TEXT,
	PICKLE_TUPLE,
	PICKLE_LIST,
	PICKLE_DICT,	   /* dict or OrderedDict, whose attributes are dropped */
	PICKLE_GLOBAL,	   /* a name of the list */
	PICKLE_CALL,	   /* of a global */
	PICKLE_PERSISTENT, /* what its id names stands outside the pickle */
};

struct pickle_value {
	enum pickle_kind kind;
	uint32_t length; /* of the text, in bytes */
	union {
		int64_t integer;  /* also a bool, and a global's place in the list */
		const char *text; /* inside the pickle's bytes, without a NUL at its end */
		struct pickle_object *object;
	};
};

/* What a tuple, list, dict (key, value, key, …), call (global, tuple of arguments) or persistent one (id) holds. */
struct pickle_object {
	struct pickle_value *items;
	size_t count, room;
	struct pickle_object *next; /* of all that were made */
};

struct pickle {
	const char *path; /* of the file, for messages */
	const unsigned char *bytes;
	size_t size, at;	    /* at: the next byte to be read */
	const char *const *globals; /* the names that may be called, "module.name", NULL at the end */
	struct pickle_object *objects;
	struct pickle_value *stack, *memo;
	size_t depth, stack_room, memo_count, memo_room;
};

/* Reads the pickle that begins at pickle->at, and leaves there where it ends; several may follow each other. The
 * result lives until pickle_free. */
struct pickle_value pickle_read(struct pickle *pickle);
void pickle_free(struct pickle *pickle);

/* The text with a NUL, in fresh memory; NULL if it is no text or has a NUL inside. */
char *pickle_text(struct pickle_value value);

/* Is it this text? */
bool pickle_is_text(struct pickle_value value, const char *text);

#endif
