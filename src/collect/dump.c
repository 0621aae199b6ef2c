/* Listeners through sock_diag(7), repeated until nothing is added; a dump is no snapshot. */
#include "netlink.h"
#include "passes.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum { ROUNDS = 5 };

/* What one dump gave. */
struct rows {
	struct pm_listener *row;
	size_t count, room;
	enum pm_protocol protocol;
	enum pm_family family;
	const struct pm_collect_options *options;
};

/* The union of the dumps of one protocol and family, found by cookie. */
struct seen {
	struct pm_listener listener;
	int first, last; /* round that showed it */
};

struct table {
	struct seen *seen;
	size_t count, room;
	size_t *slot; /* index + 1 in `seen`; open addressing, a power of two, at most half full */
	size_t slots;
};

static const uint8_t ip_protocol[PM_PROTOCOLS] = {IPPROTO_TCP, IPPROTO_UDP};
static const uint8_t address_family[PM_FAMILIES] = {AF_INET, AF_INET6};

/* TCP in LISTEN; UDP unconnected, which sock_diag calls CLOSE. */
static const unsigned state[PM_PROTOCOLS] = {TCP_LISTEN, TCP_CLOSE};

static int row_attribute(const struct nlattr *attribute, void *data)
{
	struct pm_listener *listener = data;
	uint16_t len = mnl_attr_get_payload_len(attribute);

	if (mnl_attr_get_type(attribute) == INET_DIAG_SKV6ONLY && len == sizeof(uint8_t))
		listener->v6only = mnl_attr_get_u8(attribute) ? PM_YES : PM_NO;
	if (mnl_attr_get_type(attribute) == INET_DIAG_CGROUP_ID && len == sizeof(uint64_t)) {
		listener->cgroup_id = mnl_attr_get_u64(attribute);
		listener->has_cgroup = true;
	}
	return MNL_CB_OK;
}

static int row_take(void *data, const struct nlmsghdr *msg)
{
	struct rows *rows = data;
	struct inet_diag_msg diag;
	struct pm_listener listener = {.protocol = rows->protocol,
				       .family = rows->family,
				       .has_cookie = true,
				       .has_device = true,
				       .owner = PM_OWNER_NONE};

	memcpy(&diag, mnl_nlmsg_get_payload(msg), sizeof(diag));
	if (diag.idiag_family != address_family[rows->family] ||
	    diag.idiag_state != state[rows->protocol])
		return 0;
	memcpy(listener.address, diag.id.idiag_src, rows->family == PM_INET ? 4 : 16);
	listener.port = ntohs(diag.id.idiag_sport);
	listener.ifindex = diag.id.idiag_if;
	listener.cookie = (uint64_t)diag.id.idiag_cookie[1] << 32 | diag.id.idiag_cookie[0];
	listener.uid = diag.idiag_uid;
	listener.inode = diag.idiag_inode;
	if (mnl_attr_parse(msg, sizeof(diag), row_attribute, &listener) < 0)
		return -EBADMSG;
	if (!is_wanted(rows->options, &listener))
		return 0;
	struct pm_listener *place =
		pm_array_add(&rows->row, &rows->count, &rows->room, sizeof(*rows->row));
	if (!place)
		return -ENOMEM;
	*place = listener;
	return 0;
}

static void rows_restart(void *data)
{
	struct rows *rows = data;

	rows->count = 0;
}

static int rows_dump(struct source *source, struct rows *rows)
{
	struct inet_diag_req_v2 body = {
		.sdiag_family = address_family[rows->family],
		.sdiag_protocol = ip_protocol[rows->protocol],
		.idiag_states = 1u << state[rows->protocol],
	};
	struct netlink_request request = {
		.bus = NETLINK_SOCK_DIAG,
		.type = SOCK_DIAG_BY_FAMILY,
		.answer = SOCK_DIAG_BY_FAMILY,
		.body = &body,
		.body_size = sizeof(body),
		.answer_size = sizeof(struct inet_diag_msg),
		.row = row_take,
		.restart = rows_restart,
		.data = rows,
	};

	rows->count = 0;
	return netlink_dump(source, &request);
}

static size_t slot_of(const struct table *table, uint64_t cookie)
{
	size_t at = (size_t)((cookie * 0x9e3779b97f4a7c15u) >> 32) & (table->slots - 1);

	while (table->slot[at] && table->seen[table->slot[at] - 1].listener.cookie != cookie)
		at = (at + 1) & (table->slots - 1);
	return at;
}

static int table_grow(struct table *table)
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
static struct seen *table_enter(struct table *table, const struct pm_listener *listener, int round)
{
	if (table->count * 2 >= table->slots && table_grow(table) < 0)
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

/* Enter the rows of a round. 1: it changed nothing that counts; 0: it did; or -ENOMEM. */
static int table_round(struct table *table, const struct rows *rows, int round,
		       const struct pm_snapshot *snapshot)
{
	bool same = round > 0;

	for (size_t i = 0; i < rows->count; i++) {
		struct seen *seen = table_enter(table, &rows->row[i], round);

		if (!seen)
			return -ENOMEM;
		seen->last = round;
	}
	for (size_t i = 0; i < table->count && same; i++) {
		const struct seen *seen = &table->seen[i];
		bool added = seen->first == round;
		bool lost = seen->last == round - 1;

		same = !(added || lost) || is_ephemeral(snapshot, seen->listener.port);
	}
	return same;
}

static int table_keep(const struct table *table, int since, struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct seen *seen = &table->seen[i];

		if (seen->last < since) {
			snapshot->coverage.transient += is_ephemeral(snapshot, seen->listener.port);
			continue;
		}
		if (listener_add(snapshot, &seen->listener) < 0)
			return -ENOMEM;
	}
	return 0;
}

/*
 * A dump can miss a socket that lived throughout, and nothing says so (the kernel resumes by
 * bucket and count). So it is repeated until one neither adds to the union nor loses of it.
 */
static int dump_until_settled(struct source *source, struct rows *rows,
			      struct pm_snapshot *snapshot)
{
	struct table table = {0};
	int r = 0, round = 0;

	for (;; round++) {
		r = rows_dump(source, rows);
		if (r == 0)
			r = table_round(&table, rows, round, snapshot);
		if (r != 0 || round == ROUNDS - 1)
			break;
	}
	if (r >= 0) {
		bool settled = r == 1;

		r = table_keep(&table, settled ? round : round - 1, snapshot);
		if (r == 0 && !settled)
			r = gap_add(snapshot, PM_GAP_SOCKETS, PM_GAP_INTERRUPTED, 1,
				    "the list of %s sockets changed during each of %d dumps",
				    pm_protocol_name(rows->protocol), ROUNDS);
	}
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

/*
 * Without sock_diag, /proc/net lists the same sockets with less said of each. Where neither knows
 * the protocol, the kernel has not got it, and nothing is missing.
 */
static int fall_back(struct source *source, const struct rows *rows, int refusal,
		     struct pm_snapshot *snapshot, bool *ret_procfs)
{
	int r = procnet_read(source, rows->options, snapshot, rows->protocol, rows->family);

	if (r == -ENOMEM || (r == -ENOENT && refusal == -ENOENT))
		return r == -ENOMEM ? r : 0;
	*ret_procfs = r == 0;
	return gap_add(snapshot, PM_GAP_SOCKETS, why_refused(refusal), 1,
		       "netlink refused the list of %s sockets (%s): %s",
		       pm_protocol_name(rows->protocol), strerror(-refusal),
		       r == 0 ? "read from /proc/net, without v6only, device and cgroup"
			      : "and /proc/net could not be read");
}

static const char *source_name(bool netlink, bool procfs)
{
	if (netlink)
		return procfs ? "netlink+procfs" : "netlink";
	return procfs ? "procfs" : "none";
}

static bool is_asked(const struct pm_collect_options *options, int protocol, int family)
{
	return !(options->only_tcp && protocol != PM_PROTOCOL_TCP) &&
	       !(options->only_udp && protocol != PM_PROTOCOL_UDP) &&
	       !(options->only_v4 && family != PM_INET) &&
	       !(options->only_v6 && family != PM_INET6);
}

int pass_sockets(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot)
{
	struct rows rows = {.options = options};
	bool netlink = false, procfs = false;
	int r = 0;

	for (int i = 0; i < PM_PROTOCOLS * PM_FAMILIES && r == 0; i++) {
		rows.protocol = (enum pm_protocol)(i / PM_FAMILIES);
		rows.family = (enum pm_family)(i % PM_FAMILIES);
		if (!is_asked(options, (int)rows.protocol, (int)rows.family))
			continue;
		r = dump_until_settled(source, &rows, snapshot);
		if (r == 0)
			netlink = true;
		else if (r != -ENOMEM)
			r = fall_back(source, &rows, r, snapshot, &procfs);
	}
	snapshot->coverage.sockets = source_name(netlink, procfs);
	free(rows.row);
	return r;
}

static bool may_have_closed(const struct pm_listener *listener, const struct rows *rows)
{
	return listener->owner != PM_OWNER_PROCESS && listener->has_cookie &&
	       listener->protocol == rows->protocol && listener->family == rows->family;
}

static int compare_cookies(const void *a, const void *b)
{
	const struct pm_listener *x = a, *y = b;

	return PM_CMP(x->cookie, y->cookie);
}

static void leave_out_closed(const struct rows *rows, struct pm_snapshot *snapshot)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		const struct pm_listener *listener = &snapshot->listeners[i];

		if (!may_have_closed(listener, rows) ||
		    (rows->count &&
		     bsearch(listener, rows->row, rows->count, sizeof(*listener), compare_cookies)))
			snapshot->listeners[kept++] = *listener;
		else
			snapshot->coverage.transient += is_ephemeral(snapshot, listener->port);
	}
	snapshot->listener_count = kept;
}

int pass_closed(struct source *source, const struct pm_collect_options *options,
		struct pm_snapshot *snapshot)
{
	struct rows first = {.options = options}, rows = {.options = options};
	int r = 0;

	for (int i = 0; i < PM_PROTOCOLS * PM_FAMILIES && r == 0; i++) {
		size_t unheld = 0;

		first.protocol = rows.protocol = (enum pm_protocol)(i / PM_FAMILIES);
		first.family = rows.family = (enum pm_family)(i % PM_FAMILIES);
		while (unheld < snapshot->listener_count &&
		       !may_have_closed(&snapshot->listeners[unheld], &rows))
			unheld++;
		/* A dump that fails here closes nothing: all rows stay. */
		if (unheld == snapshot->listener_count || rows_dump(source, &first) < 0 ||
		    rows_dump(source, &rows) < 0)
			continue;
		/* A single dump can miss a living socket; what is in either lives. */
		for (size_t k = 0; k < first.count && r == 0; k++) {
			struct pm_listener *place =
				pm_array_add(&rows.row, &rows.count, &rows.room, sizeof(*place));

			r = place ? 0 : -ENOMEM;
			if (place)
				*place = first.row[k];
		}
		if (rows.count)
			qsort(rows.row, rows.count, sizeof(*rows.row), compare_cookies);
		if (r == 0)
			leave_out_closed(&rows, snapshot);
	}
	free(first.row);
	free(rows.row);
	return r;
}
