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

/* How many there are in our namespace, or -errno. A kernel before Linux 5.9 knows none: 0. */
static int64_t count_live(const struct source *source)
{
	union bpf_attr ask = {.query = {.attach_type = BPF_SK_LOOKUP}};

	if (source->proc < 0)
		return -ENOTDIR;
	int fd = look_openat(source->proc, "self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ask.query.target_fd = (uint32_t)fd;
	int64_t r = syscall(SYS_bpf, BPF_PROG_QUERY, &ask, sizeof(ask)) < 0
			    ? -errno
			    : (int64_t)ask.query.prog_cnt;
	close(fd);
	return r == -EINVAL || r == -ENOSYS ? 0 : r;
}

/* In a recording "2", or "-1" for the errno. */
static int64_t count_programs(struct source *source, const struct pm_netns *netns)
{
	struct pm_buf value = {0};
	bool have = source->replay < 0;
	char name[48];
	uint64_t number;
	int64_t r = -ENODATA;

	if (have)
		pm_buf_printf(&value, "%" PRId64, count_live(source));
	snprintf(name, sizeof(name), "sk-lookup-%" PRIu64, netns->inode);
	if (source_value(source, name, &value, have)) {
		const char *text = pm_buf_text(&value);
		bool is_error = text[0] == '-';

		if (pm_parse_u64(text + is_error, strlen(text + is_error), UINT32_MAX, &number) ==
		    0)
			r = is_error ? -(int64_t)number : (int64_t)number;
	}
	pm_buf_release(&value);
	return r;
}

static int beyond_bpf(struct collector *collector, size_t netns)
{
	int64_t count = count_programs(collector->source, &collector->snapshot->netns[netns]);
	char name[NETNS_TEXT];

	if (count < 0)
		return note_unlooked(collector, "BPF socket redirection", (int)count);
	if (!count)
		return 0;
	return note_add(collector->snapshot, &collector->snapshot->coverage.redirections,
			"%" PRId64 " BPF program%s redirect%s sockets (sk_lookup) in netns %s",
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
	int r = 0;

	for (size_t i = 0; r == 0 && i < PM_COUNT(files); i++) {
		struct pm_buf text = {0};
		int code = procnet_file(collector->source, files[i], netns, &text);

		if (code == -ENOMEM)
			r = code;
		else if (code < 0 && code != -ENOENT)
			r = note_unlooked(collector, "nat tables of iptables", code);
		else if (code == 0 && has_line(pm_buf_text(&text), "nat"))
			r = note_add(collector->snapshot,
				     &collector->snapshot->coverage.redirections,
				     "a nat table (%s) in netns %s", tools[i],
				     netns_text(collector->snapshot, netns, name));
		pm_buf_release(&text);
	}
	return r;
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
	if (r < 0 && r != -ENOMEM)
		r = r == -ENOENT ? 0 : note_unlooked(collector, "IPVS", r);
	else if (count)
		r = note_add(collector->snapshot, &collector->snapshot->coverage.redirections,
			     "%zu service%s (IPVS) in netns %s", count, count == 1 ? "" : "s",
			     netns_text(collector->snapshot, netns, name));
	pm_buf_release(&text);
	return r;
}

int pass_beyond(struct collector *collector, size_t netns)
{
	int r = beyond_bpf(collector, netns);

	if (r == 0)
		r = beyond_nftables(collector, netns);
	if (r == 0)
		r = beyond_iptables(collector, netns);
	return r == 0 ? beyond_ipvs(collector, netns) : r;
}

int pass_not_checked(struct collector *collector)
{
	struct pm_notes *notes = &collector->snapshot->coverage.not_checked;
	int r = note_add(collector->snapshot, notes, "rules of packet filters, TPROXY among them");

	if (r == 0)
		r = note_add(collector->snapshot, notes, "SCTP, DCCP and vsock");
	if (r == 0 && !collector->snapshot->with_bound)
		r = note_add(collector->snapshot, notes,
			     "TCP bound without listening, connected UDP (--bound)");
	if (r == 0 && !collector->snapshot->with_portless)
		r = note_add(collector->snapshot, notes, "raw and packet sockets (--all)");
	return r;
}
