/* suggest: words that were meant, and those that there are. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <portmote/base.h>

/* The word of `words` (count of them) most like `word`, or NULL where none is near. */
const char *suggest(const char *word, const char *(*name)(size_t i), size_t count);

/*
 * -EINVAL: "OPTION: there is no WHAT 'WORD'", which it may have been meant to be, and all that there are.
 * A NULL among the names is passed over.
 */
int no_such_word(const char *option, const char *what, const char *word, size_t len,
		 const char *(*name)(size_t i), size_t count, struct pm_error *err);

#endif
