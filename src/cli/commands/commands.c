/* The table of commands. A new command is a new file and a new row. */
#include "commands/commands.h"

const struct command commands[] = {
	{"audit", FOR_AUDIT, "", "list everything that listens, labelled and judged (the default)",
	 no_arguments, audit_run},
	{"explain", FOR_EXPLAIN, "PORTS|SERVICE",
	 "tell what is known of a port, range or service, and what is there", explain_arguments,
	 explain_run},
	{"learn", FOR_LEARN, "", "write a policy from what listens now", no_arguments, learn_run},
	{"check", FOR_CHECK, "POLICY", "hold what listens to a policy", check_arguments, audit_run},
	{"save", FOR_SAVE, "FILE", "keep a snapshot of what listens now", save_arguments, save_run},
	{"diff", FOR_DIFF, "OLD [NEW]", "tell what changed since a snapshot", diff_arguments,
	 diff_run},
	{"registry", FOR_REGISTRY, "", "tell which registry and which knowledge are in use",
	 no_arguments, registry_run},
	{"registry import", FOR_IMPORT, "FILE|-",
	 "use IANA's CSV file from now on, in the place of the built-in one", import_arguments,
	 import_run},
	{"registry reset", FOR_RESET, "", "use the built-in registry again", no_arguments,
	 reset_run},
};
const size_t command_count = PM_COUNT(commands);
const struct command *const default_command = &commands[0];
