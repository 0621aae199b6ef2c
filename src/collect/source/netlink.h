/*
 * netlink: one whole dump, or the reason why there is none.
 *
 * libmnl opens the socket and walks the messages. Receiving is done here, because its
 * mnl_socket_recvfrom() does not tell the sender and its mnl_cb_run() takes an NLMSG_DONE that
 * carries an error for a good end.
 */
#ifndef COLLECT_NETLINK_H
#define COLLECT_NETLINK_H

#include "source/source.h"

#include <libmnl/libmnl.h>

struct netlink_request {
	int bus;	  /* NETLINK_SOCK_DIAG or NETLINK_ROUTE */
	uint16_t type;	  /* of the request */
	uint16_t answer;  /* of the messages of the answer */
	const void *body; /* what follows the header */
	size_t body_size;
	uint16_t attribute_type; /* one attribute behind it, where it has a size */
	size_t attribute_size;
	const void *attribute;
	size_t buffer;	    /* to begin with; grows where a datagram was cut. 0: 32 KiB */
	size_t answer_size; /* fixed part of an answer; shorter ones are -EBADMSG */
	char name[48];	    /* of this very dump, on a recording */
	int (*row)(void *data, const struct nlmsghdr *msg); /* 0 or -errno, which ends the dump */
	void (*restart)(void *data); /* forget the rows: the dump begins anew */
	void *data;
};

/*
 * Dump. `*ret_parts`, unless NULL, gets the number of datagrams that had rows: what came in one was
 * read in one go. An interrupted, overrun or cut dump is begun anew, three times at the most;
 * messages that did not come from the kernel, or answer another question, are passed over.
 * NOT_RECORDED: a recording does not have it. Source: netlink(7);
 * Documentation/userspace-api/netlink/intro.rst, "Dump consistency".
 */
int netlink_dump(struct source *source, const struct netlink_request *request, unsigned *ret_parts);

/* One that is under way. */
struct dump {
	const struct netlink_request *request;
	uint32_t port, seq;
	unsigned parts;
	bool interrupted;
	bool has_row;	     /* in the datagram at hand */
	struct pm_buf *copy; /* for the recording, or NULL */
};

/* By source_ops. */
int netlink_live(struct source *source, struct dump *dump);
int netlink_recording(struct source *source, struct dump *dump);
int netlink_replay(struct source *source, struct dump *dump);

#endif
