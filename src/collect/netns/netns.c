/* The network namespaces that are known, and going from one to another. */
#include "netns/netns.h"
#include "source/coverage.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static int netns_open_file(const struct source *source, int dir, const char *path, uint64_t resolve,
			   uint64_t *ret_inode)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = resolve};
	char link[32];
	struct statfs fs;
	struct stat st;

	int found = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
	/* Linux 5.5 and before, and where a filter that cannot read its arguments forbids it. */
	if (found < 0 && errno == ENOSYS && !resolve)
		found = openat(dir, path, (int)how.flags);
	if (found < 0)
		return step_check(-errno);
	int r = -EINVAL;
	snprintf(link, sizeof(link), "self/fd/%d", found);
	if (fstatfs(found, &fs) == 0 && fs.f_type == NSFS_MAGIC && fstat(found, &st) == 0) {
		r = openat(source->proc, link, O_RDONLY | O_CLOEXEC);
		r = r < 0 ? step_check(-errno) : r;
		*ret_inode = st.st_ino;
	}
	close(found);
	return r;
}

int netns_open(struct source *source, int dir, const char *path, uint64_t resolve,
	       uint64_t *ret_inode)
{
	if (!step_begin_at(source, path))
		return -ETIME;
	int r = netns_open_file(source, dir, path, resolve, ret_inode);
	step_end(source);
	return r;
}

bool netns_is_known(const struct pm_snapshot *snapshot, uint64_t inode)
{
	for (size_t i = snapshot->netns_count; i-- > 0;)
		if (snapshot->netns[i].inode == inode)
			return true;
	return false;
}

int netns_add(struct collector *collector, uint64_t inode, int fd, const char *label)
{
	struct namespaces *all = &collector->source->namespaces;
	size_t count = all->count;
	struct namespace *own = pm_array_add(&all->each, &all->count, &all->room, sizeof(*own));
	struct pm_netns *netns =
		pm_array_add(&collector->snapshot->netns, &collector->snapshot->netns_count,
			     &collector->snapshot->netns_room, sizeof(*netns));

	if (!own || !netns) {
		all->count = count;
		collector->snapshot->netns_count = count;
		return -ENOMEM;
	}
	own->door = fd;
	*netns = (struct pm_netns){.inode = inode, .label = label};
	return 0;
}

int netns_learn(struct collector *collector, uint64_t inode, int fd, const char *label)
{
	if (!netns_is_known(collector->snapshot, inode))
		return netns_add(collector, inode, fd, label);
	close(fd);
	return 0;
}

static int tell_closed(struct pm_snapshot *snapshot, int code)
{
	return gap_add(snapshot, PM_GAP_NAMESPACES,
		       code == EPERM ? PM_GAP_DENIED : PM_GAP_UNSUPPORTED, 1,
		       "found, but not to be entered: %s",
		       code == EPERM ? "missing CAP_SYS_ADMIN" : strerror(code));
}

int netns_add_closed(struct collector *collector, uint64_t inode)
{
	if (netns_add(collector, inode, -1, NULL) < 0)
		return -ENOMEM;
	collector->snapshot->netns[collector->snapshot->netns_count - 1].is_closed = true;
	return tell_closed(collector->snapshot, ENOENT);
}

static int tell_unasked(struct pm_snapshot *snapshot)
{
	return gap_add(snapshot, PM_GAP_NAMESPACES, PM_GAP_LIMITED, 1,
		       "found, but not asked for all its sockets in time");
}

/* A recording has no doors: all that was read is in it, wherever that was. */
static bool is_here(const struct source *source, size_t netns)
{
	return source->namespaces.each[netns].door == source->namespaces.home;
}

int netns_each(struct collector *collector, size_t first, bool (*wants)(void *data, size_t netns),
	       int (*visit)(void *data, size_t netns), void *data)
{
	const struct namespaces *all = &collector->source->namespaces;
	bool away = false;
	int r = 0;

	for (size_t i = first; i < collector->snapshot->netns_count && r == 0; i++) {
		if (collector->snapshot->netns[i].is_closed || (wants && !wants(data, i)))
			continue;
		/* The first that is asked for is worth the time it takes. */
		if (i && is_late(collector->source)) {
			r = tell_unasked(collector->snapshot);
			continue;
		}
		if (!is_here(collector->source, i) || away) {
			if (setns(all->each[i].door, CLONE_NEWNET) < 0) {
				collector->snapshot->netns[i].is_closed = true;
				r = tell_closed(collector->snapshot, errno);
				continue;
			}
			away = true;
		}
		r = visit(data, i);
	}
	/* What is read after this is taken to be of our own namespace. */
	if (away && setns(all->home, CLONE_NEWNET) < 0)
		return -errno;
	return r;
}

void netns_release(struct namespaces *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->each[i].door >= 0 && all->each[i].door != all->home)
			close(all->each[i].door);
	if (all->home >= 0)
		close(all->home);
	free(all->each);
}

/* ---- recordings: of each search, what it added: inode, space, name or nothing, NUL ---- ---- ---- */

struct netns_finding {
	struct collector *collector;
	int (*search)(void *data);
	void *data;
	int r;
};

static bool netns_find(void *data, struct pm_buf *ret)
{
	struct netns_finding *finding = data;
	const struct pm_snapshot *snapshot = finding->collector->snapshot;

	finding->r = finding->search ? finding->search(finding->data) : 0;
	if (finding->r < 0)
		return false;
	for (size_t i = finding->collector->source->namespaces.kept; i < snapshot->netns_count;
	     i++) {
		const char *label = snapshot->netns[i].label;

		pm_buf_printf(ret, "%" PRIu64 " %s", snapshot->netns[i].inode, label ? label : "");
		pm_buf_add(ret, "", 1);
	}
	return true;
}

static bool is_escaped(const char *text)
{
	while (*text >= 0x20 && *text <= 0x7e)
		text++;
	return !*text;
}

static int netns_take(struct collector *collector, const struct pm_buf *text)
{
	const char *bytes = pm_buf_text(text);
	uint64_t inode;
	int r = 0;

	for (size_t at = 0; at < text->len && r == 0; at += strlen(bytes + at) + 1) {
		size_t digits = strcspn(bytes + at, " ");
		const char *label = bytes + at + digits + (bytes[at + digits] == ' ');
		const char *copy = pm_arena_copy(&collector->snapshot->arena, label, strlen(label));

		if (!copy)
			return -ENOMEM;
		if (pm_parse_u64(bytes + at, digits, UINT64_MAX, &inode) < 0 || !is_escaped(label))
			return 0;
		r = netns_add(collector, inode, -1, *label ? copy : NULL);
	}
	return r;
}

int netns_keep(struct collector *collector, int (*search)(void *data), void *data)
{
	struct namespaces *all = &collector->source->namespaces;
	struct netns_finding finding = {collector, search, data, 0};
	struct pm_buf text = {0};
	char name[48];

	snprintf(name, sizeof(name), "namespaces-%u", all->searches++);
	if (source_value(collector->source, name, netns_find, &finding, &text) == VALUE_RECORDED)
		finding.r = netns_take(collector, &text);
	if (text.failed)
		finding.r = -ENOMEM;
	all->kept = collector->snapshot->netns_count;
	pm_buf_release(&text);
	return finding.r;
}
