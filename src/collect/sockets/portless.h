/*
 * portless: what listens without a port: raw and packet sockets. They come from /proc/net, which
 * every kernel has, and which says all that is asked here; raw_diag is rarely built.
 */
#ifndef COLLECT_PORTLESS_H
#define COLLECT_PORTLESS_H

#include "source/collector.h"

/* Raw and packet sockets of the namespace we are in, where asked for; `*ret_any`: some were read. */
int portless_read(struct collector *collector, size_t netns, bool *ret_any);

/* The same of those without port. */
int pass_portless_closed(struct collector *collector);

#endif
