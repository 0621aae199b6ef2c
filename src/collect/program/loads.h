/*
 * loads: what makes an interpreter or a virtual machine load code beside its program: options,
 * variables of its environment, and that it looks into the folder where it stands. Pure.
 */
#ifndef COLLECT_LOADS_H
#define COLLECT_LOADS_H

#include "program/runtime.h"

/* Gets a path as it stands there, relative or not. Not 0 ends the reading. */
typedef int loads_meet(void *data, const char *path, size_t len);

/* Of words that were cut off, those that are whole count. */
struct loads_of {
	const char *runtime;
	const char *bytes; /* the command line, each word ended by a NUL */
	size_t len;
	const struct runtime_words *words; /* what that names */
	const char *environment;	   /* "NAME=value", each ended by a NUL */
	size_t environment_len;
	bool is_roots; /* run by root, so the home that it is told of is to be his */
};

/* All that is loaded so before the program that `words` tells of. 0, or what `meet` returned, or
 * -ENOMEM. */
int loads_read(const struct loads_of *of, loads_meet *meet, void *data);

/* How an option or a variable has its value. */
enum loads_form {
	LOADS_NEXT = 1,	      /* in the next word; of "--long", also behind '=' */
	LOADS_JOINED = 2,     /* in the same word */
	LOADS_LIST = 4,	      /* several, apart by ':' */
	LOADS_TAIL = 8,	      /* with options of its own behind '=' */
	LOADS_NAME = 16,      /* a package, unless it looks like a path */
	LOADS_KEY = 32,	      /* as "key=path" */
	LOADS_PATH = 64,      /* only where it looks like one */
	LOADS_MANY = 128,     /* also in all words up to the next option */
	LOADS_WORDS = 256,    /* options, apart by spaces */
	LOADS_AT = 512,	      /* behind '@', else it is code */
	LOADS_MASKS = 1024,   /* several, apart by ';', with '?' for a name */
	LOADS_CLASSES = 2048, /* where nothing else says where a class is */
	LOADS_COMMAS = 4096,  /* several, apart by ',' */
	LOADS_SPACES = 8192,  /* several, apart by ' ', and in braces or not */
	LOADS_BOOT = 16384,   /* without its ending, ".boot" */
};

struct loads {
	const struct loads_of *of;
	loads_meet *meet;
	void *data;
};

int loads_meet_value(const struct loads *loads, unsigned form, const char *value);

/* "python3.11" and "nodejs" are called by the first letters of their rows. */
bool loads_is_of(const struct loads_of *of, const char *row);

bool loads_is_python(const struct loads_of *of);

/* One of these letters among the options of single letters, of which those of `ends` have values? */
bool loads_has_letter(const struct loads_of *of, const char *letters, const char *ends);

/* Does a Java look for its class where nothing on the command line says? */
bool loads_seeks_classes(const struct loads_of *of);

#endif
