/* Who collects: nothing else than that is open to it, till it is given back what it needs to tell. */
#include "run/collector.h"
#include "run/signals.h"
#include "run/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux before 5.9, and filters of its time, have no close_range(2). */
static void close_from_to(unsigned first, unsigned last)
{
	struct rlimit limit;

	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	unsigned most = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < UINT16_MAX
				? (unsigned)limit.rlim_cur
				: UINT16_MAX;
	for (unsigned fd = first; fd <= last && fd < most; fd++)
		close((int)fd);
}

static int collector_compare(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return PM_CMP(*x, *y);
}

void collector_close_but(int *kept, size_t count)
{
	int first = 0;

	qsort(kept, count, sizeof(*kept), collector_compare);
	for (size_t i = 0; i < count; i++) {
		if (kept[i] < 0)
			continue;
		if (kept[i] > first)
			close_from_to((unsigned)first, (unsigned)kept[i] - 1);
		first = kept[i] + 1;
	}
	close_from_to((unsigned)first, ~0u);
}

/* Who watches has what it takes to say so. Where that has ended, nobody needs to be told. */
static _Noreturn void collector_fails(const struct session *session, const char *what, int code)
{
	struct {
		char says;
		char text[sizeof(((struct pm_error *)NULL)->text)];
	} last = {.says = COLLECTOR_FAILS};
	struct pm_error err = {0};

	pm_fail(&err, code, "%s: %s", what, strerror(-code));
	memcpy(last.text, err.text, sizeof(last.text));
	while (send(session->channel, &last, sizeof(last), MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
	_exit(EXIT_OUTPUT);
}

/* 0 or -errno. */
static int end_with(pid_t watcher)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == watcher ? 0 : -ESRCH;
}

/* Nobody who waits for our end, or for that of our output, shall wait for one that is stuck. */
void collector_let_go(struct session *session, pid_t watcher)
{
	int kept[] = {session->channel, session->proc_fd, session->record_fd, session->replay_fd};

	signals_guard(NULL);
	int r = end_with(watcher);
	if (r < 0)
		collector_fails(session, "cannot watch for the end of who was started", r);
	collector_close_but(kept, PM_COUNT(kept));
	r = occupy_standard_descriptors();
	if (r < 0)
		collector_fails(session, "cannot open /dev/null", r);
}

/* The number that the next descriptor is to have, as it comes; -1: that was all; or -errno. */
static int take_descriptor(int channel, int *ret)
{
	char says = COLLECTOR_NEXT;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec part = {ret, sizeof(*ret)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.room,
				 .msg_controllen = sizeof(control.room)};
	ssize_t len;
	int fd;

	while ((len = send(channel, &says, 1, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	if (len < 0)
		return -errno;
	while ((len = recvmsg(channel, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	if (len != sizeof(*ret))
		return len < 0 ? -errno : -EPIPE;
	if (*ret < 0)
		return -1;
	if (!CMSG_FIRSTHDR(&message) || (message.msg_flags & MSG_CTRUNC))
		return -EMFILE;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

void collector_end(struct session *session)
{
	int number = 0, fd, r = 0;

	if (session->channel < 0)
		return;
	/* Its room may be needed. */
	if (session->proc_fd >= 0)
		close(session->proc_fd);
	session->proc_fd = -1;
	/* Where one is lost, the next may be that by which it is told. */
	while ((fd = take_descriptor(session->channel, &number)) >= 0) {
		if (fd == number)
			continue;
		if (dup3(fd, number, O_CLOEXEC) < 0)
			r = r < 0 ? r : -errno;
		close(fd);
	}
	r = r == 0 && number >= 0 ? fd : r;
	if (r < 0)
		collector_fails(session, "cannot get back to the files to be written", r);
	signals_guard(session);
}
