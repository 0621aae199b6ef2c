/*
 * search: sockets behind other things than descriptors of theirs.
 *
 * The structures are others' and nothing locks them: what was an array may be another's memory by
 * now. So every address is read as one that may be wrong, and a socket counts only where it and its
 * file point at each other.
 */
#ifndef BPF_SEARCH_H
#define BPF_SEARCH_H

#include "room.bpf.h"
#include "socket.bpf.h"
#include "task.bpf.h"

unsigned int wants;  /* enum record_want */
unsigned int budget; /* steps left for the whole walk */

enum {
	LIST_MOST = 1 << 20, /* entries of any table or list; it is the most that a ring can have */
	FILES_MOST = 253,    /* in a message */
	SOCKETS_MOST = 16,   /* AF_UNIX sockets behind one thing */
	RECORDS_MOST = 256,  /* for one thing */
	SEARCH_KEEPERS_MOST = 16, /* of a task, beside descriptors */
};

/* For what is behind one thing: an open file, or a task. */
struct search {
	struct bpf_record record; /* the holder is filled in */
};

/*
 * Where the search is. It is not on the stack: verifiers before 6.7 take the callback of bpf_loop()
 * for called once, and a value of the first call for that of all.
 */
struct {
	const void *outer;			  /* the array that is read */
	const void *table;			  /* one that its entry led to */
	const void *entry;			  /* the next one of the list that is read */
	const void *end;			  /* where it ends */
	const struct sock *from;		  /* whose queue is read */
	unsigned int found;			  /* sockets */
	unsigned int unread;			  /* where the next of `sockets` goes */
	const struct sock *sockets[SOCKETS_MOST]; /* AF_UNIX, whose queues are to be read */
	unsigned int more;			  /* there was no room or time for all */
} at;

/* Whether all that one search may find can be told: to be asked before, as it is told once. */
static __always_inline bool search_has_room(void)
{
	return filled < RECORDS_ROOM - RECORDS_MOST - SEARCH_KEEPERS_MOST;
}

static __always_inline void search_begin(void)
{
	at.found = 0;
	at.unread = 0;
	at.more = 0;
}

/* Whether one search_step more can be made. */
static __always_inline bool search_step(void)
{
	if (budget)
		budget--;
	else
		at.more = 1;
	return !at.more;
}

/* ---- files ------------------------------------------------------------------------- */

static __always_inline const struct sock *socket_of(const struct file *file)
{
	if (BPF_CORE_READ(inode_of(file), vfs_inode.i_sb, s_magic) != SOCKFS_MAGIC)
		return NULL;
	const struct socket *socket = BPF_CORE_READ(file, private_data);
	const struct sock *sk = BPF_CORE_READ(socket, sk);
	if (BPF_CORE_READ(socket, file) != file || BPF_CORE_READ(sk, sk_socket) != socket)
		return NULL;
	return sk;
}

static __always_inline void search_add_queue(const struct sock *sk)
{
	unsigned int next = at.unread;

	if (next < SOCKETS_MOST) {
		at.sockets[next] = sk;
		at.unread = next + 1;
	} else {
		at.more = 1;
	}
}

/*
 * Whether the file is a socket that is asked for, and what it is then. It has linkage so that the
 * verifier looks into it once, not at each of the places.
 */
__noinline int fill_found(struct bpf_record *record, uint64_t address)
{
	const struct file *file = (const struct file *)address;
	const struct sock *sk = socket_of(file);

	if (!record || !sk)
		return false;
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_UNIX)
		search_add_queue(sk);
	if (!is_wanted(sk, wants))
		return false;
	record->flags = 0;
	__builtin_memset(record->address, 0, sizeof(record->address));
	record->inode = BPF_CORE_READ(inode_of(file), vfs_inode.i_ino);
	record->cookie = (uint64_t)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	fill_socket(record, sk);
	return true;
}

static __always_inline void search_file(struct search *search, const struct file *file)
{
	if (!fill_found(&search->record, (uint64_t)file))
		return;
	if (at.found++ < RECORDS_MOST)
		room_add(&search->record);
	else
		at.more = 1;
}

/* ---- queues of AF_UNIX sockets ----------------------------------------------------- */

static long see_sent(uint32_t index, void *data)
{
	struct search *search = data;
	const struct scm_fp_list *list = at.table;
	const struct file *file = NULL;

	if ((int)index >= BPF_CORE_READ(list, count) || !search_step())
		return 1;
	bpf_core_read(&file, sizeof(file), (char *)&list->fp[0] + index * sizeof(file));
	search_file(search, file);
	return 0;
}

/* A connection that none has accepted is a message too, from the socket that accept() will give. */
static long see_message(uint32_t index, void *data)
{
	struct search *search = data;
	const struct sk_buff *message = at.entry;
	const struct sock *from = at.from;
	const struct unix_skb_parms *parms = (const void *)&message->cb;

	(void)index;
	if (!message || message == (const void *)&from->sk_receive_queue || !search_step())
		return 1;
	if (BPF_CORE_READ(from, __sk_common.skc_state) == TCP_LISTEN) {
		search_add_queue(BPF_CORE_READ(message, sk));
	} else {
		at.table = BPF_CORE_READ(parms, fp);
		if (at.table)
			bpf_loop(FILES_MOST, see_sent, search, 0);
	}
	at.entry = BPF_CORE_READ(message, next);
	return 0;
}

static long search_see_queue(uint32_t index, void *data)
{
	struct search *search = data;

	if (index >= at.unread || index >= SOCKETS_MOST)
		return 1;
	const struct sock *from = at.sockets[index];
	at.from = from;
	at.entry = BPF_CORE_READ(from, sk_receive_queue.next);
	bpf_loop(LIST_MOST, see_message, search, 0);
	return 0;
}

/* ---- rings ------------------------------------------------------------------------- */

static __always_inline const struct file *file_in_slot(const char *table, uint32_t index)
{
	unsigned long file = 0;

	if (bpf_core_field_exists(struct io_rsrc_node, file_ptr)) {
		const struct io_rsrc_node *node = NULL;

		bpf_probe_read_kernel(&node, sizeof(node), table + index * sizeof(node));
		file = node ? BPF_CORE_READ(node, file_ptr) : 0;
	} else {
		const struct io_fixed_file *slot = (const void *)(table + index * sizeof(*slot));

		file = BPF_CORE_READ(slot, file_ptr);
	}
	return (const struct file *)(file & ~7UL); /* flags in the lowest bits */
}

static long see_slot(uint32_t index, void *data)
{
	struct search *search = data;
	const struct file *file = file_in_slot(at.table, index);

	if (file)
		search_file(search, file);
	return !search_step();
}

static __always_inline void see_slots(struct search *search, const struct io_ring_ctx *ring)
{
	const struct io_ring_ctx___before_6_13 *old = (const void *)ring;
	unsigned int slots;

	if (bpf_core_field_exists(ring->file_table.data)) {
		at.table = BPF_CORE_READ(ring, file_table.data.nodes);
		slots = BPF_CORE_READ(ring, file_table.data.nr);
	} else {
		at.table = BPF_CORE_READ(old, file_table.files);
		slots = BPF_CORE_READ(old, nr_user_files);
	}
	if (at.table)
		bpf_loop(slots < LIST_MOST ? slots : LIST_MOST, see_slot, search, 0);
}

static long see_request(uint32_t index, void *data)
{
	struct search *search = data;
	const struct hlist_node *node = at.entry;

	(void)index;
	if (!node || !search_step())
		return 1;
	const struct io_kiocb *request =
		(const void *)((const char *)node -
			       bpf_core_field_offset(struct io_kiocb, hash_node));
	search_file(search, BPF_CORE_READ(request, file));
	at.entry = BPF_CORE_READ(node, next);
	return 0;
}

static long see_bucket(uint32_t index, void *data)
{
	struct search *search = data;
	const struct io_hash_bucket *bucket =
		(const void *)((const char *)at.table +
			       index * bpf_core_type_size(struct io_hash_bucket));

	at.entry = BPF_CORE_READ(bucket, list.first);
	bpf_loop(LIST_MOST, see_request, search, 0);
	return !search_step();
}

static __always_inline void see_requests(struct search *search, const struct io_hash_table *table)
{
	unsigned int bits = BPF_CORE_READ(table, hash_bits);

	at.table = BPF_CORE_READ(table, hbs);
	if (at.table && bits <= 8)
		bpf_loop(1U << bits, see_bucket, search, 0);
}

/* Beside its registered files a ring keeps those of the requests that wait for something. */
static __always_inline void search_ring(struct search *search, const struct file *file)
{
	const struct io_ring_ctx *ring = BPF_CORE_READ(file, private_data);

	const struct io_ring_ctx___before_6_14 *old = (const void *)ring;

	see_slots(search, ring);
	if (bpf_core_field_exists(ring->cancel_table))
		see_requests(search, &ring->cancel_table);
	if (bpf_core_field_exists(old->cancel_table_locked))
		see_requests(search, &old->cancel_table_locked);
}

/* ---- the end of it ----------------------------------------------------------------- */

/* WANT_KEEPERS: of what may keep sockets, and not of these. */
static __always_inline long search_tell_keeper(struct search *search, enum record_kind kind)
{
	search->record.kind = kind;
	room_add(&search->record);
	return 1;
}

static __always_inline void search_end(struct search *search)
{
	const struct bpf_record *last = &search->record;
	struct bpf_record more = {.kind = RECORD_MORE, .fd = last->fd};

	bpf_loop(SOCKETS_MOST, search_see_queue, search, 0);
	if (!at.more)
		return;
	more.pid = last->pid;
	more.tid = last->tid;
	more.started = last->started;
	room_add(&more);
}

#endif
