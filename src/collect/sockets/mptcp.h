/*
 * mptcp: an MPTCP listener is one socket with another inside, which does the listening: sock_diag
 * lists both, with one inode and a cookie each. Source: net/mptcp/mptcp_diag.c,
 * net/mptcp/protocol.c.
 */
#ifndef COLLECT_MPTCP_H
#define COLLECT_MPTCP_H

#include "source/source.h"

/*
 * Are there none of MPTCP in the namespace we are in, by the kernel's own count? Its dump of them
 * walks all tables, for each namespace anew. What is opened after this is told as TCP, as it is
 * inside; where sockets come and go on several processors the count can miss one, which is told so
 * too.
 */
bool mptcp_is_absent(const struct source *source);

/* Make one of each MPTCP listener and its side of TCP, from `first` on: all of one namespace. */
int pass_mptcp(const struct pm_collect_options *options, struct pm_snapshot *snapshot,
	       size_t first);

#endif
