/*
 * portless: what listens without a port: raw and packet sockets. They come from /proc/net, which
 * every kernel has, and which says all that is asked here; raw_diag is rarely built.
 */
#ifndef COLLECT_PORTLESS_H
#define COLLECT_PORTLESS_H

#include "source/source.h"

/* Raw and packet sockets of the namespace we are in, where asked for; `*ret_any`: some were read.
 */
int portless_read(struct source *source, const struct pm_collect_options *options,
		  struct pm_snapshot *snapshot, size_t netns, bool *ret_any);

/* The same of those without port. */
int pass_portless_closed(struct source *source, const struct pm_collect_options *options,
			 struct pm_snapshot *snapshot);

#endif
