/* userns: user namespaces: user_namespaces(7), ioctl_ns(2). */
#ifndef COLLECT_USERNS_H
#define COLLECT_USERNS_H

#include "process/process.h"

/* Whether it lives in another user namespace than pid 1, and whose that is. */
void userns_read(struct reader *reader, const struct proc_dir *dir, struct pm_process *process);

#endif
