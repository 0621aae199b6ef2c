/*
 * redirections: what a list of sockets cannot show, because it takes connections elsewhere before a
 * socket is looked for (hazard 13). We report that it is there, and do not follow it.
 */
#ifndef COLLECT_REDIRECTIONS_H
#define COLLECT_REDIRECTIONS_H

#include "source/collector.h"

/*
 * What takes connections past the list of sockets in the namespace that we are in, which is number
 * `netns` of the snapshot: found, or why it was not looked for.
 */
int pass_beyond(struct collector *collector, size_t netns);

/* What is not looked at on any host. Once, before pass_beyond(). */
int pass_not_checked(struct collector *collector);

#endif
