#include "behind/behind_systemd.h"
#include "behind/unitindex.h"

static bool is_datagram(const struct pm_listener *listener)
{
	return pm_protocol_base(listener->protocol) == PM_PROTOCOL_UDP;
}

/* systemd makes MPTCP of streams, and UDP-Lite of datagrams, only where told to. */
static bool systemd_is_protocol(const struct pm_listener *listener,
				const struct unit_socket *socket)
{
	const char *protocol = socket->protocol ? socket->protocol : "";

	if (listener->protocol == PM_PROTOCOL_UDPLITE || !strcmp(protocol, "udplite"))
		return listener->protocol == PM_PROTOCOL_UDPLITE && !strcmp(protocol, "udplite");
	return !*protocol || !strcmp(protocol, "mptcp");
}

static bool is_device(const struct pm_listener *listener, const struct unit_socket *socket)
{
	if (!socket->device)
		return !listener->ifindex || listener->address[0] == 0xfe; /* link-local */
	return listener->ifindex &&
	       (!listener->device || !strcmp(listener->device, socket->device));
}

/* A port alone is that of all addresses, of IPv4 too unless it says otherwise. */
static bool is_address(const struct pm_listener *listener, const struct unit_listen *listen,
		       const struct unit_socket *socket)
{
	static const uint8_t any[sizeof(listen->address)];
	const uint8_t *address = listen->is_any ? any : listen->address;
	size_t len = listener->family == PM_INET ? 4 : 16;
	bool is_wildcard = !memcmp(listener->address, any, len);

	if ((!listen->is_any && listen->family != listener->family) ||
	    memcmp(listener->address, address, len) != 0)
		return false;
	return listener->family != PM_INET6 || !is_wildcard || socket->v6only == PM_UNKNOWN ||
	       listener->v6only == PM_UNKNOWN || socket->v6only == listener->v6only;
}

static bool names(const struct unitindex *units, const struct unit_listen *listen,
		  const struct pm_listener *listener)
{
	const struct unit_socket *socket = &units->sockets[listen->socket];

	return listen->is_datagram == is_datagram(listener) &&
	       systemd_is_protocol(listener, socket) && is_device(listener, socket) &&
	       is_address(listener, listen, socket);
}

/* ---- which of several -------------------------------------------------------------- */

enum { TOLD_MAX = 3 };

/* The units that name the address, as far as these are equal. */
struct candidates {
	struct unit_socket *socket[TOLD_MAX];
	size_t count;
	unsigned rank;
};

static void take_candidate(struct candidates *found, struct unit_socket *socket)
{
	unsigned rank = unitindex_rank(socket);

	if (rank > found->rank)
		*found = (struct candidates){.rank = rank};
	if (rank < found->rank ||
	    (found->count && found->count <= TOLD_MAX && found->socket[found->count - 1] == socket))
		return;
	if (found->count < TOLD_MAX)
		found->socket[found->count] = socket;
	found->count++;
}

static struct candidates find_candidates(const struct trial *trial)
{
	struct unitindex *units = trial->units;
	struct candidates found = {0};

	for (size_t i = unitindex_first_listen(units, trial->listener->port);
	     i < units->listen_count && units->listens[i].port == trial->listener->port; i++)
		if (names(units, &units->listens[i], trial->listener))
			take_candidate(&found, &units->sockets[units->listens[i].socket]);
	return found;
}

/* What could not be read can name any address. */
static bool has_rival(const struct unitindex *units, unsigned rank)
{
	return rank && units->unread_rank >= rank;
}

/* ---- what is told ------------------------------------------------------------------ */

static void tell_program(struct trial *trial, const char *service, struct behind *ret)
{
	struct unit_command command;

	trial->failed |= unitindex_command(trial->units, service, &command) < 0;
	if (trial->failed || !command.program)
		return;
	ret->program = pm_arena_printf(trial->arena, "%s", command.program);
	ret->kind = command.kind;
	trial->failed |= !ret->program;
}

static void systemd_give(struct trial *trial, const struct unit_socket *socket, struct behind *ret)
{
	ret->name = pm_arena_printf(trial->arena, "%s",
				    socket->service ? socket->service : socket->name);
	ret->source = pm_arena_printf(trial->arena, "%s", socket->path);
	trial->failed |= !ret->name || !ret->source;
	if (socket->service)
		tell_program(trial, socket->service, ret);
}

/* Several that cannot be told apart: all are told, and none is judged, unless it is one service. */
static void tell_all(struct trial *trial, const struct candidates *found, struct behind *ret)
{
	struct pm_buf told = {0};
	bool is_one = found->count <= TOLD_MAX;
	size_t many = found->count < TOLD_MAX ? found->count : TOLD_MAX;

	for (size_t i = 0; i < many; i++) {
		const char *service = found->socket[i]->service, *first = found->socket[0]->service;

		is_one &= service && first && !strcmp(service, first);
		pm_buf_printf(&told, "%s%s", i ? " or " : "",
			      service ? service : found->socket[i]->name);
	}
	if (found->count > TOLD_MAX)
		pm_buf_puts(&told, " or another");
	systemd_give(trial, found->socket[0], ret);
	if (!is_one) {
		ret->program = NULL;
		ret->name = pm_arena_printf(trial->arena, "%s", pm_buf_text(&told));
	}
	trial->failed |= !ret->name || told.failed;
	pm_buf_release(&told);
}

/*
 * systemd makes a socket in the cgroup of its unit, which the kernel tells. Where it does not,
 * the units are asked for who names the address.
 */
void behind_systemd(struct trial *trial, const struct pm_process *process, struct behind *ret)
{
	const char *unit = trial->listener->unit, *dot = unit ? strrchr(unit, '.') : NULL;
	struct unit_socket socket;

	(void)process;
	if (dot && !strcmp(dot, ".socket")) {
		if (unitindex_find_socket(trial->units, unit, &socket))
			systemd_give(trial, &socket, ret);
		else
			ret->name = pm_arena_printf(trial->arena, "%s", unit);
		if (!ret->source)
			ret->source = "the cgroup of the socket";
		trial->failed |= trial->units->code < 0 || !ret->name;
		return;
	}
	struct candidates found = find_candidates(trial);
	if (!found.count)
		return;
	tell_all(trial, &found, ret);
	if (has_rival(trial->units, found.rank))
		ret->program = NULL;
}
