#include "sockets/listener_names.h"
#include "process/cgroup.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The root of the unified hierarchy: its own, or systemd's place for it on a hybrid host. */
static int open_cgroups(void)
{
	static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

	for (size_t i = 0; i < PM_COUNT(places); i++) {
		int fd = open(places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct statfs fs;

		if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static ssize_t cgroup_path_of(const struct source *source, int fd, char *path, size_t size)
{
	char name[32];

	snprintf(name, sizeof(name), "self/fd/%d", fd);
	return look_readlinkat(source->proc, name, path, size);
}

/*
 * The path of a cgroup by its id, which is the handle of its folder (name_to_handle_at(2),
 * fs/kernfs/mount.c). Needs CAP_DAC_READ_SEARCH.
 */
static bool find_cgroup(const struct source *source, int root, uint64_t id, struct pm_buf *ret)
{
	enum { FILEID_KERNFS = 0xfe };
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} where = {.handle = {.handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS}};
	char top[256], path[4096];

	if (root < 0)
		return false;
	memcpy(where.handle.f_handle, &id, sizeof(id));
	int fd = open_by_handle_at(root, &where.handle, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t skip = cgroup_path_of(source, root, top, sizeof(top));
	ssize_t len = cgroup_path_of(source, fd, path, sizeof(path));
	close(fd);
	if (skip < 0 || len < skip || (size_t)len == sizeof(path) ||
	    memcmp(path, top, (size_t)skip))
		return false;
	pm_buf_add(ret, path + skip, (size_t)(len - skip));
	if (len == skip)
		pm_buf_puts(ret, "/");
	return true;
}

struct cgroup_search {
	const struct source *source;
	int root; /* of all cgroups */
	uint64_t id;
};

static bool cgroup_find(void *data, struct pm_buf *ret)
{
	const struct cgroup_search *search = data;

	return search->source->proc >= 0 &&
	       find_cgroup(search->source, search->root, search->id, ret);
}

static int name_cgroup(struct collector *collector, int root, struct pm_listener *listener)
{
	struct cgroup_search search = {collector->source, root, listener->cgroup_id};
	struct pm_arena *arena = &collector->snapshot->arena;
	struct pm_buf path = {0};
	char name[48];
	int r = 0;

	snprintf(name, sizeof(name), "cgroup-%" PRIu64, listener->cgroup_id);
	if (source_value(collector->source, name, cgroup_find, &search, &path)) {
		listener->cgroup = pm_arena_escape(arena, pm_buf_text(&path), path.len);
		r = listener->cgroup ? unit_of_cgroup(arena, listener->cgroup, &listener->unit)
				     : -ENOMEM;
	}
	pm_buf_release(&path);
	return r;
}

/* netdevice(7), ENXIO: it is gone, and that is known. */
static bool device_read(void *data, struct pm_buf *ret)
{
	const struct pm_listener *listener = data;
	char device[IF_NAMESIZE];

	if (!if_indextoname(listener->ifindex, device))
		return errno == ENXIO;
	pm_buf_puts(ret, device);
	return true;
}

static int name_device(struct collector *collector, struct pm_listener *listener)
{
	struct pm_buf value = {0};
	char name[48];

	snprintf(name, sizeof(name), "device-%zu-%" PRIu32, listener->netns, listener->ifindex);
	if (source_value(collector->source, name, device_read, listener, &value))
		listener->is_device_gone = value.len ? PM_NO : PM_YES;
	if (listener->is_device_gone == PM_NO)
		listener->device = pm_arena_escape(&collector->snapshot->arena, pm_buf_text(&value),
						   value.len);
	pm_buf_release(&value);
	return listener->is_device_gone == PM_NO && !listener->device ? -ENOMEM : 0;
}

/* Listeners of one service stand together: what the one before had is asked for once. */
int name_listeners(struct collector *collector, size_t first)
{
	const struct pm_listener *device = NULL, *cgroup = NULL;
	int root = open_cgroups();
	int r = 0;

	for (size_t i = first; i < collector->snapshot->listener_count && r == 0; i++) {
		struct pm_listener *listener = &collector->snapshot->listeners[i];

		if (listener->ifindex && device && device->ifindex == listener->ifindex) {
			listener->device = device->device;
			listener->is_device_gone = device->is_device_gone;
		} else if (listener->ifindex) {
			r = name_device(collector, listener);
		}
		if (listener->ifindex)
			device = listener;
		if (!listener->has_cgroup || r < 0)
			continue;
		if (cgroup && cgroup->cgroup_id == listener->cgroup_id) {
			listener->cgroup = cgroup->cgroup;
			listener->unit = cgroup->unit;
		} else {
			r = name_cgroup(collector, root, listener);
		}
		cgroup = listener;
	}
	if (root >= 0)
		close(root);
	return r;
}
