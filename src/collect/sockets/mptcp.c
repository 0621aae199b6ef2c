#include "sockets/mptcp.h"
#include "sockets/inet_diag.h"

#include <errno.h>

static int mptcp_compare_inodes(const void *a, const void *b, void *data)
{
	const struct pm_listener *listeners = data;

	return PM_CMP(listeners[*(const size_t *)a].inode, listeners[*(const size_t *)b].inode);
}

/* The MPTCP listener of this inode among `outer`, which are in order; NULL: none. */
static struct pm_listener *find_outer(struct pm_listener *listeners, size_t inner,
				      const size_t *outer, size_t count)
{
	for (size_t low = 0, high = count; low < high;) {
		size_t middle = low + (high - low) / 2;
		int c = mptcp_compare_inodes(&inner, &outer[middle], listeners);

		if (!c)
			return &listeners[outer[middle]];
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/*
 * Only the kernel makes one that has no port itself, for an endpoint with a port (ip-mptcp(8)):
 * where that listens, the socket inside tells. Source: net/mptcp/pm_kernel.c.
 */
static void take_endpoint(struct pm_listener *outer, const struct pm_listener *inner)
{
	memcpy(outer->address, inner->address, sizeof(outer->address));
	outer->port = inner->port;
	outer->v6only = inner->v6only;
	outer->owner = PM_OWNER_KERNEL;
	outer->service = "mptcp";
}

/* Inode numbers come round again; the place tells the rest apart. */
static bool is_inside(const struct pm_listener *inner, const struct pm_listener *outer)
{
	return outer && outer->netns == inner->netns && outer->family == inner->family &&
	       outer->port == inner->port &&
	       !memcmp(outer->address, inner->address, sizeof(outer->address));
}

/* Join the pairs: gone is what is inside another, and what turns out not to be wanted. */
static void mptcp_join(struct collector *collector, size_t first, bool *gone, const size_t *outer,
		       size_t count)
{
	struct pm_listener *listeners = collector->snapshot->listeners;

	for (size_t i = first; i < collector->snapshot->listener_count; i++) {
		if (listeners[i].protocol != PM_PROTOCOL_TCP || !listeners[i].inode)
			continue;
		struct pm_listener *found = find_outer(listeners, i, outer, count);
		if (found && !found->port && found->family == listeners[i].family &&
		    found->netns == listeners[i].netns)
			take_endpoint(found, &listeners[i]);
		gone[i - first] = is_inside(&listeners[i], found);
	}
	for (size_t k = 0; k < count; k++)
		gone[outer[k] - first] =
			!listener_is_wanted(collector->options, &listeners[outer[k]]);
}

int pass_mptcp(struct collector *collector, size_t first)
{
	struct pm_listener *listeners = collector->snapshot->listeners;
	size_t room = collector->snapshot->listener_count - first + 1, count = 0, kept = first;
	size_t *outer = calloc(room, sizeof(*outer));
	bool *gone = calloc(room, sizeof(*gone));
	int r = outer && gone ? 0 : -ENOMEM;

	for (size_t i = first; r == 0 && i < collector->snapshot->listener_count; i++)
		if (listeners[i].protocol == PM_PROTOCOL_MPTCP && listeners[i].inode)
			outer[count++] = i;
	if (count) {
		qsort_r(outer, count, sizeof(*outer), mptcp_compare_inodes, listeners);
		mptcp_join(collector, first, gone, outer, count);
		for (size_t i = first; i < collector->snapshot->listener_count; i++)
			if (!gone[i - first])
				listeners[kept++] = listeners[i];
		collector->snapshot->listener_count = kept;
	}
	free(outer);
	free(gone);
	return r;
}
