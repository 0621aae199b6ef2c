/*
 * mid_dump [-c DUMPS] [-v|-s|-k PORT] [-a DUMPS] [-n] tcp|udp FILE CMD...: run CMD, and change the
 * list of sockets in the middle of the dumps that it reads of it.
 *
 * We keep 2,000 sockets on port 7000, in one bucket of the kernel's table. A dump of so many takes
 * several reads. Before the third read of one
 *
 *	-c	in so many dumps: close the newest 20, which stand first and so are read already
 *	-v	in each: close 20 visitors, opened at PORT before the dump began: newer than all
 *	-s	the same, of visitors that are IPv6 sockets, which this dump counts but does not show
 *	-k	the same, of visitors that are connected, for which that holds too (UDP)
 *
 * but not before that many such DUMPS are over (-a). The kernel goes on by counting, and so passes
 * over 20 that live. With -n the 2,000 are held by nobody: they are on their way over a unix
 * socket. Into FILE go the inodes of those that lived until CMD ended, one a line.
 *
 * Exit: that of CMD; 124 where no dump was met; 125 where it could not be done.
 */
#include "many.h"
#include "notify.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PORT = 7000, SOCKETS = 2000, CHANGED = 20, AT_READ = 3, AT_ONCE = 200, UNMET = 124 };

struct meddler {
	int type;
	bool nobodys;
	int visitors; /* 'v', 's', 'k'; 0: none */
	in_port_t visitors_at;
	size_t after, closings;
	int fds[SOCKETS], visitor[CHANGED];
	uint32_t inodes[SOCKETS];
	size_t count, visiting, reads, dumps;
};

static bool is_sock_diag(pid_t pid, int theirs)
{
	const int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	const int fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
	int domain = 0, protocol = 0;
	socklen_t size = sizeof(int);

	if (fd >= 0) {
		getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
		getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
		close(fd);
	}
	if (pidfd >= 0)
		close(pidfd);
	return domain == AF_NETLINK && protocol == NETLINK_SOCK_DIAG;
}

/* With SO_REUSEPORT the kernel would put an IPv6 socket last and not first. */
static int open_six(in_port_t port)
{
	const struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	const int one = 1, fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		stop("a visitor");
	return fd;
}

static int open_visitor(const struct meddler *meddler)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
				       .sin_port = htons(9),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	if (meddler->visitors == 's')
		return open_six(meddler->visitors_at);
	const int fd = open_socket(meddler->type, meddler->visitors_at, true);
	if (fd < 0 ||
	    (meddler->visitors == 'k' && connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0))
		stop("a visitor");
	return fd;
}

static void let_in(struct meddler *meddler)
{
	while (meddler->visitors && meddler->visiting < CHANGED)
		meddler->visitor[meddler->visiting++] = open_visitor(meddler);
}

static void change(struct meddler *meddler)
{
	while (meddler->visiting)
		close(meddler->visitor[--meddler->visiting]);
	if (!meddler->closings)
		return;
	meddler->closings--;
	for (size_t i = 0; i < CHANGED; i++)
		close(meddler->fds[--meddler->count]);
}

static void before_call(void *data, const struct notified *notified)
{
	struct meddler *meddler = data;

	if (!is_sock_diag(notified->pid, notified->fd))
		return;
	if (notified->call == SYS_sendto || notified->call == SYS_sendmsg) {
		meddler->reads = 0;
		if (meddler->dumps >= meddler->after)
			let_in(meddler);
	} else if (++meddler->reads == AT_READ && meddler->dumps++ >= meddler->after) {
		change(meddler);
	}
}

/* Send the sockets to ourselves, never to be received, and close them. */
static void give_away(struct meddler *meddler)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int) * AT_ONCE)];
	} control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int) * AT_ONCE),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS}};
	struct iovec data = {(char[]){'x'}, 1};
	const struct msghdr message = {.msg_iov = &data,
				       .msg_iovlen = 1,
				       .msg_control = &control,
				       .msg_controllen = sizeof(control)};
	int ends[2];

	_Static_assert(SOCKETS % AT_ONCE == 0, "no socket is left over");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		stop("socketpair");
	for (size_t i = 0; i < SOCKETS; i += AT_ONCE) {
		memcpy(CMSG_DATA(&control.head), &meddler->fds[i], sizeof(int) * AT_ONCE);
		if (sendmsg(ends[0], &message, 0) != 1)
			stop("sendmsg");
	}
	for (size_t i = 0; i < SOCKETS; i++)
		close(meddler->fds[i]);
}

static void tell(const struct meddler *meddler, const char *name)
{
	FILE *file = fopen(name, "w");

	if (!file)
		stop(name);
	for (size_t i = 0; i < meddler->count; i++)
		fprintf(file, "%u\n", meddler->inodes[i]);
	if (ferror(file) || fclose(file))
		stop(name);
}

static void read_options(struct meddler *meddler, int argc, char **argv)
{
	for (int option; (option = getopt(argc, argv, "+na:c:k:s:v:")) != -1;)
		switch (option) {
		case 'c':
			meddler->closings = number(optarg, 1, SOCKETS / CHANGED - 1);
			break;
		case 'n':
			meddler->nobodys = true;
			break;
		case 'a':
			meddler->after = number(optarg, 0, 100);
			break;
		case 'k':
		case 's':
		case 'v':
			meddler->visitors = option;
			meddler->visitors_at = (in_port_t)number(optarg, 1, 65535);
			break;
		default:
			errno = EINVAL;
			stop("options");
		}
	if (argc - optind < 3 || (meddler->closings && meddler->nobodys)) {
		errno = EINVAL;
		stop("arguments");
	}
}

int main(int argc, char **argv)
{
	static const char *const calls[] = {"sendto", "sendmsg", "recvmsg", "recvfrom", NULL};
	static struct meddler meddler;

	read_options(&meddler, argc, argv);
	meddler.type = type_named(argv[optind]);
	allow_sockets(SOCKETS + CHANGED);
	for (; meddler.count < SOCKETS; meddler.count++) {
		meddler.fds[meddler.count] = open_socket(meddler.type, PORT, true);
		meddler.inodes[meddler.count] = inode_of(meddler.fds[meddler.count]);
	}
	if (meddler.nobodys)
		give_away(&meddler);
	const int code = run_notified(argv + optind + 2, calls, before_call, &meddler);
	tell(&meddler, argv[optind + 1]);
	return meddler.dumps > meddler.after ? code : UNMET;
}
