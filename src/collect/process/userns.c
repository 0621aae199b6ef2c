#include "process/userns.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Who made the namespace: root makes one for a service, any user one for himself. */
static void read_owner(struct reader *reader, const struct place *place, struct pm_process *process)
{
	static const char name[] = "userns.owner";
	char text[16];
	uint64_t number;
	uid_t uid;

	if (reader->collector->source->replay >= 0) {
		ssize_t len =
			place_read(reader->collector->source, place, name, text, sizeof(text));

		if (len > 0 && pm_parse_u64(text, (size_t)len, UINT32_MAX, &number) == 0) {
			process->userns_owner = (uint32_t)number;
			process->has_userns_owner = true;
		}
		return;
	}
	int fd = openat(place->fd, "ns/user", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (ioctl(fd, NS_GET_OWNER_UID, &uid) == 0) {
		process->userns_owner = uid;
		process->has_userns_owner = true;
		int len = snprintf(text, sizeof(text), "%" PRIu32, process->userns_owner);
		record_file(reader->collector->source, place->name, name, text, (size_t)len);
	}
	close(fd);
}

void userns_read(struct reader *reader, const struct place *place, struct pm_process *process)
{
	char link[64];

	if (place_link(reader->collector->source, place, "ns/user", link, sizeof(link)) <= 0 ||
	    !reader->userns[0])
		return;
	process->own_userns = strcmp(link, reader->userns) ? PM_YES : PM_NO;
	if (process->own_userns == PM_YES)
		read_owner(reader, place, process);
}
