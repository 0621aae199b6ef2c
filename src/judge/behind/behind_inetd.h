/*
 * behind_inetd: for whom inetd(8) holds a listener: "service type protocol flags user server
 * arguments".
 */
#ifndef JUDGE_BEHIND_INETD_H
#define JUDGE_BEHIND_INETD_H

#include "claim.h"

/* By configurations: of pid 1, and of those two. */
void behind_inetd(struct trial *trial, const struct pm_process *process, struct behind *ret);

#endif
