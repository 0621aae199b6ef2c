/* recheck: listeners without holder that have closed since they were dumped. */
#ifndef COLLECT_RECHECK_H
#define COLLECT_RECHECK_H

#include "source/source.h"

/* Dump once more, and leave out the listeners without holder that have closed meanwhile. */
int pass_closed(struct source *source, const struct pm_collect_options *options,
		struct pm_snapshot *snapshot);

#endif
