/*
 * netns_find: where a network namespace shows: names in /run/netns, tasks that live in it, and
 * mounts of it in any mount namespace. Those that only a descriptor or a socket keeps are met by
 * pass_holders().
 */
#ifndef COLLECT_NETNS_FIND_H
#define COLLECT_NETNS_FIND_H

#include "source/collector.h"

/* The network namespaces there are, or the one that is asked for; -EINVAL where that is none. */
int pass_netns(struct collector *collector);

#endif
