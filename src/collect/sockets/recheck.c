#include "sockets/recheck.h"
#include "netns/netns.h"
#include "sockets/complete_list.h"

#include <errno.h>

struct closing {
	struct collector *collector;
	struct rows rows;
};

static bool may_have_closed(const struct pm_listener *listener, const struct rows *rows)
{
	return listener->netns == rows->netns && listener->owner != PM_OWNER_PROCESS &&
	       (listener->has_cookie || listener->inode) && listener->protocol == rows->protocol &&
	       listener->family == rows->family;
}

static int compare_cookies(const void *a, const void *b)
{
	const struct pm_listener *x = a, *y = b;

	return PM_CMP(x->cookie, y->cookie);
}

/* One that no dump has shown so far may have no cookie: there are few of them. */
static bool is_among(const struct pm_listener *listener, const struct rows *rows)
{
	if (listener->has_cookie)
		return rows->count && bsearch(listener, rows->row, rows->count, sizeof(*listener),
					      compare_cookies);
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].inode == listener->inode)
			return true;
	return false;
}

static void recheck_leave_out(const struct rows *rows, struct pm_snapshot *snapshot)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		const struct pm_listener *listener = &snapshot->listeners[i];

		if (!may_have_closed(listener, rows) || is_among(listener, rows))
			snapshot->listeners[kept++] = *listener;
		else
			snapshot->coverage.transient += pm_is_ephemeral(snapshot, listener);
	}
	snapshot->listener_count = kept;
}

static bool recheck_has_unheld(const struct pm_snapshot *snapshot, const struct rows *rows)
{
	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (may_have_closed(&snapshot->listeners[i], rows))
			return true;
	return false;
}

static int recheck_close_in(void *data, size_t netns)
{
	struct closing *closing = data;
	struct rows *rows = &closing->rows;

	rows->netns = netns;
	for (int i = 0; i < (int)PM_PROTOCOLS * (int)PM_FAMILIES; i++) {
		rows->protocol = (enum pm_protocol)(i / PM_FAMILIES);
		rows->family = (enum pm_family)(i % PM_FAMILIES);
		if (!pm_protocol_has_port(rows->protocol) ||
		    !recheck_has_unheld(closing->collector->snapshot, rows))
			continue;
		bool whole;
		int r = rows_list(closing->collector, rows, "closed", &whole);
		if (r == -ENOMEM)
			return r;
		/* One that fails here, or may not be whole, closes nothing: all rows stay. */
		if (r || !whole)
			continue;
		if (rows->count)
			qsort(rows->row, rows->count, sizeof(*rows->row), compare_cookies);
		recheck_leave_out(rows, closing->collector->snapshot);
	}
	return 0;
}

static bool has_unheld_in(void *data, size_t netns)
{
	const struct pm_snapshot *snapshot = ((struct closing *)data)->collector->snapshot;

	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (snapshot->listeners[i].netns == netns &&
		    snapshot->listeners[i].owner != PM_OWNER_PROCESS)
			return true;
	return false;
}

int pass_closed(struct collector *collector)
{
	struct closing closing = {.collector = collector, .rows = {.options = collector->options}};
	int r = netns_each(collector, 0, has_unheld_in, recheck_close_in, &closing);

	free(closing.rows.row);
	return r;
}
