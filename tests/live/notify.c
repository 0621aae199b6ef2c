#include "notify.h"

#include "many.h"

#include <errno.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel's way to ask us is made in the child, and taken over while it waits. */
__attribute__((noreturn)) static void be_asked_for(char **argv, const char *const *calls, int way)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (; filter && *calls; calls++)
		if (seccomp_rule_add(filter, SCMP_ACT_NOTIFY, seccomp_syscall_resolve_name(*calls),
				     0) < 0)
			stop(*calls);
	if (!filter || seccomp_load(filter) < 0)
		stop("seccomp");
	const int fd = seccomp_notify_fd(filter);
	if (write(way, &fd, sizeof(fd)) != sizeof(fd) || read(way, &byte, 1) != 1)
		stop("the way to the parent");
	execv(argv[0], argv);
	stop(argv[0]);
}

static int take_over(pid_t pid, int way)
{
	const int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int theirs;

	if (pidfd < 0 || read(way, &theirs, sizeof(theirs)) != sizeof(theirs))
		stop("the way to the child");
	const int fd = (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
	if (fd < 0)
		stop("pidfd_getfd");
	close(pidfd);
	if (write(way, "x", 1) != 1)
		stop("the way to the child");
	return fd;
}

static void answer(int fd, struct seccomp_notif *asked, struct seccomp_notif_resp *going_on,
		   void (*before)(void *data, const struct notified *notified), void *data)
{
	*asked = (struct seccomp_notif){0};
	if (seccomp_notify_receive(fd, asked) < 0)
		return; /* it was killed in the meantime */
	const struct notified notified = {
		.pid = (pid_t)asked->pid, .call = asked->data.nr, .fd = (int)asked->data.args[0]};
	before(data, &notified);
	*going_on = (struct seccomp_notif_resp){.id = asked->id,
						.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
	seccomp_notify_respond(fd, going_on);
}

int run_notified(char **argv, const char *const *calls,
		 void (*before)(void *data, const struct notified *notified), void *data)
{
	struct seccomp_notif *asked;
	struct seccomp_notif_resp *going_on;
	int ends[2], status;

	if (seccomp_notify_alloc(&asked, &going_on) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		stop("start");
	const pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0)
		be_asked_for(argv, calls, ends[1]);
	close(ends[1]);
	struct pollfd polled = {.fd = take_over(pid, ends[0]), .events = POLLIN};
	while (!(polled.revents & POLLHUP)) {
		if (poll(&polled, 1, -1) < 0 && errno != EINTR)
			stop("poll");
		if (polled.revents & POLLIN)
			answer(polled.fd, asked, going_on, before, data);
	}
	if (waitpid(pid, &status, 0) < 0)
		stop("waitpid");
	close(polled.fd);
	close(ends[0]);
	seccomp_notify_free(asked, going_on);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
