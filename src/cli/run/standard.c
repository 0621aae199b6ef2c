#include "run/standard.h"
#include "exit_code.h"

#include <fcntl.h>
#include <unistd.h>

/*
 * A closed 0, 1 or 2 would be given to the next file that is opened. Standard output gets a
 * descriptor that refuses writing, so that a report that goes nowhere is still an error.
 */
void occupy_standard_descriptors(void)
{
	static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) != fd &&
		    open("/", O_RDONLY) != fd)
			_exit(EXIT_OUTPUT);
}
