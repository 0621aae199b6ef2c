/*
 * hide: hold a listener in a way that an audit may not see, and say what is true of it.
 *
 * One line of JSON for each socket, then the line "ready"; then it waits until stdin ends. It ends
 * with its parent too, whatever it made ends with it, and nothing of it is left: no process, no
 * mount, no namespace.
 *
 * "hide list" prints a line for each way: its name, a port to use, what is hidden how.
 * Exit: 0 ended as told, 1 a call failed, 2 usage, 77 this kernel has no such thing.
 */
#include "hide.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
static const struct way {
	const char *name;
	in_port_t port;
	void (*make)(in_port_t port, char **args);
	const char *what;
} ways[] = {
	{"plain", 7001, hide_plain, "an ordinary listener"},
	{"udp", 7002, hide_udp, "an ordinary UDP socket"},
	{"dual", 7003, hide_dual, "IPv6 that takes IPv4 too"},
	{"v6only", 7004, hide_v6only, "IPv6 alone"},
	{"udplite", 7005, hide_udplite, "UDP-Lite"},
	{"mptcp", 7006, hide_mptcp, "MPTCP: two entries of the kernel, one listener"},
	{"workers", 7007, hide_workers, "64 sockets on one port, of 64 workers"},
	{"passed", 7008, hide_passed, "held by two processes that were passed it"},
	{"vxlan", 4789, hide_vxlan, "the kernel's own, by a vxlan link"},

	{"uring", 7101, hide_uring, "io_uring fixed file, descriptor closed"},
	{"uring-locked", 7102, hide_uring_locked, "the same, the ring locked for good"},
	{"uring-mapped", 7103, hide_uring_mapped, "io_uring fixed file, ring closed and kept by its mapping"},
	{"uring-registered", 7104, hide_uring_registered, "io_uring fixed file, ring with neither descriptor nor mapping"},
	{"uring-request", 7105, hide_uring_request, "pending io_uring accept, descriptor closed"},
	{"aio", 7106, hide_aio, "pending AIO poll, descriptor closed"},
	{"mapped", 7107, hide_mapped, "mmap of the socket, descriptor closed"},
	{"in-accept", 7108, hide_in_accept, "a thread within accept(), descriptor closed by another"},

	{"flight", 7201, hide_flight, "in flight over a unix socket"},
	{"flight-twice", 7202, hide_flight_twice, "in flight over a unix socket that is in flight"},
	{"flight-unaccepted", 7203, hide_flight_unaccepted, "in flight over a connection not yet accepted"},

	{"netns-left", 7301, hide_netns_left, "network namespace entered and left"},
	{"netns-named", 7302, hide_netns_named, "network namespace in /run/netns, holder outside"},
	{"netns-mounted", 7303, hide_netns_mounted, "network namespace mounted elsewhere, holder outside"},
	{"netns-mounted-inside", 7304, hide_netns_mounted_inside, "the same, within another mount namespace"},
	{"netns-descriptor", 7305, hide_netns_descriptor, "network namespace kept by a descriptor of another process"},
	{"netns-thread", 7306, hide_netns_thread, "network namespace of one thread"},
	{"netns-thread-left", 7307, hide_netns_thread_left, "the same entered and left, in that thread's own descriptor table"},
	{"netns-lived", 7308, hide_netns_lived, "network namespace of a process, without a name"},
	{"netns-uring", 7309, hide_netns_uring, "network namespace left, io_uring fixed file"},
	{"netns-flight", 7310, hide_netns_flight, "network namespace left, in flight over a unix socket"},

	{"thread", 7401, hide_thread, "a thread with a descriptor table of its own"},
	{"zombie", 7402, hide_zombie, "a process whose first thread has ended"},
	{"shared-table", 7403, hide_shared_table, "two processes with one descriptor table"},
	{"pidns", 7404, hide_pidns, "a process in a pid namespace"},
	{"container", 7405, hide_container, "a process in pid, mount and network namespaces"},
	{"hopper-1ms", 7406, hide_hopper_slow, "handed from parent to child each 1 ms"},
	{"hopper-50us", 7407, hide_hopper_fast, "handed from parent to child each 0.05 ms"},
	{"alternating", 7408, hide_alternating, "a process that becomes another program each 1 ms"},
	{"stopped", 7409, hide_stopped, "a stopped process"},
	{"traced", 7410, hide_traced, "a process stopped by its tracer"},
	{"nobody", 741, hide_nobody, "a privileged port, the process now nobody's"},

	{"overmounted", 7501, hide_overmounted, "a folder mounted over /proc/PID"},
	{"overmounted-fd", 7502, hide_overmounted_fd, "a folder mounted over /proc/PID/fd"},
	{"hidepid", 7503, hide_hidepid, "/proc with hidepid=2"},
	{"memfd", 7504, hide_memfd, "a program in memory alone"},
	{"spoofed", 7505, hide_spoofed, "a program shown as /usr/sbin/sshd by a user namespace"},
	{"deleted", 7506, hide_deleted, "a program whose file is deleted"},
	{"long-path", 7507, hide_long_path, "a program with a path of over 4,096 bytes"},
	{"comm-newline", 7508, hide_comm_newline, "a process name with a newline"},
	{"comm-paren", 7509, hide_comm_paren, "a process name with a parenthesis"},
	{"comm-both", 7510, hide_comm_both, "a process name with both"},
	{"comm-escape", 7511, hide_comm_escape, "a process name with an escape sequence"},
	{"comm-empty", 7512, hide_comm_empty, "an empty process name"},
};
/* clang-format on */

enum { N_WAYS = sizeof(ways) / sizeof(*ways) };

void stay(void)
{
	struct pollfd polled = {.fd = 0, .events = POLLIN};
	char bytes[256];

	puts("ready");
	if (fflush(stdout))
		failed("write", "stdout");
	do {
		if (poll(&polled, 1, -1) < 0)
			failed("poll", "stdin");
	} while (read(0, bytes, sizeof(bytes)) > 0);
	_exit(0); /* no handlers: another thread, or a child that shares all, may be in them */
}

static int list(void)
{
	for (size_t i = 0; i < N_WAYS; i++)
		printf("%s\t%u\t%s\n", ways[i].name, ways[i].port, ways[i].what);
	return fflush(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "list"))
		return list();
	if (argc >= 2 && !strcmp(argv[1], "@stay")) {
		end_with_parent();
		stay();
	}
	if (argc >= 2 && !strcmp(argv[1], "@alternate"))
		alternate(argv + 2);
	if (argc < 3)
		misused("hide WAY PORT [ARGUMENT], or hide list");
	begin();
	end_with_parent();
	for (size_t i = 0; i < N_WAYS; i++)
		if (!strcmp(ways[i].name, argv[1])) {
			ways[i].make(port_number(argv[2]), argv + 3);
			stay();
		}
	misused("%s is no way: see hide list", argv[1]);
}
