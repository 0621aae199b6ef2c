#include "sockets/complete_list.h"
#include "source/bpf.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Rows that fit are about 260. Each part walks the whole table, so that many are too many. */
enum { ROWS_FIT = 180, ROWS_MOST = 4096, RANGES = 64 };

struct splitting {
	struct source *source;
	struct rows *rows;
	const char *what;
	struct range range[RANGES]; /* still to be dumped */
	size_t ranges;
};

enum pm_protocol protocol_of_record(const struct bpf_record *record)
{
	if (record->family != AF_INET && record->family != AF_INET6)
		return PM_PROTOCOLS;
	switch (record->type == SOCK_RAW ? IPPROTO_RAW : record->protocol) {
	case IPPROTO_TCP:
		return PM_PROTOCOL_TCP;
	case IPPROTO_MPTCP:
		return PM_PROTOCOL_MPTCP;
	case IPPROTO_UDP:
		return PM_PROTOCOL_UDP;
	case IPPROTO_UDPLITE:
		return PM_PROTOCOL_UDPLITE;
	}
	return PM_PROTOCOLS;
}

struct pm_listener listener_of_record(const struct bpf_record *record)
{
	struct pm_listener listener = {
		.protocol = protocol_of_record(record),
		.family = record->family == AF_INET ? PM_INET : PM_INET6,
		.port = record->port,
		.ifindex = record->ifindex,
		.has_device = true,
		.cookie = record->cookie,
		.has_cookie = record->cookie != 0,
		.inode = (uint32_t)record->inode,
		.uid = record->uid,
		.owner = PM_OWNER_NONE,
	};

	memcpy(listener.address, record->address, sizeof(listener.address));
	if (listener.family == PM_INET6)
		listener.v6only = record->flags & RECORD_V6ONLY ? PM_YES : PM_NO;
	return listener;
}

/* ---- with a walk within the kernel ------------------------------------------------- */

static int list_take(void *data, const struct bpf_record *record)
{
	struct rows *rows = data;
	struct pm_listener listener = listener_of_record(record);

	listener.netns = rows->netns;
	if (listener.family != rows->family)
		return 0;
	rows->has_any = true;
	return listener_is_wanted(rows->options, &listener) ? rows_add(rows, &listener) : 0;
}

static int add_walk(struct source *source, struct rows *rows)
{
	enum bpf_walk walk = rows->protocol == PM_PROTOCOL_UDP ? BPF_UDP : BPF_TCP;
	size_t count = rows->count;
	int r = bpf_records(source, walk, 0, list_take, rows);

	if (r < 0)
		rows->count = count;
	return r;
}

int rows_walk(struct source *source, struct rows *rows)
{
	rows->count = 0;
	return add_walk(source, rows);
}

/* ---- by parts ---------------------------------------------------------------------- */

static bool push(struct splitting *list, unsigned first, unsigned last)
{
	if (first > last || last > UINT16_MAX)
		return true;
	if (list->ranges == RANGES)
		return false;
	list->range[list->ranges++] = (struct range){(uint16_t)first, (uint16_t)last};
	return true;
}

/* Where the rows seen so far, in order of port, say that a range is too long: the port to end at. */
static uint16_t fitting_end(const struct pm_listener *rows, size_t count, struct range range)
{
	size_t at = 0, inside = 0;

	while (at < count && rows[at].port < range.first)
		at++;
	while (at + inside < count && rows[at + inside].port <= range.last)
		inside++;
	if (inside <= ROWS_FIT)
		return range.last;
	uint16_t end = rows[at + ROWS_FIT].port;
	return end > range.first ? (uint16_t)(end - 1) : range.first;
}

/* One part; what does not fit is halved, until a single port does not. 0, NOT_RECORDED or -errno. */
static int dump_part(struct splitting *list, struct range range, bool *ret_fits)
{
	char what[40];
	unsigned parts;

	snprintf(what, sizeof(what), "%.16s-%u-%u", list->what, range.first, range.last);
	int r = rows_dump(list->source, list->rows, what, &range, &parts);
	if (r || parts <= 1)
		return r;
	unsigned middle = (range.first + (unsigned)range.last) / 2;
	*ret_fits = range.first != range.last && push(list, middle + 1, range.last) &&
		    push(list, range.first, middle);
	return 0;
}

/* To the ports that are asked for; false: there is none. Others need not be whole. */
static bool shrink(const struct pm_collect_options *options, struct range *range)
{
	unsigned first = range->first, last = range->last;

	while (options->filter.ports && first <= last &&
	       !(options->filter.ports[first / 8] >> first % 8 & 1))
		first++;
	while (options->filter.ports && first < last &&
	       !(options->filter.ports[last / 8] >> last % 8 & 1))
		last--;
	*range = (struct range){(uint16_t)first, (uint16_t)last};
	return first <= last;
}

static int list_compare_ports(const void *a, const void *b)
{
	const struct pm_listener *x = a, *y = b;

	return PM_CMP(x->port, y->port);
}

/* Clients' ports come and go, and are no reason to call a list incomplete. */
static void push_all(struct splitting *list, const struct pm_netns *netns)
{
	if (netns->has_ephemeral) {
		push(list, netns->ephemeral_last + 1u, UINT16_MAX);
		push(list, 0, netns->ephemeral_first - 1u);
	} else {
		push(list, 0, UINT16_MAX);
	}
}

/* `seen` are the rows so far, in order of port. */
static int add_ranges(struct splitting *list, const struct pm_listener *seen, size_t count,
		      bool *ret_whole)
{
	bool fits = true;

	while (list->ranges && fits && !is_late(list->source)) {
		struct range range = list->range[--list->ranges];

		if (!shrink(list->rows->options, &range))
			continue;
		uint16_t end = fitting_end(seen, count, range);

		fits = push(list, end + 1u, range.last);
		range.last = end;
		int r = fits ? dump_part(list, range, &fits) : 0;
		if (r)
			return r;
	}
	*ret_whole = fits && !list->ranges;
	return 0;
}

static int add_parts(struct splitting *list, const struct pm_netns *netns, bool *ret_whole)
{
	struct rows *rows = list->rows;
	size_t count = rows->count;
	struct pm_listener *seen = calloc(count + 1, sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	if (count) {
		memcpy(seen, rows->row, count * sizeof(*seen));
		qsort(seen, count, sizeof(*seen), list_compare_ports);
	}
	push_all(list, netns);
	int r = add_ranges(list, seen, count, ret_whole);
	free(seen);
	return r;
}

/* Of the others there is no walk; nor of sockets that do not listen. */
static bool is_walked(enum pm_protocol protocol)
{
	return protocol == PM_PROTOCOL_TCP || protocol == PM_PROTOCOL_UDP;
}

int rows_list(struct collector *collector, struct rows *rows, const char *what, bool *ret_whole)
{
	struct splitting list = {.source = collector->source, .rows = rows, .what = what};
	unsigned parts;
	int r = rows_dump(collector->source, rows, what, NULL, &parts);

	*ret_whole = r == 0 && parts <= 1;
	if (r || *ret_whole)
		return r;
	if (collector_may_use_bpf(collector) && !rows->options->bound &&
	    is_walked(rows->protocol)) {
		r = add_walk(collector->source, rows);
		*ret_whole = r == 0;
		if (r == 0 || r == -ENOMEM)
			return r;
	}
	if (rows->count > ROWS_MOST)
		return 0;
	return add_parts(&list, &collector->snapshot->netns[rows->netns], ret_whole);
}
