/* unitfile: the lines of unit files that a snapshot has; systemd.syntax(7). A second door of model. */
#ifndef PORTMOTE_UNITFILE_H
#define PORTMOTE_UNITFILE_H

#include <portmote/model.h>

/* "key = value", trimmed; an empty value forgets those before it. Text of nobody after the call. */
struct pm_unit_line {
	const char *name, *value;
	size_t name_len, value_len;
};

/*
 * Call `take` for each line of a section, comments left out, what goes on after a backslash put
 * together. `take` may be called for lines of a section that systemd knows and does not need here.
 * 0 or -ENOMEM.
 */
int pm_unit_each(const struct pm_config *config, const char *section,
		 void (*take)(void *data, const struct pm_unit_line *line), void *data);

bool pm_unit_is_key(const struct pm_unit_line *line, const char *key);

/* Is the value one of "1", "yes", "true", "on"? */
bool pm_unit_is_true(const struct pm_unit_line *line);

/*
 * The value with its specifiers (systemd.unit(5)) replaced, for the unit `name`; as in the text of
 * a snapshot. NULL: out of memory, or a specifier that only the running systemd knows; then
 * `*failed` tells which.
 */
const char *pm_unit_expand(struct pm_arena *arena, const struct pm_snapshot *snapshot,
			   const char *name, const char *value, size_t len, bool *failed);

#endif
