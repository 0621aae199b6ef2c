#include <portmote/model.h>

#include <arpa/inet.h>
#include <errno.h>

static const struct {
	const char *name;
	enum pm_protocol base;
	bool has_port;
} protocols[PM_PROTOCOLS] = {
	[PM_PROTOCOL_TCP] = {"tcp", PM_PROTOCOL_TCP, true},
	[PM_PROTOCOL_MPTCP] = {"mptcp", PM_PROTOCOL_TCP, true},
	[PM_PROTOCOL_UDP] = {"udp", PM_PROTOCOL_UDP, true},
	[PM_PROTOCOL_UDPLITE] = {"udplite", PM_PROTOCOL_UDP, true},
	[PM_PROTOCOL_RAW] = {"raw", PM_PROTOCOL_RAW, false},
	[PM_PROTOCOL_PACKET] = {"packet", PM_PROTOCOL_PACKET, false},
};

static const char *const state_name[PM_STATES] = {"listen", "bound", "connected"};
static const char *const family_name[PM_FAMILIES] = {"inet", "inet6"};
static const char *const owner_kind_name[PM_OWNER_KINDS] = {
	"process", "kernel", "none", "denied", "pidns", "vanished", "limited",
};
static const char *const gap_what_name[PM_GAP_WHATS] = {"namespaces", "sockets", "holders",
							"processes", "configurations"};
static const char *const gap_why_name[PM_GAP_WHYS] = {
	"denied", "vanished", "interrupted", "unsupported", "pidns", "limited",
};

static const char *const suspicion_name[PM_SUSPICIONS] = {
	"io_uring", "mapped-io_uring", "aio", "in-call", "in-flight",
};

const char *pm_protocol_name(enum pm_protocol protocol)
{
	return protocols[protocol].name;
}

bool pm_protocol_has_port(enum pm_protocol protocol)
{
	return protocols[protocol].has_port;
}

enum pm_protocol pm_protocol_base(enum pm_protocol protocol)
{
	return protocols[protocol].base;
}

const char *pm_state_name(enum pm_state state)
{
	return state_name[state];
}

const char *pm_family_name(enum pm_family family)
{
	return family_name[family];
}

const char *pm_owner_kind_name(enum pm_owner_kind kind)
{
	return owner_kind_name[kind];
}

const char *pm_suspicion_name(enum pm_suspicion suspicion)
{
	return suspicion_name[suspicion];
}

const char *pm_gap_what_name(enum pm_gap_what what)
{
	return gap_what_name[what];
}

const char *pm_gap_why_name(enum pm_gap_why why)
{
	return gap_why_name[why];
}

const char *pm_runs_name(enum pm_runs runs)
{
	static const char *const names[PM_RUNS] = {"unknown", "script", "module", "jar",
						   "class",   "inline", "program"};

	return names[runs];
}

bool pm_is_owned(const struct pm_listener *listener)
{
	return listener->owner == PM_OWNER_PROCESS || listener->owner == PM_OWNER_KERNEL;
}

bool pm_is_wildcard(const struct pm_listener *listener)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t none[sizeof(listener->address)];
	bool is_mapped =
		listener->family == PM_INET6 && !memcmp(listener->address, mapped, sizeof(mapped));
	size_t prefix = is_mapped ? sizeof(mapped) : 0;

	return !memcmp(listener->address + prefix, none, sizeof(none) - prefix);
}

const struct pm_netns *pm_listener_netns(const struct pm_snapshot *snapshot,
					 const struct pm_listener *listener)
{
	return &snapshot->netns[listener->netns];
}

bool pm_is_ephemeral(const struct pm_snapshot *snapshot, const struct pm_listener *listener)
{
	const struct pm_netns *netns = pm_listener_netns(snapshot, listener);

	return netns->has_ephemeral && listener->port >= netns->ephemeral_first &&
	       listener->port <= netns->ephemeral_last;
}

const struct pm_process *pm_holder(const struct pm_snapshot *snapshot,
				   const struct pm_listener *listener, size_t i)
{
	return &snapshot->processes[snapshot->holders[listener->first_holder + i]];
}

/* As inet_ntop(3), which takes a printf for it: of a long list, the most that an address costs. */
static void write_v4(const uint8_t address[4], char *buf)
{
	for (size_t i = 0; i < 4; i++) {
		unsigned byte = address[i];

		if (byte >= 100)
			*buf++ = (char)('0' + byte / 100);
		if (byte >= 10)
			*buf++ = (char)('0' + byte / 10 % 10);
		*buf++ = (char)('0' + byte % 10);
		*buf++ = i < 3 ? '.' : '\0';
	}
}

const char *pm_listener_address(const struct pm_listener *listener, char *buf)
{
	_Static_assert(PM_ADDRESS_SIZE >= INET6_ADDRSTRLEN, "room for any address");
	if (listener->family == PM_INET)
		write_v4(listener->address, buf);
	else
		inet_ntop(AF_INET6, listener->address, buf, PM_ADDRESS_SIZE);
	return buf;
}

static int compare_netns(const struct pm_netns *a, const struct pm_netns *b)
{
	bool a_host = a->label && !strcmp(a->label, "host");
	bool b_host = b->label && !strcmp(b->label, "host");
	int c = PM_CMP(b_host, a_host);

	if (!c)
		c = pm_compare_text(a->label, b->label);
	return c ? c : PM_CMP(a->inode, b->inode);
}

int pm_listener_compare(const struct pm_snapshot *snapshot, const struct pm_listener *a,
			const struct pm_listener *b)
{
	int c = a->netns == b->netns
			? 0
			: compare_netns(&snapshot->netns[a->netns], &snapshot->netns[b->netns]);

	/* Mostly the port decides; nothing is compared before it is needed. */
	if (!c)
		c = PM_CMP(a->protocol, b->protocol);
	if (!c)
		c = PM_CMP(a->port, b->port);
	if (!c)
		c = PM_CMP(a->number, b->number);
	if (!c)
		c = memcmp(a->address, b->address, sizeof(a->address));
	if (!c)
		c = PM_CMP(a->family, b->family);
	if (!c)
		c = pm_compare_text(a->device, b->device);
	if (!c)
		c = PM_CMP(a->inode, b->inode);
	return c ? c : PM_CMP(a->cookie, b->cookie);
}

int pm_snapshot_add(struct pm_snapshot *snapshot, const struct pm_listener *listener)
{
	struct pm_listener *place = pm_array_add(&snapshot->listeners, &snapshot->listener_count,
						 &snapshot->listener_room, sizeof(*place));

	if (!place)
		return -ENOMEM;
	*place = *listener;
	return 0;
}

void pm_snapshot_release(struct pm_snapshot *snapshot)
{
	pm_arena_release(&snapshot->arena);
	free(snapshot->netns);
	free(snapshot->listeners);
	free(snapshot->processes);
	free(snapshot->holders);
	free(snapshot->suspects);
	free(snapshot->configs);
	free(snapshot->coverage.gaps);
	free(snapshot->coverage.redirections.text);
	free(snapshot->coverage.not_checked.text);
	pm_buf_release(&snapshot->passwd);
	*snapshot = (struct pm_snapshot){0};
}

static int compare_listeners(const void *a, const void *b, void *data)
{
	return pm_listener_compare(data, a, b);
}

/* They mostly are: what is found late is little. */
static bool are_sorted(const struct pm_snapshot *snapshot)
{
	const struct pm_listener *listeners = snapshot->listeners;

	for (size_t i = 1; i < snapshot->listener_count; i++)
		if (pm_listener_compare(snapshot, &listeners[i - 1], &listeners[i]) > 0)
			return false;
	return true;
}

void pm_snapshot_sort(struct pm_snapshot *snapshot)
{
	if (!are_sorted(snapshot))
		qsort_r(snapshot->listeners, snapshot->listener_count, sizeof(*snapshot->listeners),
			compare_listeners, snapshot);
}
