/* system_calls: which of them are left once all was collected. */
#ifndef CLI_SYSTEM_CALLS_H
#define CLI_SYSTEM_CALLS_H

#include <portmote/base.h>

/*
 * From now on every system call answers EPERM but those for reading what is open, computing, and
 * writing; with `writes_files` also those that put a file in its place. No memory becomes
 * executable, no signal reaches another process. To be called after no_new_privs.
 * -ENOSYS where this architecture, or the kernel, has no such filter. Source: seccomp(2).
 */
int restrict_system_calls(bool writes_files);

#endif
