/*
 * crosscheck: the kernel tells of its listeners in three ways: sock_diag(7), /proc/net, and its
 * tables, walked from within. Who hides a listener from one of them shows by the others. Sockets
 * come and go between two lists, so what differs has to differ in the same way each time.
 */
#ifndef COLLECT_CROSSCHECK_H
#define COLLECT_CROSSCHECK_H

#include "source/collector.h"

/* Hold the kernel's lists of listeners against each other; what one of them lacks is marked. */
int pass_crosscheck(struct collector *collector);

#endif
