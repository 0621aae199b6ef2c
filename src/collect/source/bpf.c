/* The programs of src/bpf: loading, and opening what they write as a file. */
#include "source/bpf.h"
#include "source/bpf_records.h"
#include "source/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef PM_HAVE_BPF

#include <few.skel.h>
#include <holders.skel.h>
#include <keepers.skel.h>
#include <mappings.skel.h>
#include <sockets.skel.h>
#include <tasks.skel.h>
#include <waiters.skel.h>

/*
 * Steps into other things than descriptors, for one walk: some seconds at the most. Who would make
 * us walk for hours can give us a million descriptors of one queue.
 */
enum { BUDGET = 1 << 24 };

struct bpf_state {
	struct few_bpf *few;
	struct holders_bpf *holders;
	struct keepers_bpf *keepers;
	struct mappings_bpf *mappings;
	struct sockets_bpf *sockets;
	struct tasks_bpf *tasks;
	struct waiters_bpf *waiters;
	struct bpf_record *rooms[BPF_MAPPED + 1]; /* for the records of walks that have one */
};

/*
 * That the kernel lacks something shows in many ways: no such call, a longer request than it knows
 * (E2BIG), a program that its verifier refuses (EACCES, EINVAL), a table that it has not (ENOENT,
 * ESRCH).
 */
static int load_error(int code)
{
	switch (code) {
	case -EACCES:
	case -EINVAL:
	case -E2BIG:
	case -ENOENT:
	case -ESRCH:
	case -EOPNOTSUPP:
	case -524: /* ENOTSUPP, of the kernel's own */
		return -ENOSYS;
	case -ENOMEM:
		return -ENOBUFS;
	}
	return code;
}

/* Where it is not loaded yet. 0 or -errno. */
#define LOADER(name)                                                                               \
	static int load_##name(struct bpf_state *state)                                            \
	{                                                                                          \
		struct name##_bpf *skeleton = state->name ? state->name : name##_bpf__open();      \
                                                                                                   \
		if (!skeleton)                                                                     \
			return -ENOMEM;                                                            \
		int r = state->name ? 0 : name##_bpf__load(skeleton);                              \
		if (r < 0)                                                                         \
			name##_bpf__destroy(skeleton);                                             \
		else                                                                               \
			state->name = skeleton;                                                    \
		return r < 0 ? load_error(r) : 0;                                                  \
	}

LOADER(few)
LOADER(holders)
LOADER(keepers)
LOADER(mappings)
LOADER(sockets)
LOADER(tasks)
LOADER(waiters)

static int bpf_load(struct bpf_state *state, enum bpf_walk walk)
{
	switch (walk) {
	case BPF_FILES:
		return load_holders(state);
	case BPF_FEW:
		return load_few(state);
	case BPF_KEPT:
		return load_keepers(state);
	case BPF_TASKS:
		return load_tasks(state);
	case BPF_MAPPED:
		return load_mappings(state);
	case BPF_TCP:
	case BPF_UDP:
		return load_sockets(state);
	case BPF_TCP_WAITERS:
	case BPF_UDP_WAITERS:
		return load_waiters(state);
	}
	return -EINVAL;
}

/* Make the program for `walk` ready. Its descriptor. */
static int prepare(struct bpf_state *state, enum bpf_walk walk, unsigned wants)
{
	switch (walk) {
	case BPF_FILES:
		state->holders->bss->wants = wants;
		state->holders->bss->begun = false;
		return state->holders->progs.holders.prog_fd;
	case BPF_FEW:
		state->few->bss->wants = wants;
		state->few->bss->begun = false;
		return state->few->progs.few.prog_fd;
	case BPF_KEPT:
		state->keepers->bss->wants = wants;
		state->keepers->bss->budget = BUDGET;
		state->keepers->bss->begun = false;
		return state->keepers->progs.keepers.prog_fd;
	case BPF_TASKS:
		state->tasks->bss->wants = wants;
		state->tasks->bss->budget = BUDGET;
		return state->tasks->progs.tasks.prog_fd;
	case BPF_MAPPED:
		state->mappings->bss->wants = wants;
		state->mappings->bss->budget = BUDGET;
		return state->mappings->progs.mappings.prog_fd;
	case BPF_TCP:
		return state->sockets->progs.tcp_listeners.prog_fd;
	case BPF_UDP:
		return state->sockets->progs.udp_listeners.prog_fd;
	case BPF_TCP_WAITERS:
		return state->waiters->progs.tcp_waiters.prog_fd;
	case BPF_UDP_WAITERS:
		return state->waiters->progs.udp_waiters.prog_fd;
	}
	return -EINVAL;
}

static int iterator_open(int link)
{
	union bpf_attr attr = {.iter_create = {.link_fd = (uint32_t)link}};
	int fd = skel_sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr.iter_create));

	return fd < 0 ? -errno : fd;
}

enum { ROOM_BYTES = RECORDS_ROOM * sizeof(struct bpf_record) };

static int map_room(struct bpf_record **room, int map, uint32_t *filled, struct records *ret)
{
	if (!*room) {
		void *mapped = mmap(NULL, ROOM_BYTES, PROT_READ, MAP_SHARED, map, 0);

		if (mapped == MAP_FAILED)
			return -ENOBUFS;
		*room = mapped;
	}
	ret->room = *room;
	ret->filled = filled;
	return 0;
}

/* The other walks have none, and write to what is read. */
static int find_room(struct bpf_state *state, enum bpf_walk walk, struct records *ret)
{
	if (walk == BPF_FILES)
		return map_room(&state->rooms[walk], state->holders->maps.records.map_fd,
				&state->holders->bss->filled, ret);
	if (walk == BPF_KEPT)
		return map_room(&state->rooms[walk], state->keepers->maps.records.map_fd,
				&state->keepers->bss->filled, ret);
	if (walk == BPF_TASKS)
		return map_room(&state->rooms[walk], state->tasks->maps.records.map_fd,
				&state->tasks->bss->filled, ret);
	if (walk == BPF_MAPPED)
		return map_room(&state->rooms[walk], state->mappings->maps.records.map_fd,
				&state->mappings->bss->filled, ret);
	return 0;
}

/* What the walk writes, as a file; the namespaces are those of now. */
static int walk_open(struct source *source, enum bpf_walk walk, unsigned wants, struct records *ret)
{
	if (!source->bpf)
		source->bpf = calloc(1, sizeof(*source->bpf));
	if (!source->bpf)
		return -ENOMEM;
	int r = bpf_load(source->bpf, walk);
	if (r == 0)
		r = find_room(source->bpf, walk, ret);
	if (r < 0)
		return r;
	int link = skel_link_create(prepare(source->bpf, walk, wants), 0, BPF_TRACE_ITER);
	if (link < 0)
		return load_error(-errno);
	int fd = iterator_open(link);
	close(link);
	return fd == -ENOMEM ? -ENOBUFS : fd;
}

void bpf_release(struct source *source)
{
	if (!source->bpf)
		return;
	for (size_t i = 0; i < PM_COUNT(source->bpf->rooms); i++)
		if (source->bpf->rooms[i])
			munmap(source->bpf->rooms[i], ROOM_BYTES);
	few_bpf__destroy(source->bpf->few);
	holders_bpf__destroy(source->bpf->holders);
	keepers_bpf__destroy(source->bpf->keepers);
	mappings_bpf__destroy(source->bpf->mappings);
	sockets_bpf__destroy(source->bpf->sockets);
	tasks_bpf__destroy(source->bpf->tasks);
	waiters_bpf__destroy(source->bpf->waiters);
	free(source->bpf);
	source->bpf = NULL;
}

#else

static int walk_open(struct source *source, enum bpf_walk walk, unsigned wants, struct records *ret)
{
	(void)ret;
	(void)source;
	(void)walk;
	(void)wants;
	return -ENOSYS;
}

void bpf_release(struct source *source)
{
	(void)source;
}

#endif

#ifdef PM_HAVE_BPF
/* kernel_lockdown(7): the one that holds is in brackets. */
static bool is_locked_down(const char *root)
{
	char path[PATH_MAX], text[128];

	snprintf(path, sizeof(path), "%s/sys/kernel/security/lockdown", root);
	return pm_read_small(AT_FDCWD, path, text, sizeof(text)) > 0 &&
	       strstr(text, "[confidentiality]");
}
#endif

const char *bpf_refusal(const char *root, int code)
{
#ifdef PM_HAVE_BPF
	if ((code == -EPERM || code == -ENOSYS) && is_locked_down(root))
		return "the kernel is locked down for confidentiality";
	return code == -ENOSYS ? "not in this kernel" : strerror(-code);
#else
	(void)root;
	(void)code;
	return "not built";
#endif
}

int bpf_live(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
	     void *data)
{
	struct records from = {0};

	from.fd = walk_open(source, walk, wants, &from);
	if (from.fd < 0)
		return from.fd;
	int r = records_read(&from, take, data);
	close(from.fd);
	return r;
}

int bpf_recording(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
		  void *data)
{
	struct records from = {0};

	from.fd = walk_open(source, walk, wants, &from);
	int r = records_keep(source, &from, take, data);
	if (from.fd >= 0)
		close(from.fd);
	return r;
}

int bpf_records(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
		void *data)
{
	source->walks++;
	return source->ops->records(source, walk, wants, take, data);
}
