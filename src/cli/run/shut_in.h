/* shut_in: once all is collected, no right is needed any more but to write the report. */
#ifndef CLI_SHUT_IN_H
#define CLI_SHUT_IN_H

#include <portmote/base.h>

/*
 * Give up all rights: capabilities, new privileges, files but for `count` folders, system calls
 * that are not needed any more. What the kernel has not got is passed over; with `tell`, one line
 * about each goes to standard error. Source: capabilities(7), landlock(7), seccomp(2).
 */
void shut_in(const int *folders, size_t count, bool tell);

#endif
