/* What the ways have in common: facts, children, threads, mounts, copies of the program. */
#include "hide.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int listener(in_port_t port)
{
	static const struct want tcp = {.kind = "tcp", .type = SOCK_STREAM};
	const struct place place = place_of("0.0.0.0", port, &tcp);

	return open_at(&tcp, &place);
}

static ino_t inode_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		failed("fstat", "facts");
	return st.st_ino;
}

static ino_t netns_of(int fd)
{
	const int netns = ioctl(fd, SIOCGSKNS);
	ino_t inode;

	if (netns < 0)
		failed("ioctl SIOCGSKNS", "facts");
	inode = inode_of(netns);
	shut(netns);
	return inode;
}

static int asked(int fd, int level, int option)
{
	int value;
	socklen_t size = sizeof(value);

	if (getsockopt(fd, level, option, &value, &size))
		failed("getsockopt", "facts");
	return value;
}

static const char *protocol_of(int fd)
{
	switch (asked(fd, SOL_SOCKET, SO_PROTOCOL)) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_UDPLITE:
		return "udplite";
	case IPPROTO_MPTCP:
		return "mptcp";
	default:
		misused("a protocol without a name");
	}
}

static void print_known(const struct known *known)
{
	if (known->comm) {
		fputs(",\"comm_hex\":\"", stdout);
		for (const char *at = known->comm; *at; at++)
			printf("%02x", (unsigned char)*at);
		putchar('"');
	}
	if (known->generations)
		printf(",\"generations\":\"%s\"", known->generations);
	printf(",\"look_inside\":%s", known->look_inside ? "true" : "false");
}

void say(int fd, const pid_t *pids, size_t n_pids, const struct known *known)
{
	static const struct known nothing;
	const struct place place = place_bound(fd);
	const bool six = place.at.any.sa_family == AF_INET6;
	char address[INET6_ADDRSTRLEN];

	if (!inet_ntop(place.at.any.sa_family,
		       six ? (const void *)&place.at.in6.sin6_addr
			   : (const void *)&place.at.in4.sin_addr,
		       address, sizeof(address)))
		failed("inet_ntop", "facts");
	printf("{\"protocol\":\"%s\",\"family\":\"%s\",\"address\":\"%s\",\"port\":%u",
	       protocol_of(fd), six ? "inet6" : "inet", address,
	       ntohs(six ? place.at.in6.sin6_port : place.at.in4.sin_port));
	printf(",\"v6only\":%s", !six					? "null"
				 : asked(fd, IPPROTO_IPV6, IPV6_V6ONLY) ? "true"
									: "false");
	printf(",\"inode\":%ju,\"netns\":%ju", (uintmax_t)inode_of(fd), (uintmax_t)netns_of(fd));
	print_known(known ? known : &nothing);
	fputs(",\"pids\":[", stdout);
	for (size_t i = 0; i < n_pids; i++)
		printf("%s%jd", i ? "," : "", (intmax_t)pids[i]);
	puts("]}");
	if (fflush(stdout)) /* else a child, or the program that comes next, has or loses it */
		failed("write", "stdout");
}

void say_held_by(int fd, pid_t pid)
{
	say(fd, &pid, 1, NULL);
}

void lacking(const char *what, const char *where)
{
	switch (errno) {
	case ENOSYS:
	case EPROTONOSUPPORT:
	case ESOCKTNOSUPPORT:
	case EAFNOSUPPORT:
	case EOPNOTSUPP:
		fprintf(stderr, "hide: %s: %s: not in this kernel\n", where, what);
		exit(77);
	default:
		failed(what, where);
	}
}

void end_with_parent(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		failed("prctl PR_SET_PDEATHSIG", "child");
}

pid_t born(int *ret_way)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		failed("socketpair", "child");
	pid = fork();
	if (pid < 0)
		failed("fork", "child");
	if (!pid)
		end_with_parent();
	shut(pair[!pid ? 0 : 1]);
	*ret_way = pair[!pid ? 1 : 0];
	return pid;
}

/* A parent that ended before the signal was asked for has closed its end: then this ends too. */
void stand(int way)
{
	if (send(way, "x", 1, MSG_NOSIGNAL) != 1)
		_exit(1);
	shut(way);
	for (;;)
		pause();
}

void await(int way)
{
	char byte;
	const ssize_t got = read(way, &byte, 1);

	if (!got)
		errno = ECHILD;
	if (got != 1)
		failed("read", "a child did not get ready");
	shut(way);
}

pid_t keeper(int fd, int not_this)
{
	int way;
	const pid_t pid = born(&way);

	if (!pid) {
		shut(not_this);
		stand(way);
	}
	await(way);
	shut(fd);
	return pid;
}

struct started {
	void (*run)(void *);
	void *of;
	int way;
};

static void *start(void *of)
{
	const struct started started = *(struct started *)of;
	const pid_t tid = (pid_t)syscall(SYS_gettid);

	if (write(started.way, &tid, sizeof(tid)) != sizeof(tid))
		failed("write", "thread");
	started.run(started.of);
	return NULL;
}

pid_t thread(void (*run)(void *), void *of)
{
	int pair[2];
	struct started started = {.run = run, .of = of};
	pthread_t id;
	pid_t tid;

	if (pipe2(pair, O_CLOEXEC))
		failed("pipe2", "thread");
	started.way = pair[1];
	errno = pthread_create(&id, NULL, start, &started);
	if (errno)
		failed("pthread_create", "thread");
	if (read(pair[0], &tid, sizeof(tid)) != sizeof(tid))
		failed("read", "thread");
	shut(pair[0]);
	shut(pair[1]);
	return tid;
}

void await_call(pid_t tid, long call)
{
	const struct timespec while_ = {.tv_nsec = 1000000};
	char path[64], text[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)tid);
	do {
		if (nanosleep(&while_, NULL))
			failed("nanosleep", path);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			failed("open", path);
		got = read(fd, text, sizeof(text) - 1);
		if (got < 0)
			failed("read", path);
		text[got] = 0;
		shut(fd);
	} while (strncmp(text, "running", 7) == 0 || strtol(text, NULL, 10) != call);
}

void own_mounts(void)
{
	if (unshare(CLONE_NEWNS))
		failed("unshare", "mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		failed("mount --make-rprivate", "/");
}

int self_file(void)
{
	const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (file < 0)
		failed("open", "/proc/self/exe");
	return file;
}

void copy_to(int from, int to)
{
	off_t at = 0;
	ssize_t sent;

	do
		sent = sendfile(to, from, &at, 1 << 20);
	while (sent > 0);
	if (sent)
		failed("sendfile", "copy");
}

void copy_as(int from, const char *path)
{
	const int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);

	if (to < 0)
		failed("open", path);
	copy_to(from, to);
	shut(to);
}

void stay_as(const char *path)
{
	execl(path, "hide", "@stay", NULL);
	failed("execl", path);
}
