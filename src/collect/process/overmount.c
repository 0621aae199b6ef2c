#include "process/overmount.h"
#include "source/coverage.h"
#include "source/look.h"
#include "source/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOUNTS_MAX = 4 << 20 };

/* The pid in a mount point "/proc/812" or "/proc/812/fd", or 0. */
static int overmounted_pid(const char *point, size_t len)
{
	static const char proc[] = "/proc/";
	size_t skip = sizeof(proc) - 1;
	uint64_t pid;

	if (len <= skip || memcmp(point, proc, skip) != 0)
		return 0;
	const char *end = memchr(point + skip, '/', len - skip);
	size_t width = end ? (size_t)(end - point) - skip : len - skip;
	return pm_parse_u64(point + skip, width, INT32_MAX, &pid) == 0 ? (int)pid : 0;
}

static int add_pid(struct source *source, int pid)
{
	int *room = pm_array_add(&source->overmounted, &source->overmounted_count,
				 &source->overmounted_room, sizeof(*room));

	if (room)
		*room = pid;
	return room ? 0 : -ENOMEM;
}

/* The options of proc(5) that take processes or other parts away, if any are in this line. */
static bool is_partial(const char *line, size_t len)
{
	static const char *const options[] = {
		"hidepid=invisible", "hidepid=noaccess", "hidepid=ptraceable", "hidepid=1",
		"hidepid=2",	     "hidepid=4",	 "subset=pid"};

	for (size_t i = 0; i < PM_COUNT(options); i++)
		if (memmem(line, len, options[i], strlen(options[i])))
			return true;
	return false;
}

/* Field 5 of each line of proc_pid_mountinfo(5). */
static int read_mounts(struct source *source, const char *text)
{
	static const char proc[] = "/proc ";

	for (const char *line = text; *line;) {
		const char *at = line;
		size_t len = strcspn(line, "\n");

		for (int field = 1; field < 5 && at < line + len; field++)
			at += strcspn(at, " \n") + 1;
		int pid = at < line + len ? overmounted_pid(at, strcspn(at, " \n")) : 0;
		if (pid && add_pid(source, pid) < 0)
			return -ENOMEM;
		/* Of several, the last one is on top. */
		if (at < line + len && !strncmp(at, proc, sizeof(proc) - 1))
			source->is_proc_partial = is_partial(at, (size_t)(line + len - at));
		line += len + (line[len] == '\n');
	}
	return 0;
}

/* fsopen(2) and so on, which glibc of 2022 does not have. */
static int open_own_proc(void)
{
	int fs = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC), mount = -1, dir = -1;

	if (fs >= 0 && syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	if (mount >= 0)
		dir = look_openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fs >= 0)
		close(fs);
	if (mount >= 0)
		close(mount);
	return dir;
}

static bool read_own_proc(void *data, struct pm_buf *ret)
{
	int *own = data;

	*own = open_own_proc();
	pm_buf_puts(ret, *own < 0 ? "no" : "yes");
	return true;
}

/* Who may trace all processes sees them all, whatever hidepid says. */
static int tell_hidden(struct collector *collector)
{
	struct source *source = collector->source;
	struct pm_buf missing = {0};
	int r = 0;

	if (source->overmounted_count)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED,
			    source->overmounted_count,
			    "something is mounted over /proc/%d, and no /proc of our own is to "
			    "be had: missing CAP_SYS_ADMIN",
			    source->overmounted[0]);
	if (r < 0)
		return r;
	missing_capabilities(source, &missing);
	source->is_proc_partial &= missing.len != 0;
	if (source->is_proc_partial)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, 1,
			    "/proc is mounted with hidepid or subset: missing %s",
			    pm_buf_text(&missing));
	pm_buf_release(&missing);
	return r;
}

/* Older recordings do not say whether there was one: nothing is told then. */
static int use_own_proc(struct collector *collector)
{
	struct source *source = collector->source;
	struct pm_buf has = {0};
	int own = -1, r = 0;

	if (source_value(source, "own-proc", read_own_proc, &own, &has) == VALUE_ABSENT)
		return 0;
	if (!strcmp(pm_buf_text(&has), "yes"))
		source->is_proc_partial = false;
	else
		r = tell_hidden(collector);
	if (own >= 0)
		source->proc = source->opened = own;
	pm_buf_release(&has);
	return r;
}

static int read_own_mounts(struct source *source)
{
	struct proc_dir self;
	struct pm_buf text = {0};
	int r = 0;

	if (proc_dir_open(source, "self/.", &self) < 0)
		return 0;
	int fd = look_openat(self.fd, "mountinfo", O_RDONLY | O_CLOEXEC);
	proc_dir_close(&self);
	if (fd < 0)
		return 0;
	if (pm_read_all(fd, "mountinfo", MOUNTS_MAX, &text, NULL) == 0)
		r = read_mounts(source, pm_buf_text(&text));
	close(fd);
	if (source->overmounted_count || source->is_proc_partial)
		record_file(source, "self", "mountinfo", pm_buf_text(&text), text.len);
	pm_buf_release(&text);
	return r;
}

int pass_proc(struct collector *collector)
{
	struct source *source = collector->source;
	const char *why = source->ops->why_not_proc ? source->ops->why_not_proc(source) : NULL;

	collector->snapshot->coverage.holders = "none";
	if (why) {
		source->proc = -1;
		return gap_add(collector->snapshot, PM_GAP_HOLDERS, PM_GAP_UNSUPPORTED, 1, "%s",
			       why);
	}
	int r = read_own_mounts(source);
	if (r < 0 || (!source->overmounted_count && !source->is_proc_partial))
		return r;
	return use_own_proc(collector);
}

bool is_overmounted(const struct source *source, int pid)
{
	for (size_t i = 0; i < source->overmounted_count; i++)
		if (source->overmounted[i] == pid)
			return true;
	return false;
}
