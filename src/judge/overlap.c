/* Which listeners of one port are meant by one packet. */
#include "overlap.h"

static const uint8_t mapped_head[12] = {[10] = 0xff, [11] = 0xff};

/* ::ffff:127.0.0.1 is 127.0.0.1 for all that arrives (RFC 4291, section 2.5.5.2). */
static bool is_mapped(const struct pm_listener *listener)
{
	return listener->family == PM_INET6 &&
	       !memcmp(listener->address, mapped_head, sizeof(mapped_head));
}

/* One address, one text of 16 bytes, whatever the family of its socket; all zero: the wildcard. */
static void write_address(const struct pm_listener *listener, uint8_t ret[16])
{
	const uint8_t *at =
		is_mapped(listener) ? listener->address + sizeof(mapped_head) : listener->address;
	bool is_v4 = listener->family == PM_INET || is_mapped(listener);

	memset(ret, 0, 16);
	if (!is_v4)
		memcpy(ret, at, 16);
	else if (at[0] | at[1] | at[2] | at[3]) {
		memcpy(ret, mapped_head, sizeof(mapped_head));
		memcpy(ret + sizeof(mapped_head), at, 4);
	}
}

/* A dual-stack wildcard takes IPv4 too; that it is one has to be known. */
static bool takes_v4(const struct pm_listener *listener)
{
	return listener->family == PM_INET || is_mapped(listener) ||
	       (pm_is_wildcard(listener) && listener->v6only == PM_NO);
}

static bool takes_v6(const struct pm_listener *listener)
{
	return listener->family == PM_INET6 && !is_mapped(listener);
}

struct taken overlap_taken(const struct pm_listener *listener)
{
	struct taken taken = {
		.takes = {[PM_INET] = takes_v4(listener), [PM_INET6] = takes_v6(listener)},
		.is_wildcard = pm_is_wildcard(listener),
		.ifindex = listener->has_device ? listener->ifindex : 0,
	};

	write_address(listener, taken.address);
	return taken;
}

bool overlap_has_group_address(const struct pm_listener *listener)
{
	uint8_t address[16];

	write_address(listener, address);
	return !memcmp(address, mapped_head, sizeof(mapped_head))
		       ? address[12] >= 224 /* 224.0.0.0/4; 255.255.255.255 */
		       : address[0] == 0xff;
}

/* Protocols of neighbours, by multicast: all who take part are bound to one port of one address. */
bool overlap_is_for_groups(const struct pm_listener *listener)
{
	static const uint16_t ports[] = {
		1900, /* SSDP: UPnP Device Architecture 2.0, section 1 */
		3702, /* WS-Discovery 1.1, section 3.1.1 */
		5353, /* mDNS: RFC 6762, section 15.1 */
		5355, /* LLMNR: RFC 4795, section 2 */
	};

	if (pm_protocol_base(listener->protocol) != PM_PROTOCOL_UDP || !pm_is_wildcard(listener))
		return false;
	for (size_t i = 0; i < PM_COUNT(ports); i++)
		if (listener->port == ports[i])
			return true;
	return false;
}

bool overlap_can_take(const struct pm_listener *listener)
{
	return listener->uid != 0 && listener->state == PM_STATE_LISTEN;
}
