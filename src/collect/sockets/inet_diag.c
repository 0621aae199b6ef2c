/* One dump of listeners through sock_diag(7). */
#include "sockets/inet_diag.h"
#include "source/netlink.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/*
 * What to ask for, as bits: TCP in LISTEN; UDP unconnected, which sock_diag calls CLOSE. Of the
 * others, TCP that is bound has a bit of its own (TCP_BOUND_INACTIVE of net/tcp_states.h, since
 * Linux 6.8), and answers CLOSE; MPTCP tells of none, as the TCP inside is.
 */
enum { LISTENING = 1 << TCP_LISTEN, UNCONNECTED = 1 << TCP_CLOSE, BOUND = 1 << 13 };

static const struct {
	uint32_t number, listen, bound;
} kinds[PM_PROTOCOLS] = {
	[PM_PROTOCOL_TCP] = {IPPROTO_TCP, LISTENING, BOUND},
	[PM_PROTOCOL_MPTCP] = {IPPROTO_MPTCP, LISTENING, 0},
	[PM_PROTOCOL_UDP] = {IPPROTO_UDP, UNCONNECTED, 1 << TCP_ESTABLISHED},
	[PM_PROTOCOL_UDPLITE] = {IPPROTO_UDPLITE, UNCONNECTED, 1 << TCP_ESTABLISHED},
};

static const uint8_t address_family[PM_FAMILIES] = {AF_INET, AF_INET6};

/* MPTCP has a number that the first part has no room for. */
struct question {
	struct inet_diag_req_v2 head;
	struct nlattr attribute;
	uint32_t protocol;
};

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

/* Is a socket in this state of the kernel's asked for, and what is it? */
static bool row_take_state(const struct rows *rows, uint8_t code, enum pm_state *ret)
{
	bool is_tcp = pm_protocol_base(rows->protocol) == PM_PROTOCOL_TCP;

	if (code == (is_tcp ? TCP_LISTEN : TCP_CLOSE)) {
		*ret = PM_STATE_LISTEN;
		return true;
	}
	*ret = is_tcp ? PM_STATE_BOUND : PM_STATE_CONNECTED;
	return rows->options->bound && code == (is_tcp ? TCP_CLOSE : TCP_ESTABLISHED);
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
	    !row_take_state(rows, diag.idiag_state, &listener.state))
		return 0;
	rows->has_any = true;
	memcpy(listener.address, diag.id.idiag_src, rows->family == PM_INET ? 4 : 16);
	listener.port = ntohs(diag.id.idiag_sport);
	listener.ifindex = diag.id.idiag_if;
	listener.cookie = (uint64_t)diag.id.idiag_cookie[1] << 32 | diag.id.idiag_cookie[0];
	listener.uid = diag.idiag_uid;
	listener.inode = diag.idiag_inode;
	if (mnl_attr_parse(msg, sizeof(diag), row_attribute, &listener) < 0)
		return -EBADMSG;
	/* Of an MPTCP listener without port, the one inside it has it: pass_mptcp() decides. */
	bool is_open = rows->protocol == PM_PROTOCOL_MPTCP && !listener.port;
	if (!is_open && !listener_is_wanted(rows->options, &listener))
		return 0;
	return rows_add(rows, &listener);
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
	uint32_t number = kinds[rows->protocol].number;
	bool fits = number <= UINT8_MAX;
	struct inet_diag_bc_op filter[4];
	/* A kernel that does not know the attribute then has no protocol 0, and says so. */
	struct question body = {
		.head = {.sdiag_family = address_family[rows->family],
			 .sdiag_protocol = fits ? (uint8_t)number : 0,
			 .idiag_states = kinds[rows->protocol].listen |
					 (rows->options->bound ? kinds[rows->protocol].bound : 0)},
		.attribute = {.nla_len = sizeof(body.attribute) + sizeof(body.protocol),
			      .nla_type = INET_DIAG_REQ_PROTOCOL},
		.protocol = number,
	};
	struct netlink_request request = {
		.bus = NETLINK_SOCK_DIAG,
		.type = SOCK_DIAG_BY_FAMILY,
		.answer = SOCK_DIAG_BY_FAMILY,
		.body = &body,
		.body_size = fits ? sizeof(body.head) : sizeof(body),
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
	rows_restart(rows);
	return netlink_dump(source, &request, ret_parts);
}

bool listener_is_wanted(const struct pm_collect_options *options,
			const struct pm_listener *listener)
{
	if (listener->state != PM_STATE_LISTEN && !options->bound)
		return false;
	if (!pm_protocol_has_port(listener->protocol))
		return !options->filter.ports;
	return pm_filter_has_port(&options->filter, listener->port);
}

int rows_add(struct rows *rows, const struct pm_listener *listener)
{
	struct pm_listener *slot =
		pm_array_add(&rows->row, &rows->count, &rows->room, sizeof(*rows->row));

	if (!slot)
		return -ENOMEM;
	*slot = *listener;
	return 0;
}
