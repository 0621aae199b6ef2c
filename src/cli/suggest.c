#include "cli.h"

enum { LONGEST = 32 };

/* Levenshtein's distance, for words shorter than LONGEST. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], a_len = strlen(a), b_len = strlen(b);

	if (a_len >= LONGEST || b_len >= LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t replaced = corner + (a[i - 1] != b[j - 1]);
			size_t other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			corner = row[j];
			row[j] = replaced < other ? replaced : other;
		}
	}
	return row[b_len];
}

const char *suggest(const char *word, const char *(*name)(size_t i), size_t count)
{
	const char *best = NULL;
	size_t least = 3; /* more than two slips is another word */

	for (size_t i = 0; i < count; i++) {
		size_t steps = name(i) ? distance(word, name(i)) : least;

		if (steps < least && steps < strlen(word)) {
			least = steps;
			best = name(i);
		}
	}
	return best;
}
