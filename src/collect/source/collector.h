/* collector: what all passes work on. */
#ifndef COLLECT_COLLECTOR_H
#define COLLECT_COLLECTOR_H

#include "source/source.h"

struct collector {
	struct source *source;			  /* where facts come from */
	const struct pm_collect_options *options; /* what is asked for */
	struct pm_snapshot *snapshot;		  /* what is known so far */
	struct pm_error *err;			  /* with -EINVAL: what is wrong with the options */

	/* What passes leave for those behind them; the pointers are into the snapshot's arena. */
	bool has_tcp_of_procfs;	       /* netlink was refused */
	bool has_walked_bpf;	       /* in the kernel, the descriptors; and */
	bool has_walked_kept;	       /* ... what keeps sockets without a descriptor */
	struct known_file *known_file; /* exe.c: the one that was looked at last, or NULL */
	struct good_files *good_files; /* loaded.c: those that need no second look, or NULL */
	struct unloaded {	       /* of what they loaded, not all could be read */
		size_t count;
		int first, last; /* pids */
	} unloaded;
};

/* Have the options nothing against walks within the kernel? */
static inline bool collector_may_use_bpf(const struct collector *collector)
{
	return collector->options->holders == PM_HOLDERS_AUTO ||
	       collector->options->holders == PM_HOLDERS_BPF;
}

#endif
