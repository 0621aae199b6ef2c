#include "sockets/crosscheck.h"
#include "netns/netns.h"
#include "sockets/complete_list.h"
#include "sockets/procnet.h"

#include <errno.h>

enum { PASSES = 3 };

enum list { NETLINK, PROCFS, BPF, LISTS };

static const char *const list_names[1 << LISTS] = {
	[1 << NETLINK] = "netlink",
	[1 << PROCFS] = "procfs",
	[1 << BPF] = "bpf",
	[1 << NETLINK | 1 << PROCFS] = "netlink,procfs",
	[1 << NETLINK | 1 << BPF] = "netlink,bpf",
	[1 << PROCFS | 1 << BPF] = "procfs,bpf",
};

/* A listener, and the lists that show it. */
struct sighting {
	struct pm_listener listener;
	unsigned lists;
};

struct sights {
	struct sighting *sight;
	size_t count, room;
};

struct check {
	struct collector *collector;
	struct rows rows; /* what is checked: namespace, protocol, family */
	int pass;
};

static int compare_sights(const void *a, const void *b)
{
	const struct sighting *x = a, *y = b;
	int c = PM_CMP(x->listener.inode, y->listener.inode);

	return c ? c : PM_CMP(x->listener.port, y->listener.port);
}

static int sights_add(struct sights *sights, const struct pm_listener *listeners, size_t count,
		      enum list list)
{
	for (size_t i = 0; i < count; i++) {
		struct sighting *room =
			pm_array_add(&sights->sight, &sights->count, &sights->room, sizeof(*room));

		if (!room)
			return -ENOMEM;
		*room = (struct sighting){.listener = listeners[i], .lists = 1u << list};
	}
	return 0;
}

/* One sight for each listener; the first of several is that of the list that says most. */
static void sights_merge(struct sights *sights)
{
	size_t kept = 0;

	if (sights->count)
		qsort(sights->sight, sights->count, sizeof(*sights->sight), compare_sights);
	for (size_t i = 0; i < sights->count; i++) {
		struct sighting *last = kept ? &sights->sight[kept - 1] : NULL;

		if (!last || compare_sights(last, &sights->sight[i])) {
			sights->sight[kept++] = sights->sight[i];
			continue;
		}
		if (sights->sight[i].lists < last->lists)
			last->listener = sights->sight[i].listener;
		last->lists |= sights->sight[i].lists;
	}
	sights->count = kept;
}

/* ---- the three lists --------------------------------------------------------------- */

static int look_netlink(struct check *check, struct sights *sights)
{
	char what[32];
	bool whole;

	snprintf(what, sizeof(what), "check-%d", check->pass);
	int r = rows_list(check->collector, &check->rows, what, &whole);
	return r ? r : sights_add(sights, check->rows.row, check->rows.count, NETLINK);
}

static int look_procfs(struct check *check, struct sights *sights)
{
	int r = procnet_read(check->collector->source, &check->rows);

	return r ? r : sights_add(sights, check->rows.row, check->rows.count, PROCFS);
}

static int look_bpf(struct check *check, struct sights *sights)
{
	if (!collector_may_use_bpf(check->collector))
		return -ENOSYS;
	int r = rows_walk(check->collector->source, &check->rows);
	return r < 0 ? r : sights_add(sights, check->rows.row, check->rows.count, BPF);
}

/* What not all of the lists show that can be had; the lists are added to `had`. 0 or -ENOMEM. */
static int sights_look(struct check *check, struct sights *ret, unsigned *had)
{
	static int (*const looks[LISTS])(struct check *, struct sights *) = {look_netlink,
									     look_procfs, look_bpf};
	size_t kept = 0;

	ret->count = 0;
	*had = 0;
	for (int list = 0; list < LISTS; list++) {
		int r = looks[list](check, ret);

		if (r == -ENOMEM)
			return r;
		*had |= (unsigned)(r == 0) << list;
	}
	sights_merge(ret);
	for (size_t i = 0; i < ret->count; i++)
		if (ret->sight[i].lists != *had)
			ret->sight[kept++] = ret->sight[i];
	ret->count = kept;
	return 0;
}

/* ---- what they say of each other --------------------------------------------------- */

/* Keep what differs in both. */
static void sights_confirm(struct sights *sights, const struct sights *again)
{
	size_t kept = 0;

	for (size_t i = 0; i < sights->count; i++) {
		const struct sighting *other =
			again->count ? bsearch(&sights->sight[i], again->sight, again->count,
					       sizeof(*again->sight), compare_sights)
				     : NULL;

		if (other && other->lists == sights->sight[i].lists)
			sights->sight[kept++] = sights->sight[i];
	}
	sights->count = kept;
}

static int sights_mark(struct check *check, const struct sighting *sight, unsigned had)
{
	struct pm_snapshot *snapshot = check->collector->snapshot;
	const char *from = list_names[had & ~sight->lists];
	bool known = false;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		struct pm_listener *listener = &snapshot->listeners[i];

		if (listener->netns != check->rows.netns ||
		    listener->inode != sight->listener.inode)
			continue;
		listener->hidden_from = from;
		known = true;
	}
	if (known)
		return 0;
	struct pm_listener listener = sight->listener;
	listener.hidden_from = from;
	return pm_snapshot_add(snapshot, &listener);
}

static int check_one(struct check *check)
{
	struct sights sights = {0}, again = {0};
	unsigned had, now;
	int r;

	check->pass = 0;
	r = sights_look(check, &sights, &had);
	while (r == 0 && sights.count && ++check->pass < PASSES) {
		r = sights_look(check, &again, &now);
		if (r == 0 && now == had)
			sights_confirm(&sights, &again);
	}
	for (size_t i = 0; i < sights.count && r == 0; i++)
		r = sights_mark(check, &sights.sight[i], had);
	free(sights.sight);
	free(again.sight);
	return r;
}

/* Those that all three tell of; what is MPTCP shows as the TCP inside. */
static const enum pm_protocol protocols[] = {PM_PROTOCOL_TCP, PM_PROTOCOL_UDP};

static int check_in(void *data, size_t netns)
{
	struct check *check = data;
	int r = 0;

	check->rows.netns = netns;
	for (size_t i = 0; i < PM_COUNT(protocols) * PM_FAMILIES && r == 0; i++) {
		check->rows.protocol = protocols[i / PM_FAMILIES];
		check->rows.family = (enum pm_family)(i % PM_FAMILIES);
		if (pm_filter_has(&check->collector->options->filter, check->rows.protocol,
				  check->rows.family))
			r = check_one(check);
	}
	return r;
}

int pass_crosscheck(struct collector *collector)
{
	/* Of what does not listen, each list tells another part. */
	struct pm_collect_options listening = *collector->options;
	struct collector plain = *collector;
	struct check check = {.collector = &plain, .rows = {.options = &listening}};

	listening.bound = listening.portless = false;
	plain.options = &listening;
	int r = netns_each(collector, 0, NULL, check_in, &check);

	free(check.rows.row);
	return r;
}
