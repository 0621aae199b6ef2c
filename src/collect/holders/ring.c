#include "holders/ring.h"

#include <errno.h>

enum { TRIES = 3, RING_BYTES = 256 * 1024 };

static const char *user_files(const char *text)
{
	static const char head[] = "\nUserFiles:\t";
	const char *at = strstr(text, head);

	return at ? at + sizeof(head) - 1 : NULL;
}

/* How many there are is on a line of its own; the lines of files, below it, are indented. */
static bool are_named(const char *files)
{
	const char *end = strchr(files, '\n');

	return *files == '0' || (end && end[1] == ' ');
}

int ring_sockets(const struct proc_dir *dir, const struct task *task,
		 int (*each)(void *data, uint32_t inode), void *data)
{
	static const char socket[] = ": socket:[";
	char path[TASK_PATH_SIZE], *text = malloc(RING_BYTES);
	const char *name = strchr(task_path(task, "fdinfo", path), '/') + 1, *at = NULL;
	int r = RING_IN_USE;

	/*
	 * The kernel leaves the files out while the ring is in use (it tries the lock, and does
	 * not wait): then it says how many there are, and names none.
	 */
	for (int i = 0; text && i < TRIES && r == RING_IN_USE; i++) {
		ssize_t len = proc_dir_read(dir, name, text, RING_BYTES);

		at = len > 0 ? user_files(text) : NULL;
		if (len < 0)
			r = (int)len;
		else
			r = at && !are_named(at) ? RING_IN_USE : 0;
	}
	while (r == 0 && at && (at = strstr(at, socket))) {
		uint64_t inode;

		at += sizeof(socket) - 1;
		if (pm_parse_u64(at, strcspn(at, "]"), UINT32_MAX, &inode) == 0)
			r = each(data, (uint32_t)inode);
	}
	free(text);
	return text ? r : -ENOMEM;
}

struct wanted {
	uint32_t inode;
	bool is_there;
};

static int ring_compare(void *data, uint32_t inode)
{
	struct wanted *wanted = data;

	wanted->is_there |= inode == wanted->inode;
	return 0;
}

bool ring_holds(const struct proc_dir *dir, const struct task *task, uint32_t inode)
{
	struct wanted wanted = {.inode = inode};

	return ring_sockets(dir, task, ring_compare, &wanted) == 0 && wanted.is_there;
}
