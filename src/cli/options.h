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

/* Call `take` for each word of a list with commas. */
int each_word(struct request *request, const char *list, struct pm_error *err,
	      int (*take)(struct request *, const char *word, size_t len, struct pm_error *));

/* Options whose values are words of a closed set: words.c. */
int take_format(struct request *request, const char *value, struct pm_error *err);
int take_columns(struct request *request, const char *value, struct pm_error *err);
int take_only(struct request *request, const char *value, struct pm_error *err);
int take_fail_on(struct request *request, const char *value, struct pm_error *err);

/* What --format says: a format, and the file it goes to; NULL: the plain one. */
int use_format(struct request *request, const struct pm_format *format, const char *file,
	       struct pm_error *err);

enum { OPTIONS_MAX = 64 };
extern const struct option_row options[];
extern const size_t option_count;

#endif
