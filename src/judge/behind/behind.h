/* behind: for whom a holder that stands for others holds a listener. */
#ifndef JUDGE_BEHIND_H
#define JUDGE_BEHIND_H

#include "claim.h"

/* Does the process stand for others? Then `*ret` says for whom, as far as that can be known. */
bool behind_find(struct trial *trial, const struct pm_process *process, struct behind *ret);

/* Does a program of that name, if honest? */
bool behind_is_stand_in(const char *program);

/* "user alice", "uid 1000", of a process whose uid is known. */
const char *behind_user(struct trial *trial, const struct pm_process *process);

#endif
