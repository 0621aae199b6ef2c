/* habits: what people type who come from ss(8), netstat(8), lsof(8), or from guessing. */
#ifndef CLI_HABITS_H
#define CLI_HABITS_H

#include "commands/commands.h"

/* Options of others that ask for what portmote does anyway: letters, and long names. */
extern const char habits_letters[];
extern const char *const habits_names[];
extern const size_t habits_name_count;

/* What to use in place of an option of others, as a sentence; NULL: nothing is known. */
const char *habits_letter(int letter);
const char *habits_name(const char *name);

/* Is it a port, a range, or an address with a port, as explain takes it? */
bool habits_is_ports(const char *word);

/* -EINVAL with a sentence where `word`, which is to be a file, is a port and no file; else 0. */
int habits_file(const char *command, const char *word, struct pm_error *err);

/* -EINVAL with a sentence about a word that is no command, or that `command` (NULL: none) has no
 * use for. */
int habits_unknown(const struct command *command, const char *word, struct pm_error *err);

#endif
