/*
 * floor: the least that any tool has to wait for, measured by itself.
 *
 *	floor dump RUNS [udp]	sock_diag(7): all listening sockets, once, nothing done with them
 *	floor iterate RUNS	a BPF iterator over the open files of all tasks that does nothing
 *
 * Prints the median of RUNS in seconds, and how many sockets there were. What a tool prepares
 * (sockets, loading the program) is not in it. Exit: 0, 1 a call failed, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MOST = 1000, LISTEN = 10, UNCONNECTED = 7 };

__attribute__((noreturn)) static void failed(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- dump -------------------------------------------------------------------------- */

static void ask(int fd, int family, int protocol)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 what;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.what = {.sdiag_family = (uint8_t)family,
			 .sdiag_protocol = (uint8_t)protocol,
			 .idiag_states = 1u << (protocol == IPPROTO_TCP ? LISTEN : UNCONNECTED)},
	};

	if (send(fd, &request, sizeof(request), 0) < 0)
		failed("send");
}

/* Counts the sockets in a datagram. True: it was the last one. */
static bool count_sockets(const char *bytes, unsigned left, unsigned long *count)
{
	for (const struct nlmsghdr *head = (const void *)bytes; NLMSG_OK(head, left);
	     head = NLMSG_NEXT(head, left)) {
		if (head->nlmsg_type == NLMSG_ERROR) {
			errno = -((const struct nlmsgerr *)NLMSG_DATA(head))->error;
			failed("dump");
		}
		if (head->nlmsg_type == NLMSG_DONE)
			return true;
		++*count;
	}
	return false;
}

static unsigned long dump(int fd, int family, int protocol)
{
	static char bytes[64 * 1024];
	unsigned long count = 0;
	ssize_t got;

	ask(fd, family, protocol);
	do {
		got = recv(fd, bytes, sizeof(bytes), 0);
		if (got < 0)
			failed("recv");
	} while (!count_sockets(bytes, (unsigned)got, &count));
	return count;
}

static int prepare_dump(void)
{
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (fd < 0)
		failed("socket");
	return fd;
}

static unsigned long dump_udp(int fd)
{
	return dump(fd, AF_INET, IPPROTO_UDP) + dump(fd, AF_INET6, IPPROTO_UDP);
}

static unsigned long dump_all(int fd)
{
	return dump(fd, AF_INET, IPPROTO_TCP) + dump(fd, AF_INET6, IPPROTO_TCP) + dump_udp(fd);
}

/* ---- iterate ----------------------------------------------------------------------- */

static int bpf(enum bpf_cmd command, union bpf_attr *attr, const char *what)
{
	const int fd = (int)syscall(SYS_bpf, command, attr, sizeof(*attr));

	if (fd < 0)
		failed(what);
	return fd;
}

static char *read_btf(void)
{
	const int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;

	if (fd < 0 || fstat(fd, &st))
		failed("/sys/kernel/btf/vmlinux");
	bytes = malloc((size_t)st.st_size);
	for (ssize_t at = 0, got; bytes && at < st.st_size; at += got) {
		got = read(fd, bytes + at, (size_t)(st.st_size - at));
		if (got <= 0)
			failed("read");
	}
	if (!bytes)
		failed("malloc");
	close(fd);
	return bytes;
}

/* What follows a type in BTF; Documentation/bpf/btf.rst. */
static size_t size_behind(const struct btf_type *type)
{
	const size_t count = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return count * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return count * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return count * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return count * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return count * sizeof(struct btf_var_secinfo);
	}
	return 0;
}

static uint32_t find_function(const char *btf, const char *name)
{
	const struct btf_header *head = (const void *)btf;
	const char *types = btf + head->hdr_len + head->type_off,
		   *strings = btf + head->hdr_len + head->str_off;
	uint32_t id = 1;

	for (size_t at = 0; at < head->type_len; id++) {
		const struct btf_type *type = (const void *)(types + at);

		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(strings + type->name_off, name))
			return id;
		at += sizeof(*type) + size_behind(type);
	}
	errno = ENOENT;
	failed(name);
}

/* A program that sees every open file of every task, and returns. */
static int prepare_iterator(void)
{
	static const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	char *btf = read_btf();
	union bpf_attr program = {
		.prog_type = BPF_PROG_TYPE_TRACING,
		.expected_attach_type = BPF_TRACE_ITER,
		.insns = (uintptr_t)nothing,
		.insn_cnt = sizeof(nothing) / sizeof(*nothing),
		.license = (uintptr_t) "GPL",
		.attach_btf_id = find_function(btf, "bpf_iter_task_file"),
	};
	union bpf_attr link = {.link_create = {.attach_type = BPF_TRACE_ITER}};

	free(btf);
	link.link_create.prog_fd = (uint32_t)bpf(BPF_PROG_LOAD, &program, "BPF_PROG_LOAD");
	return bpf(BPF_LINK_CREATE, &link, "BPF_LINK_CREATE");
}

static unsigned long iterate(int link)
{
	union bpf_attr attr = {.iter_create = {.link_fd = (uint32_t)link}};
	const int fd = bpf(BPF_ITER_CREATE, &attr, "BPF_ITER_CREATE");
	char bytes[4096];
	ssize_t got;

	do
		got = read(fd, bytes, sizeof(bytes));
	while (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)));
	if (got < 0)
		failed("read");
	close(fd);
	return 0;
}

/* ---- both -------------------------------------------------------------------------- */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void measure(int (*prepare)(void), unsigned long (*work)(int), unsigned long runs)
{
	static double seconds[RUNS_MOST];
	const int fd = prepare();
	unsigned long count = work(fd); /* the first warms up */

	for (unsigned long i = 0; i < runs; i++) {
		const double start = now();

		count = work(fd);
		seconds[i] = now() - start;
	}
	qsort(seconds, runs, sizeof(*seconds), compare);
	printf("%.6f %lu\n", seconds[runs / 2], count);
}

int main(int argc, char **argv)
{
	const unsigned long runs = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	const bool udp = argc == 4 && !strcmp(argv[3], "udp");

	if (runs && runs <= RUNS_MOST && !strcmp(argv[1], "dump") && (argc == 3 || udp))
		measure(prepare_dump, udp ? dump_udp : dump_all, runs);
	else if (runs && runs <= RUNS_MOST && !strcmp(argv[1], "iterate") && argc == 3)
		measure(prepare_iterator, iterate, runs);
	else {
		fputs("usage: floor dump RUNS [udp] | floor iterate RUNS\n", stderr);
		return 2;
	}
	return 0;
}
