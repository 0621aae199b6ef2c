/* nftables: nat chains of nftables that can take a connection elsewhere: by nfnetlink. */
#ifndef COLLECT_NFTABLES_H
#define COLLECT_NFTABLES_H

#include "source/collector.h"

/* The part of it that is netlink: nat chains of nftables. */
int beyond_nftables(struct collector *collector, size_t netns);

#endif
