#include "line/request.h"
#include "line/habits.h"
#include "line/options.h"
#include "line/suggest.h"
#include "line/words.h"

#include <errno.h>
#include <getopt.h>

enum { DEFAULT_TIMEOUT = 30 };

static const char *option_word(size_t i)
{
	return options[i].name;
}

/*
 * The form that getopt_long(3) takes; values of rows without letter start above all letters. After
 * those of the table come the formats, each an option of its own (--json), and the habits of
 * others.
 */
enum { FIRST_VALUE = 256, FORMAT_VALUE = 512, HABIT = 1024, NAMES_MAX = OPTIONS_MAX + 32 };

static void make_getopt(struct option longs[NAMES_MAX], char *shorts)
{
	size_t count = 0;

	*shorts++ = ':';
	for (size_t i = 0; i < option_count; i++) {
		longs[count++] = (struct option){
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
	for (size_t i = 0; i < pm_format_count; i++)
		longs[count++] = (struct option){
			.name = pm_formats[i].name,
			.has_arg = optional_argument,
			.val = FORMAT_VALUE + (int)i,
		};
	for (size_t i = 0; i < habits_name_count; i++)
		longs[count++] = (struct option){.name = habits_names[i], .val = HABIT};
	longs[count] = (struct option){0};
	memcpy(shorts, habits_letters, strlen(habits_letters) + 1);
}

static const struct option_row *format_row(void)
{
	for (size_t i = 0; i < option_count; i++)
		if (!strcmp(options[i].name, "format"))
			return &options[i];
	return NULL;
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

static int unknown_name(const char *word, struct pm_error *err)
{
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	const char *near = suggest(name, option_word, option_count), *use = habits_name(name);
	if (use)
		return pm_fail(err, -EINVAL, "there is no option '%s': %s", word, use);
	return pm_fail(err, -EINVAL, "there is no option '%s'%s%s%s", word,
		       near ? "; did you mean '--" : "; see portmote --help", near ? near : "",
		       near ? "'?" : "");
}

static int unknown_option(const char *word, int letter, struct pm_error *err)
{
	const char *use = habits_letter(letter);

	if (letter && letter < FIRST_VALUE)
		return pm_fail(err, -EINVAL, "there is no option '-%c'%s%s", letter,
			       use ? ": " : "; see portmote --help", use ? use : "");
	if (letter)
		return pm_fail(err, -EINVAL, "%.*s takes no value", (int)strcspn(word, "="), word);
	return unknown_name(word, err);
}

/* What is done with each option, in the order given. */
typedef int option_taker(struct request *request, int value, const char *argument,
			 struct pm_error *err);

/* Options and words can stand in any order: the words are behind the options after this. */
static int each_option(struct request *request, int argc, char **argv, option_taker *take,
		       struct pm_error *err)
{
	struct option longs[NAMES_MAX];
	char shorts[2 * OPTIONS_MAX + 16];
	int value, r = 0;

	make_getopt(longs, shorts);
	opterr = 0;
	optind = 0;
	while (r == 0 && (value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (value == '?')
			return unknown_option(argv[optind - 1], optopt, err);
		if (value == ':')
			return pm_fail(err, -EINVAL, "%s needs a value (%s)", argv[optind - 1],
				       row_of(optopt)->argument);
		r = take(request, value, optarg, err);
	}
	return r;
}

static int request_pass_over(struct request *request, int value, const char *argument,
			     struct pm_error *err)
{
	(void)request;
	(void)value;
	(void)argument;
	(void)err;
	return 0;
}

static int check_command(const struct request *request, const struct option_row *row,
			 struct pm_error *err)
{
	return row->commands & request->command->bit
		       ? 0
		       : pm_fail(err, -EINVAL, "--%s is no option of '%s'", row->name,
				 request->command->name);
}

static int take_option(struct request *request, int value, const char *argument,
		       struct pm_error *err)
{
	if (value == HABIT || (value < FIRST_VALUE && strchr(habits_letters, value)))
		return 0;
	const struct option_row *row = value < FORMAT_VALUE ? row_of(value) : format_row();
	int r = check_command(request, row, err);
	if (r < 0)
		return r;
	if (row->commands & OF_KERNEL)
		request->asks_kernel = row->name;
	return value < FORMAT_VALUE
		       ? row->take(request, argument, err)
		       : use_format(request, &pm_formats[value - FORMAT_VALUE], argument, err);
}

/* How many of `words` are the command's name: 2, 1, or 0 where they are another. */
static int is_command(const struct command *command, int count, char **words)
{
	const char *second = strchr(command->name, ' ');
	size_t len = second ? (size_t)(second - command->name) : strlen(command->name);

	if (strlen(words[0]) != len || memcmp(words[0], command->name, len) != 0)
		return 0;
	if (!second)
		return 1;
	return count > 1 && !strcmp(words[1], second + 1) ? 2 : 0;
}

/* The command that most words name; returns how many they are. A port alone is to be explained. */
static int find_command(struct request *request, int count, char **words, struct pm_error *err)
{
	int most = 0;

	request->command = default_command;
	if (!count)
		return 0;
	for (size_t i = 0; i < command_count; i++) {
		int used = is_command(&commands[i], count, words);

		if (used > most)
			request->command = &commands[i];
		most = used > most ? used : most;
	}
	if (most)
		return most;
	if (!habits_is_ports(words[0]))
		return habits_unknown(NULL, words[0], err);
	for (size_t i = 0; i < command_count; i++)
		if (commands[i].bit == FOR_EXPLAIN)
			request->command = &commands[i];
	return 0;
}

int no_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	return count ? habits_unknown(request->command, words[0], err) : 0;
}

/* -4 with -6, and -t with -u, ask for both: as in ss(8). */
static void join_pairs(struct pm_collect_options *collect)
{
	if (collect->filter.only_v4 && collect->filter.only_v6)
		collect->filter.only_v4 = collect->filter.only_v6 = false;
	if (collect->filter.only_tcp && collect->filter.only_udp)
		collect->filter.only_tcp = collect->filter.only_udp = false;
}

/* What a format has no form for is told before anything is done. */
static int check_format(const struct request *request, const struct pm_format *format,
			struct pm_error *err)
{
	unsigned command = request->command->bit;

	if ((command != FOR_EXPLAIN || format->explain) &&
	    (command != FOR_REGISTRY || format->registry))
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
	int used = 0, r = each_option(request, argc, argv, request_pass_over, err);

	request->fail_on = pm_fail_on_default;
	request->timeout = DEFAULT_TIMEOUT;
	/* Which options there are is the command's to say: it is found first, wherever it stands. */
	if (r == 0)
		r = used = find_command(request, argc - optind, argv + optind, err);
	if (r >= 0)
		r = each_option(request, argc, argv, take_option, err);
	if (r < 0 || request->help || request->version)
		return r;
	if (request->snapshot && request->asks_kernel)
		return pm_fail(err, -EINVAL, "--snapshot and --%s exclude each other",
			       request->asks_kernel);
	join_pairs(&request->collect);
	r = settle_outputs(request, err);
	if (r < 0)
		return r;
	return request->command->arguments_take(request, argc - optind - used, argv + optind + used,
						err);
}
