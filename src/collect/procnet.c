/* Listeners from /proc/net, where netlink is refused. Format: proc_net(5), net/ipv4/tcp_ipv4.c. */
#include "passes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 64 << 20, COLUMNS = 10 };

static const char *const file_name[PM_PROTOCOLS][PM_FAMILIES] = {
	{"tcp", "tcp6"},
	{"udp", "udp6"},
};

/* LISTEN, and CLOSE, which for UDP is unconnected: as /proc/net prints them. */
static const char *const state_text[PM_PROTOCOLS] = {"0A", "07"};

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

/* Columns: number, local, remote, state, queues, timer, retransmits, uid, timeout, inode. */
static int parse_line(const char *line, size_t len, struct pm_listener *listener, bool *ret_listens)
{
	const char *column[COLUMNS];
	size_t width[COLUMNS];
	uint64_t uid, inode;

	if (split(line, len, column, width) < COLUMNS)
		return -EBADMSG;
	*ret_listens = width[3] == 2 && !memcmp(column[3], state_text[listener->protocol], 2);
	if (parse_local(column[1], width[1], listener) < 0 ||
	    pm_parse_u64(column[7], width[7], UINT32_MAX, &uid) < 0 ||
	    pm_parse_u64(column[9], width[9], UINT32_MAX, &inode) < 0)
		return -EBADMSG;
	listener->uid = (uint32_t)uid;
	listener->inode = (uint32_t)inode;
	return 0;
}

static int parse_table(const char *text, size_t size, const struct pm_collect_options *options,
		       struct pm_snapshot *snapshot, struct pm_listener blank)
{
	const char *end = text + size;
	const char *line = memchr(text, '\n', size); /* the first line is the header */

	for (line = line ? line + 1 : end; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		struct pm_listener listener = blank;
		bool listens;

		if (!stop)
			stop = end;
		if (parse_line(line, (size_t)(stop - line), &listener, &listens) < 0)
			return -EBADMSG;
		line = stop + 1;
		if (listens && is_wanted(options, &listener) &&
		    listener_add(snapshot, &listener) < 0)
			return -ENOMEM;
	}
	return 0;
}

int procnet_read(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot, const struct pm_listener *blank)
{
	const char *name = file_name[blank->protocol][blank->family];
	char folder[32];
	struct pm_buf bytes = {0};
	struct place net;

	/* /proc/self/net is of the namespace that we are in: a recording keeps them apart. */
	snprintf(folder, sizeof(folder), "self/net-%zu", blank->netns);
	/* Without the folder, all is missing; without the file, only this protocol is. */
	if (source->proc < 0 ||
	    place_open(source, source->replay >= 0 ? folder : "self/net", &net) < 0)
		return -ENOTDIR;
	int fd = openat(net.fd, name, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : pm_read_all(fd, name, FILE_MAX_BYTES, &bytes, NULL);
	if (fd >= 0)
		close(fd);
	place_close(&net);
	if (r == 0) {
		record_file(source, folder, name, pm_buf_text(&bytes), bytes.len);
		r = parse_table(pm_buf_text(&bytes), bytes.len, options, snapshot, *blank);
	}
	pm_buf_release(&bytes);
	return r;
}
