#include "sockets/portless.h"
#include "netns/netns.h"
#include "sockets/procnet.h"
#include "source/coverage.h"

#include <errno.h>

enum { ROUNDS = 5 };

static const struct table {
	enum pm_protocol protocol;
	enum pm_family family;
} tables[] = {
	{PM_PROTOCOL_RAW, PM_INET},
	{PM_PROTOCOL_RAW, PM_INET6},
	{PM_PROTOCOL_PACKET, PM_INET},
};

static bool is_asked_for(const struct pm_collect_options *options, const struct table *table)
{
	return options->portless &&
	       pm_filter_has_portless(&options->filter, table->protocol, table->family);
}

static int compare(const void *a, const void *b)
{
	const struct pm_listener *x = a, *y = b;

	return PM_CMP(x->inode, y->inode);
}

/* One reading, in order of inode, in place of what `ret` held. No file: no such protocol. */
static int read_table(struct source *source, const struct pm_collect_options *options,
		      const struct table *table, size_t netns, struct pm_snapshot *ret)
{
	struct pm_listener blank = {.netns = netns,
				    .protocol = table->protocol,
				    .family = table->family,
				    .owner = PM_OWNER_NONE};

	ret->listener_count = 0;
	int r = procnet_read(source, options, ret, &blank);
	if (ret->listener_count)
		qsort(ret->listeners, ret->listener_count, sizeof(*ret->listeners), compare);
	return r == -ENOENT ? 0 : r;
}

static bool are_same(const struct pm_snapshot *a, const struct pm_snapshot *b)
{
	if (a->listener_count != b->listener_count)
		return false;
	for (size_t i = 0; i < a->listener_count; i++)
		if (compare(&a->listeners[i], &b->listeners[i]) != 0)
			return false;
	return true;
}

static int tell(struct pm_snapshot *snapshot, const struct table *table, int code)
{
	const char *name = pm_protocol_name(table->protocol);

	if (code == -ENODATA)
		return gap_add(snapshot, PM_GAP_SOCKETS, PM_GAP_UNSUPPORTED, 1,
			       "the recording was made without %s sockets", name);
	if (code == -EAGAIN)
		return gap_add(snapshot, PM_GAP_SOCKETS, PM_GAP_INTERRUPTED, 1,
			       "the list of %s sockets changed during each of %d readings", name,
			       ROUNDS);
	return gap_add(snapshot, PM_GAP_SOCKETS,
		       code == -EACCES || code == -EPERM ? PM_GAP_DENIED : PM_GAP_UNSUPPORTED, 1,
		       "the list of %s sockets in /proc/net could not be read: %s", name,
		       strerror(-code));
}

/* A file of /proc/net is no more one moment than a dump is: until two readings agree. */
static int read_until_settled(struct source *source, const struct pm_collect_options *options,
			      const struct table *table, size_t netns, struct pm_snapshot *snapshot)
{
	struct pm_snapshot now[2] = {0};
	int r = read_table(source, options, table, netns, &now[0]);
	bool same = false;
	size_t last = 0;

	for (int round = 1; r == 0 && !same && round < ROUNDS; round++) {
		last = (size_t)round % 2;
		r = read_table(source, options, table, netns, &now[last]);
		same = are_same(&now[0], &now[1]);
	}
	for (size_t i = 0; r == 0 && i < now[last].listener_count; i++)
		r = pm_snapshot_add(snapshot, &now[last].listeners[i]);
	if (r != -ENOMEM && (r < 0 || !same))
		r = tell(snapshot, table, r < 0 ? r : -EAGAIN);
	free(now[0].listeners);
	free(now[1].listeners);
	return r;
}

int portless_read(struct source *source, const struct pm_collect_options *options,
		  struct pm_snapshot *snapshot, size_t netns, bool *ret_any)
{
	size_t gaps = snapshot->coverage.gap_count;
	int r = 0;

	for (size_t i = 0; r == 0 && i < PM_COUNT(tables); i++) {
		if (!is_asked_for(options, &tables[i]))
			continue;
		r = read_until_settled(source, options, &tables[i], netns, snapshot);
		*ret_any |= snapshot->coverage.gap_count == gaps;
	}
	return r;
}

struct closing {
	struct source *source;
	const struct pm_collect_options *options;
	struct pm_snapshot *snapshot;
};

/* Of those that nobody holds, only what is still in the file stays. */
static void leave_out_closed(const struct table *table, size_t netns, const struct pm_snapshot *now,
			     struct pm_snapshot *snapshot)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		const struct pm_listener *listener = &snapshot->listeners[i];
		bool is_unheld =
			listener->netns == netns && listener->protocol == table->protocol &&
			listener->family == table->family && listener->owner != PM_OWNER_PROCESS;

		if (!is_unheld ||
		    (now->listener_count && bsearch(listener, now->listeners, now->listener_count,
						    sizeof(*listener), compare)))
			snapshot->listeners[kept++] = *listener;
	}
	snapshot->listener_count = kept;
}

static int close_in(void *data, size_t netns)
{
	const struct closing *closing = data;
	struct pm_snapshot now = {0};
	int r = 0;

	for (size_t i = 0; r != -ENOMEM && i < PM_COUNT(tables); i++) {
		if (!is_asked_for(closing->options, &tables[i]))
			continue;
		r = read_table(closing->source, closing->options, &tables[i], netns, &now);
		if (r == 0)
			leave_out_closed(&tables[i], netns, &now, closing->snapshot);
	}
	free(now.listeners);
	return r == -ENOMEM ? r : 0;
}

int pass_portless_closed(struct source *source, const struct pm_collect_options *options,
			 struct pm_snapshot *snapshot)
{
	struct closing closing = {source, options, snapshot};

	return options->portless ? netns_each(source, snapshot, 0, NULL, close_in, &closing) : 0;
}
