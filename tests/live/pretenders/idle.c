/*
 * idle: runs for ever, whatever it is called and told, and so keeps the listeners that it was given.
 * IDLE_COMM: call yourself so. IDLE_TITLE: write that over the command line.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *comm = getenv("IDLE_COMM"), *title = getenv("IDLE_TITLE");
	char *end = argv[argc - 1] + strlen(argv[argc - 1]);

	prctl(PR_SET_PDEATHSIG, 9);
	if (comm)
		prctl(PR_SET_NAME, comm);
	if (title) {
		memset(argv[0], 0, (size_t)(end - argv[0]));
		strncpy(argv[0], title, (size_t)(end - argv[0]));
	}
	for (;;)
		pause();
}
