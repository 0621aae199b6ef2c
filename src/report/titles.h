/*
 * titles: what several registrations of one port are told by, each service once.
 */
#ifndef REPORT_TITLES_H
#define REPORT_TITLES_H

#include <stdbool.h>

struct title {
	const char *text;     /* NULL: the row assigns its ports to nobody */
	const char *name;     /* of the service */
	const char *alias_of; /* the service whose name this one is another name of, or "" */
};

/* Does `other`, which comes before or after, tell already what `title` would? */
bool title_is_told(const struct title *title, const struct title *other, bool before);

#endif
