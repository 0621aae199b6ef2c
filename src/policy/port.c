#include "port.h"
#include "values.h"

#include <errno.h>

/* The ports of a rule, as they come. */
struct ports {
	struct pm_policy_port *items;
	size_t count, room;
};

static int ports_add(struct ports *ports, struct pm_policy_port port)
{
	struct pm_policy_port *new =
		pm_array_add(&ports->items, &ports->count, &ports->room, sizeof(*new));

	if (!new)
		return -ENOMEM;
	*new = port;
	return 0;
}

/* Each is looked for in the whole registry: so many take a tenth of a second. */
enum { SERVICES_MAX = 1000 };

static int ports_add_service(struct parse *parse, const struct yaml_node *value, const char *name,
			     enum pm_protocol protocol, struct ports *ports)
{
	const struct pm_registry *registry = parse->registry;
	size_t before = ports->count;

	if (parse->services++ == SERVICES_MAX)
		return policy_fault(parse, value->place,
				    "'port': more than %d ports go by the name of a service",
				    SERVICES_MAX);
	for (uint32_t i = 0; (i = pm_registry_next(registry, name, i)) < pm_registry_rows(registry);
	     i++) {
		struct pm_registration row = pm_registry_row(registry, i);

		if (!row.first || !(row.transports >> pm_transport_of(protocol) & 1))
			continue;
		int r = ports_add(ports,
				  (struct pm_policy_port){row.first, row.last, protocol, false});
		if (r < 0)
			return r;
	}
	if (ports->count == before)
		return policy_fault(parse, value->place,
				    "'port': the registry has no port of a service '%.60s' for %s",
				    name, pm_protocol_name(protocol));
	return 0;
}

/* ---- one port, or several ---------------------------------------------------------- */

static bool ports_has_letter(const char *text)
{
	for (; *text; text++)
		if ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z'))
			return true;
	return false;
}

/* The part behind the slash, which is at `slash`. */
static int ports_take_protocol(const struct parse *parse, const struct yaml_node *value,
			       const char *slash, enum pm_protocol *ret)
{
	static const enum pm_protocol known[] = {PM_PROTOCOL_TCP, PM_PROTOCOL_UDP};

	if (!slash)
		return policy_fault(parse, value->place,
				    "'port': '%.60s' does not say /tcp or /udp behind it",
				    value->text);
	for (size_t i = 0; i < PM_COUNT(known); i++)
		if (!strcmp(slash + 1, pm_protocol_name(known[i]))) {
			*ret = known[i];
			return 0;
		}
	return policy_fault(parse, value->place,
			    "'port': behind the slash is wanted tcp (which covers mptcp) or udp "
			    "(which covers udplite), not '%.60s'",
			    slash + 1);
}

static int take_port(struct parse *parse, const struct yaml_node *value, struct ports *ports)
{
	struct pm_policy_port port = {0};

	int r = policy_want(parse, value, NODE_TEXT, "a port such as 22/tcp");
	if (r < 0)
		return r;
	const char *slash = strchr(value->text, '/');
	r = ports_take_protocol(parse, value, slash, &port.protocol);
	if (r < 0)
		return r;
	size_t len = (size_t)(slash - value->text);
	char *text = pm_arena_copy(&parse->policy->arena, value->text, len);
	if (!text)
		return -ENOMEM;
	port.is_ephemeral = !strcmp(text, "ephemeral");
	if (port.is_ephemeral)
		return ports_add(ports, port);
	if (ports_has_letter(text))
		return ports_add_service(parse, value, text, port.protocol, ports);
	if (pm_parse_ports(text, len, &port.first, &port.last) < 0 || !port.first)
		return policy_fault(parse, value->place,
				    "'port': '%.60s' is no port or range from 1 to 65535", text);
	return ports_add(ports, port);
}

static int ports_read(struct parse *parse, const struct yaml_node *value, struct ports *ports)
{
	for (const struct yaml_node *item = policy_first(value); item;
	     item = policy_next(value, item)) {
		int r = take_port(parse, item, ports);

		if (r < 0)
			return r;
	}
	if (!ports->count)
		return policy_fault(parse, value->place, "'port': this list is empty");
	return 0;
}

static int ports_store(struct parse *parse, const struct ports *ports, struct pm_policy_rule *rule)
{
	rule->ports = pm_arena_alloc(&parse->policy->arena, ports->count, sizeof(*ports->items));
	if (!rule->ports)
		return -ENOMEM;
	rule->port_count = ports->count;
	memcpy(rule->ports, ports->items, ports->count * sizeof(*ports->items));
	return 0;
}

int policy_take_ports(struct parse *parse, const struct yaml_node *value, void *place)
{
	struct ports ports = {0};

	if (value->kind == NODE_MAP)
		return policy_want(parse, value, NODE_TEXT, "a port, or a list of them,");
	int r = ports_read(parse, value, &ports);
	r = r < 0 ? r : ports_store(parse, &ports, place);
	free(ports.items);
	return r;
}
