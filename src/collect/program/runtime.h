/* runtime: programs that run other programs, and how their command lines name them. Pure. */
#ifndef COLLECT_RUNTIME_H
#define COLLECT_RUNTIME_H

#include <portmote/collect.h>

struct runtime;

/* The runtime of that program name, or NULL. */
const struct runtime *runtime_find(const char *program);

/* What a command line names; all text points into it. */
struct runtime_words {
	enum pm_runs kind;
	const char *name;  /* as it stands there: a path, a module, a class */
	const char *files; /* where it is loaded from: a path, or several joined by ':'; or NULL */
	const char *title; /* argv[0], where it is no command line any more */
};

/* In a word of single letters, the first that has a value, with what follows; NULL: none has. */
const char *runtime_valued(const struct runtime *runtime, const char *word);

/* `words` is the command line as /proc/PID/cmdline has it: `len` bytes, each word ended by a NUL. */
void runtime_read(const struct runtime *runtime, const char *words, size_t len,
		  struct runtime_words *ret);

#endif
