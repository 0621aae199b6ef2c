/*
 * lookup: which ports a name stands for: of a service, a program, a package, a unit, a container.
 */
#ifndef CLI_LOOKUP_H
#define CLI_LOOKUP_H

#include "sources.h"

struct topics {
	struct pm_topic *items;
	size_t count, room;
};

/* Each run of ports once. 0 or -ENOMEM. */
int topics_add(struct topics *topics, struct pm_topic new);

/*
 * What registry and knowledge have under a name: a service or, where there is none, a program of
 * that name; else one that is nearly called so, whose package is, or whose description has the
 * word, if that is true of few. 0 or -ENOMEM.
 */
int lookup_known(struct topics *topics, const struct sources *sources, const char *name,
		 uint8_t transports);

/* The ports at which something of that name listens here. 0 or -ENOMEM. */
int lookup_here(struct topics *topics, const struct pm_report *report, const char *name,
		uint8_t transports);

/* The program of that name, which takes whatever port it is given; or NULL. */
const struct pm_occupant *lookup_anywhere(const struct sources *sources, const char *name);

#endif
