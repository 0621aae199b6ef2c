#include "share.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	STACK_BYTES = 64 * 1024,
	WILDCARDS = 1000, /* so many are bound to 0.0.0.0 and ::, those after them to 127.0.0.x */
	FIRST_PORT = 1024,
	PORTS = 63000, /* of each address */
};

struct place {
	union {
		struct sockaddr any;
		struct sockaddr_in in4;
		struct sockaddr_in6 in6;
	} at;
	socklen_t length;
};

void failed(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

unsigned long part(unsigned long total, unsigned long among, unsigned long number)
{
	return number < among ? total / among + (number < total % among) : 0;
}

unsigned long part_sockets(const struct plan *plan, unsigned long number)
{
	return part(plan->tcp, plan->holders, number) + part(plan->udp, plan->holders, number) +
	       2 * part(plan->established, plan->processes, number);
}

static struct place place4(in_addr_t address, unsigned long port)
{
	return (struct place){.at.in4 = {.sin_family = AF_INET,
					 .sin_port = htons((in_port_t)port),
					 .sin_addr.s_addr = htonl(address)},
			      .length = sizeof(struct sockaddr_in)};
}

/* No two are in each other's way: each has a port of its own, or, past 64,000, an address. */
static struct place listening_place(unsigned long i)
{
	const struct in6_addr any = IN6ADDR_ANY_INIT;

	if (i >= WILDCARDS) {
		i -= WILDCARDS;
		return place4(INADDR_LOOPBACK + (in_addr_t)(i / PORTS),
			      FIRST_PORT + WILDCARDS + i % PORTS);
	}
	if (i % 2 == 0)
		return place4(INADDR_ANY, FIRST_PORT + i);
	return (struct place){.at.in6 = {.sin6_family = AF_INET6,
					 .sin6_port = htons((in_port_t)(FIRST_PORT + i)),
					 .sin6_addr = any},
			      .length = sizeof(struct sockaddr_in6)};
}

static int open_socket(int type, const struct place *place)
{
	const int fd = socket(place->at.any.sa_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, &place->at.any, place->length) ||
	    (type == SOCK_STREAM && listen(fd, SOMAXCONN)))
		failed("a listener");
	return fd;
}

/* Sockets `number`, `number` + holders, ... of `total`. */
static unsigned long make_listeners(int type, unsigned long total, unsigned long holders,
				    unsigned long number)
{
	unsigned long count = 0;

	for (unsigned long i = number; number < holders && i < total; i += holders, count++) {
		const struct place place = listening_place(i);

		open_socket(type, &place);
	}
	return count;
}

/* One connection, of which this process has both ends. The client's port is chosen at connect(2). */
static void make_connection(int listener, const struct place *server, const struct place *client)
{
	const int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes)) ||
	    bind(fd, &client->at.any, client->length) ||
	    connect(fd, &server->at.any, server->length) ||
	    accept4(listener, NULL, NULL, SOCK_CLOEXEC) < 0)
		failed("a connection");
}

/* On addresses of this process alone, so that no port of a listener is taken. */
static unsigned long make_connections(unsigned long total, unsigned long processes,
				      unsigned long number)
{
	const unsigned long count = part(total, processes, number);
	struct place server = place4(INADDR_LOOPBACK + 0x100000 + (in_addr_t)number, 0);
	const struct place client = place4(INADDR_LOOPBACK + 0x200000 + (in_addr_t)number, 0);
	int listener;

	if (!count)
		return 0;
	listener = open_socket(SOCK_STREAM, &server);
	if (getsockname(listener, &server.at.any, &server.length))
		failed("getsockname");
	for (unsigned long i = 0; i < count; i++)
		make_connection(listener, &server, &client);
	close(listener);
	return 2 * count;
}

static void *wait_for_end(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static unsigned long make_threads(unsigned long threads)
{
	unsigned long count = 1;
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	for (; count < threads; count++) {
		errno = pthread_create(&thread, &attributes, wait_for_end, NULL);
		if (errno)
			failed("a thread");
	}
	return count;
}

static int is_open(int fd)
{
	if (fd < 0)
		failed("a descriptor");
	return 1;
}

static int make_file(void)
{
	return is_open(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
}

static int make_eventfd(void)
{
	return is_open(eventfd(0, EFD_CLOEXEC));
}

static int make_pipe(void)
{
	int fds[2];

	return 2 * is_open(pipe2(fds, O_CLOEXEC));
}

static int make_unix(void)
{
	int fds[2];

	return 2 * is_open(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
}

/* One that listens to nothing: its link reads as that of a listener does. */
static int make_unbound(void)
{
	return is_open(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/* As on a server: some files, some sockets, some of the rest. */
static unsigned long make_others(unsigned long count)
{
	static const struct {
		int (*make)(void);
		unsigned long takes;
	} kinds[] = {{make_file, 1}, {make_unix, 2},	{make_eventfd, 1},
		     {make_pipe, 2}, {make_unbound, 1}, {make_file, 1}};
	unsigned long made = 0;

	for (unsigned long i = 0; made < count; i++) {
		const unsigned long kind = i % (sizeof(kinds) / sizeof(*kinds));

		if (made + kinds[kind].takes <= count)
			made += (unsigned long)kinds[kind].make();
	}
	return made;
}

void make_part(const struct plan *plan, unsigned long number, unsigned long held, struct made *made)
{
	const unsigned long descriptors = part(plan->descriptors, plan->processes, number);

	made->processes = 1;
	made->descriptors = held;
	made->tcp = make_listeners(SOCK_STREAM, plan->tcp, plan->holders, number);
	made->udp = make_listeners(SOCK_DGRAM, plan->udp, plan->holders, number);
	made->established = make_connections(plan->established, plan->processes, number);
	made->descriptors += made->tcp + made->udp + made->established;
	if (made->descriptors < descriptors)
		made->descriptors += make_others(descriptors - made->descriptors);
	made->threads = make_threads(plan->threads);
}

void make_namespace(const struct plan *plan, struct made *made)
{
	const struct place place = listening_place(0);

	if (unshare(CLONE_NEWNET))
		failed("a network namespace");
	made->namespaces = 1;
	if (plan->namespace_listeners) {
		open_socket(SOCK_STREAM, &place);
		made->namespace_listeners = 1;
	}
}
