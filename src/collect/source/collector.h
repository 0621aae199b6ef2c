/* collector: what all passes work on. */
#ifndef COLLECT_COLLECTOR_H
#define COLLECT_COLLECTOR_H

#include "source/source.h"

struct collector {
	struct source *source;			  /* where facts come from */
	const struct pm_collect_options *options; /* what is asked for */
	struct pm_snapshot *snapshot;		  /* what is known so far */
	struct pm_error *err;			  /* with -EINVAL: what is wrong with the options */
};

/* Have the options nothing against walks within the kernel? */
static inline bool collector_may_use_bpf(const struct collector *collector)
{
	return collector->options->holders == PM_HOLDERS_AUTO ||
	       collector->options->holders == PM_HOLDERS_BPF;
}

#endif
