/*
 * The bytes of configuration files: units of systemd(1) by systemd.unit(5)'s order of folders, and
 * those of inetd(8) and xinetd(8). Only which file counts is decided here; none is parsed.
 */
#include "passes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_MAX = 64 * 1024, CONFIGS_MAX = 8192 };

/* The first that has a file of a name hides the others. */
static const char *const unit_folders[] = {
	"etc/systemd/system.control",  "run/systemd/system.control",   "run/systemd/transient",
	"run/systemd/generator.early", "etc/systemd/system",	       "run/systemd/system",
	"run/systemd/generator",       "usr/local/lib/systemd/system", "usr/lib/systemd/system",
	"lib/systemd/system",	       "run/systemd/generator.late",
};

struct reading {
	struct source *source;
	struct pm_snapshot *snapshot;
	int root; /* folder that stands for / */
};

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), skip = strlen(end);

	return len > skip && !strcmp(name + len - skip, end);
}

static bool is_known(const struct pm_snapshot *snapshot, const char *name, const char *base)
{
	for (size_t i = 0; i < snapshot->config_count; i++) {
		const struct pm_config *config = &snapshot->configs[i];
		const char *slash = strrchr(config->path, '/');

		if (!strcmp(config->name, name) && !strcmp(slash + 1, base))
			return true;
	}
	return false;
}

/* Root's own, or the recording of one. */
static int open_config(const struct reading *reading, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (reading->source->replay >= 0 ||
	     (!st.st_uid && !(st.st_mode & S_IWOTH) && (!st.st_gid || !(st.st_mode & S_IWGRP)))))
		return fd;
	close(fd);
	return -1;
}

static int add_config(struct reading *reading, int dir, const char *folder, const char *base,
		      const char *name)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	struct pm_buf bytes = {0};
	char path[512];
	int r = 0;

	if (snapshot->config_count == CONFIGS_MAX || is_known(snapshot, name, base))
		return 0;
	int fd = open_config(reading, dir, base);
	if (fd < 0)
		return 0;
	snprintf(path, sizeof(path), "/%s/%s", folder, base);
	if (pm_read_all(fd, path, CONFIG_MAX, &bytes, NULL) == 0) {
		struct pm_config config = {
			.name = pm_arena_escape(&snapshot->arena, name, strlen(name)),
			.path = pm_arena_escape(&snapshot->arena, path, strlen(path)),
			.text = pm_arena_copy(&snapshot->arena, pm_buf_text(&bytes), bytes.len),
			.len = bytes.len,
		};
		struct pm_config *room =
			config.name && config.path && config.text
				? pm_array_add(&snapshot->configs, &snapshot->config_count,
					       &snapshot->config_room, sizeof(*room))
				: NULL;

		if (room)
			*room = config;
		r = room ? 0 : -ENOMEM;
		snprintf(path, sizeof(path), "../host/root/%s", folder);
		record_file(reading->source, path, base, bytes.data ? bytes.data : "", bytes.len);
	}
	pm_buf_release(&bytes);
	close(fd);
	return r;
}

/* By bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Each file of a folder; `name` of what they speak, or NULL: each of its own. */
static int add_folder(struct reading *reading, const char *folder, const char *ending,
		      const char *name)
{
	int dir = openat(reading->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries = NULL;
	int count = dir < 0 ? 0 : scandirat(dir, ".", &entries, NULL, by_name), r = 0;

	for (int i = 0; i < count; i++) {
		const char *base = entries[i]->d_name;

		if (r == 0 && base[0] != '.' && (!*ending || ends_with(base, ending)))
			r = add_config(reading, dir, folder, base, name ? name : base);
		free(entries[i]);
	}
	free(entries);
	if (dir >= 0)
		close(dir);
	return r;
}

/* The drop-ins of each unit of an ending: they follow its file. */
static int add_drop_ins(struct reading *reading, const char *folder, const char *ending)
{
	int dir = openat(reading->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	struct dirent **entries = NULL;
	int count = dir < 0 ? 0 : scandirat(dir, ".", &entries, NULL, by_name);
	char suffix[16], path[512], unit[256];

	snprintf(suffix, sizeof(suffix), "%s.d", ending);
	for (int i = 0; i < count; i++) {
		const char *base = entries[i]->d_name;

		if (r == 0 && ends_with(base, suffix)) {
			snprintf(path, sizeof(path), "%s/%s", folder, base);
			snprintf(unit, sizeof(unit), "%.*s", (int)(strlen(base) - 2), base);
			r = add_folder(reading, path, ".conf", unit);
		}
		free(entries[i]);
	}
	free(entries);
	if (dir >= 0)
		close(dir);
	return r;
}

static int read_units(struct reading *reading)
{
	static const char *const endings[] = {".socket", ".service"};
	int r = 0;

	for (size_t e = 0; e < PM_COUNT(endings); e++) {
		for (size_t i = 0; i < PM_COUNT(unit_folders) && r == 0; i++)
			r = add_folder(reading, unit_folders[i], endings[e], NULL);
		for (size_t i = 0; i < PM_COUNT(unit_folders) && r == 0; i++)
			r = add_drop_ins(reading, unit_folders[i], endings[e]);
	}
	return r;
}

/* /etc/NAME.conf, and the files of /etc/NAME.d. */
static int read_etc(struct reading *reading, const char *name)
{
	int dir = openat(reading->root, "etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char file[32], folder[32];

	snprintf(file, sizeof(file), "%s.conf", name);
	snprintf(folder, sizeof(folder), "etc/%s.d", name);
	int r = dir < 0 ? 0 : add_config(reading, dir, "etc", file, file);
	if (dir >= 0)
		close(dir);
	return r == 0 ? add_folder(reading, folder, "", NULL) : r;
}

static int read_inetd(struct reading *reading)
{
	return read_etc(reading, "inetd");
}

static int read_xinetd(struct reading *reading)
{
	return read_etc(reading, "xinetd");
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

static int read_state(struct reading *reading, const struct pm_container *container)
{
	char folder[256];
	int r = 0;

	for (size_t i = 0; i < PM_COUNT(states) && r == 0; i++) {
		if (!container->runtime || container->is_claim ||
		    strcmp(states[i].runtime, container->runtime) != 0)
			continue;
		snprintf(folder, sizeof(folder), "%s/%s%s", states[i].before, container->id,
			 states[i].after);
		int dir = openat(reading->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			continue;
		r = add_config(reading, dir, folder, states[i].file, container->id);
		close(dir);
	}
	return r;
}

/* Programs whose configuration says for whom they hold a listener. A new one is a new row. */
static const struct {
	const char *program;
	int (*read)(struct reading *reading);
} readers[] = {
	{"systemd", read_units},
	{"inetd", read_inetd},
	{"inetutils-inetd", read_inetd},
	{"xinetd", read_xinetd},
};

static bool holds(const struct pm_snapshot *snapshot, const char *program)
{
	char name[PM_PROGRAM_SIZE];

	for (size_t i = 0; i < snapshot->process_count; i++)
		if (snapshot->processes[i].exe.path &&
		    !strcmp(pm_program_name(snapshot->processes[i].exe.path, name, sizeof(name)),
			    program))
			return true;
	return false;
}

int pass_configs(struct source *source, struct pm_snapshot *snapshot)
{
	struct reading reading = {
		.source = source,
		.snapshot = snapshot,
		.root = source->replay >= 0 ? openat(source->replay, "host/root",
						     O_RDONLY | O_DIRECTORY | O_CLOEXEC)
					    : open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};
	int r = 0;

	for (size_t i = 0; i < snapshot->process_count && r == 0 && reading.root >= 0; i++)
		r = read_state(&reading, &snapshot->processes[i].container);
	for (size_t i = 0; i < PM_COUNT(readers) && r == 0 && reading.root >= 0; i++)
		if (holds(snapshot, readers[i].program))
			r = readers[i].read(&reading);
	if (reading.root >= 0)
		close(reading.root);
	return r;
}
