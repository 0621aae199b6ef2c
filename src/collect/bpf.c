/* The programs of src/bpf: loading, and opening what they write as a file. */
#include "bpf.h"

#include <errno.h>
#include <unistd.h>

#ifdef PM_HAVE_BPF

#include <holders.skel.h>
#include <sockets.skel.h>

struct bpf_state {
	struct holders_bpf *holders;
	struct sockets_bpf *sockets;
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

static int load_holders(struct bpf_state *state)
{
	struct holders_bpf *skeleton = holders_bpf__open();

	if (!skeleton)
		return -ENOMEM;
	int r = holders_bpf__load(skeleton);
	if (r < 0) {
		holders_bpf__destroy(skeleton);
		return load_error(r);
	}
	state->holders = skeleton;
	return 0;
}

static int load_sockets(struct bpf_state *state)
{
	struct sockets_bpf *skeleton = sockets_bpf__open();

	if (!skeleton)
		return -ENOMEM;
	int r = sockets_bpf__load(skeleton);
	if (r < 0) {
		sockets_bpf__destroy(skeleton);
		return load_error(r);
	}
	state->sockets = skeleton;
	return 0;
}

/* The descriptor of the program for `walk`, loaded where it is not yet. */
static int program_of(struct source *source, enum bpf_walk walk, unsigned wants)
{
	struct bpf_state *state = source->bpf;
	int r = 0;

	if (!state)
		source->bpf = state = calloc(1, sizeof(*state));
	if (!state)
		return -ENOMEM;
	if (walk == BPF_FILES ? !state->holders : !state->sockets)
		r = walk == BPF_FILES ? load_holders(state) : load_sockets(state);
	if (r < 0)
		return r;
	if (walk != BPF_FILES)
		return walk == BPF_TCP ? state->sockets->progs.tcp_listeners.prog_fd
				       : state->sockets->progs.udp_listeners.prog_fd;
	state->holders->bss->wants = wants;
	return state->holders->progs.holders.prog_fd;
}

static int iterator_open(int link)
{
	union bpf_attr attr = {.iter_create = {.link_fd = (uint32_t)link}};
	int fd = skel_sys_bpf(BPF_ITER_CREATE, &attr, sizeof(attr.iter_create));

	return fd < 0 ? -errno : fd;
}

/* What the walk writes, as a file; the namespaces are those of now. */
static int walk_open(struct source *source, enum bpf_walk walk, unsigned wants)
{
	int program = program_of(source, walk, wants);

	if (program < 0)
		return program;
	int link = skel_link_create(program, 0, BPF_TRACE_ITER);
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
	holders_bpf__destroy(source->bpf->holders);
	sockets_bpf__destroy(source->bpf->sockets);
	free(source->bpf);
	source->bpf = NULL;
}

#else

static int walk_open(struct source *source, enum bpf_walk walk, unsigned wants)
{
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

int bpf_records(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
		void *data)
{
	source->walks++;
	if (source->replay >= 0)
		return records_replay(source, take, data);
	int fd = walk_open(source, walk, wants);
	int r = fd;
	if (source->record >= 0)
		r = records_keep(source, fd, take, data);
	else if (fd >= 0)
		r = records_read(fd, take, data);
	if (fd >= 0)
		close(fd);
	return r;
}
