#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/*
 * A closed 0, 1 or 2 would be given to the next file that is opened. Standard output gets a
 * descriptor that refuses writing, so that a report that goes nowhere is still an error.
 */
static void occupy_standard_descriptors(void)
{
	static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags[fd]) != fd &&
		    open("/", O_RDONLY) != fd)
			_exit(EXIT_OUTPUT);
}

/* Nothing of the environment counts but what the man page names. */
static void clear_environment(void)
{
	const char *names[] = {"NO_COLOR", "TERM"};
	char *kept[PM_COUNT(names)];

	for (size_t i = 0; i < PM_COUNT(names); i++)
		kept[i] = getenv(names[i]) ? strdup(getenv(names[i])) : NULL;
	clearenv();
	for (size_t i = 0; i < PM_COUNT(names); i++) {
		if (kept[i])
			setenv(names[i], kept[i], 1);
		free(kept[i]);
	}
}

int main(int argc, char **argv)
{
	struct request request = {0};
	struct pm_error err;

	occupy_standard_descriptors();
	clear_environment();
	/* A full disk and a closed pipe are errors of writing, and told as such. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (rights_aside(&err) < 0 || request_parse(&request, argc, argv, &err) < 0) {
		fprintf(stderr, "portmote: %s\n", err.text);
		return EXIT_USAGE;
	}
	if (!request.help && !request.version)
		return (int)request.command->run(&request);
	if (request.help)
		help_print();
	else
		puts("portmote " PM_VERSION);
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_CLEAN : EXIT_OUTPUT;
}
