#include "source/proc_dir.h"
#include "source/ops.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Entries as many at once as fit: these the kernel makes ready. */
static int each_of(int dir, char *entries, size_t room,
		   int (*each)(void *data, const char *name, unsigned number), void *data)
{
	uint64_t number;
	int r = 0;

	for (;;) {
		long size = syscall(SYS_getdents64, dir, entries, room);

		if (size <= 0)
			return size < 0 ? -errno : 0;
		for (long at = 0; at < size && r == 0;) {
			const struct dirent64 *entry = (const void *)(entries + at);

			at += entry->d_reclen;
			if (pm_parse_u64(entry->d_name, strlen(entry->d_name), INT32_MAX,
					 &number) == 0)
				r = each(data, entry->d_name, (unsigned)number);
		}
		if (r)
			return r;
	}
}

int each_number(int dir, int (*each)(void *data, const char *name, unsigned number), void *data)
{
	char entries[16 * 1024] __attribute__((aligned(8)));

	return each_of(dir, entries, sizeof(entries), each, data);
}

int first_number(int dir, int (*each)(void *data, const char *name, unsigned number), void *data)
{
	char entries[3 * 32] __attribute__((aligned(8))); /* that of its own, its parent, and one */

	return each_of(dir, entries, sizeof(entries), each, data);
}

int each_thread(struct source *source, const char *process,
		int (*each)(void *data, const char *name, unsigned tid), void *data)
{
	char name[32];

	snprintf(name, sizeof(name), "%.16s/task", process);
	int r = source->ops->has_threads ? source->ops->has_threads(source, name) : 1;
	if (r <= 0) {
		step_check_search(source, r);
		return 0;
	}
	int dir = openat(source->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		step_check_search(source, -errno);
		return 0;
	}
	r = step_check_search(source, each_number(dir, each, data));
	close(dir);
	return r == -ENOENT || r == -ESRCH ? 0 : r;
}
