/*
 * What completion ought to offer, by the program's own tables and its own parser, a line each:
 *
 *	command NAME ARGUMENTS|-
 *	option COMMAND LONG LETTER|- ARGUMENT|-
 *	value COMMAND LONG WORD			one of a closed set
 *
 * parted by tabs. An option whose argument is of no kind that is known here is an error: whoever
 * adds one says here what its values are, and in each completion.
 */
#include <errno.h>
#include <getopt.h>
#include <line/options.h>

/* Does the parser take this value? What else it may lack (an argument) is not asked. */
static bool is_taken(const struct command *command, const char *option, const char *value)
{
	char program[] = "portmote", words[64], assignment[128];
	char *argv[8] = {program};
	int argc = 1;
	struct request request = {0};
	struct pm_error err = {.text = ""};

	snprintf(words, sizeof(words), "%s", command->name);
	for (char *rest = words, *word; (word = strsep(&rest, " "));)
		argv[argc++] = word;
	snprintf(assignment, sizeof(assignment), "--%s=%s", option, value);
	argv[argc++] = assignment;
	optind = 0; /* start anew, getopt(3) */
	return request_parse(&request, argc, argv, &err) == 0 ||
	       (strncmp(err.text, "--", 2) != 0 && strncmp(err.text, "-o", 2) != 0);
}

static void print_value(const struct command *command, const struct option_row *row,
			const char *word)
{
	if (is_taken(command, row->name, word))
		printf("value\t%s\t%s\t%s\n", command->name, row->name, word);
}

static void print_formats(const struct command *command, const struct option_row *row)
{
	for (size_t i = 0; i < pm_format_count; i++)
		print_value(command, row, pm_formats[i].name);
}

static void print_columns(const struct command *command, const struct option_row *row)
{
	for (size_t i = 0; i < pm_field_count; i++)
		if (pm_fields[i].header)
			print_value(command, row, pm_fields[i].name);
}

static void print_verdicts(const struct command *command, const struct option_row *row)
{
	for (int i = 0; i < PM_VERDICTS; i++)
		print_value(command, row, pm_verdict_name((enum pm_verdict_kind)i));
}

static void print_fail_on(const struct command *command, const struct option_row *row)
{
	print_value(command, row, "none");
	print_verdicts(command, row);
	for (int i = 0; i < PM_FLAGS; i++)
		print_value(command, row, pm_flag_name((enum pm_flag)i));
	for (int i = 0; i < PM_SEVERITIES; i++)
		print_value(command, row, pm_severity_name((enum pm_severity)i));
}

static void print_means(const struct command *command, const struct option_row *row)
{
	for (int i = 0; i < PM_HOLDERS; i++)
		print_value(command, row, pm_holders_name((enum pm_holders)i));
}

/* The help has them: "auto, always or never". */
static void print_help_words(const struct command *command, const struct option_row *row)
{
	char text[128];

	snprintf(text, sizeof(text), "%s", row->help);
	for (char *rest = text, *word; (word = strsep(&rest, " ,"));)
		if (*word)
			print_value(command, row, word);
}

/* The words that are values beside names that the machine has. */
static void print_namespaces(const struct command *command, const struct option_row *row)
{
	static const char *const words[] = {"self", "host", "all"};

	for (size_t i = 0; i < PM_COUNT(words); i++)
		print_value(command, row, words[i]);
}

static void print_nothing(const struct command *command, const struct option_row *row)
{
	(void)command;
	(void)row;
}

static const struct {
	const char *argument;
	void (*print)(const struct command *command, const struct option_row *row);
} kinds[] = {
	{"FORMAT", print_formats}, {"COLUMNS", print_columns},	{"VERDICTS", print_verdicts},
	{"WORDS", print_fail_on},  {"MEANS", print_means},	{"WHEN", print_help_words},
	{"FILE", print_nothing},   {"NETNS", print_namespaces}, {"DIR", print_nothing},
	{"PORTS", print_nothing},  {"SECONDS", print_nothing},
};

static int print_option(const struct command *command, const struct option_row *row)
{
	printf("option\t%s\t%s\t%c\t%s\n", command->name, row->name,
	       row->letter ? row->letter : '-', row->argument ? row->argument : "-");
	if (!row->argument)
		return 0;
	for (size_t i = 0; i < PM_COUNT(kinds); i++)
		if (!strcmp(kinds[i].argument, row->argument)) {
			kinds[i].print(command, row);
			return 0;
		}
	fprintf(stderr, "tables: --%s=%s: what completes this?\n", row->name, row->argument);
	return -EINVAL;
}

int main(void)
{
	int r = 0;

	for (size_t i = 0; i < command_count; i++) {
		printf("command\t%s\t%s\n", commands[i].name,
		       *commands[i].arguments ? commands[i].arguments : "-");
		for (size_t k = 0; k < option_count; k++)
			if (options[k].commands & commands[i].bit)
				r |= print_option(&commands[i], &options[k]);
	}
	return r || fflush(stdout) != 0;
}
