#include "netns/netns_find.h"
#include "netns/netns.h"
#include "source/coverage.h"
#include "source/proc_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOUNTS_MAX = 16 << 20 };

static const char names[] = "/run/netns";

struct numbers {
	uint64_t *number;
	size_t count, room;
};

struct netns_search {
	struct collector *collector;
	struct numbers mounts; /* mount namespaces whose mounts were read */
	struct numbers unopened;
	const char *process; /* name of the folder of the one that is looked at */
	size_t denied;
};

static bool numbers_have(const struct numbers *numbers, uint64_t number)
{
	for (size_t i = numbers->count; i-- > 0;)
		if (numbers->number[i] == number)
			return true;
	return false;
}

static int numbers_add(struct numbers *numbers, uint64_t number)
{
	uint64_t *room =
		pm_array_add(&numbers->number, &numbers->count, &numbers->room, sizeof(*room));

	if (room)
		*room = number;
	return room ? 0 : -ENOMEM;
}

/* ---- names: ip-netns(8) ------------------------------------------------------------ */

/* "host" is that of pid 1 alone: of another so called the path is told, which no name can be. */
static const char *label_of(struct pm_snapshot *snapshot, const char *name)
{
	return strcmp(name, "host") ? pm_arena_escape(&snapshot->arena, name, strlen(name))
				    : "/run/netns/host";
}

/* Of several names, the first by its bytes. */
static void set_label(struct pm_snapshot *snapshot, uint64_t inode, const char *label)
{
	for (size_t i = 0; i < snapshot->netns_count; i++) {
		struct pm_netns *netns = &snapshot->netns[i];

		if (netns->inode == inode && (!netns->label || strcmp(label, netns->label) < 0))
			netns->label = label;
	}
}

static const char *take_place(const char *name, char place[PATH_MAX])
{
	snprintf(place, PATH_MAX, "%s/%s", names, name);
	return place;
}

static int netns_take_name(struct netns_search *search, int dir, const char *name, bool all)
{
	char place[PATH_MAX];
	struct statx st;
	uint64_t inode;

	if (name[0] == '.' || !step_begin(search->collector->source, 0, take_place(name, place)))
		return 0;
	bool is_there = statx(dir, name, AT_STATX_DONT_SYNC, STATX_INO, &st) == 0 ||
			step_check(-errno) == 0;
	step_end(search->collector->source);
	if (!is_there)
		return 0;
	bool known = netns_is_known(search->collector->snapshot, st.stx_ino);
	const char *label = known || all ? label_of(search->collector->snapshot, name) : NULL;
	if (!label)
		return known || all ? -ENOMEM : 0;
	if (known) {
		set_label(search->collector->snapshot, st.stx_ino, label);
		return 0;
	}
	int fd = netns_open(search->collector->source, dir, place, 0, &inode);
	/* A name without namespace is what ip-netns(8) leaves of one that was unmounted. */
	return fd < 0 ? 0 : netns_learn(search->collector, inode, fd, label);
}

static int search_names(struct netns_search *search, bool all)
{
	if (!step_begin(search->collector->source, 0, names))
		return 0;
	int fd = open(names, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	step_check(fd < 0 ? -errno : 0);
	step_end(search->collector->source);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int r = 0;

	if (!dir && fd >= 0)
		close(fd);
	for (struct dirent *entry; dir && r == 0 && (entry = readdir(dir));)
		r = netns_take_name(search, fd, entry->d_name, all);
	if (dir)
		closedir(dir);
	return r;
}

/* ---- mounts: proc_pid_mountinfo(5) ------------------------------------------------- */

/* The field of a mount point, without its \040 and the like. */
static void take_path(const char *at, size_t len, struct pm_buf *ret)
{
	pm_buf_clear(ret);
	for (size_t i = 0; i < len; i++) {
		bool is_octal = at[i] == '\\' && len - i >= 4;
		char c = at[i];

		if (is_octal) {
			c = (char)((at[i + 1] & 3) << 6 | (at[i + 2] & 7) << 3 | (at[i + 3] & 7));
			i += 3;
		}
		pm_buf_add(ret, &c, 1);
	}
}

/*
 * Mount points stay in the kernel's cache: looking for nothing else, we never wait for a file
 * system, which can be of the process's own making.
 */
static int open_mount(struct netns_search *search, const char *path, uint64_t *ret_inode)
{
	char name[48];

	snprintf(name, sizeof(name), "%.20s/root", search->process);
	if (!step_begin_at(search->collector->source, name))
		return -ETIME;
	int root = openat(search->collector->source->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	step_check(root < 0 ? -errno : 0);
	int fd = root < 0 ? -errno
			  : netns_open(search->collector->source, root, path,
				       RESOLVE_IN_ROOT | RESOLVE_CACHED | RESOLVE_NO_MAGICLINKS,
				       ret_inode);
	step_end(search->collector->source);
	if (root >= 0)
		close(root);
	return fd;
}

/* Fields 4 and 5: "net:[4026532100] /run/netns/blue". */
static int take_mount(struct netns_search *search, const char *line, size_t len,
		      struct pm_buf *path)
{
	static const char head[] = "net:[";
	const char *at = line, *end = line + len;
	uint64_t inode;

	for (int field = 1; field < 4 && at < end; field++)
		at += strcspn(at, " \n") + 1;
	if (at >= end || strncmp(at, head, sizeof(head) - 1))
		return 0;
	at += sizeof(head) - 1;
	size_t digits = strcspn(at, "]\n");
	if (pm_parse_u64(at, digits, UINT64_MAX, &inode) < 0 || at[digits] != ']' ||
	    netns_is_known(search->collector->snapshot, inode))
		return 0;
	at += digits + 2;
	take_path(at, strcspn(at, " \n"), path);
	int fd = open_mount(search, pm_buf_text(path), &inode);
	return fd < 0 ? numbers_add(&search->unopened, inode)
		      : netns_learn(search->collector, inode, fd, NULL);
}

static int search_mounts(struct netns_search *search)
{
	struct pm_buf text = {0}, path = {0};
	char name[48];
	int r = 0;

	snprintf(name, sizeof(name), "%.20s/mountinfo", search->process);
	if (!step_begin_at(search->collector->source, name))
		return 0;
	int fd = openat(search->collector->source->proc, name, O_RDONLY | O_CLOEXEC);
	int code = fd < 0 ? -errno : pm_read_all(fd, name, MOUNTS_MAX, &text, NULL);
	bool is_read = step_check(code) == 0;
	step_end(search->collector->source);
	if (is_read) {
		const char *line = pm_buf_text(&text);

		while (*line && r == 0) {
			size_t len = strcspn(line, "\n");

			r = take_mount(search, line, len, &path);
			line += len + (line[len] == '\n');
		}
	}
	if (fd >= 0)
		close(fd);
	if (path.failed)
		r = -ENOMEM;
	pm_buf_release(&text);
	pm_buf_release(&path);
	return r;
}

/* ---- tasks ------------------------------------------------------------------------- */

/* The number in "net:[4026531840]", which is what FOLDER/ns/KIND links to; or -errno. */
static int netns_number(struct netns_search *search, const char *folder, const char *kind,
			uint64_t *ret)
{
	char name[64], link[64];

	snprintf(name, sizeof(name), "%.40s/ns/%s", folder, kind);
	if (!step_begin_at(search->collector->source, name))
		return -ETIME;
	ssize_t len = readlinkat(search->collector->source->proc, name, link, sizeof(link) - 1);
	int code = len < 0 ? step_check(-errno) : 0;
	step_end(search->collector->source);
	if (code)
		return code;
	link[len] = '\0';
	const char *digits = strchr(link, '[');
	return digits ? pm_parse_u64(digits + 1, strcspn(digits + 1, "]"), UINT64_MAX, ret)
		      : -EBADMSG;
}

static int look_at_task(struct netns_search *search, const char *folder)
{
	char name[64];
	uint64_t inode;
	int r = netns_number(search, folder, "net", &inode);

	if (r == -EACCES || r == -EPERM)
		search->denied++;
	if (r < 0 || netns_is_known(search->collector->snapshot, inode))
		return r;
	snprintf(name, sizeof(name), "%.40s/ns/net", folder);
	int fd = netns_open(search->collector->source, search->collector->source->proc, name, 0,
			    &inode);
	return fd < 0 ? 0 : netns_learn(search->collector, inode, fd, NULL);
}

static int look_at_thread(void *data, const char *name, unsigned tid)
{
	struct netns_search *search = data;
	char folder[64];

	(void)tid;
	if (!strcmp(name, search->process))
		return 0;
	snprintf(folder, sizeof(folder), "%.20s/task/%.20s", search->process, name);
	return look_at_task(search, folder) == -ENOMEM ? -ENOMEM : 0;
}

static int look_at_process(void *data, const char *name, unsigned pid)
{
	struct netns_search *search = data;
	uint64_t mounts;

	(void)pid;
	if (is_late(search->collector->source))
		return -ETIME;
	search->process = name;
	int r = look_at_task(search, name);
	if (r == -EACCES)
		return 0;
	if (r != -ENOMEM && netns_number(search, name, "mnt", &mounts) == 0 &&
	    !numbers_have(&search->mounts, mounts)) {
		r = numbers_add(&search->mounts, mounts);
		r = r < 0 ? r : search_mounts(search);
	}
	if (r != -ENOMEM)
		r = each_thread(search->collector->source, name, look_at_thread, search);
	return r == -ENOMEM ? r : 0;
}

static int netns_tell(struct netns_search *search)
{
	struct collector *collector = search->collector;
	struct pm_buf missing = {0};
	size_t lost = 0;
	int r = 0;

	for (size_t i = 0; i < search->unopened.count; i++)
		lost += !netns_is_known(collector->snapshot, search->unopened.number[i]);
	if (lost &&
	    gap_add(collector->snapshot, PM_GAP_NAMESPACES, PM_GAP_UNSUPPORTED, lost,
		    "mounted where another process sees it, and not to be opened there") < 0)
		return -ENOMEM;
	missing_capabilities(collector->source, &missing);
	if (search->denied && missing.len)
		r = gap_add(collector->snapshot, PM_GAP_NAMESPACES, PM_GAP_DENIED, search->denied,
			    "processes that may live in others: missing %s", pm_buf_text(&missing));
	pm_buf_release(&missing);
	return r;
}

static int search_all(struct netns_search *search)
{
	int proc = search->collector->source->proc;
	int r = search_names(search, true);

	if (r == 0 && lseek(proc, 0, SEEK_SET) == 0)
		r = each_number(proc, look_at_process, search);
	return r == -ENOMEM ? r : netns_tell(search);
}

/* ---- the one that is asked for ----------------------------------------------------- */

static int open_asked(struct netns_search *search, const char *asked, uint64_t *ret_inode)
{
	char path[PATH_MAX];
	bool is_pid = asked[strspn(asked, "0123456789")] == '\0';
	int dir = search->collector->source->proc;

	if (!strcmp(asked, "host")) {
		snprintf(path, sizeof(path), "1/ns/net");
	} else if (is_pid) {
		snprintf(path, sizeof(path), "%s/ns/net", asked);
	} else {
		bool is_path = strchr(asked, '/') != NULL;

		dir = AT_FDCWD;
		snprintf(path, sizeof(path), "%s%s%s", is_path ? "" : names, is_path ? "" : "/",
			 asked);
	}
	return netns_open(search->collector->source, dir, path, 0, ret_inode);
}

static int take_asked(struct netns_search *search, const char *asked)
{
	uint64_t inode;
	int fd = open_asked(search, asked, &inode);

	if (fd < 0)
		return pm_fail(search->collector->err, -EINVAL,
			       "--netns: cannot open the network namespace '%s': %s", asked,
			       fd == -EINVAL ? "it is none" : strerror(-fd));
	return netns_add(search->collector, inode, fd, NULL);
}

static void label_host(struct netns_search *search)
{
	uint64_t inode;

	if (netns_number(search, "1", "net", &inode) < 0)
		return;
	for (size_t i = 0; i < search->collector->snapshot->netns_count; i++)
		if (search->collector->snapshot->netns[i].inode == inode)
			search->collector->snapshot->netns[i].label = "host";
}

/* Without a door to our own there is no way back. ENOENT: this kernel has no other. */
static int tell_shut(struct pm_snapshot *snapshot, int code)
{
	return code == ENOENT ? 0
			      : gap_add(snapshot, PM_GAP_NAMESPACES, PM_GAP_UNSUPPORTED, 1,
					"none but our own was looked for: cannot open it: %s",
					strerror(code));
}

/* Our own first, unless another is asked for. */
static int search_live(void *data)
{
	struct netns_search *search = data;
	struct collector *collector = search->collector;
	struct namespaces *all = &collector->source->namespaces;
	const char *asked = collector->options->netns;
	bool wants_other = asked && strcmp(asked, "self") != 0;
	uint64_t inode = 0;

	if (collector->source->proc < 0)
		return netns_add(collector, 0, all->home, NULL);
	all->home =
		netns_open(collector->source, collector->source->proc, "self/ns/net", 0, &inode);
	all->wants_all = !asked && all->home >= 0;
	int r = wants_other ? take_asked(search, asked)
			    : netns_add(collector, inode, all->home, NULL);
	if (r < 0)
		return r;
	r = all->wants_all ? search_all(search) : search_names(search, false);
	if (r == 0 && !asked && all->home < 0)
		r = tell_shut(collector->snapshot, -all->home);
	label_host(search);
	return r;
}

int pass_netns(struct collector *collector)
{
	struct netns_search search = {.collector = collector};
	int r = netns_keep(collector, search_live, &search);

	free(search.mounts.number);
	free(search.unopened.number);
	if (r < 0 || collector->snapshot->netns_count)
		return r;
	/* At least our own was there. */
	return pm_fail(collector->err, -EINVAL,
		       "cannot read the recording: host/namespaces-0 names no network namespace");
}
