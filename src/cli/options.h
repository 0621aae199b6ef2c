/* options: the table that drives parsing, --help, and the test that holds --help against the man
 * page. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "cli.h"

struct option_row {
	const char *name;     /* long */
	const char *argument; /* "PORTS", or NULL */
	const char *help;
	int letter;	   /* short, or 0 */
	unsigned commands; /* that it is for: FOR_... */
	int (*take)(struct request *request, const char *value, struct pm_error *err);
};

/* What --format says: a format, and the file it goes to; NULL: the plain one. */
int use_format(struct request *request, const struct pm_format *format, const char *file,
	       struct pm_error *err);

enum { OPTIONS_MAX = 64 };
extern const struct option_row options[];
extern const size_t option_count;

#endif
