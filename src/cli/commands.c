/* The table of commands. A new command is a new file and a new row. */
#include "cli.h"

const struct command commands[] = {
	{"audit", "", "list everything that listens, labelled and judged (the default)",
	 audit_arguments, audit_run},
	{"explain", "PORTS|SERVICE",
	 "tell what is known of a port, range or service, and what is there", explain_arguments,
	 explain_run},
};
const size_t command_count = PM_COUNT(commands);
const struct command *const default_command = &commands[0];
