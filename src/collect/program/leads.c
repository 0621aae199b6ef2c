/*
 * Does the path that a process shows for its executable lead to it? A file can be bound over any
 * name in a mount namespace, run from there by its descriptor, and the namespace left behind.
 */
#include "program/leads.h"
#include "files/file.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

enum { MOUNTS_MAX = 8 << 20 };

/* Has a mount of that number its line in the text? proc_pid_mountinfo(5) */
static bool has_mount(const char *text, uint64_t id)
{
	char head[32];
	size_t len = (size_t)snprintf(head, sizeof(head), "%" PRIu64 " ", id);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, head, len))
			return true;
	}
	return false;
}

/* Is the mount one of that process's namespace? Where that can't be read, nothing is said of it. */
static enum pm_known is_mounted(struct source *source, const char *name, uint64_t id)
{
	struct pm_buf text = {0};
	int fd = openat(source->proc, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return PM_UNKNOWN;
	int r = pm_read_all(fd, name, MOUNTS_MAX, &text, NULL);
	enum pm_known known = has_mount(pm_buf_text(&text), id) ? PM_YES : PM_NO;
	if (r < 0)
		known = PM_UNKNOWN;
	pm_buf_release(&text);
	close(fd);
	return known;
}

/*
 * A file that is itself a mount has the name that it was bound over, in place of its own. Any other
 * keeps its own, and what is mounted over it since, or is detached, says nothing against it.
 */
static bool is_bound_elsewhere(struct source *source, const struct proc_dir *dir, int pid)
{
	char name[32];
	struct statx st;

	if (statx(dir->fd, "exe", FILE_NO_SYNC, STATX_NLINK | STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID) || !(st.stx_attributes & STATX_ATTR_MOUNT_ROOT) ||
	    !st.stx_nlink)
		return false;
	snprintf(name, sizeof(name), "%d/mountinfo", pid);
	return is_mounted(source, name, st.stx_mnt_id) == PM_NO &&
	       is_mounted(source, "self/mountinfo", st.stx_mnt_id) == PM_NO &&
	       is_mounted(source, "1/mountinfo", st.stx_mnt_id) != PM_YES;
}

enum pm_known exe_is_at_path(struct source *source, const struct proc_dir *dir, int pid,
			     const char *path, const struct statx *st)
{
	char own[32];

	snprintf(own, sizeof(own), "%d/root", pid);
	enum pm_known ours = file_is_below(source->proc, "self/root", path, st);
	enum pm_known its = file_is_below(source->proc, own, path, st);
	/* Where that of pid 1 can't be looked at, ours is the host's. */
	if (ours == PM_YES || its == PM_YES ||
	    file_is_below(source->proc, "1/root", path, st) == PM_YES)
		return PM_YES;
	return ours == PM_NO && its == PM_NO && is_bound_elsewhere(source, dir, pid) ? PM_NO
										     : PM_UNKNOWN;
}
