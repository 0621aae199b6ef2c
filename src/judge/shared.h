/* shared: who has the same port as another, so that the packets of one may go to the other. */
#ifndef JUDGE_SHARED_H
#define JUDGE_SHARED_H

#include <portmote/judge.h>

/* Flag them, once all have a verdict. 0 or -ENOMEM. */
int shared_flag(const struct pm_snapshot *snapshot, struct pm_judgement *judgement);

#endif
