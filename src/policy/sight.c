/* Was it looked for what a rule requires? Only then can it be missing. */
#include "sight.h"

#include <fnmatch.h>

/* Is `word` one of the options by which the snapshot was narrowed? */
static bool is_narrowed_by(const struct pm_snapshot *snapshot, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = snapshot->narrowed; at; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (!strncmp(at, word, len) && (at[len] == ' ' || !at[len] || word[len - 1] == '='))
			return true;
	}
	return false;
}

/* The value of an option "--netns=" among those by which it was narrowed; NULL: there is none. */
static const char *sight_value_of(const struct pm_snapshot *snapshot, const char *option)
{
	const char *at = snapshot->narrowed ? strstr(snapshot->narrowed, option) : NULL;

	return at ? at + strlen(option) : NULL;
}

/* Are all ports of the range in "22,6000-6063"? */
static bool has_ports(const char *list, uint16_t first, uint16_t last)
{
	for (uint32_t port = first; port <= last; port++) {
		bool is_there = false;

		for (const char *at = list; !is_there && *at && *at != ' ';) {
			size_t len = strcspn(at, ", ");
			uint16_t from, to;

			is_there = pm_parse_ports(at, len, &from, &to) == 0 && from <= port &&
				   port <= to;
			at += len + (at[len] == ',');
		}
		if (!is_there)
			return false;
	}
	return true;
}

static bool is_port_seen(const struct pm_snapshot *snapshot, const struct pm_policy_port *port)
{
	const char *list = sight_value_of(snapshot, "--port=");

	if (is_narrowed_by(snapshot, port->protocol == PM_PROTOCOL_TCP ? "--udp" : "--tcp"))
		return false;
	return !list || (!port->is_ephemeral && has_ports(list, port->first, port->last));
}

static bool sight_has_gap(const struct pm_snapshot *snapshot, enum pm_gap_what what)
{
	for (size_t i = 0; i < snapshot->coverage.gap_count; i++)
		if (snapshot->coverage.gaps[i].what == what)
			return true;
	return false;
}

/* A rule without a namespace is for the host's, or for ours where that is not known. */
static bool is_home_seen(const struct pm_snapshot *snapshot, const struct pm_netns *home)
{
	const char *netns = sight_value_of(snapshot, "--netns=");
	bool is_home = home && home->label && !strcmp(home->label, "host");

	return home && !home->is_closed &&
	       (is_home || !netns || !strncmp(netns, "self", strcspn(netns, " ")));
}

/* Of a name that is no glob, one namespace is enough; of others, each that may be meant counts. */
static bool are_namespaces_seen(const struct pm_snapshot *snapshot, const char *glob)
{
	bool is_one = !glob[strcspn(glob, "*?[")] && strcmp(glob, "any") != 0, is_there = false;

	for (size_t i = 0; i < snapshot->netns_count; i++) {
		const struct pm_netns *netns = &snapshot->netns[i];
		bool is_meant = !strcmp(glob, "any") ||
				(netns->label && !fnmatch(glob, netns->label, FNM_NOESCAPE));

		if (netns->is_closed && (is_meant || !netns->label))
			return false;
		is_there |= is_meant;
	}
	return (is_one && is_there) || (!sight_value_of(snapshot, "--netns=") &&
					!sight_has_gap(snapshot, PM_GAP_NAMESPACES));
}

bool policy_was_sought(const struct pm_snapshot *snapshot, const struct pm_netns *home,
		       const struct pm_policy_rule *rule)
{
	if (sight_has_gap(snapshot, PM_GAP_SOCKETS) || is_narrowed_by(snapshot, "--ipv4") ||
	    is_narrowed_by(snapshot, "--ipv6"))
		return false;
	for (size_t i = 0; i < rule->port_count; i++)
		if (!is_port_seen(snapshot, &rule->ports[i]))
			return false;
	return rule->netns ? are_namespaces_seen(snapshot, rule->netns)
			   : is_home_seen(snapshot, home);
}
