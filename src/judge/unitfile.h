/* unitfile: values in units of systemd, their drop-ins applied; systemd.syntax(7). */
#ifndef JUDGE_UNITFILE_H
#define JUDGE_UNITFILE_H

#include <portmote/collect.h>

enum { UNIT_VALUES_MAX = 32 };

/* Text of the snapshot. */
struct unit_values {
	const char *value[UNIT_VALUES_MAX];
	size_t len[UNIT_VALUES_MAX];
	size_t count;
};

/*
 * All values of `key` in `section` of a unit, in order; an empty one forgets those before it.
 * Values beyond UNIT_VALUES_MAX are left out, as are lines that go on after a backslash.
 */
void unit_values(const struct pm_snapshot *snapshot, const char *unit, const char *section,
		 const char *key, struct unit_values *ret);

/* The last value is one of "1", "yes", "true", "on". */
bool unit_is_true(const struct unit_values *values);

/* White space off both ends: moves `*at`, returns what is left of `len`. */
size_t unit_trim(const char **at, size_t len);

/* Split "key = value" into its parts, trimmed; false: a comment, or no such line. */
struct unit_line {
	const char *name, *value;
	size_t name_len, value_len;
};
bool unit_split(const char *line, size_t len, struct unit_line *ret);

/* Is the file that of a .socket unit itself? */
bool unit_is_socket(const struct pm_config *config);

#endif
