/* The command line, by the tables of commands and options. */
#include "options.h"

#include <errno.h>
#include <getopt.h>

enum { DEFAULT_TIMEOUT = 30 };

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
	for (size_t i = 0; i < option_count; i++) {
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
	longs[option_count] = (struct option){0};
	*shorts = '\0';
}

static const struct option_row *row_of(int value)
{
	if (value >= FIRST_VALUE)
		return &options[value - FIRST_VALUE];
	for (size_t i = 0; i < option_count; i++)
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
	const char *near = suggest(name, option_word, option_count);
	return pm_fail(err, -EINVAL, "there is no option '%s'%s%s%s", word,
		       near ? "; did you mean '--" : "; see portmote --help", near ? near : "",
		       near ? "'?" : "");
}

static int parse_options(struct request *request, int argc, char **argv, struct pm_error *err)
{
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 * OPTIONS_MAX + 2];
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
		if (row->commands & OF_KERNEL)
			request->asks_kernel = row->name;
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

/* What a format has no form for is told before anything is done. */
static int check_format(const struct request *request, const struct pm_format *format,
			struct pm_error *err)
{
	unsigned command = request->command->bit;

	if ((command != FOR_EXPLAIN || format->explain) &&
	    (command != FOR_REGISTRY || format->sources))
		return 0;
	return pm_fail(err, -EINVAL, "--format: '%s' is no format of '%s'; text and json are",
		       format->name, request->command->name);
}

/* Text to standard output, unless all that is asked for goes to files. */
static int settle_outputs(struct request *request, struct pm_error *err)
{
	int r = 0;

	if (request->format || request->output || !request->output_count)
		request->outputs[request->output_count++] = (struct output_request){
			request->format ? request->format : &pm_formats[0], request->output};
	for (size_t i = 0; i < request->output_count && r == 0; i++)
		r = check_format(request, request->outputs[i].format, err);
	return r;
}

int request_parse(struct request *request, int argc, char **argv, struct pm_error *err)
{
	int r = 0;

	request->command = default_command;
	request->fail_on = pm_fail_on_default;
	request->collect.timeout = DEFAULT_TIMEOUT;
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
	if (request->snapshot && request->asks_kernel)
		return pm_fail(err, -EINVAL, "--snapshot and --%s exclude each other",
			       request->asks_kernel);
	join_pairs(&request->collect);
	r = settle_outputs(request, err);
	if (r < 0)
		return r;
	return request->command->arguments_take(request, argc - optind, argv + optind, err);
}
