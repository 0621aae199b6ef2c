#include "sockets/sockets.h"
#include "kernel/redirections.h"
#include "netns/netns.h"
#include "sockets/complete_list.h"
#include "sockets/listener_names.h"
#include "sockets/mptcp.h"
#include "sockets/portless.h"
#include "sockets/procnet.h"
#include "source/coverage.h"

#include <errno.h>
#include <unistd.h>

enum { ROUNDS = 5 };

/* The union of the dumps of one protocol and family, found by cookie. */
struct seen {
	struct pm_listener listener;
	int first, last; /* round that showed it */
};

struct dumped {
	struct seen *seen;
	size_t count, room;
	size_t *slot; /* index + 1 in `seen`; open addressing, a power of two, at most half full */
	size_t slots;
};

static size_t slot_of(const struct dumped *table, uint64_t cookie)
{
	size_t at = (size_t)((cookie * 0x9e3779b97f4a7c15u) >> 32) & (table->slots - 1);

	while (table->slot[at] && table->seen[table->slot[at] - 1].listener.cookie != cookie)
		at = (at + 1) & (table->slots - 1);
	return at;
}

static int dumped_grow(struct dumped *table)
{
	size_t slots = table->slots ? table->slots * 2 : 64;
	size_t *slot = calloc(slots, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	free(table->slot);
	table->slot = slot;
	table->slots = slots;
	for (size_t i = 0; i < table->count; i++)
		table->slot[slot_of(table, table->seen[i].listener.cookie)] = i + 1;
	return 0;
}

/* The entry of `listener`, new where there is none; NULL without memory. */
static struct seen *dumped_enter(struct dumped *table, const struct pm_listener *listener,
				 int round)
{
	if (table->count * 2 >= table->slots && dumped_grow(table) < 0)
		return NULL;
	size_t at = slot_of(table, listener->cookie);
	if (table->slot[at])
		return &table->seen[table->slot[at] - 1];
	struct seen *seen = pm_array_add(&table->seen, &table->count, &table->room, sizeof(*seen));
	if (!seen)
		return NULL;
	table->slot[at] = table->count;
	*seen = (struct seen){.listener = *listener, .first = round, .last = round};
	return seen;
}

/* Enter the rows of a round; `*ret_same`: it changed nothing that counts. 0 or -ENOMEM. */
static int dumped_round(struct dumped *table, const struct rows *rows, int round,
			const struct pm_snapshot *snapshot, bool *ret_same)
{
	bool same = round > 0;

	for (size_t i = 0; i < rows->count; i++) {
		struct seen *seen = dumped_enter(table, &rows->row[i], round);

		if (!seen)
			return -ENOMEM;
		seen->last = round;
		seen->listener.state = rows->row[i].state;
	}
	for (size_t i = 0; i < table->count && same; i++) {
		const struct seen *seen = &table->seen[i];
		bool added = seen->first == round;
		bool lost = seen->last == round - 1;

		same = !(added || lost) || pm_is_ephemeral(snapshot, &seen->listener);
	}
	*ret_same = same;
	return 0;
}

static int dumped_keep(const struct dumped *table, int since, struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct seen *seen = &table->seen[i];

		if (seen->last < since) {
			snapshot->coverage.transient += pm_is_ephemeral(snapshot, &seen->listener);
			continue;
		}
		if (pm_snapshot_add(snapshot, &seen->listener) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int tell_unsettled(struct collector *collector, enum pm_protocol protocol, int rounds)
{
	const char *name = pm_protocol_name(protocol);

	if (is_late(collector->source))
		return gap_add(collector->snapshot, PM_GAP_SOCKETS, PM_GAP_LIMITED, 1,
			       "the time was up before the list of %s sockets was read twice",
			       name);
	return gap_add(collector->snapshot, PM_GAP_SOCKETS, PM_GAP_INTERRUPTED, 1,
		       "the list of %s sockets changed during each of %d dumps", name, rounds);
}

static int dumped_fill(struct dumped *table, struct collector *collector, struct rows *rows)
{
	bool settled = false;
	int round = 0;

	for (;; round++) {
		char what[16];
		bool whole, same;

		snprintf(what, sizeof(what), "%d", round);
		int r = rows_list(collector, rows, what, &whole);
		if (r)
			return r;
		r = dumped_round(table, rows, round, collector->snapshot, &same);
		if (r < 0)
			return r;
		settled = whole || same;
		if (settled || round == ROUNDS - 1 || is_late(collector->source))
			break;
	}
	int r = dumped_keep(table, settled || !round ? round : round - 1, collector->snapshot);
	return r < 0 || settled ? r : tell_unsettled(collector, rows->protocol, round + 1);
}

/*
 * A list that is not known to be whole is made again, until one neither adds to the union nor loses
 * of it. 0, NOT_RECORDED or -errno.
 */
static int dump_until_settled(struct collector *collector, struct rows *rows)
{
	struct dumped table = {0};
	int r = dumped_fill(&table, collector, rows);

	free(table.seen);
	free(table.slot);
	return r;
}

static enum pm_gap_why why_refused(int code)
{
	switch (-code) {
	case EPERM:
	case EACCES:
	case EAFNOSUPPORT:
		return PM_GAP_DENIED;
	case ENOENT:
	case EPROTONOSUPPORT:
	case EOPNOTSUPP:
		return PM_GAP_UNSUPPORTED;
	}
	return PM_GAP_INTERRUPTED;
}

/* /proc/net has no file of MPTCP: without netlink, its listeners stand with those of TCP. */
static int tell_mptcp(int refusal, struct pm_snapshot *snapshot)
{
	if (refusal == -ENOENT)
		return 0;
	return gap_add(snapshot, PM_GAP_SOCKETS, why_refused(refusal), 1,
		       "netlink refused the list of mptcp sockets (%s): they are told as tcp",
		       look_text(refusal));
}

/*
 * Without sock_diag, /proc/net lists the same sockets with less said of each. Where neither knows
 * the protocol, the kernel has not got it, and nothing is missing; UDP-Lite has its files in
 * /proc/net wherever the kernel has it.
 */
static int fall_back(struct collector *collector, struct rows *rows, int refusal, bool *ret_procfs)
{
	/* A recording made before these were asked for; what is MPTCP is told as TCP then. */
	if (refusal == NOT_RECORDED && rows->protocol == PM_PROTOCOL_MPTCP)
		return 0;
	if (refusal == NOT_RECORDED && rows->protocol == PM_PROTOCOL_UDPLITE)
		return note_unlooked(collector, "UDP-Lite", refusal);
	if (rows->protocol == PM_PROTOCOL_MPTCP)
		return tell_mptcp(refusal, collector->snapshot);
	int r = procnet_read(collector->source, rows);
	bool is_absent =
		r == -ENOENT && (refusal == -ENOENT || rows->protocol == PM_PROTOCOL_UDPLITE);

	for (size_t i = 0; r == 0 && i < rows->count; i++)
		r = pm_snapshot_add(collector->snapshot, &rows->row[i]);
	if (r == -ENOMEM || is_absent)
		return r == -ENOMEM ? r : 0;
	*ret_procfs |= r == 0;
	collector->has_tcp_of_procfs |= rows->protocol == PM_PROTOCOL_TCP;
	return gap_add(collector->snapshot, PM_GAP_SOCKETS, why_refused(refusal), 1,
		       "netlink refused the list of %s sockets (%s): %s",
		       pm_protocol_name(rows->protocol), look_text(refusal),
		       r == 0 ? "read from /proc/net, without v6only, device and cgroup"
			      : "and /proc/net could not be read");
}

static const char *source_name(bool netlink, bool procfs)
{
	if (netlink)
		return procfs ? "netlink+procfs" : "netlink";
	return procfs ? "procfs" : "none";
}

struct sockets {
	struct collector *collector;
	struct rows rows;
	bool netlink, procfs; /* have answered */
};

/* ip(7); the file is that of the namespace that we are in. */
static bool sockets_read_range(void *data, struct pm_buf *ret)
{
	const struct source *source = data;
	char text[64];
	ssize_t len = source->proc < 0
			      ? -1
			      : pm_read_small(source->proc, "sys/net/ipv4/ip_local_port_range",
					      text, sizeof(text));

	if (len > 0)
		pm_buf_add(ret, text, (size_t)len);
	return len > 0;
}

static void read_ephemeral_range(struct source *source, struct pm_netns *netns, size_t number)
{
	struct pm_buf value = {0};
	char name[32];
	uint64_t first, last;

	snprintf(name, sizeof(name), "ephemeral-%zu", number);
	source_value(source, name, sockets_read_range, source, &value);
	const char *range = pm_buf_text(&value), *tab = strchr(range, '\t');
	if (tab && pm_parse_u64(range, (size_t)(tab - range), UINT16_MAX, &first) == 0 &&
	    pm_parse_u64(tab + 1, strcspn(tab + 1, "\n"), UINT16_MAX, &last) == 0) {
		netns->ephemeral_first = (uint16_t)first;
		netns->ephemeral_last = (uint16_t)last;
		netns->has_ephemeral = true;
	}
	pm_buf_release(&value);
}

static int list_sockets(struct sockets *sockets)
{
	struct rows *rows = &sockets->rows;
	bool no_tcp[PM_FAMILIES] = {false};
	int r = 0;

	for (int i = 0; i < (int)PM_PROTOCOLS * (int)PM_FAMILIES && r == 0; i++) {
		rows->protocol = (enum pm_protocol)(i / PM_FAMILIES);
		rows->family = (enum pm_family)(i % PM_FAMILIES);
		if (!pm_filter_has(&sockets->collector->options->filter, rows->protocol,
				   rows->family))
			continue;
		/* Each of MPTCP stands with TCP too, and to look for them takes longer. */
		if (rows->protocol == PM_PROTOCOL_MPTCP && no_tcp[rows->family])
			continue;
		rows->has_any = false;
		r = dump_until_settled(sockets->collector, rows);
		if (rows->protocol == PM_PROTOCOL_TCP)
			no_tcp[rows->family] = r == 0 && !rows->has_any;
		sockets->netlink |= r == 0;
		if (r && r != -ENOMEM)
			r = fall_back(sockets->collector, rows, r, &sockets->procfs);
	}
	return r;
}

/* All that is asked of one namespace, while we are in it. */
static int sockets_of(void *data, size_t netns)
{
	struct sockets *sockets = data;
	struct pm_snapshot *snapshot = sockets->collector->snapshot;
	size_t first = snapshot->listener_count;

	read_ephemeral_range(sockets->collector->source, &snapshot->netns[netns], netns);
	sockets->rows.netns = netns;
	int r = list_sockets(sockets);
	if (r < 0)
		return r;
	r = pass_mptcp(sockets->collector, first);
	if (r < 0)
		return r;
	r = portless_read(sockets->collector, netns, &sockets->procfs);
	if (r < 0)
		return r;
	r = name_listeners(sockets->collector, first);
	return r < 0 ? r : pass_beyond(sockets->collector, netns);
}

int pass_sockets(struct collector *collector)
{
	struct namespaces *all = &collector->source->namespaces;
	struct sockets sockets = {.collector = collector, .rows = {.options = collector->options}};
	int r = netns_each(collector, all->dumped, NULL, sockets_of, &sockets);

	if (!all->dumped)
		collector->snapshot->coverage.sockets =
			source_name(sockets.netlink, sockets.procfs);
	all->dumped = collector->snapshot->netns_count;
	free(sockets.rows.row);
	return r;
}
