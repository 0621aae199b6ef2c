#include "sockets/mptcp.h"
#include "sockets/inet_diag.h"

#include <errno.h>
#include <sys/utsname.h>

/* Those that listen are counted too from Linux 6.3 on; it was seen to be so on 6.12 and 6.18. */
static bool has_counts(void)
{
	struct utsname name;
	uint64_t major, minor;

	if (uname(&name) < 0)
		return false;
	size_t len = strcspn(name.release, ".");
	const char *rest = name.release + len + (name.release[len] == '.');
	return pm_parse_u64(name.release, len, UINT16_MAX, &major) == 0 &&
	       pm_parse_u64(rest, strspn(rest, "0123456789"), UINT16_MAX, &minor) == 0 &&
	       (major > 6 || (major == 6 && minor >= 12));
}

/* "\nMPTCP      2064      0 ..." Source: proto_seq_printf() of net/core/sock.c. */
static bool counts_none(const char *protocols, const char *name)
{
	const char *line = strstr(protocols, name);
	const char *size = line ? line + strlen(name) : "";

	size += strspn(size, " ");
	const char *count = size + strcspn(size, " ");
	return !strncmp(count + strspn(count, " "), "0 ", 2);
}

bool mptcp_is_absent(const struct source *source)
{
	char text[16 * 1024];

	return source->replay < 0 && source->proc >= 0 && has_counts() &&
	       pm_read_small(source->proc, "thread-self/net/protocols", text, sizeof(text)) >= 0 &&
	       counts_none(text, "\nMPTCP ") && counts_none(text, "\nMPTCPv6 ");
}

static int compare_inodes(const void *a, const void *b, void *data)
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
		int c = compare_inodes(&inner, &outer[middle], listeners);

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
static void join(const struct pm_collect_options *options, struct pm_snapshot *snapshot,
		 size_t first, bool *gone, const size_t *outer, size_t count)
{
	struct pm_listener *listeners = snapshot->listeners;

	for (size_t i = first; i < snapshot->listener_count; i++) {
		if (listeners[i].protocol != PM_PROTOCOL_TCP || !listeners[i].inode)
			continue;
		struct pm_listener *found = find_outer(listeners, i, outer, count);
		if (found && !found->port && found->family == listeners[i].family &&
		    found->netns == listeners[i].netns)
			take_endpoint(found, &listeners[i]);
		gone[i - first] = is_inside(&listeners[i], found);
	}
	for (size_t k = 0; k < count; k++)
		gone[outer[k] - first] = !listener_is_wanted(options, &listeners[outer[k]]);
}

int pass_mptcp(const struct pm_collect_options *options, struct pm_snapshot *snapshot, size_t first)
{
	struct pm_listener *listeners = snapshot->listeners;
	size_t room = snapshot->listener_count - first + 1, count = 0, kept = first;
	size_t *outer = calloc(room, sizeof(*outer));
	bool *gone = calloc(room, sizeof(*gone));
	int r = outer && gone ? 0 : -ENOMEM;

	for (size_t i = first; r == 0 && i < snapshot->listener_count; i++)
		if (listeners[i].protocol == PM_PROTOCOL_MPTCP && listeners[i].inode)
			outer[count++] = i;
	if (count) {
		qsort_r(outer, count, sizeof(*outer), compare_inodes, listeners);
		join(options, snapshot, first, gone, outer, count);
		for (size_t i = first; i < snapshot->listener_count; i++)
			if (!gone[i - first])
				listeners[kept++] = listeners[i];
		snapshot->listener_count = kept;
	}
	free(outer);
	free(gone);
	return r;
}
