/* words: those of a command, as systemd.syntax(7) has them quoted. */
#ifndef JUDGE_WORDS_H
#define JUDGE_WORDS_H

#include <portmote/base.h>

enum { WORDS_MAX = 256 };

struct words {
	const char *word[WORDS_MAX];
	size_t count;
};

/* Up to the end of the first command; -EINVAL: it is none, -ENOMEM. */
int words_split(struct pm_arena *arena, const char *text, size_t len, struct words *ret);

/* The way back. */
void words_quote(const char *word, struct pm_buf *ret);

#endif
