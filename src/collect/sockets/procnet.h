/*
 * procnet: listeners from /proc/net: all, where netlink is refused, and those without port. Format:
 * proc_net(5), net/ipv4/tcp_ipv4.c, net/ipv4/raw.c, net/packet/af_packet.c.
 */
#ifndef COLLECT_PROCNET_H
#define COLLECT_PROCNET_H

#include "sockets/inet_diag.h"

/*
 * The listeners that /proc/net has of the namespace that we are in, and of the protocol and family of
 * `rows`, in place of what these held. -errno of reading.
 */
int procnet_read(struct source *source, struct rows *rows);

#endif
