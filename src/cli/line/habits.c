#include "line/habits.h"
#include "line/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <unistd.h>

/* Listening sockets alone, numbers, processes: as ss -lnp, netstat -lnp and lsof -nP. */
const char habits_letters[] = "lnpP";
const char *const habits_names[] = {"listening", "numeric", "processes", "programs"};
const size_t habits_name_count = PM_COUNT(habits_names);

const char *habits_letter(int letter)
{
	static const struct {
		char letter;
		const char *use;
	} rows[] = {
		{'a', "what listens is listed; --bound and --all add to it"},
		{'e', "-v tells more"},
		{'H', "use --no-header"},
		{'i', "use 'portmote explain PORT', or --port=PORTS"},
		{'j', "use --format=json"},
		{'J', "use --format=json"},
		{'N', "use --netns=NETNS"},
		{'V', "use --version"},
		{'w', "--all lists raw sockets"},
		{'0', "--all lists packet sockets"},
		{'x', "Unix sockets are not looked at"},
		{'S', "SCTP is not looked at"},
		{'s', "the last line counts"},
		{'c', "use 'portmote watch'"},
		{'r', "addresses are always numbers"},
		{'W', "use --output=FILE: nothing is cut off there"},
		{'K', "portmote ends no process and closes no socket"},
		{'F', "use --format=FORMAT"},
	};

	for (size_t i = 0; i < PM_COUNT(rows); i++)
		if (rows[i].letter == letter)
			return rows[i].use;
	return NULL;
}

const char *habits_name(const char *name)
{
	static const struct {
		const char *name, *use;
	} rows[] = {
		{"severity", "--fail-on=high chooses by severity"},
		{"level", "--fail-on=high chooses by severity"},
		{"flags", "--fail-on=FLAGS chooses by flag"},
		{"verdict", "use --only=VERDICTS, or --fail-on=VERDICTS"},
		{"filter", "use --only=VERDICTS, --port=PORTS, -t, -u, -4 or -6"},
		{"fields", "use --columns=COLUMNS"},
		{"file", "use --output=FILE"},
		{"namespace", "use --netns=NETNS"},
		{"quiet", "use --no-header"},
		{"no-color", "use --color=never"},
		{"no-colour", "use --color=never"},
		{"raw", "--all lists raw sockets"},
		{"packet", "--all lists packet sockets"},
		{"extended", "-v tells more"},
		{"unix", "Unix sockets are not looked at"},
		{"sctp", "SCTP is not looked at"},
	};

	for (size_t i = 0; i < PM_COUNT(rows); i++)
		if (!strcmp(rows[i].name, name))
			return rows[i].use;
	return NULL;
}

bool habits_is_ports(const char *word)
{
	const char *colon = strrchr(word, ':');
	const char *first = colon ? colon + 1 : word;

	return isdigit((unsigned char)*first);
}

int habits_file(const char *command, const char *word, struct pm_error *err)
{
	const char *colon = strrchr(word, ':'), *ports = colon ? colon + 1 : word;
	uint16_t first, last;

	if (pm_parse_ports(ports, strcspn(ports, "/"), &first, &last) < 0 ||
	    access(word, F_OK) == 0)
		return 0;
	return pm_fail(err, -EINVAL,
		       "%s takes a file, and '%s' is a port; did you mean 'explain %s'? A file of "
		       "that name is ./%s",
		       command, word, word, word);
}

/* Other words for the commands. */
static const struct {
	const char *said, *meant;
} others[] = {
	{"list", "audit"},
	{"listen", "audit"},
	{"listening", "audit"},
	{"ls", "audit"},
	{"ports", "audit"},
	{"scan", "audit"},
	{"show", "audit"},
	{"sockets", "audit"},
	{"status", "audit"},
	{"tcp", "-t"},
	{"udp", "-u"},
	{"lint", "check"},
	{"test", "check"},
	{"verify", "check"},
	{"changes", "diff"},
	{"compare", "diff"},
	{"describe", "explain"},
	{"info", "explain"},
	{"lookup", "explain"},
	{"port", "explain"},
	{"what", "explain"},
	{"who", "explain"},
	{"why", "explain"},
	{"baseline", "save"},
	{"dump", "save"},
	{"snapshot", "save"},
	{"import", "registry import"},
	{"update", "registry import"},
	{"reset", "registry reset"},
	{"help", "--help"},
	{"version", "--version"},
};

static const char *command_word(size_t i)
{
	return i < command_count ? commands[i].name : others[i - command_count].said;
}

static const char *nearest_command(const char *word)
{
	const char *near = suggest(word, command_word, command_count + PM_COUNT(others));

	for (size_t i = 0; near && i < PM_COUNT(others); i++)
		if (near == others[i].said)
			return others[i].meant;
	return near;
}

/* Does explain know a service or a program of that name? */
static bool is_explained(const char *word)
{
	const struct pm_registry *registry = pm_registry_builtin();
	size_t count;

	if (pm_registry_next(registry, word, 0) < pm_registry_rows(registry))
		return true;
	const struct pm_implementer *implementers = pm_implementers(pm_knowledge_builtin(), &count);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(implementers[i].program, word))
			return true;
	const struct pm_occupant *occupants = pm_occupants(pm_knowledge_builtin(), &count);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(occupants[i].program, word))
			return true;
	return false;
}

/* Another word for a command goes before a name of the registry, and that before a slip. */
static int unknown_word(const char *word, struct pm_error *err)
{
	const char *near = nearest_command(word);

	for (size_t i = 0; i < PM_COUNT(others); i++)
		if (!strcmp(others[i].said, word))
			return pm_fail(err, -EINVAL, "there is no command '%s'; did you mean '%s'?",
				       word, others[i].meant);
	if (access(word, F_OK) == 0)
		return pm_fail(
			err, -EINVAL,
			"there is no command '%s'; to read that file as a report use "
			"--snapshot=%s, as a policy 'check %s', as an older snapshot 'diff %s'",
			word, word, word, word);
	if (is_explained(word))
		return pm_fail(err, -EINVAL, "there is no command '%s'; did you mean 'explain %s'?",
			       word, word);
	return pm_fail(err, -EINVAL, "there is no command '%s'%s%s%s", word,
		       near ? "; did you mean '" : "; see portmote --help", near ? near : "",
		       near ? "'?" : "");
}

int habits_unknown(const struct command *command, const char *word, struct pm_error *err)
{
	const char *name = command ? command->name : "";
	char both[64];

	if (!command)
		return unknown_word(word, err);
	if (habits_is_ports(word))
		return pm_fail(err, -EINVAL,
			       "%s takes no port '%s'; did you mean 'explain %s' or --port=%s?",
			       name, word, word, word);
	if (command->bit == FOR_LEARN)
		return pm_fail(err, -EINVAL, "learn takes no '%s'; did you mean --output=%s?", word,
			       word);
	snprintf(both, sizeof(both), "%s %s", name, word);
	const char *near = suggest(both, command_word, command_count);
	if (near)
		return pm_fail(err, -EINVAL, "there is no command '%s'; did you mean '%s'?", both,
			       near);
	if (access(word, F_OK) == 0)
		return pm_fail(err, -EINVAL,
			       command->bit == FOR_REGISTRY
				       ? "%s takes no file '%s'; did you mean 'registry import %s'?"
				       : "%s takes no file '%s'; did you mean --snapshot=%s?",
			       name, word, word);
	return pm_fail(err, -EINVAL, "%s takes no '%s'; see portmote --help", name, word);
}
