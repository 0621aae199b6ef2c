#include "source/recording.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Make the folders above `path` below the recording; errors show when the file is made. */
static void make_folders(int dir, const char *path)
{
	char folder[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		mkdirat(dir, folder, 0700);
	}
}

static void record_at(struct source *source, const char *path, const void *bytes, size_t len)
{
	make_folders(source->copy, path);
	int fd = openat(source->copy, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0600);
	int r = fd < 0 ? -errno : pm_write_all(fd, bytes, len);

	if (fd >= 0 && close(fd) < 0)
		r = -errno;
	if (r < 0 && !source->record_failed)
		source->record_failed = r;
}

void recording_keep(struct source *source, const char *folder, const char *name, const void *bytes,
		    size_t len)
{
	char path[256];

	snprintf(path, sizeof(path), "proc/%s/%s", folder, name);
	record_at(source, path, bytes, len);
}

void recording_keep_link(struct source *source, const char *folder, const char *name,
			 const char *target)
{
	char path[256];

	snprintf(path, sizeof(path), "proc/%s/%s", folder, name);
	make_folders(source->copy, path);
	unlinkat(source->copy, path, 0);
	if (symlinkat(*target ? target : " ", source->copy, path) < 0 && !source->record_failed)
		source->record_failed = -errno;
}

enum value_from recording_value(struct source *source, const struct proc_dir *proc_dir,
				const char *name, value_reader read, void *data, struct pm_buf *ret)
{
	if (!read(data, ret))
		return VALUE_ABSENT;
	recording_keep(source, proc_dir ? proc_dir->name : "../host", name, pm_buf_text(ret),
		       ret->len);
	return VALUE_LIVE;
}

void recording_clear(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
		    unlinkat(fd, entry->d_name, 0) == 0)
			continue;
		int below =
			openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue;
		recording_clear(below);
		close(below);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
}
