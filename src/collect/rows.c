/* One dump of listeners through sock_diag(7). */
#include "rows.h"

#include "netlink.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static const uint8_t ip_protocol[PM_PROTOCOLS] = {IPPROTO_TCP, IPPROTO_UDP};
static const uint8_t address_family[PM_FAMILIES] = {AF_INET, AF_INET6};

/* TCP in LISTEN; UDP unconnected, which sock_diag calls CLOSE. */
static const unsigned state[PM_PROTOCOLS] = {TCP_LISTEN, TCP_CLOSE};

static int row_attribute(const struct nlattr *attribute, void *data)
{
	struct pm_listener *listener = data;
	uint16_t len = mnl_attr_get_payload_len(attribute);

	if (mnl_attr_get_type(attribute) == INET_DIAG_SKV6ONLY && len == sizeof(uint8_t))
		listener->v6only = mnl_attr_get_u8(attribute) ? PM_YES : PM_NO;
	if (mnl_attr_get_type(attribute) == INET_DIAG_CGROUP_ID && len == sizeof(uint64_t)) {
		listener->cgroup_id = mnl_attr_get_u64(attribute);
		listener->has_cgroup = true;
	}
	return MNL_CB_OK;
}

static int row_take(void *data, const struct nlmsghdr *msg)
{
	struct rows *rows = data;
	struct inet_diag_msg diag;
	struct pm_listener listener = {.netns = rows->netns,
				       .protocol = rows->protocol,
				       .family = rows->family,
				       .has_cookie = true,
				       .has_device = true,
				       .owner = PM_OWNER_NONE};

	memcpy(&diag, mnl_nlmsg_get_payload(msg), sizeof(diag));
	if (diag.idiag_family != address_family[rows->family] ||
	    diag.idiag_state != state[rows->protocol])
		return 0;
	memcpy(listener.address, diag.id.idiag_src, rows->family == PM_INET ? 4 : 16);
	listener.port = ntohs(diag.id.idiag_sport);
	listener.ifindex = diag.id.idiag_if;
	listener.cookie = (uint64_t)diag.id.idiag_cookie[1] << 32 | diag.id.idiag_cookie[0];
	listener.uid = diag.idiag_uid;
	listener.inode = diag.idiag_inode;
	if (mnl_attr_parse(msg, sizeof(diag), row_attribute, &listener) < 0)
		return -EBADMSG;
	if (!is_wanted(rows->options, &listener))
		return 0;
	struct pm_listener *place =
		pm_array_add(&rows->row, &rows->count, &rows->room, sizeof(*rows->row));
	if (!place)
		return -ENOMEM;
	*place = listener;
	return 0;
}

static void rows_restart(void *data)
{
	struct rows *rows = data;

	rows->count = rows->begin;
}

/*
 * The kernel's own filter: source port at least `first`, and at most `last`. Each condition is two
 * words, the second with the port; to jump past the end is to refuse. Source: linux/inet_diag.h.
 */
static void filter_ports(const struct range *range, struct inet_diag_bc_op filter[4])
{
	enum { WORD = sizeof(struct inet_diag_bc_op), PAIR = 2 * WORD };

	filter[0] = (struct inet_diag_bc_op){INET_DIAG_BC_S_GE, PAIR, 2 * PAIR + WORD};
	filter[1] = (struct inet_diag_bc_op){.no = range->first};
	filter[2] = (struct inet_diag_bc_op){INET_DIAG_BC_S_LE, PAIR, PAIR + WORD};
	filter[3] = (struct inet_diag_bc_op){.no = range->last};
}

int rows_dump(struct source *source, struct rows *rows, const char *what, const struct range *range,
	      unsigned *ret_parts)
{
	struct inet_diag_bc_op filter[4];
	struct inet_diag_req_v2 body = {
		.sdiag_family = address_family[rows->family],
		.sdiag_protocol = ip_protocol[rows->protocol],
		.idiag_states = 1u << state[rows->protocol],
	};
	struct netlink_request request = {
		.bus = NETLINK_SOCK_DIAG,
		.type = SOCK_DIAG_BY_FAMILY,
		.answer = SOCK_DIAG_BY_FAMILY,
		.body = &body,
		.body_size = sizeof(body),
		.answer_size = sizeof(struct inet_diag_msg),
		.row = row_take,
		.restart = rows_restart,
		.data = rows,
	};

	if (range) {
		filter_ports(range, filter);
		request.attribute_type = INET_DIAG_REQ_BYTECODE;
		request.attribute_size = sizeof(filter);
		request.attribute = filter;
	}
	snprintf(request.name, sizeof(request.name), "%zu-%s-%s-%.16s", rows->netns,
		 pm_protocol_name(rows->protocol), pm_family_name(rows->family), what);
	rows->begin = range ? rows->count : 0;
	rows->count = rows->begin;
	return netlink_dump(source, &request, ret_parts);
}

bool is_asked(const struct pm_collect_options *options, enum pm_protocol protocol,
	      enum pm_family family)
{
	return !(options->only_tcp && protocol != PM_PROTOCOL_TCP) &&
	       !(options->only_udp && protocol != PM_PROTOCOL_UDP) &&
	       !(options->only_v4 && family != PM_INET) &&
	       !(options->only_v6 && family != PM_INET6);
}
