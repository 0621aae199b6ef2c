#include "line/suggest.h"

#include <errno.h>

const char *suggest(const char *word, const char *(*name)(size_t i), size_t count)
{
	const char *best = NULL;
	size_t least = 3; /* more than two slips is another word */

	for (size_t i = 0; i < count; i++) {
		size_t steps = name(i) ? pm_distance(word, name(i)) : least;

		if (steps < least && steps < strlen(word)) {
			least = steps;
			best = name(i);
		}
	}
	return best;
}

int no_such_word(const char *option, const char *what, const char *word, size_t len,
		 const char *(*name)(size_t i), size_t count, struct pm_error *err)
{
	char given[32], all[sizeof(err->text)] = "";
	size_t at = 0;

	snprintf(given, sizeof(given), "%.*s", (int)len, word);
	const char *near = suggest(given, name, count);
	for (size_t i = 0; i < count && at < sizeof(all); i++)
		if (name(i))
			at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%s", at ? ", " : "",
					       name(i));
	return pm_fail(err, -EINVAL, "%s: there is no %s '%.*s'%s%s%s Valid: %s", option, what,
		       (int)len, word, near ? "; did you mean '" : "", near ? near : "",
		       near ? "'?" : ".", all);
}
