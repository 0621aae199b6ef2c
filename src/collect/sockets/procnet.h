/*
 * procnet: listeners from /proc/net: all, where netlink is refused, and those without port. Format:
 * proc_net(5), net/ipv4/tcp_ipv4.c, net/ipv4/raw.c, net/packet/af_packet.c.
 */
#ifndef COLLECT_PROCNET_H
#define COLLECT_PROCNET_H

#include "source/source.h"

/*
 * Listeners from /proc/net, added to the snapshot; namespace (which we are in), protocol and
 * family, as in `blank`. -errno of reading.
 */
int procnet_read(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot, const struct pm_listener *blank);

#endif
