#include "cli.h"

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
