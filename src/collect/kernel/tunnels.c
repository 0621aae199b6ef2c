#include "kernel/tunnels.h"
#include "netns/netns.h"
#include "source/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

/* Link kinds that listen, and the attribute of their port. A new kind is a new row. */
static const struct tunnel {
	const char *kind;
	uint16_t port; /* attribute in IFLA_INFO_DATA */
} tunnels[] = {
	{"vxlan", IFLA_VXLAN_PORT},
	{"geneve", IFLA_GENEVE_PORT},
};

struct attribute_search {
	uint16_t type;
	const struct nlattr *found;
};

static int search_attribute(const struct nlattr *attribute, void *data)
{
	struct attribute_search *search = data;

	if (mnl_attr_get_type(attribute) == search->type)
		search->found = attribute;
	return MNL_CB_OK;
}

static const struct nlattr *attribute_of(const struct nlattr *nest, uint16_t type)
{
	struct attribute_search search = {.type = type};

	mnl_attr_parse_nested(nest, search_attribute, &search);
	return search.found;
}

static bool is_text(const struct nlattr *attribute, const char *text)
{
	size_t size = strlen(text) + 1;

	return mnl_attr_get_payload_len(attribute) == size &&
	       !memcmp(mnl_attr_get_payload(attribute), text, size);
}

/* The tunnel kind of a link with the port it listens on, or NULL. */
static const struct tunnel *tunnel_of(const struct nlattr *info, uint16_t *ret_port)
{
	const struct nlattr *kind = attribute_of(info, IFLA_INFO_KIND);
	const struct nlattr *data = attribute_of(info, IFLA_INFO_DATA);

	for (size_t i = 0; kind && data && i < PM_COUNT(tunnels); i++) {
		const struct nlattr *port = attribute_of(data, tunnels[i].port);

		if (!port || !is_text(kind, tunnels[i].kind) ||
		    mnl_attr_get_payload_len(port) != sizeof(uint16_t))
			continue;
		*ret_port = ntohs(mnl_attr_get_u16(port));
		return &tunnels[i];
	}
	return NULL;
}

/* The links of one network namespace, and what they explain. */
struct links {
	struct collector *collector;
	size_t netns;
};

static int link_take(void *data, const struct nlmsghdr *msg)
{
	const struct links *links = data;
	struct pm_snapshot *snapshot = links->collector->snapshot;
	struct attribute_search info = {.type = IFLA_LINKINFO};
	const struct tunnel *tunnel = NULL;
	uint16_t port = 0;

	/* A link that is down listens nowhere: what has its port is another's. */
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(msg);
	mnl_attr_parse(msg, sizeof(*link), search_attribute, &info);
	if (info.found && (link->ifi_flags & IFF_UP))
		tunnel = tunnel_of(info.found, &port);
	for (size_t i = 0; tunnel && i < snapshot->listener_count; i++) {
		struct pm_listener *listener = &snapshot->listeners[i];

		if (listener->owner == PM_OWNER_PROCESS || listener->port != port ||
		    listener->netns != links->netns || listener->protocol != PM_PROTOCOL_UDP ||
		    !pm_is_wildcard(listener))
			continue;
		listener->owner = PM_OWNER_KERNEL;
		listener->service = tunnel->kind;
	}
	return 0;
}

static void links_restart(void *data)
{
	(void)data; /* what a link explained stays explained */
}

static bool may_be_tunnel(const struct pm_listener *listener, size_t netns)
{
	return listener->netns == netns && listener->owner != PM_OWNER_PROCESS &&
	       listener->protocol == PM_PROTOCOL_UDP;
}

static bool may_have_tunnels(void *data, size_t netns)
{
	const struct pm_snapshot *snapshot = ((const struct links *)data)->collector->snapshot;

	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (may_be_tunnel(&snapshot->listeners[i], netns))
			return true;
	return false;
}

static int ask_links(void *data, size_t netns)
{
	struct links *links = data;
	struct ifinfomsg body = {0};
	struct netlink_request request = {
		.bus = NETLINK_ROUTE,
		.type = RTM_GETLINK,
		.answer = RTM_NEWLINK,
		.body = &body,
		.body_size = sizeof(body),
		.answer_size = sizeof(body),
		.row = link_take,
		.restart = links_restart,
		.data = links,
	};

	links->netns = netns;
	snprintf(request.name, sizeof(request.name), "%zu-links", netns);
	/* Refused, it explains nothing: the listeners stay without owner, and are told as such. */
	return netlink_dump(links->collector->source, &request, NULL) == -ENOMEM ? -ENOMEM : 0;
}

int pass_kernel(struct collector *collector)
{
	struct links links = {.collector = collector};

	return netns_each(collector, 0, may_have_tunnels, ask_links, &links);
}
