#include "run/watcher.h"
#include "run/collector.h"
#include "run/ending.h"
#include "run/rights.h"
#include "run/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Milliseconds. Past the deadline, who collects ends by itself, the last one lists sockets alone,
 * and what is printed is printed: for each there is some time more.
 */
enum {
	TICK = 20,
	PATIENCE = 5000,
	PATIENCE_LEAST = 150,
	ENDING = 200,
	LAST = 300,
	PRINTING = 400,
	TIDYING = 300
};

enum { FREE_MOST = 64 };

struct watcher {
	struct session *session;
	const struct request *request;
	struct pm_watch *watch;
	struct pm_patience patience;
	struct ending_patience file_patience;
	int64_t deadline; /* CLOCK_MONOTONIC; 0: none */
	int64_t looked;	  /* when we last did */
	int64_t spent;	  /* of the time more */
	pid_t pid;
	int channel;
	int next; /* descriptor to be given back */
	unsigned given_up;
	bool is_last, is_telling;
	bool has_failed; /* who collects, and the reason was told */
};

/* Whether it has ended, within some time, is known a moment after it has closed its end. */
static bool await_end(const struct watcher *watcher, int most, int *ret_status)
{
	const struct timespec nap = {.tv_nsec = 500000};
	int64_t until = ending_now() + most;

	while (waitpid(watcher->pid, ret_status, WNOHANG) != watcher->pid) {
		if (ending_now() >= until)
			return false;
		nanosleep(&nap, NULL);
	}
	ending_helper(0);
	return true;
}

/* As it ended, so do we. */
static _Noreturn void end_as(const struct watcher *watcher, int status)
{
	signals_tidy(watcher->session);
	if (WIFEXITED(status) && !watcher->is_telling && !watcher->has_failed)
		ending_say("internal error: who collects ended, and could not say why");
	ending_as(status);
}

/* It is told to end, and then made to. */
static void make_end(const struct watcher *watcher)
{
	int status;

	kill(watcher->pid, SIGTERM);
	if (!await_end(watcher, TIDYING, &status))
		kill(watcher->pid, SIGKILL);
	signals_tidy(watcher->session);
}

static _Noreturn void end_by_relayed(const struct watcher *watcher)
{
	int status;

	if (await_end(watcher, TIDYING, &status))
		end_as(watcher, status);
	kill(watcher->pid, SIGKILL);
	signals_tidy(watcher->session);
	signals_end_by(signals_relayed());
	exit(EXIT_OUTPUT);
}

static _Noreturn void end_failed(const struct watcher *watcher, const char *what)
{
	char sentence[128];

	snprintf(sentence, sizeof(sentence), "internal error: %s: %s", what, strerror(errno));
	make_end(watcher);
	ending_say(sentence);
	exit(EXIT_OUTPUT);
}

static _Noreturn void end_late(const struct watcher *watcher)
{
	make_end(watcher);
	if (watcher->is_telling)
		ending_late();
	ending_say("incomplete: the time given by --timeout was up, and the kernel did not answer");
	exit(EXIT_INCOMPLETE);
}

/* -1: that descriptor is free. */
static int flags_of(const struct watcher *watcher, int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags < 0 && errno != EBADF)
		end_failed(watcher, "cannot find the files to be written");
	return flags;
}

/* What we opened ourselves ends with an exec; of what we were started with, it needs three. */
static bool is_ours(const struct watcher *watcher, int fd, int flags)
{
	return fd != watcher->channel && (fd <= STDERR_FILENO || flags & FD_CLOEXEC);
}

/* We are given the lowest number that is free: beyond so many that are free there is none of ours. */
static int next_descriptor(struct watcher *watcher)
{
	for (int free = 0; free < FREE_MOST; free++) {
		int fd = watcher->next++, flags = flags_of(watcher, fd);

		if (flags < 0)
			continue;
		if (is_ours(watcher, fd, flags))
			return fd;
		free = -1;
	}
	return -1;
}

/* From here on it judges and prints, and we only wait for it. */
static void begin_telling(struct watcher *watcher)
{
	watcher->is_telling = true;
	watcher->spent = 0;
	signals_relay(watcher->pid);
	rights_drop();
}

static void give_descriptor(struct watcher *watcher)
{
	int fd = next_descriptor(watcher);
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS,
			      .cmsg_len = CMSG_LEN(sizeof(fd))}};
	struct iovec part = {&fd, sizeof(fd)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
	} else {
		begin_telling(watcher);
	}
	ssize_t sent;
	while ((sent = sendmsg(watcher->channel, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	/* EPIPE: it has ended, which is told next. */
	if (sent < 0 && errno != EPIPE)
		end_failed(watcher, "cannot give it the files to be written");
}

static void hear_failure(struct watcher *watcher, const char *why, size_t len)
{
	struct pm_error err;

	pm_fail(&err, 0, "internal error: %.*s", (int)len, why);
	ending_say(err.text);
	watcher->has_failed = true;
}

/* false: it has closed its end. */
static bool listen_to(struct watcher *watcher)
{
	char says[1 + sizeof(((struct pm_error *)NULL)->text)];
	ssize_t len = recv(watcher->channel, says, sizeof(says), MSG_DONTWAIT);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	/* ECONNRESET: and something that we said is unread. */
	if (len == 0 || (len < 0 && errno == ECONNRESET))
		return false;
	if (len < 0)
		end_failed(watcher, "cannot hear who collects");
	if (says[0] == COLLECTOR_FAILS)
		hear_failure(watcher, says + 1, (size_t)len - 1);
	else if (!watcher->is_telling)
		give_descriptor(watcher);
	return true;
}

/* The shorter, the less time there is, and the more has been waited for already. */
static int64_t patience_at(const struct watcher *watcher, int64_t now)
{
	int64_t most = watcher->deadline ? (watcher->deadline - now) / 8 : PATIENCE;

	most >>= watcher->given_up < 4 ? watcher->given_up : 4;
	return most < PATIENCE_LEAST ? PATIENCE_LEAST : most;
}

/* Past the deadline. Who runs, or waits for a processor, is charged a quarter of the time. */
static bool has_spent(struct watcher *watcher, int64_t now, int64_t since, int64_t most)
{
	int64_t from = watcher->looked > since ? watcher->looked : since;

	if (now > from)
		watcher->spent +=
			pm_task_state(watcher->session->proc_fd, watcher->pid, watcher->pid) == 'R'
				? (now - from + 3) / 4
				: now - from;
	return watcher->spent > most;
}

/* Is it to be given up, for another to collect in its place? */
static bool is_given_up(struct watcher *watcher, int64_t now)
{
	const struct session *session = watcher->session;

	if (watcher->deadline && now > watcher->deadline &&
	    has_spent(watcher, now, watcher->deadline, watcher->is_last ? LAST : ENDING)) {
		if (watcher->is_last)
			end_late(watcher);
		watcher->is_last = true;
		return true;
	}
	if (watcher->is_last || pm_watch_is_full(watcher->watch))
		return false;
	return pm_watch_gives_up(watcher->watch, &watcher->patience, session->proc_fd, watcher->pid,
				 now, patience_at(watcher, now));
}

static bool has_time(struct watcher *watcher, int64_t now)
{
	return !watcher->deadline || !watcher->request->is_timed || now <= watcher->deadline ||
	       !has_spent(watcher, now, watcher->deadline, PRINTING);
}

/* Till who collects is to be given up. Where it comes to an end, so do we. */
static void watch(struct watcher *watcher)
{
	int status;

	for (bool is_given = false; !is_given;) {
		struct pollfd channel = {.fd = watcher->channel, .events = POLLIN};
		bool is_ready = poll(&channel, 1, TICK) > 0;
		int64_t now = ending_now();

		if (watcher->deadline)
			ending_beat();
		if (signals_relayed())
			end_by_relayed(watcher);
		bool is_open = !is_ready || listen_to(watcher);
		if (!is_open && !await_end(watcher, PATIENCE, &status))
			end_failed(watcher, "who collects does not end");
		if (!is_open || (!is_ready && await_end(watcher, 0, &status)))
			end_as(watcher, status);
		if (watcher->is_telling &&
		    (!has_time(watcher, now) ||
		     ending_waits(&watcher->file_patience, watcher->request, now)))
			end_late(watcher);
		if (!watcher->is_telling)
			is_given = is_given_up(watcher, now);
		watcher->looked = now;
	}
}

/* It cannot be waited for: it may never end. */
static void give_up(struct watcher *watcher)
{
	kill(watcher->pid, SIGKILL);
	close(watcher->channel);
	watcher->given_up++;
	watcher->spent = 0;
	watcher->next = 0;
	watcher->patience = (struct pm_patience){0};
	struct pm_watch *next = pm_watch_next(watcher->watch);
	if (next) {
		pm_watch_free(watcher->watch);
		watcher->watch = next;
	}
}

/* Whether we are the one that is to collect. Where there can be no other, we are. */
static bool watcher_start(struct watcher *watcher)
{
	struct session *session = watcher->session;
	pid_t self = getpid();
	int ends[2];

	if (!watcher->watch || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return true;
	watcher->channel = ends[0];
	watcher->looked = ending_now();
	watcher->pid = fork();
	if (watcher->pid > 0) {
		ending_helper(watcher->pid);
		close(ends[1]);
		return false;
	}
	if (watcher->pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return true;
	}
	session->channel = ends[1];
	collector_let_go(session, self);
	return true;
}

void collector_begin(struct session *session, const struct request *request,
		     struct pm_collect_options *options)
{
	struct watcher watcher = {
		.session = session,
		.request = request,
		.watch = pm_watch_new(),
		.deadline = request->replay || !request->timeout ? 0 : ending_deadline(request),
	};

	while (!watcher_start(&watcher)) {
		watch(&watcher);
		give_up(&watcher);
	}
	options->watch = watcher.watch;
	options->is_again = watcher.given_up > 0;
	options->deadline = watcher.is_last ? 1 : watcher.deadline;
}
