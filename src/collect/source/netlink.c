#include "source/netlink.h"
#include "source/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { TRIES = 4, BUFFER_FIRST = 32 * 1024, BUFFER_LAST = 1024 * 1024 };

/* The kernel's want of memory passes, as an overrun does; -ENOMEM is kept for our own. */
static int dump_kernel_error(int code)
{
	return code == -ENOMEM ? -ENOBUFS : code;
}

/* What an NLMSG_DONE says: 1 for a good end. The kernel puts the dump's own error here. */
static int dump_done(const struct nlmsghdr *msg)
{
	size_t len = mnl_nlmsg_get_payload_len(msg);
	int code = 0;

	if (len && len < sizeof(code))
		return -EBADMSG;
	if (len)
		memcpy(&code, mnl_nlmsg_get_payload(msg), sizeof(code));
	return code < 0 ? dump_kernel_error(code) : 1;
}

static int dump_error(const struct nlmsghdr *msg)
{
	struct nlmsgerr report;

	if (mnl_nlmsg_get_payload_len(msg) < sizeof(report))
		return -EBADMSG;
	memcpy(&report, mnl_nlmsg_get_payload(msg), sizeof(report));
	return report.error < 0 ? dump_kernel_error(report.error) : -EBADMSG;
}

/* One message: 1 at the end, 0 to go on, or -errno. */
static int dump_message(struct dump *dump, const struct nlmsghdr *msg)
{
	const struct netlink_request *request = dump->request;

	if (msg->nlmsg_pid != dump->port || msg->nlmsg_seq != dump->seq)
		return 0;
	if (msg->nlmsg_flags & NLM_F_DUMP_INTR)
		dump->interrupted = true;
	switch (msg->nlmsg_type) {
	case NLMSG_NOOP:
		return 0;
	case NLMSG_DONE:
		return dump_done(msg);
	case NLMSG_ERROR:
		return dump_error(msg);
	case NLMSG_OVERRUN:
		return -ENOBUFS;
	}
	if (msg->nlmsg_type != request->answer)
		return 0;
	if (mnl_nlmsg_get_payload_len(msg) < request->answer_size)
		return -EBADMSG;
	dump->has_row = true;
	return request->row(request->data, msg);
}

/* One datagram. A forger can send to us, but only the kernel sends from port 0. */
static int dump_datagram(struct dump *dump, const char *bytes, size_t size, uint32_t sender)
{
	int left = (int)size, r = 0;

	if (sender != 0)
		return 0;
	const struct nlmsghdr *msg = (const struct nlmsghdr *)(const void *)bytes;
	dump->has_row = false;
	while (r == 0 && mnl_nlmsg_ok(msg, left)) {
		r = dump_message(dump, msg);
		msg = mnl_nlmsg_next(msg, &left);
	}
	dump->parts += dump->has_row;
	return r == 0 && left > 0 ? -EBADMSG : r;
}

static int dump_receive(struct dump *dump, int fd, char *buffer, size_t size)
{
	int r = 0;

	while (r == 0) {
		struct sockaddr_nl from = {0};
		struct iovec part = {.iov_base = buffer, .iov_len = size};
		struct msghdr head = {.msg_name = &from,
				      .msg_namelen = sizeof(from),
				      .msg_iov = &part,
				      .msg_iovlen = 1};
		ssize_t len = recvmsg(fd, &head, 0);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return dump_kernel_error(-errno);
		if (head.msg_flags & MSG_TRUNC)
			return -ENOSPC;
		if (dump->copy) {
			uint32_t frame[2] = {from.nl_pid, (uint32_t)len};

			pm_buf_add(dump->copy, frame, sizeof(frame));
			pm_buf_add(dump->copy, buffer, (size_t)len);
		}
		r = dump_datagram(dump, buffer, (size_t)len, from.nl_pid);
	}
	return r < 0 ? r : 0;
}

static int dump_ask(const struct netlink_request *request, struct mnl_socket *socket, uint32_t seq)
{
	char bytes[256] = {0};
	struct nlmsghdr *msg = mnl_nlmsg_put_header(bytes);

	msg->nlmsg_type = request->type;
	msg->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	msg->nlmsg_seq = seq;
	memcpy(mnl_nlmsg_put_extra_header(msg, request->body_size), request->body,
	       request->body_size);
	if (request->attribute_size)
		mnl_attr_put(msg, request->attribute_type, request->attribute_size,
			     request->attribute);
	return mnl_socket_sendto(socket, msg, msg->nlmsg_len) < 0 ? -errno : 0;
}

/*
 * The kernel makes the datagrams of a dump as long as the longest that was received before, and the
 * first ones short. So one is received before: the confirmation of a message that asks nothing.
 */
static int dump_prime(struct mnl_socket *socket, char *buffer, size_t size)
{
	struct nlmsghdr nothing = {.nlmsg_len = sizeof(nothing),
				   .nlmsg_type = NLMSG_NOOP,
				   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK};
	struct iovec part = {.iov_base = buffer, .iov_len = size};
	struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1};

	if (mnl_socket_sendto(socket, &nothing, sizeof(nothing)) < 0 ||
	    recvmsg(mnl_socket_get_fd(socket), &head, 0) < 0)
		return -errno;
	return 0;
}

static int dump_talk(struct dump *dump, struct mnl_socket *socket, char *buffer, size_t size)
{
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	int r = dump_prime(socket, buffer, size);
	if (r < 0)
		return r;
	r = dump_ask(dump->request, socket, dump->seq);
	if (r < 0)
		return r;
	dump->port = mnl_socket_get_portid(socket);
	r = dump_receive(dump, mnl_socket_get_fd(socket), buffer, size);
	if (r < 0)
		return r;
	return dump->interrupted ? -EINTR : 0;
}

static int dump_once(struct dump *dump, size_t size)
{
	struct mnl_socket *socket = mnl_socket_open2(dump->request->bus, SOCK_CLOEXEC);

	if (!socket)
		return -errno;
	char *buffer = malloc(size);
	int r = buffer ? dump_talk(dump, socket, buffer, size) : -ENOMEM;
	free(buffer);
	mnl_socket_close(socket);
	return r;
}

static bool worth_another_try(int r)
{
	return r == -EINTR || r == -ENOSPC || r == -ENOBUFS || r == -EAGAIN || r == -EBUSY;
}

int netlink_live(struct source *source, struct dump *dump)
{
	size_t size = dump->request->buffer ? dump->request->buffer : BUFFER_FIRST;
	int r = -EINTR;

	(void)source;
	for (int i = 0; i < TRIES && worth_another_try(r); i++) {
		if (i)
			dump->request->restart(dump->request->data);
		if (r == -ENOSPC && size < BUFFER_LAST)
			size *= 4;
		if (dump->copy)
			pm_buf_clear(dump->copy);
		dump->interrupted = false;
		dump->parts = 0;
		r = dump_once(dump, size);
	}
	return r;
}

/* ---- recordings: port, seq, and then of each datagram sender, length, bytes -------- */

static void dump_keep(struct source *source, const struct dump *dump)
{
	struct pm_buf whole = {0};
	const uint32_t head[2] = {dump->port, dump->seq};

	pm_buf_add(&whole, head, sizeof(head));
	pm_buf_add(&whole, dump->copy->data, dump->copy->len);
	if (whole.failed || dump->copy->failed)
		source->record_failed = -ENOMEM;
	else
		record_file(source, "../netlink", dump->request->name, whole.data, whole.len);
	pm_buf_release(&whole);
}

int netlink_recording(struct source *source, struct dump *dump)
{
	struct pm_buf copy = {0};

	dump->copy = &copy;
	int r = netlink_live(source, dump);
	if (r < 0)
		record_errno(source, "../netlink", dump->request->name, -r);
	else
		dump_keep(source, dump);
	pm_buf_release(&copy);
	return r;
}

static int dump_bytes(struct dump *dump, const char *bytes, size_t size)
{
	uint32_t head[2];
	int r = 0;

	if (size < sizeof(head))
		return -EINVAL;
	memcpy(head, bytes, sizeof(head));
	dump->port = head[0];
	dump->seq = head[1];
	for (size_t at = sizeof(head); r == 0; at += head[1]) {
		if (size - at < sizeof(head))
			return -EINVAL;
		memcpy(head, bytes + at, sizeof(head));
		at += sizeof(head);
		if (size - at < head[1] || at % 4)
			return -EINVAL;
		r = dump_datagram(dump, bytes + at, head[1], head[0]);
	}
	if (r < 0)
		return r;
	return dump->interrupted ? -EINTR : 0;
}

int netlink_replay(struct source *source, struct dump *dump)
{
	struct pm_buf bytes = {0};
	char name[64];

	snprintf(name, sizeof(name), "netlink/%s", dump->request->name);
	int fd = openat(source->copy, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return source_why(source, source->copy, name, NOT_RECORDED);
	int r = pm_read_all(fd, name, 64u << 20, &bytes, NULL);
	close(fd);
	if (r == 0)
		r = dump_bytes(dump, bytes.data, bytes.len);
	pm_buf_release(&bytes);
	return r;
}

int netlink_dump(struct source *source, const struct netlink_request *request, unsigned *ret_parts)
{
	struct dump dump = {.request = request, .seq = ++source->dumps};
	int r = source->ops->dump(source, &dump);

	if (ret_parts)
		*ret_parts = dump.parts;
	return r;
}
