/* options: the table that drives parsing, --help, and the test that holds --help against the man
 * page. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "commands/commands.h"

struct option_row {
	const char *name;     /* long */
	const char *argument; /* "PORTS", or NULL */
	const char *help;
	int letter;	   /* short, or 0 */
	unsigned commands; /* that it is for: FOR_... */
	int (*take)(struct request *request, const char *value, struct pm_error *err);
};

enum { OPTIONS_MAX = 64 };

extern const struct option_row options[];

extern const size_t option_count;

#endif
