/* The kernel, with a copy of what is read or without. */
#include "source/look.h"
#include "source/ops.h"
#include "source/recording.h"

#include <linux/kcmp.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>

/* Nearly all of the time the kernel looks up names, and it does so for several at once. */
enum { LIVE_WALKERS_MOST = 4 };

/* Is `proc` the /proc of our own pid namespace? What else looks like one tells of others. */
static const char *live_why_not_proc(struct source *source)
{
	struct statfs fs;
	char self[32], own[32];

	if (source->proc < 0)
		return "there is no /proc";
	if (fstatfs(source->proc, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return "/proc is not a proc file system";
	ssize_t len = readlinkat(source->proc, "self", self, sizeof(self) - 1);
	if (len < 0 && step_check_search(source, -errno) != -ENOENT)
		return "/proc/self cannot be read";
	int own_len = snprintf(own, sizeof(own), "%d", (int)getpid());
	if (len != own_len || memcmp(self, own, (size_t)len) != 0)
		return "/proc is that of another pid namespace";
	return NULL;
}

/* From a cgroup namespace of our own all paths would begin with as many "/.." as lead out of it. */
static void live_see_cgroups(const struct source *source)
{
	struct statx ours, first;

	if (source->proc < 0 ||
	    look_statx(source->proc, "self/ns/cgroup", 0, STATX_INO, &ours) < 0 ||
	    look_statx(source->proc, "1/ns/cgroup", 0, STATX_INO, &first) < 0 ||
	    ours.stx_ino == first.stx_ino)
		return;
	int fd = look_openat(source->proc, "1/ns/cgroup", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	setns(fd, CLONE_NEWCGROUP); /* where that is refused, such paths vouch for nothing */
	close(fd);
}

static enum value_from live_value(struct source *source, const struct proc_dir *dir,
				  const char *name, value_reader read, void *data,
				  struct pm_buf *ret)
{
	(void)source, (void)dir, (void)name;
	return read(data, ret) ? VALUE_LIVE : VALUE_ABSENT;
}

static const char *live_why_no_bpf(int code)
{
	return bpf_refusal("/", code);
}

static long live_order_tables(int tid, int other)
{
	return syscall(SYS_kcmp, tid, other, KCMP_FILES, 0, 0);
}

/* It has as many links as threads, and two of its own (fs/proc/base.c). */
static int live_has_threads(struct source *source, const char *folder)
{
	struct stat st;

	return fstatat(source->proc, folder, &st, 0) < 0 ? -errno : st.st_nlink > 2 + 1;
}

/* As the process sees it, where we may look there. */
static int live_open_root(struct source *source, int pid, int *ret_fd)
{
	char name[32];

	snprintf(name, sizeof(name), "%d/root", pid);
	int fd = openat(source->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static void live_pause(int milliseconds)
{
	const struct timespec time = {.tv_nsec = milliseconds * 1000000L};

	nanosleep(&time, NULL);
}

/* clang-format off */
#define LOOKS                                 \
	.why_not_proc = live_why_not_proc,    \
	.see_cgroups = live_see_cgroups,      \
	.why_no_bpf = live_why_no_bpf,        \
	.net_folder = "self/net",             \
	.no_net = NO_PROC,                    \
	.no_net_file = -ENOENT,               \
	.order_tables = live_order_tables,    \
	.has_threads = live_has_threads,      \
	.open_root = live_open_root,          \
	.pause = live_pause
/* clang-format on */

const struct source_ops source_live = {
	LOOKS,
	.value = live_value,
	.dump = netlink_live,
	.records = bpf_live,
	.walkers_most = LIVE_WALKERS_MOST,
};

const struct source_ops source_recording = {
	LOOKS,
	.value = recording_value,
	.keep = recording_keep,
	.keep_link = recording_keep_link,
	.dump = netlink_recording,
	.records = bpf_recording,
	.walkers_most = 1,
};
