/*
 * sklookup: attach COUNT programs of kind sk_lookup to the network namespace that it is run in, say
 * "ready", and hold them until standard input ends. Each lets every connection go on as it would
 * have. Source: Documentation/bpf/prog_sk_lookup.rst, bpf(2).
 *
 * Exit: 0 ended as told, 1 a call failed, 2 usage, 77 this kernel has no such programs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static void failed(const char *what)
{
	fprintf(stderr, "sklookup: %s: %s\n", what, strerror(errno));
	exit(errno == EINVAL || errno == ENOSYS ? 77 : 1);
}

/* return SK_PASS; */
static int load(void)
{
	static const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = SK_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_SK_LOOKUP,
		.expected_attach_type = BPF_SK_LOOKUP,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(*program),
		.license = (uintptr_t) "GPL",
	};

	return bpf(BPF_PROG_LOAD, &attributes);
}

static void attach(int netns)
{
	union bpf_attr attributes = {0};
	const int program = load();

	if (program < 0)
		failed("BPF_PROG_LOAD");
	attributes.link_create.prog_fd = (uint32_t)program;
	attributes.link_create.target_fd = (uint32_t)netns;
	attributes.link_create.attach_type = BPF_SK_LOOKUP;
	if (bpf(BPF_LINK_CREATE, &attributes) < 0) /* it lives as long as its descriptor */
		failed("BPF_LINK_CREATE");
}

int main(int argc, char **argv)
{
	const int netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	char *end, byte;

	if (argc != 2)
		return 2;
	const unsigned long count = strtoul(argv[1], &end, 10);
	if (*end || !count || count > 64)
		return 2;
	if (netns < 0)
		failed("/proc/self/ns/net");
	for (unsigned long i = 0; i < count; i++)
		attach(netns);
	puts("ready");
	if (fflush(stdout))
		failed("write");
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
