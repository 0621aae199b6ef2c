/*
 * The bytes of configuration files: units of systemd(1), those of inetd(8) and xinetd(8), and the
 * state files of containers. Which file counts is decided here; none is parsed.
 */
#include "units/configs.h"
#include "files/way.h"
#include "program/running.h"
#include "source/coverage.h"
#include "source/ops.h"
#include "units/inetd.h"
#include "units/unitload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CONFIG_MAX = 1 << 20, CONFIGS_MAX = 65536, BYTES_MAX = 128 << 20 };

static enum pm_gap_why why_of(int code)
{
	switch (-code) {
	case EACCES:
	case EPERM:
		return PM_GAP_DENIED;
	case ENOENT:
	case ESTALE:
		return PM_GAP_VANISHED;
	case EFBIG:
		return PM_GAP_UNSUPPORTED;
	case EMFILE:
	case ENFILE:
		return PM_GAP_LIMITED;
	default:
		return PM_GAP_INTERRUPTED;
	}
}

int config_gap(struct reading *reading, const char *path, int code)
{
	char text[512];

	if (code == -ENOMEM)
		return code;
	pm_escape(text, sizeof(text), path, strlen(path));
	return gap_add(reading->collector->snapshot, PM_GAP_CONFIGS, why_of(code), 1,
		       "cannot read /%s: %s", text,
		       code == -EFBIG ? "it is larger, or there are more, than is read"
				      : strerror(-code));
}

int config_open(struct reading *reading, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT};
	int fd = (int)syscall(SYS_openat2, reading->root, path, &how, sizeof(how));

	/* Linux 5.5 and before: our own root then. */
	if (fd < 0 && errno == ENOSYS)
		fd = openat(reading->root, path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

bool config_is_roots(const struct reading *reading, const struct stat *st)
{
	return reading->collector->source->ops->is_root_in_order ||
	       (!st->st_uid && !(st->st_mode & S_IWOTH) &&
		(!st->st_gid || !(st->st_mode & S_IWGRP)));
}

/* The path of what was opened, links followed; that by which it was, where the kernel tells none. */
static void real_path(const struct reading *reading, int fd, const char *path, char ret[PATH_MAX])
{
	char name[32], real[PATH_MAX] = "";

	snprintf(name, sizeof(name), "self/fd/%d", fd);
	ssize_t len = readlinkat(reading->collector->source->proc, name, real, sizeof(real) - 1);
	real[len > 0 ? len : 0] = '\0';
	snprintf(ret, PATH_MAX, "%s", *real == '/' ? real + 1 : path);
}

/* Others than root can put a file nowhere on the way? */
static bool is_guarded(const struct reading *reading, const char *path)
{
	const struct way way = {reading->collector->source->proc, reading->pid, reading->root};
	struct guard guard = {.writers = PM_WRITERS_ROOT};
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "/%s", path);
	int fd = guard_open(&way, whole, &guard);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && guard.writers == PM_WRITERS_ROOT;
}

/* What a link leads to is looked at with all that leads there. */
static int check(const struct reading *reading, int fd, const char *path, const char *real)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (!config_is_roots(reading, &st))
		return -EPERM;
	if (reading->collector->source->ops->is_root_in_order || !strcmp(real, path))
		return 0;
	return is_guarded(reading, path) ? 0 : -EPERM;
}

/* For the recording: of what was not read it has a file that says nothing. */
static void record(const struct reading *reading, const char *path, const void *bytes, size_t len)
{
	const char *slash = strrchr(path, '/');
	char folder[256];

	if (!slash)
		return;
	snprintf(folder, sizeof(folder), "../host/root/%.*s", (int)(slash - path), path);
	record_file(reading->collector->source, folder, slash + 1, bytes, len);
}

static int config_bytes(const struct reading *reading, int fd, const char *path, const char *real,
			struct pm_buf *ret)
{
	int r = check(reading, fd, path, real);

	if (r < 0)
		return r;
	return reading->bytes > BYTES_MAX ? -EFBIG : pm_read_all(fd, path, CONFIG_MAX, ret, NULL);
}

int config_read(struct reading *reading, const char *path, struct pm_config *ret)
{
	static const char nothing[] = "# not read\n";
	struct pm_arena *arena = &reading->collector->snapshot->arena;
	struct pm_buf bytes = {0};
	char real[PATH_MAX];
	int fd = config_open(reading, path, O_RDONLY | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		if (fd != -ENOENT)
			record(reading, path, nothing, sizeof(nothing) - 1);
		return fd;
	}
	real_path(reading, fd, path, real);
	int r = config_bytes(reading, fd, path, real, &bytes);
	close(fd);
	if (r < 0) {
		record(reading, real, nothing, sizeof(nothing) - 1);
		pm_buf_release(&bytes);
		return r;
	}
	ret->text = pm_arena_copy(arena, pm_buf_text(&bytes), bytes.len);
	ret->len = bytes.len;
	reading->bytes += bytes.len;
	record(reading, real, pm_buf_text(&bytes), bytes.len);
	pm_buf_release(&bytes);
	return ret->text ? 0 : -ENOMEM;
}

int config_add(struct reading *reading, const struct pm_config *config)
{
	struct pm_snapshot *snapshot = reading->collector->snapshot;

	if (snapshot->config_count == CONFIGS_MAX)
		return config_gap(reading, config->path + 1, -EFBIG);
	struct pm_config *room = pm_array_add(&snapshot->configs, &snapshot->config_count,
					      &snapshot->config_room, sizeof(*room));
	if (room)
		*room = *config;
	return room ? 0 : -ENOMEM;
}

int config_each(struct reading *reading, const char *folder,
		int (*each)(void *data, int dir, const char *base), void *data)
{
	int fd = config_open(reading, folder, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int r = dir ? 0 : -errno;

	if (!dir && fd >= 0)
		close(fd);
	while (r == 0) {
		errno = 0;
		const struct dirent *entry = readdir(dir);

		if (!entry) {
			r = -errno;
			break;
		}
		if (entry->d_name[0] != '.')
			r = each(data, fd, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return r;
}

/* Where the runtimes keep what they know of a container; its id stands between. A new one is a new
 * row. */
static const struct {
	const char *runtime, *before, *after, *file;
} states[] = {
	{"docker", "var/lib/docker/containers", "", "config.v2.json"},
	{"ecs", "var/lib/docker/containers", "", "config.v2.json"},
	{"balena", "var/lib/docker/containers", "", "config.v2.json"},
	{"containerd", "run/containerd/io.containerd.runtime.v2.task/k8s.io", "", "config.json"},
	{"cri-o", "run/containers/storage/overlay-containers", "/userdata", "config.json"},
};

static bool has_config(const struct pm_snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->config_count; i++)
		if (!strcmp(snapshot->configs[i].name, name))
			return true;
	return false;
}

/* A container of which nothing is there, or not any more, has no name. */
static int read_state(struct reading *reading, const struct pm_container *container)
{
	struct pm_config config = {.name = container->id};
	char path[PATH_MAX];
	size_t i = 0;

	while (i < PM_COUNT(states) && container->runtime &&
	       strcmp(states[i].runtime, container->runtime) != 0)
		i++;
	if (!container->runtime || container->is_claim || i == PM_COUNT(states) ||
	    has_config(reading->collector->snapshot, container->id))
		return 0;
	snprintf(path, sizeof(path), "/%s/%s%s/%s", states[i].before, container->id,
		 states[i].after, states[i].file);
	int r = config_read(reading, path + 1, &config);
	if (r == -ENOENT || r == -ENOTDIR || r == -EACCES || r == -EPERM)
		return 0;
	if (r < 0)
		return config_gap(reading, path + 1, r);
	config.path = pm_arena_escape(&reading->collector->snapshot->arena, path, strlen(path));
	return config.path ? config_add(reading, &config) : -ENOMEM;
}

static bool has_gap(const struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->coverage.gap_count; i++)
		if (snapshot->coverage.gaps[i].what == PM_GAP_CONFIGS)
			return true;
	return false;
}

/* The units of pid 1, once. */
static int read_units(struct reading *reading, const struct pm_process *process, const char *words,
		      size_t len)
{
	(void)words, (void)len;
	if (process->pid != 1 || *reading->was_read)
		return 0;
	*reading->was_read = true;
	int r = units_read(reading);
	reading->collector->snapshot->has_units = r == 0 && !has_gap(reading->collector->snapshot);
	return r;
}

/* Programs whose configuration says for whom they hold a listener. A new one is a new row. */
static const struct reader_of {
	const char *program;
	int (*read)(struct reading *reading, const struct pm_process *process, const char *words,
		    size_t len);
} readers[] = {
	{"systemd", read_units},
	{"inetd", inetd_read},
	{"inetutils-inetd", inetd_read},
	{"xinetd", xinetd_read},
};

static const struct reader_of *reader_of(const struct pm_process *process)
{
	char name[PM_PROGRAM_SIZE];

	pm_program_name(process->exe.path ? process->exe.path : "", name, sizeof(name));
	for (size_t i = 0; i < PM_COUNT(readers); i++)
		if (!strcmp(name, readers[i].program))
			return &readers[i];
	return NULL;
}

/* A command line that cannot be read names no file. */
static int read_of(struct reading *reading, const struct reader_of *reader,
		   const struct pm_process *process)
{
	struct proc_dir proc_dir;
	char name[32], *words = calloc(1, BLOCKING_BYTES + 1);
	ssize_t len = 0;

	if (!words)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%d", process->pid);
	if (proc_dir_open(reading->collector->source, name, &proc_dir) == 0) {
		len = blocking_read(&proc_dir, "cmdline", words);
		proc_dir_close(&proc_dir);
	}
	words[len > 0 ? len : 0] = '\0';
	int r = reader->read(reading, process, words, len > 0 ? (size_t)len : 0);
	free(words);
	return r;
}

/* Does the command of its unit tell what it runs? */
static bool is_told_by_unit(const struct pm_process *process)
{
	const char *kind = process->unit ? strrchr(process->unit, '.') : NULL;

	return process->running.title && kind && !strcmp(kind, ".service") &&
	       !process->container.runtime;
}

static int config_read_process(struct reading *reading, const struct pm_process *process)
{
	static const struct pm_process first = {.pid = 1};
	const struct reader_of *reader = reader_of(process);

	if (reader)
		return read_of(reading, reader, process);
	if (pm_process_is_persons(process) || is_told_by_unit(process))
		return read_units(reading, &first, "", 0);
	return read_state(reading, &process->container);
}

static int read_for(struct collector *collector, size_t i, bool *was_read)
{
	const struct pm_process process = collector->snapshot->processes[i];
	struct reading reading = {.collector = collector, .pid = 1, .was_read = was_read};

	if (reader_of(&process))
		reading.pid = process.pid;
	else if (!pm_process_is_persons(&process) && !is_told_by_unit(&process) &&
		 (!process.container.runtime || process.container.is_claim))
		return 0;
	int r = collector->source->ops->open_root(collector->source, reading.pid, &reading.root);
	if (r == NOT_RECORDED)
		return 0;
	if (r < 0)
		return config_gap(&reading, "", r);
	r = config_read_process(&reading, &process);
	close(reading.root);
	return r;
}

int pass_configs(struct collector *collector)
{
	bool was_read = false;
	int r = 0;

	for (size_t i = 0; i < collector->snapshot->process_count && r == 0; i++)
		r = read_for(collector, i, &was_read);
	return r;
}
