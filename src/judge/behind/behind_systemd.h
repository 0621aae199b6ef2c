/*
 * behind_systemd: for whom pid 1 holds a listener: the service of the .socket unit that it made it
 * for.
 */
#ifndef JUDGE_BEHIND_SYSTEMD_H
#define JUDGE_BEHIND_SYSTEMD_H

#include "claim.h"

/* By configurations: of pid 1, and of those two. */
void behind_systemd(struct trial *trial, const struct pm_process *process, struct behind *ret);

#endif
