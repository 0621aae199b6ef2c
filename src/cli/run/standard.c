#include "run/standard.h"

#include <errno.h>
#include <fcntl.h>

/*
 * A closed 0, 1 or 2 would be given to the next file that is opened. Standard output gets a
 * descriptor that refuses writing, so that a report that goes nowhere is still an error.
 */
int occupy_standard_descriptors(void)
{
	static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (errno != EBADF || (open("/dev/null", flags[fd]) < 0 && open("/", O_RDONLY) < 0))
			return -errno;
	}
	return 0;
}
