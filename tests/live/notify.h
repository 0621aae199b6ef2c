/* notify: run a command, and be asked before each of some system calls; seccomp_unotify(2). */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <sys/types.h>

struct notified {
	pid_t pid; /* of the command, or of its child; it waits */
	int call;  /* __NR_recvmsg */
	int fd;	   /* the first argument */
};

/*
 * Run `argv`. Before each system call that is among `calls`, names ended by NULL, `before` is
 * called, and the call goes on when it returns. The exit code of the command, or 128 and its
 * signal.
 */
int run_notified(char **argv, const char *const *calls,
		 void (*before)(void *data, const struct notified *notified), void *data);

#endif
