/*
 * behind_xinetd: for whom xinetd(8) holds a listener: blocks of "key = value", and defaults;
 * xinetd.conf(5).
 */
#ifndef JUDGE_BEHIND_XINETD_H
#define JUDGE_BEHIND_XINETD_H

#include "claim.h"

/* By configurations: of pid 1, and of those two. */
void behind_xinetd(struct trial *trial, const struct pm_process *process, struct behind *ret);

#endif
