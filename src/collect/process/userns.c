#include "process/userns.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Who made the namespace: root makes one for a service, any user one for himself. */
static bool owner_read(void *data, struct pm_buf *ret)
{
	const int *folder = data;
	uid_t uid;
	int fd = openat(*folder, "ns/user", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool is_told = ioctl(fd, NS_GET_OWNER_UID, &uid) == 0;
	if (is_told)
		pm_buf_printf(ret, "%" PRIu32, (uint32_t)uid);
	close(fd);
	return is_told;
}

static void read_owner(const struct proc_dir *dir, struct pm_process *process)
{
	struct pm_buf text = {0};
	int folder = dir->fd;
	uint64_t number;

	if (proc_dir_value(dir, "userns.owner", owner_read, &folder, &text) &&
	    pm_parse_u64(pm_buf_text(&text), text.len, UINT32_MAX, &number) == 0) {
		process->userns_owner = (uint32_t)number;
		process->has_userns_owner = true;
	}
	pm_buf_release(&text);
}

void userns_read(struct reader *reader, const struct proc_dir *dir, struct pm_process *process)
{
	char link[64];

	if (proc_dir_link(dir, "ns/user", link, sizeof(link)) <= 0 || !reader->userns[0])
		return;
	process->own_userns = strcmp(link, reader->userns) ? PM_YES : PM_NO;
	if (process->own_userns == PM_YES)
		read_owner(dir, process);
}
