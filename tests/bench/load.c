/*
 * load: a machine's worth of processes, descriptors, sockets and namespaces, to measure on.
 *
 * All of it is in a network namespace made for it. What was made is told as one line of JSON,
 * counted as it was made, then the line "ready"; then it waits until stdin ends, and ends with all
 * that it made. Every process waits at one pipe, whose other end is here: however this ends, so do
 * they.
 *
 * Exit: 0 ended as told, 1 a call failed, 2 usage.
 */
#include "share.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 4000000, PLUMBING = 1, SPARE = 64 };

static const struct {
	const char *name, *help;
	size_t offset;
} options[] = {
	{"--processes", "processes, each with its part of the rest (1)",
	 offsetof(struct plan, processes)},
	{"--holders", "so many of them hold the listeners (all)", offsetof(struct plan, holders)},
	{"--threads", "threads of each, sharing its descriptors (1)",
	 offsetof(struct plan, threads)},
	{"--descriptors", "open descriptors of all processes together, at least (0)",
	 offsetof(struct plan, descriptors)},
	{"--tcp", "TCP listeners (0)", offsetof(struct plan, tcp)},
	{"--udp", "unconnected UDP sockets (0)", offsetof(struct plan, udp)},
	{"--established", "TCP connections, both ends of each (0)",
	 offsetof(struct plan, established)},
	{"--namespaces", "network namespaces, each kept by one more process (0)",
	 offsetof(struct plan, namespaces)},
};

enum { OPTIONS = sizeof(options) / sizeof(*options) };

__attribute__((noreturn)) static void usage(void)
{
	fputs("usage: load [OPTION NUMBER]... [--namespace-listeners]\n", stderr);
	for (size_t i = 0; i < OPTIONS; i++)
		fprintf(stderr, "  %-14s %s\n", options[i].name, options[i].help);
	fputs("  --namespace-listeners  one TCP listener in each network namespace\n", stderr);
	exit(2);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value;

	if (!text || *text < '0' || *text > '9')
		usage();
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || value > MOST)
		usage();
	return value;
}

static struct plan read_plan(char **words)
{
	struct plan plan = {.processes = 1, .threads = 1};

	for (; *words; words++) {
		size_t i = 0;

		if (!strcmp(*words, "--namespace-listeners")) {
			plan.namespace_listeners = true;
			continue;
		}
		while (i < OPTIONS && strcmp(*words, options[i].name) != 0)
			i++;
		if (i == OPTIONS)
			usage();
		*(unsigned long *)(void *)((char *)&plan + options[i].offset) = number(*++words);
	}
	if (!plan.processes || !plan.threads || plan.holders > plan.processes)
		usage();
	if (!plan.holders)
		plan.holders = plan.processes;
	return plan;
}

/* Each process may open what falls to it; the first gets the largest part. */
static void allow_descriptors(const struct plan *plan)
{
	const unsigned long sockets = part_sockets(plan, 0) + PLUMBING,
			    others = part(plan->descriptors, plan->processes, 0);
	const rlim_t need = (sockets > others ? sockets : others) + SPARE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		failed("getrlimit");
	limit.rlim_cur = need > limit.rlim_cur ? need : limit.rlim_cur;
	limit.rlim_max = need > limit.rlim_max ? need : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		failed("so many descriptors for one process");
}

static void enter_own_namespace(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	if (unshare(CLONE_NEWNET))
		failed("a network namespace");
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request))
		failed("lo");
	close(fd);
}

/* The process that a report comes from keeps what it made till the pipe `hold` ends. */
__attribute__((noreturn)) static void be_child(const struct plan *plan, unsigned long i,
					       const int hold[2], const int report[2])
{
	struct made made = {0};
	char byte;

	close(0);
	close(1);
	close(hold[1]);
	close(report[0]);
	if (i < plan->processes)
		make_part(plan, i, PLUMBING, &made);
	else
		make_namespace(plan, &made);
	if (write(report[1], &made, sizeof(made)) != sizeof(made))
		failed("report");
	close(2);
	close(report[1]); /* its end, in all children, is what the parent waits for */
	while (read(hold[0], &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

static void add(struct made *sum, const struct made *made)
{
	sum->processes += made->processes;
	sum->threads += made->threads;
	sum->descriptors += made->descriptors;
	sum->tcp += made->tcp;
	sum->udp += made->udp;
	sum->established += made->established;
	sum->namespaces += made->namespaces;
	sum->namespace_listeners += made->namespace_listeners;
}

/* Ends when the last child has closed its end. True: all of them have made their part. */
static bool read_reports(int report, unsigned long expected, struct made *sum)
{
	struct made made;
	ssize_t got;

	while ((got = read(report, &made, sizeof(made))) == sizeof(made)) {
		add(sum, &made);
		expected--;
	}
	if (got < 0)
		failed("reports");
	return !expected;
}

static void tell(const struct made *made)
{
	struct stat netns;

	if (stat("/proc/self/ns/net", &netns))
		failed("/proc/self/ns/net");
	printf("{\"pid\": %d, \"netns\": %lu, \"processes\": %lu, \"threads\": %lu, "
	       "\"descriptors\": %lu, \"tcp\": %lu, \"udp\": %lu, \"established\": %lu, "
	       "\"namespaces\": %lu, \"namespace_listeners\": %lu}\nready\n",
	       (int)getpid(), (unsigned long)netns.st_ino, made->processes, made->threads,
	       made->descriptors, made->tcp, made->udp, made->established, made->namespaces,
	       made->namespace_listeners);
	if (fflush(stdout))
		failed("stdout");
}

static void await_end(void)
{
	char bytes[256];
	ssize_t got;

	do
		got = read(0, bytes, sizeof(bytes));
	while (got > 0 || (got < 0 && errno == EINTR));
}

int main(int argc, char **argv)
{
	const struct plan plan = read_plan(argv + (argc > 0));
	const unsigned long children = plan.processes + plan.namespaces;
	struct made sum = {0};
	int hold[2], report[2];
	bool is_made;

	if (close_range(3, ~0u, 0)) /* what was given by chance would be in every child */
		failed("close_range");
	allow_descriptors(&plan);
	enter_own_namespace();
	if (pipe(hold) || pipe(report))
		failed("pipe");
	for (unsigned long i = 0; i < children; i++) {
		const pid_t child = fork();

		if (child < 0)
			failed("fork");
		if (!child)
			be_child(&plan, i, hold, report);
	}
	close(hold[0]);
	close(report[1]);
	is_made = read_reports(report[0], children, &sum);
	if (is_made) {
		tell(&sum);
		await_end();
	}
	close(hold[1]);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return is_made ? 0 : 1;
}
