/*
 * mklisten: make the very sockets under test, and say what was made.
 *
 * One line of JSON for each socket, with the facts as made (the port the kernel gave, the inode,
 * every pid that holds it), then the line "ready"; then it waits until stdin ends or SIGTERM comes,
 * and ends with its children. A child holds the sockets it is meant to hold and no other, and has
 * closed the rest before anything is printed.
 *
 * Exit: 0 ended as told, 1 a call failed, 2 usage.
 */
#include "mksock.h"

#include <netpacket/packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { COMM_MOST = 15 };

static void make_plain(const struct want *want, char **args)
{
	const struct place place = place_of(args[0], port_number(args[1]), want);
	const pid_t self = getpid();

	tell(open_at(want, &place), want, &self, 1);
}

static void make_mapped(const struct want *want, char **args)
{
	const struct place place = place_of(args[0], port_number(args[1]), want);

	if (!IN6_IS_ADDR_V4MAPPED(&place.at.in6.sin6_addr))
		misused("%s: %s is not within ::ffff:0:0/96", want->kind, args[0]);
	make_plain(want, args);
}

static void make_device(const struct want *want, char **args)
{
	struct want bound = *want;

	bound.device = args[0];
	make_plain(&bound, args + 1);
}

static void make_connected(const struct want *want, char **args)
{
	const struct place place = place_of(args[0], port_number(args[1]), want);
	const struct place peer = place_of(args[0], 9, want); /* discard; nobody need be there */
	const pid_t self = getpid();
	const int fd = open_at(want, &place);

	if (connect(fd, &peer.at.any, peer.length))
		failed("connect", want->kind);
	tell(fd, want, &self, 1);
}

/* Raw, on an address and an IP protocol. */
static void make_raw(const struct want *want, char **args)
{
	struct want raw = *want;
	const struct place place = place_of(args[0], 0, want);
	int fd;

	raw.protocol = (int)number(args[1], 255, "IP protocol");
	fd = open_at(&raw, &place);
	if (!strcmp(want->kind, "rawconn") && connect(fd, &place.at.any, place.length))
		failed("connect", want->kind);
	tell_portless(fd, want, place.at.any.sa_family == AF_INET6 ? "inet6" : "inet", args[0],
		      (unsigned long)raw.protocol);
}

/* A packet socket, on a device or on all; ethertype 3 is all, 0 none. */
static void make_packet(const struct want *want, char **args)
{
	const bool one = strcmp(args[0], "-") != 0;
	const unsigned long ethertype = number(args[1], UINT16_MAX, "ethertype");
	const struct sockaddr_ll at = {.sll_family = AF_PACKET,
				       .sll_protocol = htons((uint16_t)ethertype),
				       .sll_ifindex = one ? (int)if_nametoindex(args[0]) : 0};
	const int fd = tracked(socket(AF_PACKET, SOCK_DGRAM, htons((uint16_t)ethertype)));
	struct want bound = *want;

	if (fd < 0)
		failed("socket", want->kind);
	if (one && (!at.sll_ifindex || bind(fd, (const struct sockaddr *)&at, sizeof(at))))
		failed("bind", args[0]);
	bound.device = one ? args[0] : NULL;
	tell_portless(fd, &bound, NULL, NULL, ethertype);
}

static void make_reuseport(const struct want *want, char **args)
{
	struct place place = place_of(args[0], port_number(args[1]), want);

	for (unsigned long n = number(args[2], MOST - 1, "count"); n; n--) {
		const int fd = open_at(want, &place);
		const pid_t child = held_by_child(&fd, 1, NULL);

		place = place_bound(fd); /* all on the port that the first was given */
		tell(fd, want, &child, 1);
		shut(fd);
	}
}

static void make_workers(const struct want *want, char **args)
{
	const struct place place = place_of(args[0], port_number(args[1]), want);
	const unsigned long n = number(args[2], MOST - 1, "count");
	const int fd = open_at(want, &place);
	pid_t pids[MOST] = {getpid()};

	for (unsigned long i = 1; i <= n; i++)
		pids[i] = held_by_child(&fd, 1, NULL);
	tell(fd, want, pids, n + 1);
}

static void make_passed(const struct want *want, char **args)
{
	const struct place place = place_of(args[0], port_number(args[1]), want);
	const bool both = !strcmp(args[2], "both");
	pid_t pids[2];
	int fd, way;

	if (!both && strcmp(args[2], "child") != 0)
		misused("passed: %s is neither both nor child", args[2]);
	pids[0] = receiving_child(&way); /* before the socket is, so that it can't be inherited */
	pids[1] = getpid();
	fd = open_at(want, &place);
	pass_to(way, fd);
	tell(fd, want, pids, both ? 2 : 1);
	if (!both)
		shut(fd);
}

static unsigned char nibble(char digit, const char *hex)
{
	const char *const digits = "0123456789abcdef";
	const char *const at = digit ? strchr(digits, digit) : NULL;

	if (!at)
		misused("comm: %s is no even number of lower-case hexadecimal digits", hex);
	return (unsigned char)(at - digits);
}

static void make_comm(const struct want *want, char **args)
{
	const struct place place = place_of(args[1], port_number(args[2]), want);
	struct want named = *want;
	char comm[COMM_MOST + 1] = {0};
	size_t length = 0;
	pid_t child;
	int fd;

	named.comm_hex = strcmp(args[0], "-") ? args[0] : "";
	for (const char *hex = named.comm_hex; *hex; hex += 2) {
		const int byte = nibble(hex[0], args[0]) << 4 | nibble(hex[1], args[0]);

		if (!byte || length == COMM_MOST)
			misused("comm: %s has a zero byte or more than %d bytes", args[0],
				COMM_MOST);
		comm[length++] = (char)byte;
	}
	fd = open_at(want, &place);
	child = held_by_child(&fd, 1, comm);
	tell(fd, &named, &child, 1);
	shut(fd);
}

/* splitmix64: public domain, by Sebastiano Vigna */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static int open_random(uint64_t *state, struct want *want)
{
	static const char *const addresses[] = {"0.0.0.0", "127.0.0.1", "127.8.9.10",
						"::",	   "::",	"::1"};

	for (int tries = 0; tries < 1000; tries++) {
		const uint64_t dice = next_random(state);
		const in_port_t port = (in_port_t)(1024 + (dice >> 32) % (32768 - 1024));
		struct place place;
		int fd;

		want->type = dice & 1 ? SOCK_STREAM : SOCK_DGRAM;
		want->v6only = dice & 2;
		if (want->mixed)
			want->protocol = !(dice & 4) ? 0
					 : dice & 1  ? IPPROTO_MPTCP
						     : IPPROTO_UDPLITE;
		place = place_of(addresses[(dice >> 8) % (sizeof(addresses) / sizeof(*addresses))],
				 port, want);
		fd = open_at(want, &place);
		if (fd >= 0)
			return fd;
	}
	failed("no free port in 1000 tries", want->kind);
}

/* Every second one is held by a child as well. */
static void make_random(const struct want *want, char **args)
{
	uint64_t state = number(args[0], UINT32_MAX, "seed");
	const size_t n = number(args[1], MOST - 1, "count");
	struct want wants[MOST];
	int fds[MOST], shared[MOST];
	size_t n_shared = 0;
	pid_t pids[2] = {getpid()};

	for (size_t i = 0; i < n; i++) {
		wants[i] = *want;
		fds[i] = open_random(&state, &wants[i]);
		if (i % 2)
			shared[n_shared++] = fds[i];
	}
	if (n_shared)
		pids[1] = held_by_child(shared, n_shared, NULL);
	for (size_t i = 0; i < n; i++)
		tell(fds[i], &wants[i], pids, 1 + i % 2);
}

/* clang-format off */
static const struct kind {
	struct want want;
	const char *args;
	int n_args;
	void (*make)(const struct want *want, char **args);
} kinds[] = {
	{{.kind = "tcp4", .family = AF_INET, .type = SOCK_STREAM},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "tcp6only", .family = AF_INET6, .type = SOCK_STREAM, .v6only = true},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "dual", .family = AF_INET6, .type = SOCK_STREAM},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "udp4", .family = AF_INET, .type = SOCK_DGRAM},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "udp6only", .family = AF_INET6, .type = SOCK_DGRAM, .v6only = true},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "udpdual", .family = AF_INET6, .type = SOCK_DGRAM},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "v4mapped", .family = AF_INET6, .type = SOCK_STREAM},
		"ADDRESS PORT", 2, make_mapped},
	{{.kind = "reuseport", .type = SOCK_STREAM, .reuseport = true},
		"ADDRESS PORT COUNT", 3, make_reuseport},
	{{.kind = "workers", .type = SOCK_STREAM},
		"ADDRESS PORT COUNT", 3, make_workers},
	{{.kind = "passed", .type = SOCK_STREAM},
		"ADDRESS PORT both|child", 3, make_passed},
	{{.kind = "device", .type = SOCK_STREAM},
		"INTERFACE ADDRESS PORT", 3, make_device},
	{{.kind = "comm", .type = SOCK_STREAM},
		"NAME-IN-HEX|- ADDRESS PORT", 3, make_comm},
	{{.kind = "boundonly", .type = SOCK_STREAM, .bound_only = true},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "udpconn", .type = SOCK_DGRAM},
		"ADDRESS PORT", 2, make_connected},
	{{.kind = "mptcp", .type = SOCK_STREAM, .protocol = IPPROTO_MPTCP},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "udplite", .type = SOCK_DGRAM, .protocol = IPPROTO_UDPLITE},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "mptcpbound", .type = SOCK_STREAM, .protocol = IPPROTO_MPTCP, .bound_only = true},
		"ADDRESS PORT", 2, make_plain},
	{{.kind = "udpliteconn", .type = SOCK_DGRAM, .protocol = IPPROTO_UDPLITE},
		"ADDRESS PORT", 2, make_connected},
	{{.kind = "raw", .type = SOCK_RAW},
		"ADDRESS PROTOCOL", 2, make_raw},
	{{.kind = "rawconn", .type = SOCK_RAW},
		"ADDRESS PROTOCOL", 2, make_raw},
	{{.kind = "packet"},
		"INTERFACE|- ETHERTYPE", 2, make_packet},
	{{.kind = "random", .taken_is_fine = true},
		"SEED COUNT", 2, make_random},
	{{.kind = "mixed", .mixed = true, .taken_is_fine = true},
		"SEED COUNT", 2, make_random},
};
/* clang-format on */

__attribute__((noreturn)) static void usage(void)
{
	fputs("usage: mklisten KIND ARGUMENTS [KIND ARGUMENTS ...]\n", stderr);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		fprintf(stderr, "  %s %s\n", kinds[i].want.kind, kinds[i].args);
	exit(2);
}

static const struct kind *kind_named(const char *word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].want.kind, word))
			return &kinds[i];
	usage();
}

static int signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		failed("sigprocmask", "start");
	fd = tracked(signalfd(-1, &set, 0));
	if (fd < 0)
		failed("signalfd", "start");
	return fd;
}

static void await_end(int signal_fd)
{
	struct pollfd polled[2] = {{.fd = 0, .events = POLLIN},
				   {.fd = signal_fd, .events = POLLIN}};
	char bytes[256];
	ssize_t got = 1;

	while (got > 0) {
		if (poll(polled, 2, -1) < 0)
			failed("poll", "wait");
		if (polled[1].revents)
			return;
		if (polled[0].revents)
			got = read(0, bytes, sizeof(bytes));
	}
	if (got < 0)
		failed("read", "stdin");
}

int main(int argc, char **argv)
{
	int signal_fd;

	begin();
	for (int i = 1; i < argc;) { /* nothing is made where a word is wrong */
		const struct kind *const kind = kind_named(argv[i]);

		if (argc - i - 1 < kind->n_args)
			usage();
		i += 1 + kind->n_args;
	}
	if (argc < 2)
		usage();
	signal_fd = signals();
	for (int i = 1; i < argc;) {
		const struct kind *const kind = kind_named(argv[i]);

		kind->make(&kind->want, argv + i + 1);
		i += 1 + kind->n_args;
	}
	puts("ready");
	if (fflush(stdout) || ferror(stdout))
		failed("write", "stdout");
	await_end(signal_fd);
	end_children();
	return 0;
}
