/* The table of options: it drives parsing, --help, and the test that holds --help against the man
 * page. */
#include "cli.h"

#include <errno.h>
#include <getopt.h>

struct option_row {
	const char *name;     /* long */
	const char *argument; /* "PORTS", or NULL */
	const char *help;
	int letter;	   /* short, or 0 */
	unsigned commands; /* that it is for: FOR_... */
	int (*take)(struct request *request, const char *value, struct pm_error *err);
};

#define TAKE(what)                                                                                 \
	static int take_##what(struct request *request, const char *value, struct pm_error *err)
#define TAKE_SWITCH(what, member)                                                                  \
	TAKE(what)                                                                                 \
	{                                                                                          \
		(void)value;                                                                       \
		(void)err;                                                                         \
		request->member = true;                                                            \
		return 0;                                                                          \
	}

TAKE_SWITCH(v4, collect.only_v4)
TAKE_SWITCH(v6, collect.only_v6)
TAKE_SWITCH(tcp, collect.only_tcp)
TAKE_SWITCH(udp, collect.only_udp)
TAKE_SWITCH(no_header, no_header)
TAKE_SWITCH(verbose, verbose)
TAKE_SWITCH(help, help)
TAKE_SWITCH(version, version)

/* Call `take` for each word of a list with commas. */
static int each_word(struct request *request, const char *list, struct pm_error *err,
		     int (*take)(struct request *, const char *word, size_t len, struct pm_error *))
{
	int r = 0;

	for (const char *at = list; r == 0; at++) {
		size_t len = strcspn(at, ",");

		r = take(request, at, len, err);
		at += len;
		if (!*at)
			break;
	}
	return r;
}

static int take_port_word(struct request *request, const char *word, size_t len,
			  struct pm_error *err)
{
	uint16_t first, last;

	if (pm_parse_ports(word, len, &first, &last) < 0)
		return pm_fail(
			err, -EINVAL,
			"--port: '%.*s' is not a port (0 to 65535) or a range such as 6000-6063",
			(int)len, word);
	for (unsigned port = first; port <= last; port++)
		request->ports[port / 8] |= (uint8_t)(1u << port % 8);
	request->collect.ports = request->ports;
	return 0;
}

TAKE(port)
{
	return each_word(request, value, err, take_port_word);
}

TAKE(netns)
{
	(void)request;
	if (!strcmp(value, "self"))
		return 0;
	return pm_fail(err, -EINVAL, "--netns: '%s' is not supported; only 'self' is", value);
}

static const char *format_word(size_t i)
{
	return pm_formats[i].name;
}

TAKE(format)
{
	request->format = pm_format_find(value);
	if (request->format)
		return 0;
	const char *near = suggest(value, format_word, pm_format_count);
	return pm_fail(err, -EINVAL, "--format: there is no format '%s'%s%s%s", value,
		       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

TAKE(output)
{
	(void)err;
	request->output = value;
	return 0;
}

TAKE(registry)
{
	(void)err;
	request->registry = value;
	return 0;
}

TAKE(knowledge)
{
	if (request->knowledge_count == PM_COUNT(request->knowledge))
		return pm_fail(err, -EINVAL, "--knowledge: more than %zu files",
			       PM_COUNT(request->knowledge));
	request->knowledge[request->knowledge_count++] = value;
	return 0;
}

TAKE(record)
{
	(void)err;
	request->record = value;
	return 0;
}

TAKE(replay)
{
	(void)err;
	request->replay = value;
	return 0;
}

static const char *column_word(size_t i)
{
	return pm_fields[i].header ? pm_fields[i].name : NULL;
}

static int take_column_word(struct request *request, const char *word, size_t len,
			    struct pm_error *err)
{
	int i = pm_field_find(word, len);

	if (i < 0) {
		char text[32];

		snprintf(text, sizeof(text), "%.*s", (int)len, word);
		const char *near = suggest(text, column_word, pm_field_count);
		return pm_fail(err, -EINVAL, "-o: there is no column '%.*s'%s%s%s", (int)len, word,
			       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	}
	if (request->column_count == PM_COUNT(request->columns))
		return pm_fail(err, -EINVAL, "-o: more than %zu columns",
			       PM_COUNT(request->columns));
	request->columns[request->column_count++] = (size_t)i;
	return 0;
}

TAKE(columns)
{
	return each_word(request, value, err, take_column_word);
}

static bool is_word(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && !memcmp(name, word, len);
}

static int find_verdict(const char *word, size_t len)
{
	for (int i = 0; i < PM_VERDICTS; i++)
		if (is_word(pm_verdict_name((enum pm_verdict_kind)i), word, len))
			return i;
	return -1;
}

static int take_only_word(struct request *request, const char *word, size_t len,
			  struct pm_error *err)
{
	int i = find_verdict(word, len);

	if (i < 0)
		return pm_fail(err, -EINVAL, "--only: there is no verdict '%.*s'", (int)len, word);
	request->only |= 1u << i;
	return 0;
}

TAKE(only)
{
	return each_word(request, value, err, take_only_word);
}

static int take_fail_on_word(struct request *request, const char *word, size_t len,
			     struct pm_error *err)
{
	int verdict = find_verdict(word, len);

	if (verdict >= 0) {
		request->fail_on.verdicts |= 1u << verdict;
		return 0;
	}
	for (int i = 0; i < PM_FLAGS; i++)
		if (is_word(pm_flag_name((enum pm_flag)i), word, len)) {
			request->fail_on.flags |= 1u << i;
			return 0;
		}
	for (int i = 0; i < PM_SEVERITIES; i++)
		if (is_word(pm_severity_name((enum pm_severity)i), word, len)) {
			request->fail_on.severities |= 1u << i;
			return 0;
		}
	return pm_fail(err, -EINVAL, "--fail-on: there is no verdict, flag or severity '%.*s'",
		       (int)len, word);
}

TAKE(fail_on)
{
	request->fail_on = (struct pm_fail_on){0};
	return strcmp(value, "none") ? each_word(request, value, err, take_fail_on_word) : 0;
}

TAKE(color)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (size_t i = 0; i < PM_COUNT(words); i++)
		if (!strcmp(value, words[i])) {
			request->color = (enum color)i;
			return 0;
		}
	return pm_fail(err, -EINVAL, "--color: '%s' is not auto, always or never", value);
}

enum {
	FOR_PORTS = FOR_AUDIT | FOR_EXPLAIN,
	FOR_REPORTS = FOR_PORTS | FOR_REGISTRY,
};

static const struct option_row options[] = {
	{"ipv4", NULL, "only IPv4 sockets", '4', FOR_PORTS, take_v4},
	{"ipv6", NULL, "only IPv6 sockets, dual-stack ones among them", '6', FOR_PORTS, take_v6},
	{"tcp", NULL, "only TCP", 't', FOR_PORTS, take_tcp},
	{"udp", NULL, "only UDP", 'u', FOR_PORTS, take_udp},
	{"port", "PORTS", "only these ports: 22, 6000-6063, or a list with commas", 0, FOR_AUDIT,
	 take_port},
	{"netns", "NETNS", "network namespace to look at: self", 0, FOR_PORTS, take_netns},
	{"format", "FORMAT", "text or json", 0, FOR_REPORTS, take_format},
	{"output", "FILE", "write to FILE, whole or not at all", 0, FOR_REPORTS, take_output},
	{"columns", "COLUMNS", "columns of the text, see below", 'o', FOR_AUDIT, take_columns},
	{"no-header", NULL, "neither header nor summary: only records", 0, FOR_AUDIT,
	 take_no_header},
	{"only", "VERDICTS", "list only these verdicts", 0, FOR_PORTS, take_only},
	{"fail-on", "WORDS", "verdicts, flags, severities that give exit code 1; or none", 0,
	 FOR_AUDIT, take_fail_on},
	{"registry", "FILE", "IANA's CSV file in place of the built-in registry", 0, FOR_REPORTS,
	 take_registry},
	{"knowledge", "FILE", "add the implementers or occupants of this CSV file", 0, FOR_REPORTS,
	 take_knowledge},
	{"record", "DIR", "keep all that was read in the new folder DIR", 0, FOR_PORTS,
	 take_record},
	{"replay", "DIR", "read a recording in place of the kernel", 0, FOR_PORTS, take_replay},
	{"color", "WHEN", "auto, always or never", 0, FOR_AUDIT, take_color},
	{"verbose", NULL, "reasons, sources, what is not checked, each change, the sandbox", 'v',
	 FOR_REPORTS | FOR_IMPORT, take_verbose},
	{"help", NULL, "this text", 'h', FOR_ALL, take_help},
	{"version", NULL, "the version", 0, FOR_ALL, take_version},
};

static const char *option_word(size_t i)
{
	return options[i].name;
}

static const char *command_word(size_t i)
{
	return commands[i].name;
}

/* The form that getopt_long(3) takes; values of rows without letter start above all letters. */
enum { FIRST_VALUE = 256 };

static void make_getopt(struct option *longs, char *shorts)
{
	*shorts++ = ':';
	for (size_t i = 0; i < PM_COUNT(options); i++) {
		longs[i] = (struct option){
			.name = options[i].name,
			.has_arg = options[i].argument ? required_argument : no_argument,
			.val = FIRST_VALUE + (int)i,
		};
		if (!options[i].letter)
			continue;
		*shorts++ = (char)options[i].letter;
		if (options[i].argument)
			*shorts++ = ':';
	}
	longs[PM_COUNT(options)] = (struct option){0};
	*shorts = '\0';
}

static const struct option_row *row_of(int value)
{
	if (value >= FIRST_VALUE)
		return &options[value - FIRST_VALUE];
	for (size_t i = 0; i < PM_COUNT(options); i++)
		if (options[i].letter == value)
			return &options[i];
	return NULL;
}

static int unknown_option(const char *word, int letter, struct pm_error *err)
{
	if (letter && letter < FIRST_VALUE)
		return pm_fail(err, -EINVAL, "there is no option '-%c'; see portmote --help",
			       letter);
	if (letter)
		return pm_fail(err, -EINVAL, "--%s takes no value",
			       options[letter - FIRST_VALUE].name);

	char name[32];
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	const char *near = suggest(name, option_word, PM_COUNT(options));
	return pm_fail(err, -EINVAL, "there is no option '%s'%s%s%s", word,
		       near ? "; did you mean '--" : "; see portmote --help", near ? near : "",
		       near ? "'?" : "");
}

static int parse_options(struct request *request, int argc, char **argv, struct pm_error *err)
{
	struct option longs[PM_COUNT(options) + 1];
	char shorts[2 * PM_COUNT(options) + 2];
	int value, r = 0;

	make_getopt(longs, shorts);
	opterr = 0;
	while (r == 0 && (value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (value == '?')
			return unknown_option(argv[optind - 1], optopt, err);
		if (value == ':')
			return pm_fail(err, -EINVAL, "%s needs a value (%s)", argv[optind - 1],
				       row_of(optopt)->argument);
		const struct option_row *row = row_of(value);
		r = row->commands & request->command->bit
			    ? row->take(request, optarg, err)
			    : pm_fail(err, -EINVAL, "--%s is no option of '%s'", row->name,
				      request->command->name);
	}
	return r;
}

static int unknown_command(const char *name, struct pm_error *err)
{
	const char *near = suggest(name, command_word, command_count);

	return pm_fail(err, -EINVAL, "there is no command '%s'%s%s%s", name,
		       near ? "; did you mean '" : "; see portmote --help", near ? near : "",
		       near ? "'?" : "");
}

/* How many of `words` are the command's name: 2, 1, or 0 where they are another. */
static int is_command(const struct command *command, int count, char **words)
{
	const char *second = strchr(command->name, ' ');
	size_t len = second ? (size_t)(second - command->name) : strlen(command->name);

	if (strlen(words[0]) != len || memcmp(words[0], command->name, len) != 0)
		return 0;
	return !second ? 1 : count > 1 && !strcmp(words[1], second + 1) ? 2 : 0;
}

/* The command that most words name; returns how many they are. */
static int find_command(struct request *request, int count, char **words, struct pm_error *err)
{
	int most = 0;

	for (size_t i = 0; i < command_count; i++) {
		int used = is_command(&commands[i], count, words);

		if (used > most)
			request->command = &commands[i];
		most = used > most ? used : most;
	}
	return most ? most : unknown_command(words[0], err);
}

int no_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	char name[64];

	if (!count)
		return 0;
	snprintf(name, sizeof(name), "%s %s", request->command->name, words[0]);
	return unknown_command(name, err);
}

/* -4 with -6, and -t with -u, ask for both: as in ss(8). */
static void join_pairs(struct pm_collect_options *collect)
{
	if (collect->only_v4 && collect->only_v6)
		collect->only_v4 = collect->only_v6 = false;
	if (collect->only_tcp && collect->only_udp)
		collect->only_tcp = collect->only_udp = false;
}

int request_parse(struct request *request, int argc, char **argv, struct pm_error *err)
{
	int r = 0;

	request->command = default_command;
	request->format = &pm_formats[0];
	request->fail_on = pm_fail_on_default;
	if (argc > 1 && argv[1][0] != '-') {
		r = find_command(request, argc - 1, argv + 1, err);
		if (r > 0) {
			argc -= r;
			argv += r;
		}
	}
	if (r >= 0)
		r = parse_options(request, argc, argv, err);
	if (r < 0 || request->help || request->version)
		return r;
	join_pairs(&request->collect);
	return request->command->arguments_take(request, argc - optind, argv + optind, err);
}

static void print_options(void)
{
	for (size_t i = 0; i < PM_COUNT(options); i++) {
		const struct option_row *row = &options[i];
		char letter[8] = "    ", name[48];

		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		snprintf(name, sizeof(name), "--%s%s%s", row->name, row->argument ? "=" : "",
			 row->argument ? row->argument : "");
		printf("  %s%-20s %s\n", letter, name, row->help);
	}
}

void help_print(void)
{
	printf("Usage: portmote [COMMAND] [OPTION]...\n"
	       "List what listens on this machine, who holds it, and whether it belongs there.\n\n"
	       "Commands:\n");
	for (size_t i = 0; i < command_count; i++)
		printf("  %-16s%-14s %s\n", commands[i].name, commands[i].arguments,
		       commands[i].help);
	printf("\nOptions:\n");
	print_options();
	printf("\nFormats:\n");
	for (size_t i = 0; i < pm_format_count; i++)
		printf("  %-14s %s\n", pm_formats[i].name, pm_formats[i].help);
	printf("\nColumns:\n");
	for (size_t i = 0; i < pm_field_count; i++)
		if (pm_fields[i].header)
			printf("  %-14s %s\n", pm_fields[i].name, pm_fields[i].help);
	printf("\nExit codes:\n"
	       "  0 clean   1 findings   2 usage or input error   3 incomplete   4 output error\n");
}
