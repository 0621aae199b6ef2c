#include "exit_code.h"
#include "commands/commands.h"
#include "line/help.h"
#include "line/request.h"
#include "run/aside.h"
#include "run/ending.h"
#include "run/rights.h"
#include "run/standard.h"

#include <signal.h>

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

	int r = occupy_standard_descriptors();
	if (r < 0) {
		fprintf(stderr, "portmote: cannot open /dev/null: %s\n", strerror(-r));
		return EXIT_OUTPUT;
	}
	clear_environment();
	/* A full disk and a closed pipe are errors of writing, and told as such. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (rights_aside(&err) < 0 || request_parse(&request, argc, argv, &err) < 0) {
		fprintf(stderr, "portmote: %s\n", err.text);
		return EXIT_USAGE;
	}
	if (!request.help && !request.version) {
		ending_begin(&request);
		enum exit_code code = request.command->run(&request);
		aside_end();
		return (int)code;
	}
	if (request.help)
		help_print();
	else
		puts("portmote " PM_VERSION);
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_CLEAN : EXIT_OUTPUT;
}
