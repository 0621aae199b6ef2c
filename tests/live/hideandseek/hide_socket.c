/* Sockets that are unlike a TCP listener of one process, and held as ever. */
#include "hide.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void hide_plain(in_port_t port, char **args)
{
	(void)args;
	say_held_by(listener(port), getpid());
}

static void hold(const struct want *want, const char *address, in_port_t port)
{
	const struct place place = place_of(address, port, want);
	const int probe = socket(place.at.any.sa_family, want->type, want->protocol);

	if (probe < 0)
		lacking("socket", want->kind);
	shut(probe);
	say_held_by(open_at(want, &place), getpid());
}

void hide_udp(in_port_t port, char **args)
{
	(void)args;
	hold(&(struct want){.kind = "udp", .type = SOCK_DGRAM}, "0.0.0.0", port);
}

void hide_dual(in_port_t port, char **args)
{
	(void)args;
	hold(&(struct want){.kind = "dual", .type = SOCK_STREAM}, "::", port);
}

void hide_v6only(in_port_t port, char **args)
{
	(void)args;
	hold(&(struct want){.kind = "v6only", .type = SOCK_STREAM, .v6only = true}, "::", port);
}

void hide_udplite(in_port_t port, char **args)
{
	(void)args;
	hold(&(struct want){.kind = "udplite", .type = SOCK_DGRAM, .protocol = IPPROTO_UDPLITE},
	     "0.0.0.0", port);
}

void hide_mptcp(in_port_t port, char **args)
{
	(void)args;
	hold(&(struct want){.kind = "mptcp", .type = SOCK_STREAM, .protocol = IPPROTO_MPTCP},
	     "0.0.0.0", port);
}

void hide_workers(in_port_t port, char **args)
{
	static const struct want want = {.kind = "workers", .type = SOCK_STREAM, .reuseport = true};
	const struct place place = place_of("0.0.0.0", port, &want);

	(void)args;
	for (int n = 0; n < 64; n++) {
		const int fd = open_at(&want, &place);
		int way;
		const pid_t pid = born(&way);

		if (!pid)
			stand(way);
		await(way);
		say_held_by(fd, pid);
		shut(fd);
	}
}

void hide_passed(in_port_t port, char **args)
{
	int ways[2], fd;
	const pid_t pids[2] = {receiving_child(&ways[0]), receiving_child(&ways[1])};

	(void)args;
	fd = listener(port);
	pass_to(ways[0], fd);
	pass_to(ways[1], fd);
	say(fd, pids, 2, NULL);
	shut(fd);
}

/* The link ends with the network namespace that the test made. */
void hide_vxlan(in_port_t port, char **args)
{
	char number_[8];
	struct stat netns;
	int status;
	const pid_t pid = fork();

	(void)args;
	snprintf(number_, sizeof(number_), "%u", port);
	if (!pid) {
		execlp("ip", "ip", "link", "add", "vx0", "up", "type", "vxlan", "id", "1",
		       "dstport", number_, NULL);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		failed("fork or waitpid", "ip");
	errno = EPROTONOSUPPORT;
	if (status)
		lacking("ip link add", "vxlan");
	if (stat("/proc/self/ns/net", &netns))
		failed("stat", "/proc/self/ns/net");
	printf("{\"protocol\":\"udp\",\"family\":\"inet\",\"address\":\"0.0.0.0\",\"port\":%u,"
	       "\"v6only\":null,\"inode\":null,\"netns\":%ju,\"look_inside\":false,"
	       "\"kernel\":\"vxlan\",\"pids\":[]}\n",
	       port, (uintmax_t)netns.st_ino);
}
