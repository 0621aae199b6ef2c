/* unitindex: the .socket units of a snapshot, and what each would start; systemd.socket(5). */
#ifndef JUDGE_UNITINDEX_H
#define JUDGE_UNITINDEX_H

#include "behind/command.h"

#include <portmote/model.h>

/* An address that a unit names. */
struct unit_listen {
	uint16_t port;
	bool is_datagram, is_any; /* is_any: it names none */
	enum pm_family family;
	uint8_t address[16];
	size_t socket; /* of which it is, in units.sockets */
};

struct unit_socket {
	const char *name, *path;
	const char *service;	       /* that it starts; NULL: not to be told */
	const char *device, *protocol; /* BindToDevice=, SocketProtocol=, or NULL */
	enum pm_known v6only;	       /* BindIPv6Only= */
	enum pm_known is_enabled;
	bool accepts, is_unread, is_template;
};

struct unitindex {
	const struct pm_snapshot *snapshot;
	struct pm_arena arena;
	size_t *order;		     /* the configurations, by name, then as they stand */
	struct unit_socket *sockets; /* by name */
	size_t socket_count, socket_room;
	struct unit_listen *listens; /* by port */
	size_t listen_count, listen_room;
	unsigned unread_rank; /* of the units that could not be read, the greatest; see
				 unitindex_rank() */
	int code;	      /* -ENOMEM once it came to that */
};

/* 0 or -ENOMEM; to be released in either case. */
int unitindex_open(struct unitindex *units, const struct pm_snapshot *snapshot);
void unitindex_release(struct unitindex *units);

/*
 * The configurations of a unit, in units->order: the first, and how many there are. An instance
 * that has none is what its template is.
 */
size_t unitindex_find(const struct unitindex *units, const char *name, size_t *ret_count);

/* Those that nothing wants are not loaded, as a rule: 2, others 1. */
unsigned unitindex_rank(const struct unit_socket *socket);

/* The first address of a port; the others follow it. */
size_t unitindex_first_listen(const struct unitindex *units, uint16_t port);

/* Is this such a unit, or the instance of one, which then stands in `*ret`? */
bool unitindex_find_socket(struct unitindex *units, const char *name, struct unit_socket *ret);

/* What a service runs in the end; `program` escaped, or NULL. 0 or -ENOMEM. */
int unitindex_command(struct unitindex *units, const char *service, struct unit_command *ret);

#endif
