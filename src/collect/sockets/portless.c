#include "sockets/portless.h"
#include "netns/netns.h"
#include "sockets/procnet.h"
#include "source/coverage.h"

#include <errno.h>

enum { ROUNDS = 5 };

static const struct portless_table {
	enum pm_protocol protocol;
	enum pm_family family;
} tables[] = {
	{PM_PROTOCOL_RAW, PM_INET},
	{PM_PROTOCOL_RAW, PM_INET6},
	{PM_PROTOCOL_PACKET, PM_INET},
};

static bool is_asked_for(const struct pm_collect_options *options,
			 const struct portless_table *table)
{
	return options->portless &&
	       pm_filter_has_portless(&options->filter, table->protocol, table->family);
}

static int portless_compare(const void *a, const void *b)
{
	const struct pm_listener *x = a, *y = b;

	return PM_CMP(x->inode, y->inode);
}

/* One reading, in order of inode, in place of what `ret` held. No file: no such protocol. */
static int portless_read_table(struct collector *collector, const struct portless_table *table,
			       size_t netns, struct rows *ret)
{
	ret->netns = netns;
	ret->protocol = table->protocol;
	ret->family = table->family;
	ret->options = collector->options;
	int r = procnet_read(collector->source, ret);
	if (ret->count)
		qsort(ret->row, ret->count, sizeof(*ret->row), portless_compare);
	return r == -ENOENT ? 0 : r;
}

static bool are_same(const struct rows *a, const struct rows *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (portless_compare(&a->row[i], &b->row[i]) != 0)
			return false;
	return true;
}

/* `code` 0: no two readings were the same. */
static int portless_tell(struct pm_snapshot *snapshot, const struct portless_table *table, int code)
{
	const char *name = pm_protocol_name(table->protocol);

	if (code == NOT_RECORDED)
		return gap_add(snapshot, PM_GAP_SOCKETS, PM_GAP_UNSUPPORTED, 1,
			       "the recording was made without %s sockets", name);
	if (code == 0)
		return gap_add(snapshot, PM_GAP_SOCKETS, PM_GAP_INTERRUPTED, 1,
			       "the list of %s sockets changed during each of %d readings", name,
			       ROUNDS);
	return gap_add(snapshot, PM_GAP_SOCKETS,
		       code == -EACCES || code == -EPERM ? PM_GAP_DENIED : PM_GAP_UNSUPPORTED, 1,
		       "the list of %s sockets in /proc/net could not be read: %s", name,
		       look_text(code));
}

/* A file of /proc/net is no more one moment than a dump is: until two readings agree. */
static int read_until_settled(struct collector *collector, const struct portless_table *table,
			      size_t netns)
{
	struct rows now[2] = {0};
	int r = portless_read_table(collector, table, netns, &now[0]);
	bool same = false;
	size_t last = 0;

	for (int round = 1; r == 0 && !same && round < ROUNDS; round++) {
		last = (size_t)round % 2;
		r = portless_read_table(collector, table, netns, &now[last]);
		same = are_same(&now[0], &now[1]);
	}
	for (size_t i = 0; r == 0 && i < now[last].count; i++)
		r = pm_snapshot_add(collector->snapshot, &now[last].row[i]);
	if (r != -ENOMEM && (r || !same))
		r = portless_tell(collector->snapshot, table, r);
	free(now[0].row);
	free(now[1].row);
	return r;
}

int portless_read(struct collector *collector, size_t netns, bool *ret_any)
{
	size_t gaps = collector->snapshot->coverage.gap_count;
	int r = 0;

	for (size_t i = 0; r == 0 && i < PM_COUNT(tables); i++) {
		if (!is_asked_for(collector->options, &tables[i]))
			continue;
		r = read_until_settled(collector, &tables[i], netns);
		*ret_any |= collector->snapshot->coverage.gap_count == gaps;
	}
	return r;
}

/* Of those that nobody holds, only what is still in the file stays. */
static void portless_leave_out(const struct portless_table *table, size_t netns,
			       const struct rows *now, struct pm_snapshot *snapshot)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		const struct pm_listener *listener = &snapshot->listeners[i];
		bool is_unheld =
			listener->netns == netns && listener->protocol == table->protocol &&
			listener->family == table->family && listener->owner != PM_OWNER_PROCESS;

		if (!is_unheld || (now->count && bsearch(listener, now->row, now->count,
							 sizeof(*listener), portless_compare)))
			snapshot->listeners[kept++] = *listener;
	}
	snapshot->listener_count = kept;
}

static int portless_close_in(void *data, size_t netns)
{
	struct collector *collector = data;
	struct rows now = {0};
	int r = 0;

	for (size_t i = 0; r != -ENOMEM && i < PM_COUNT(tables); i++) {
		if (!is_asked_for(collector->options, &tables[i]))
			continue;
		r = portless_read_table(collector, &tables[i], netns, &now);
		if (r == 0)
			portless_leave_out(&tables[i], netns, &now, collector->snapshot);
	}
	free(now.row);
	return r == -ENOMEM ? r : 0;
}

int pass_portless_closed(struct collector *collector)
{
	return collector->options->portless
		       ? netns_each(collector, 0, NULL, portless_close_in, collector)
		       : 0;
}
