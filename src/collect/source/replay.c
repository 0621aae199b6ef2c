/* A recording that was made before, of this machine or another. */
#include "source/bpf_records.h"
#include "source/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { VALUE_MAX = 16 << 20 };

static enum value_from replay_value(struct source *source, const struct proc_dir *proc_dir,
				    const char *name, value_reader read, void *data,
				    struct pm_buf *ret)
{
	char path[64];

	(void)read, (void)data;
	snprintf(path, sizeof(path), "%s%s", proc_dir ? "" : "host/", name);
	int fd = openat(proc_dir ? proc_dir->fd : source->copy, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return VALUE_ABSENT;
	int r = pm_read_all(fd, path, VALUE_MAX, ret, NULL);
	close(fd);
	return r < 0 ? VALUE_ABSENT : VALUE_RECORDED;
}

/* What was left alone then is refused now. */
static int replay_why(struct source *source, int dir, const char *name, int code)
{
	char path[64], text[16];
	uint64_t value;

	snprintf(path, sizeof(path), "%.48s.errno", name);
	ssize_t len = pm_read_small(dir, path, text, sizeof(text));
	if (len >= 0 && pm_parse_u64(text, (size_t)len, 4095, &value) == 0)
		code = -(int)value;
	if (code == -ETIME || !step_is_answer(code))
		source->steps.refused++;
	return code;
}

static int replay_records(struct source *source, enum bpf_walk walk, unsigned wants,
			  record_taker take, void *data)
{
	(void)walk, (void)wants;
	return records_replay(source, take, data);
}

/* All of them saw the same. */
static int replay_open_root(struct source *source, int pid, int *ret_fd)
{
	(void)pid;
	*ret_fd = openat(source->copy, "host/root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? NOT_RECORDED : 0;
}

const struct source_ops source_replay = {
	.value = replay_value,
	.why = replay_why,
	.dump = netlink_replay,
	.records = replay_records,
	.no_net = NOT_RECORDED,
	.no_net_file = NOT_RECORDED,
	.open_root = replay_open_root,
	.is_root_in_order = true,
	.walkers_most = 1,
};
