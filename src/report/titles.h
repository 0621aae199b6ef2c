/*
 * titles: what several registrations of one port are told by, each service once.
 */
#ifndef REPORT_TITLES_H
#define REPORT_TITLES_H

#include <stdbool.h>
#include <stddef.h>

struct title {
	const char *text;     /* NULL: the row assigns its ports to nobody */
	const char *name;     /* of the service */
	const char *alias_of; /* the service whose name this one is another name of, or "" */
	size_t place;	      /* for titles_once() */
	bool is_told;
};

/*
 * Leave each title once, where it stood first, and no alias of a service that has a title itself.
 * Returns how many are left.
 */
size_t titles_once(struct title *titles, size_t count);

#endif
