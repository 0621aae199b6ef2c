/*
 * words: options whose values are words of a closed set: formats, columns, verdicts, flags,
 * severities.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "line/request.h"

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

#endif
