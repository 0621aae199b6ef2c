/* flags: facts that speak beside a verdict. */
#ifndef JUDGE_FLAGS_H
#define JUDGE_FLAGS_H

#include <portmote/judge.h>

/* What the holders of one listener are. */
void flags_set(const struct pm_snapshot *snapshot, const struct pm_listener *listener,
	       struct pm_verdict *verdict);

#endif
