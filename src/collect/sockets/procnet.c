#include "sockets/procnet.h"
#include "netns/netns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

enum { COLUMNS = 10 };

/* There is none of MPTCP. */
static const char *const file_name[PM_PROTOCOLS][PM_FAMILIES] = {
	[PM_PROTOCOL_TCP] = {"tcp", "tcp6"},
	[PM_PROTOCOL_UDP] = {"udp", "udp6"},
	[PM_PROTOCOL_UDPLITE] = {"udplite", "udplite6"},
	[PM_PROTOCOL_RAW] = {"raw", "raw6"},
	[PM_PROTOCOL_PACKET] = {"packet", NULL},
};

/* As /proc/net prints them. TCP that is bound without listening is not there. */
static const struct {
	enum pm_protocol base;
	const char *text;
	enum pm_state state;
} states[] = {
	{PM_PROTOCOL_TCP, "0A", PM_STATE_LISTEN},    {PM_PROTOCOL_UDP, "07", PM_STATE_LISTEN},
	{PM_PROTOCOL_UDP, "01", PM_STATE_CONNECTED}, {PM_PROTOCOL_RAW, "07", PM_STATE_LISTEN},
	{PM_PROTOCOL_RAW, "01", PM_STATE_CONNECTED},
};

/* Split at spaces; returns the number of columns found, at most COLUMNS. */
static size_t split(const char *line, size_t len, const char *column[COLUMNS],
		    size_t width[COLUMNS])
{
	size_t count = 0;

	for (size_t i = 0; i < len && count < COLUMNS;) {
		if (line[i] == ' ') {
			i++;
			continue;
		}
		size_t start = i;
		while (i < len && line[i] != ' ')
			i++;
		column[count] = line + start;
		width[count++] = i - start;
	}
	return count;
}

/* "0100007F:1F90": words of 32 bits, each in the byte order of the machine. */
static int parse_local(const char *text, size_t len, struct pm_listener *listener)
{
	size_t digits = listener->family == PM_INET ? 8 : 32;
	uint64_t value;

	if (len != digits + 5 || text[digits] != ':')
		return -EBADMSG;
	for (size_t i = 0; i < digits; i += 8) {
		if (pm_parse_hex(text + i, 8, UINT32_MAX, &value) < 0)
			return -EBADMSG;
		uint32_t word = (uint32_t)value;
		memcpy(listener->address + i / 2, &word, sizeof(word));
	}
	if (pm_parse_hex(text + digits + 1, 4, UINT16_MAX, &value) < 0)
		return -EBADMSG;
	listener->port = (uint16_t)value;
	return 0;
}

static bool procnet_take_state(const char *text, size_t len, struct pm_listener *listener)
{
	for (size_t i = 0; i < PM_COUNT(states); i++)
		if (pm_protocol_base(listener->protocol) == states[i].base && len == 2 &&
		    !memcmp(text, states[i].text, 2)) {
			listener->state = states[i].state;
			return true;
		}
	return false;
}

/* Where others have their port, a raw socket has its IP protocol; raw(7): IPPROTO_RAW only sends. */
static void take_protocol(struct pm_listener *listener)
{
	listener->number = listener->port;
	listener->port = 0;
	if (listener->number == IPPROTO_RAW)
		listener->state = PM_STATE_BOUND;
}

/* Columns: address in memory, references, type, ethertype, device, running, memory, uid, inode. */
static int parse_packet(const char *line, size_t len, struct pm_listener *listener)
{
	const char *column[COLUMNS];
	size_t width[COLUMNS];
	uint64_t ethertype, device, uid, inode;

	if (split(line, len, column, width) < 9 ||
	    pm_parse_hex(column[3], width[3], UINT16_MAX, &ethertype) < 0 ||
	    pm_parse_u64(column[4], width[4], UINT32_MAX, &device) < 0 || width[5] != 1 ||
	    pm_parse_u64(column[7], width[7], UINT32_MAX, &uid) < 0 ||
	    pm_parse_u64(column[8], width[8], UINT32_MAX, &inode) < 0)
		return -EBADMSG;
	listener->number = (uint16_t)ethertype;
	listener->ifindex = (uint32_t)device;
	listener->has_device = true;
	/* It takes packets once it was told of which type (packet_seq_show() in af_packet.c). */
	listener->state = column[5][0] == '1' ? PM_STATE_LISTEN : PM_STATE_BOUND;
	listener->uid = (uint32_t)uid;
	listener->inode = (uint32_t)inode;
	return 0;
}

/* Columns: number, local, remote, state, queues, timer, retransmits, uid, timeout, inode. */
static int parse_line(const char *line, size_t len, struct pm_listener *listener, bool *ret_is_ours)
{
	const char *column[COLUMNS];
	size_t width[COLUMNS];
	uint64_t uid, inode;

	*ret_is_ours = true;
	if (listener->protocol == PM_PROTOCOL_PACKET)
		return parse_packet(line, len, listener);
	if (split(line, len, column, width) < COLUMNS)
		return -EBADMSG;
	*ret_is_ours = procnet_take_state(column[3], width[3], listener);
	if (parse_local(column[1], width[1], listener) < 0 ||
	    pm_parse_u64(column[7], width[7], UINT32_MAX, &uid) < 0 ||
	    pm_parse_u64(column[9], width[9], UINT32_MAX, &inode) < 0)
		return -EBADMSG;
	listener->uid = (uint32_t)uid;
	listener->inode = (uint32_t)inode;
	if (listener->protocol == PM_PROTOCOL_RAW)
		take_protocol(listener);
	return 0;
}

static int parse_table(const char *text, size_t size, struct rows *rows)
{
	const struct pm_listener blank = {.netns = rows->netns,
					  .protocol = rows->protocol,
					  .family = rows->family,
					  .owner = PM_OWNER_NONE};
	const char *end = text + size;
	const char *line = memchr(text, '\n', size); /* the first line is the header */

	for (line = line ? line + 1 : end; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		struct pm_listener listener = blank;
		bool is_ours;

		if (!stop)
			stop = end;
		if (parse_line(line, (size_t)(stop - line), &listener, &is_ours) < 0)
			return -EBADMSG;
		line = stop + 1;
		if (is_ours && listener_is_wanted(rows->options, &listener) &&
		    rows_add(rows, &listener) < 0)
			return -ENOMEM;
	}
	return 0;
}

int procnet_read(struct source *source, struct rows *rows)
{
	struct pm_buf bytes = {0};
	int r = procnet_file(source, file_name[rows->protocol][rows->family], rows->netns, &bytes);

	rows->count = 0;
	if (r == 0)
		r = parse_table(pm_buf_text(&bytes), bytes.len, rows);
	pm_buf_release(&bytes);
	return r;
}
