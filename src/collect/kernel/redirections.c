#include "kernel/redirections.h"
#include "kernel/nftables.h"
#include "netns/netns.h"
#include "source/coverage.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- BPF programs of kind sk_lookup: Documentation/bpf/prog_sk_lookup.rst, bpf(2) ---- ---- ---- */

/* How many there are in our namespace: 0, NO_PROC or -errno. A kernel before Linux 5.9 knows none. */
static int count_live(const struct source *source, uint32_t *ret_count)
{
	union bpf_attr ask = {.query = {.attach_type = BPF_SK_LOOKUP}};

	if (source->proc < 0)
		return NO_PROC;
	int fd = look_openat(source->proc, "self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ask.query.target_fd = (uint32_t)fd;
	int r = syscall(SYS_bpf, BPF_PROG_QUERY, &ask, sizeof(ask)) < 0 ? -errno : 0;
	close(fd);
	*ret_count = r == 0 ? ask.query.prog_cnt : 0;
	return r == -EINVAL || r == -ENOSYS ? 0 : r;
}

/* "2", or "-1" for the errno. */
static bool programs_read(void *data, struct pm_buf *ret)
{
	uint32_t count = 0;
	int r = count_live(data, &count);

	if (r == 0)
		pm_buf_printf(ret, "%" PRIu32, count);
	else
		pm_buf_printf(ret, "%d", r == NO_PROC ? -ENOTDIR : r);
	return true;
}

/* 0, NOT_RECORDED, NO_PROC or -errno. */
static int count_programs(struct source *source, const struct pm_netns *netns, uint32_t *ret_count)
{
	struct pm_buf value = {0};
	char name[48];
	uint64_t number;
	int r = NOT_RECORDED;

	snprintf(name, sizeof(name), "sk-lookup-%" PRIu64, netns->inode);
	source_value(source, name, programs_read, source, &value);
	const char *text = pm_buf_text(&value);
	bool is_error = text[0] == '-';
	if (pm_parse_u64(text + is_error, strlen(text + is_error), is_error ? 4095 : UINT32_MAX,
			 &number) == 0) {
		*ret_count = is_error ? 0 : (uint32_t)number;
		r = is_error ? -(int)number : 0;
	}
	pm_buf_release(&value);
	return r == -ENOTDIR ? NO_PROC : r;
}

static int beyond_bpf(struct collector *collector, size_t netns)
{
	uint32_t count = 0;
	int r = count_programs(collector->source, &collector->snapshot->netns[netns], &count);
	char name[NETNS_TEXT];

	if (r)
		return note_unlooked(collector, "BPF socket redirection", r);
	if (!count)
		return 0;
	return note_add(collector->snapshot, &collector->snapshot->coverage.redirections,
			"%" PRIu32 " BPF program%s redirect%s sockets (sk_lookup) in netns %s",
			count, count == 1 ? "" : "s", count == 1 ? "s" : "",
			netns_text(collector->snapshot, netns, name));
}

/* ---- iptables' own tables, which are there once somebody asked for them ------------ */

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
		if (strcspn(at, "\n") == len && !memcmp(at, line, len))
			return true;
	return false;
}

static int beyond_iptables(struct collector *collector, size_t netns)
{
	static const char *const files[] = {"ip_tables_names", "ip6_tables_names"};
	static const char *const tools[] = {"iptables", "ip6tables"};
	char name[NETNS_TEXT];

	for (size_t i = 0; i < PM_COUNT(files); i++) {
		struct pm_buf text = {0};
		int r = procnet_file(collector->source, files[i], netns, &text);
		bool has_nat = r == 0 && has_line(pm_buf_text(&text), "nat");

		pm_buf_release(&text);
		if (has_nat)
			r = note_add(collector->snapshot,
				     &collector->snapshot->coverage.redirections,
				     "a nat table (%s) in netns %s", tools[i],
				     netns_text(collector->snapshot, netns, name));
		else if (r && r != -ENOENT && r != -ENOMEM)
			r = note_unlooked(collector, "nat tables of iptables", r);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

/* ---- IPVS: ip_vs_info_seq_show() in net/netfilter/ipvs/ip_vs_ctl.c ----------------- */

/* A service begins its line with what it takes; its real servers stand indented below it. */
static size_t count_services(const char *text)
{
	static const char *const kinds[] = {"TCP ", "UDP ", "SCTP ", "FWM "};
	size_t count = 0;

	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
		for (size_t i = 0; i < PM_COUNT(kinds); i++)
			count += !strncmp(at, kinds[i], strlen(kinds[i]));
	return count;
}

static int beyond_ipvs(struct collector *collector, size_t netns)
{
	struct pm_buf text = {0};
	char name[NETNS_TEXT];
	int r = procnet_file(collector->source, "ip_vs", netns, &text);
	size_t count = r == 0 ? count_services(pm_buf_text(&text)) : 0;

	pm_buf_release(&text);
	if (r == -ENOMEM)
		return r;
	if (r && r != -ENOENT)
		return note_unlooked(collector, "IPVS", r);
	if (!count)
		return 0;
	return note_add(collector->snapshot, &collector->snapshot->coverage.redirections,
			"%zu service%s (IPVS) in netns %s", count, count == 1 ? "" : "s",
			netns_text(collector->snapshot, netns, name));
}

int pass_beyond(struct collector *collector, size_t netns)
{
	static int (*const ways[])(struct collector *, size_t) = {beyond_bpf, beyond_nftables,
								  beyond_iptables, beyond_ipvs};

	for (size_t i = 0; i < PM_COUNT(ways); i++) {
		int r = ways[i](collector, netns);

		if (r < 0)
			return r;
	}
	return 0;
}

int pass_not_checked(struct collector *collector)
{
	const struct pm_snapshot *snapshot = collector->snapshot;
	const char *const notes[] = {
		"rules of packet filters, TPROXY among them",
		"SCTP, DCCP and vsock",
		snapshot->with_bound ? NULL
				     : "TCP bound without listening, connected UDP (--bound)",
		snapshot->with_portless ? NULL : "raw and packet sockets (--all)",
	};

	for (size_t i = 0; i < PM_COUNT(notes); i++)
		if (notes[i] &&
		    note_add(collector->snapshot, &collector->snapshot->coverage.not_checked, "%s",
			     notes[i]) < 0)
			return -ENOMEM;
	return 0;
}
