/*
 * mptcp: an MPTCP listener is one socket with another inside, which does the listening: sock_diag
 * lists both, with one inode and a cookie each. Source: net/mptcp/mptcp_diag.c,
 * net/mptcp/protocol.c.
 */
#ifndef COLLECT_MPTCP_H
#define COLLECT_MPTCP_H

#include "source/collector.h"

/* Make one of each MPTCP listener and its side of TCP, from `first` on: all of one namespace. */
int pass_mptcp(struct collector *collector, size_t first);

#endif
