#include "behind/unitindex.h"

#include <portmote/unitfile.h>

#include <arpa/inet.h>
#include <errno.h>

static const char kind[] = ".socket";

/* ---- configurations by name -------------------------------------------------------- */

static int compare_configs(const void *a, const void *b, void *data)
{
	const struct pm_config *configs = data;
	const size_t *i = a, *k = b;
	int c = strcmp(configs[*i].name, configs[*k].name);

	return c ? c : PM_CMP(*i, *k);
}

static size_t find_exact(const struct unitindex *units, const char *name, size_t *ret_count)
{
	const struct pm_snapshot *snapshot = units->snapshot;
	size_t low = 0, high = snapshot->config_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(snapshot->configs[units->order[middle]].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_count = 0;
	while (low + *ret_count < snapshot->config_count &&
	       !strcmp(snapshot->configs[units->order[low + *ret_count]].name, name))
		++*ret_count;
	return low;
}

/* "ssh@.service" of "ssh@4.service"; false: it is no instance. */
static bool template_of(const char *name, char ret[PM_PROGRAM_SIZE])
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');

	if (!at || !dot || dot <= at + 1 || strlen(name) >= PM_PROGRAM_SIZE)
		return false;
	snprintf(ret, PM_PROGRAM_SIZE, "%.*s%s", (int)(at + 1 - name), name, dot);
	return true;
}

size_t unitindex_find(const struct unitindex *units, const char *name, size_t *ret_count)
{
	char template[PM_PROGRAM_SIZE];
	size_t first = find_exact(units, name, ret_count);

	return !*ret_count && template_of(name, template) ? find_exact(units, template, ret_count)
							  : first;
}

/* ---- addresses --------------------------------------------------------------------- */

/* "80", "192.0.2.1:80", "[2001:db8::1]:80", and "%device" behind the address or the port. */
static bool read_address(const char *value, struct unit_listen *ret)
{
	char text[128];
	uint16_t last;

	snprintf(text, sizeof(text), "%.120s", value);
	char *colon = strrchr(text, ':'), *address = text + (*text == '[');
	const char *port = colon ? colon + 1 : text;
	size_t len = strcspn(port, "%");
	if (pm_parse_ports(port, len, &ret->port, &last) < 0 || last != ret->port || !last)
		return false;
	ret->is_any = !colon;
	if (!colon)
		return true;
	*colon = '\0';
	ret->family = *text == '[' ? PM_INET6 : PM_INET;
	char *end = *text == '[' ? strchr(address, ']') : NULL;
	if (*text == '[' && (!end || end[1]))
		return false;
	if (end)
		*end = '\0';
	address[strcspn(address, "%")] = '\0';
	return inet_pton(*text == '[' ? AF_INET6 : AF_INET, address, ret->address) == 1;
}

/* ---- one unit ---------------------------------------------------------------------- */

struct taking {
	struct unitindex *units;
	struct unit_socket socket;
	size_t first; /* of its addresses */
};

static const char *take_text(struct taking *taking, const struct pm_unit_line *line)
{
	bool failed = false;
	const char *text =
		pm_unit_expand(&taking->units->arena, taking->units->snapshot, taking->socket.name,
			       line->value, line->value_len, &failed);

	taking->units->code = failed ? -ENOMEM : taking->units->code;
	return text;
}

static void take_listen(struct taking *taking, const struct pm_unit_line *line, bool is_datagram)
{
	struct unitindex *units = taking->units;
	struct unit_listen listen = {.is_datagram = is_datagram, .socket = units->socket_count};
	const char *value = take_text(taking, line);

	if (!value || !read_address(value, &listen))
		return;
	struct unit_listen *room = pm_array_add(&units->listens, &units->listen_count,
						&units->listen_room, sizeof(*room));
	if (room)
		*room = listen;
	else
		units->code = -ENOMEM;
}

static void take_v6only(struct unit_socket *socket, const struct pm_unit_line *line)
{
	bool is_both = line->value_len == 4 && !memcmp(line->value, "both", 4);
	bool is_only = line->value_len == 9 && !memcmp(line->value, "ipv6-only", 9);

	socket->v6only = PM_UNKNOWN;
	if (is_both)
		socket->v6only = PM_NO;
	if (is_only)
		socket->v6only = PM_YES;
}

/* An empty address of any kind forgets all of them. */
static void take_line(void *data, const struct pm_unit_line *line)
{
	struct taking *taking = data;
	struct unit_socket *socket = &taking->socket;

	if (line->name_len > 6 && !memcmp(line->name, "Listen", 6) && !line->value_len)
		taking->units->listen_count = taking->first;
	else if (pm_unit_is_key(line, "ListenStream"))
		take_listen(taking, line, false);
	else if (pm_unit_is_key(line, "ListenDatagram"))
		take_listen(taking, line, true);
	else if (pm_unit_is_key(line, "Accept"))
		socket->accepts = pm_unit_is_true(line);
	else if (pm_unit_is_key(line, "BindIPv6Only"))
		take_v6only(socket, line);
	else if (pm_unit_is_key(line, "Service") && line->value_len)
		socket->service = take_text(taking, line);
	else if (pm_unit_is_key(line, "BindToDevice"))
		socket->device =
			line->value_len && *line->value != '*' ? take_text(taking, line) : NULL;
	else if (pm_unit_is_key(line, "SocketProtocol"))
		socket->protocol = line->value_len ? take_text(taking, line) : NULL;
}

/* Of its own name, where it does not say another; of a template, where it takes each connection. */
static const char *own_service(struct unitindex *units, const struct unit_socket *socket)
{
	size_t stem = strlen(socket->name) - strlen(kind), prefix = strcspn(socket->name, "@");

	if (socket->accepts && prefix < stem)
		stem = prefix;
	return pm_arena_printf(&units->arena, "%.*s%s.service", (int)stem, socket->name,
			       socket->accepts ? "@" : "");
}

/* Read as `name` from the configurations from `first` on. */
static void read_socket(struct unitindex *units, const char *name, size_t first, size_t count,
			struct unit_socket *ret)
{
	const struct pm_config *configs = units->snapshot->configs;
	const struct pm_config *file = &configs[units->order[first]];
	const char *at = strchr(name, '@');
	struct taking taking = {.units = units, .first = units->listen_count};

	taking.socket = (struct unit_socket){.name = name,
					     .path = file->path,
					     .is_enabled = file->is_enabled,
					     .is_template = at && at[1] == '.'};
	for (size_t i = first; i < first + count && units->code == 0; i++) {
		const struct pm_config *config = &configs[units->order[i]];

		taking.socket.is_unread |= config->is_unread;
		if (pm_unit_each(config, "Socket", take_line, &taking) < 0)
			units->code = -ENOMEM;
	}
	if (!taking.socket.service && !taking.socket.is_unread)
		taking.socket.service = own_service(units, &taking.socket);
	*ret = taking.socket;
}

/* ---- all of them ------------------------------------------------------------------- */

static bool is_socket_name(const char *name)
{
	size_t len = strlen(name), end = sizeof(kind) - 1;

	return len > end && !strcmp(name + len - end, kind);
}

unsigned unitindex_rank(const struct unit_socket *socket)
{
	return socket->is_enabled == PM_YES ? 2 : 1;
}

static void add_socket(struct unitindex *units, size_t first, size_t count)
{
	const char *name = units->snapshot->configs[units->order[first]].name;
	size_t listens = units->listen_count;
	struct unit_socket socket;

	read_socket(units, name, first, count, &socket);
	/* A template listens nowhere: its instances do. */
	if (socket.is_template)
		units->listen_count = listens;
	if (socket.is_unread && units->unread_rank < unitindex_rank(&socket))
		units->unread_rank = unitindex_rank(&socket);
	struct unit_socket *room = pm_array_add(&units->sockets, &units->socket_count,
						&units->socket_room, sizeof(*room));
	if (room)
		*room = socket;
	else
		units->code = -ENOMEM;
}

static int compare_listens(const void *a, const void *b)
{
	const struct unit_listen *x = a, *y = b;
	int c = PM_CMP(x->port, y->port);

	return c ? c : PM_CMP(x->socket, y->socket);
}

int unitindex_open(struct unitindex *units, const struct pm_snapshot *snapshot)
{
	size_t count = snapshot->config_count;

	*units = (struct unitindex){.snapshot = snapshot};
	units->order = calloc(count + 1, sizeof(*units->order));
	if (!units->order)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		units->order[i] = i;
	if (count)
		qsort_r(units->order, count, sizeof(*units->order), compare_configs,
			snapshot->configs);
	for (size_t i = 0, many; i < count && units->code == 0; i += many) {
		const char *name = snapshot->configs[units->order[i]].name;

		for (many = 1; i + many < count; many++)
			if (strcmp(snapshot->configs[units->order[i + many]].name, name) != 0)
				break;
		if (is_socket_name(name))
			add_socket(units, i, many);
	}
	if (units->listen_count)
		qsort(units->listens, units->listen_count, sizeof(*units->listens),
		      compare_listens);
	return units->code;
}

void unitindex_release(struct unitindex *units)
{
	pm_arena_release(&units->arena);
	free(units->order);
	free(units->sockets);
	free(units->listens);
}

size_t unitindex_first_listen(const struct unitindex *units, uint16_t port)
{
	size_t low = 0, high = units->listen_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (units->listens[middle].port < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool unitindex_find_socket(struct unitindex *units, const char *name, struct unit_socket *ret)
{
	size_t count, first, listens = units->listen_count;

	if (!is_socket_name(name))
		return false;
	first = unitindex_find(units, name, &count);
	if (count)
		read_socket(units, name, first, count, ret);
	units->listen_count = listens;
	return count;
}

/* ---- what is started --------------------------------------------------------------- */

struct running {
	struct unitindex *units;
	const char *service;
	struct unit_command command;
};

static void take_command(void *data, const struct pm_unit_line *line)
{
	struct running *running = data;

	if (!pm_unit_is_key(line, "ExecStart"))
		return;
	if (!line->value_len)
		running->command = (struct unit_command){0};
	else if (!running->command.front && command_read(&running->units->arena, line->value,
							 line->value_len, &running->command) < 0)
		running->units->code = -ENOMEM;
}

int unitindex_command(struct unitindex *units, const char *service, struct unit_command *ret)
{
	struct running running = {.units = units, .service = service};
	size_t count, first = unitindex_find(units, service, &count);
	bool failed = false;

	for (size_t i = first; i < first + count && units->code == 0; i++)
		if (pm_unit_each(&units->snapshot->configs[units->order[i]], "Service",
				 take_command, &running) < 0)
			units->code = -ENOMEM;
	*ret = running.command;
	if (ret->program && units->code == 0)
		ret->program = pm_unit_expand(&units->arena, units->snapshot, service, ret->program,
					      strlen(ret->program), &failed);
	units->code = failed ? -ENOMEM : units->code;
	return units->code;
}
