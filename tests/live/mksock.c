#include "mksock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t children[MOST];
static size_t n_children;
static int highest = 2; /* the highest descriptor ever opened here */

void misused(const char *format, ...)
{
	va_list words;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(words, format);
	vfprintf(stderr, format, words);
	va_end(words);
	fputc('\n', stderr);
	exit(2);
}

void failed(const char *what, const char *where)
{
	fprintf(stderr, "%s: %s: %s: %s\n", program_invocation_short_name, where, what,
		strerror(errno));
	exit(1);
}

void begin(void)
{
	if (close_range(3, ~0U, 0))
		failed("close_range", "start");
}

int tracked(int fd)
{
	if (fd > highest)
		highest = fd;
	return fd;
}

void shut(int fd)
{
	if (close(fd))
		failed("close", "descriptor");
}

unsigned long number(const char *text, unsigned long most, const char *what)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value > most)
		misused("%s is no %s (0 to %lu)", text, what, most);
	return value;
}

in_port_t port_number(const char *text)
{
	return (in_port_t)number(text, 65535, "port");
}

struct place place_of(const char *address, in_port_t port, const struct want *want)
{
	struct place place = {0};

	if (inet_pton(AF_INET, address, &place.at.in4.sin_addr) == 1) {
		place.at.in4.sin_family = AF_INET;
		place.at.in4.sin_port = htons(port);
		place.length = sizeof(place.at.in4);
	} else if (inet_pton(AF_INET6, address, &place.at.in6.sin6_addr) == 1) {
		place.at.in6.sin6_family = AF_INET6;
		place.at.in6.sin6_port = htons(port);
		place.length = sizeof(place.at.in6);
	} else {
		misused("%s is no IPv4 or IPv6 address", address);
	}
	if (want->family && want->family != place.at.any.sa_family)
		misused("%s: %s is an address of the other family", want->kind, address);
	return place;
}

static void set(int fd, int level, int option, const void *value, size_t size, const char *what)
{
	if (setsockopt(fd, level, option, value, (socklen_t)size))
		failed("setsockopt", what);
}

int open_at(const struct want *want, const struct place *place)
{
	const int one = 1, v6only = want->v6only;
	int fd = tracked(socket(place->at.any.sa_family, want->type, want->protocol));

	if (fd < 0)
		failed("socket", want->kind);
	if (place->at.any.sa_family == AF_INET6 && want->type != SOCK_RAW)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only), "IPV6_V6ONLY");
	if (want->reuseport)
		set(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one), "SO_REUSEPORT");
	if (want->device)
		set(fd, SOL_SOCKET, SO_BINDTODEVICE, want->device, strlen(want->device) + 1,
		    want->device);
	/* two may bind one TCP port with none listening; listen() is then what finds it taken */
	if (bind(fd, &place->at.any, place->length) ||
	    (want->type == SOCK_STREAM && !want->bound_only && listen(fd, 16))) {
		if (errno != EADDRINUSE || !want->taken_is_fine)
			failed("bind or listen", want->kind);
		shut(fd);
		return -1;
	}
	return fd;
}

struct place place_bound(int fd)
{
	struct place place = {.length = sizeof(place.at)};

	if (getsockname(fd, &place.at.any, &place.length))
		failed("getsockname", "socket");
	return place;
}

static in_port_t port_of(const struct place *place)
{
	return ntohs(place->at.any.sa_family == AF_INET ? place->at.in4.sin_port
							: place->at.in6.sin6_port);
}

static void tell_pids(const struct want *want, const pid_t *pids, size_t n_pids)
{
	printf(",\"pids\":[");
	for (size_t i = 0; i < n_pids; i++)
		printf("%s%jd", i ? "," : "", (intmax_t)pids[i]);
	printf("],\"kind\":\"%s\"}\n", want->kind);
}

static ino_t inode_of(int fd, const struct want *want)
{
	struct stat st;

	if (fstat(fd, &st))
		failed("fstat", want->kind);
	return st.st_ino;
}

static void tell_word(const char *key, const char *word)
{
	if (word)
		printf(",\"%s\":\"%s\"", key, word);
	else
		printf(",\"%s\":null", key);
}

void tell_portless(int fd, const struct want *want, const char *family, const char *address,
		   unsigned long what)
{
	const pid_t self = getpid();

	printf("{\"protocol\":\"%s\",\"port\":null,\"number\":%lu,\"inode\":%ju",
	       family ? "raw" : "packet", what, (uintmax_t)inode_of(fd, want));
	tell_word("family", family);
	tell_word("address", address);
	tell_word("device", want->device);
	tell_pids(want, &self, 1);
}

static const char *protocol_name(const struct want *want)
{
	if (want->protocol == IPPROTO_MPTCP)
		return "mptcp";
	if (want->protocol == IPPROTO_UDPLITE)
		return "udplite";
	return want->type == SOCK_STREAM ? "tcp" : "udp";
}

void tell(int fd, const struct want *want, const pid_t *pids, size_t n_pids)
{
	const struct place place = place_bound(fd);
	const bool six = place.at.any.sa_family == AF_INET6;
	char address[INET6_ADDRSTRLEN];
	int v6only = 0;
	socklen_t size = sizeof(v6only);

	if (!inet_ntop(place.at.any.sa_family,
		       six ? (const void *)&place.at.in6.sin6_addr
			   : (const void *)&place.at.in4.sin_addr,
		       address, sizeof(address)))
		failed("inet_ntop", want->kind);
	if (six && getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, &size))
		failed("getsockopt IPV6_V6ONLY", want->kind);
	printf("{\"protocol\":\"%s\",\"family\":\"%s\",\"address\":\"%s\",\"port\":%u,\"v6only\":%"
	       "s,\"inode\":%ju",
	       protocol_name(want), six ? "inet6" : "inet", address, port_of(&place),
	       !six	? "null"
	       : v6only ? "true"
			: "false",
	       (uintmax_t)inode_of(fd, want));
	/* the arguments with quotes around them are interface names and digits, found good by the
	 * kernel or by us */
	tell_word("device", want->device);
	if (want->comm_hex)
		printf(",\"comm_hex\":\"%s\"", want->comm_hex);
	tell_pids(want, pids, n_pids);
}

static bool is_among(int fd, const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] == fd)
			return true;
	return false;
}

/* In the child: end with the parent, hold 0, 1, 2 and fds alone. */
static void hold_only(const int *fds, size_t n, pid_t parent)
{
	sigset_t none;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		failed("prctl PR_SET_PDEATHSIG", "child");
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL))
		failed("sigprocmask", "child");
	for (int fd = 3; fd <= highest; fd++)
		if (!is_among(fd, fds, n) && close(fd) && errno != EBADF)
			failed("close", "child");
}

int receive_fd(int from)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec data = {&byte, 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	const struct cmsghdr *head;
	int fd;

	if (recvmsg(from, &message, 0) != 1)
		failed("recvmsg", "child");
	head = CMSG_FIRSTHDR(&message);
	if (!head || head->cmsg_type != SCM_RIGHTS) {
		errno = EBADMSG;
		failed("recvmsg", "child");
	}
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

void send_fd(int to, int fd)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS}};
	char byte = 'x';
	struct iovec data = {&byte, 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	if (sendmsg(to, &message, MSG_NOSIGNAL) != 1)
		failed("sendmsg", "passed");
}

/* What a child is: it holds fds, or with none of them the socket that comes over way; it answers
 * when that is so. */
__attribute__((noreturn)) static void be_child(const int *fds, size_t n, const char *comm, int way,
					       pid_t parent)
{
	int keep[MOST];

	memcpy(keep, fds, n * sizeof(*fds));
	keep[n] = way;
	hold_only(keep, n + 1, parent);
	if (comm && prctl(PR_SET_NAME, comm))
		failed("prctl PR_SET_NAME", "child");
	if (!n)
		receive_fd(way);
	if (write(way, "x", 1) != 1)
		failed("write", "child");
	shut(way);
	for (;;)
		pause();
}

static pid_t child_with(const int *fds, size_t n, const char *comm, int *ret_way)
{
	const pid_t parent = getpid();
	int pair[2];
	pid_t pid;

	if (n >= MOST || n_children >= MOST)
		misused("more than %d sockets or children", MOST);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		failed("socketpair", "child");
	tracked(pair[0]);
	tracked(pair[1]);
	if (fflush(stdout)) /* else a child that fails prints it again */
		failed("write", "stdout");
	pid = fork();
	if (pid < 0)
		failed("fork", "child");
	if (!pid)
		be_child(fds, n, comm, pair[1], parent);
	children[n_children++] = pid;
	shut(pair[1]);
	*ret_way = pair[0];
	return pid;
}

static void await_child(int way)
{
	char byte;
	const ssize_t got = read(way, &byte, 1);

	if (!got)
		errno = ECHILD;
	if (got != 1)
		failed("read", "a child did not get ready");
	shut(way);
}

pid_t held_by_child(const int *fds, size_t n, const char *comm)
{
	int way;
	const pid_t pid = child_with(fds, n, comm, &way);

	await_child(way);
	return pid;
}

pid_t receiving_child(int *ret_way)
{
	const int none = -1;

	return child_with(&none, 0, NULL, ret_way);
}

void pass_to(int way, int fd)
{
	send_fd(way, fd);
	await_child(way);
}

void end_children(void)
{
	for (size_t i = 0; i < n_children; i++) {
		if (kill(children[i], SIGKILL) && errno != ESRCH)
			failed("kill", "child");
		if (waitpid(children[i], NULL, 0) < 0 && errno != ECHILD)
			failed("waitpid", "child");
	}
}
