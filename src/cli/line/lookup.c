#include "line/lookup.h"

#include <ctype.h>
#include <errno.h>
#include <strings.h>

/* A word that fits more runs of ports than these is no name. */
enum { FEW = 16 };

int topics_add(struct topics *topics, struct pm_topic new)
{
	for (size_t i = 0; i < topics->count; i++)
		if (topics->items[i].first == new.first && topics->items[i].last == new.last)
			return 0;
	struct pm_topic *topic =
		pm_array_add(&topics->items, &topics->count, &topics->room, sizeof(*topic));
	if (!topic)
		return -ENOMEM;
	*topic = new;
	return 0;
}

/* ---- what is known ----------------------------------------------------------------- */

/* The ports that the registry has for a service. */
static int lookup_add_service(struct topics *topics, const struct pm_registry *registry,
			      const char *service, uint8_t transports)
{
	int r = 0;

	for (uint32_t i = 0;
	     r == 0 && (i = pm_registry_next(registry, service, i)) < pm_registry_rows(registry);
	     i++) {
		struct pm_registration row = pm_registry_row(registry, i);

		if (row.transports & transports)
			r = topics_add(topics, (struct pm_topic){row.first, row.last, transports});
	}
	return r;
}

/* A row of the tables, as far as names go. */
struct known {
	const char *program, *what, *source; /* `what` may be NULL */
	enum pm_kind kind;
};

static bool lookup_is_program(const struct known *row, const char *name)
{
	return !strcasecmp(row->program, name);
}

/* Length without what only says of which kind or version it is: "jenkins.war", "apache2". */
static size_t stem(const char *program)
{
	static const char *const kinds[] = {".war", ".jar", ".py", ".js",
					    ".pl",  ".sh",  ".rb", ".php"};
	size_t len = strlen(program);

	for (size_t i = 0; i < PM_COUNT(kinds); i++) {
		size_t width = strlen(kinds[i]);

		if (len > width && !strcmp(program + len - width, kinds[i]))
			return len - width;
	}
	while (len && strchr("0123456789.-", program[len - 1]))
		len--;
	return len;
}

/* Also "redis-server" for redis. */
static bool is_akin_name(const char *program, const char *name)
{
	size_t len = stem(program);

	return pm_same_name(program, name) ||
	       (len == strlen(name) && !strncasecmp(program, name, len));
}

static bool is_akin(const struct known *row, const char *name)
{
	return is_akin_name(row->program, name);
}

/* Does the word stand in the text, apart from others by what is no letter, digit or of `joints`? */
static bool lookup_has_word(const char *text, const char *word, const char *joints)
{
	size_t len = strlen(word);
	bool begins = true;

	for (; *text; text++) {
		bool joins = isalnum((unsigned char)*text) || strchr(joints, *text);
		char after = strncasecmp(text, word, len) ? '\0' : text[len];

		if (begins && !strncasecmp(text, word, len) &&
		    !(after && (isalnum((unsigned char)after) || strchr(joints, after))))
			return true;
		begins = !joins;
	}
	return false;
}

/* Of "debian:tomcat10 FILE" tomcat; of "upstream:Apache Kafka FILE" both words. */
static bool is_in_source(const char *source, const char *name)
{
	const char *colon = strlen(name) > 3 ? strchr(source, ':') : NULL;

	for (int words = 0; colon && words < 2 && !strncmp(source, "upstream:", 9); words++) {
		const char *word = colon + 1;
		size_t len = strcspn(word, " ");

		if (words && !isupper((unsigned char)*word))
			return false;
		if (len == strlen(name) && !strncasecmp(word, name, len))
			return true;
		colon = word[len] ? word + len : NULL;
	}
	if (!colon || strncmp(source, "debian:", 7) != 0)
		return false;
	char package[PM_PROGRAM_SIZE];
	snprintf(package, sizeof(package), "%.*s", (int)strcspn(colon + 1, " "), colon + 1);
	return !strcasecmp(package, name) || is_akin_name(package, name);
}

/* A class has the names of its packages within its own; these words are in most. */
static bool is_in_class(const char *class, const char *name)
{
	static const char *const common[] = {"org", "com", "net", "io", "server", "main", "cli"};

	for (size_t i = 0; i < PM_COUNT(common); i++)
		if (!strcasecmp(common[i], name))
			return false;
	return lookup_has_word(class, name, "_$");
}

static bool is_of_package(const struct known *row, const char *name)
{
	return is_in_source(row->source, name) ||
	       (row->kind == PM_KIND_CLASS && is_in_class(row->program, name));
}

static bool is_described(const struct known *row, const char *name)
{
	return row->what && strlen(name) > 3 && lookup_has_word(row->what, name, "-_");
}

typedef bool likeness(const struct known *row, const char *name);

static int lookup_add_programs(struct topics *topics, const struct sources *sources,
			       likeness *is_like, const char *name, uint8_t transports)
{
	size_t count;
	const struct pm_implementer *implementers = pm_implementers(sources->knowledge, &count);
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		const struct pm_implementer *row = &implementers[i];
		const struct known known = {row->program, NULL, row->source, row->kind};

		if (is_like(&known, name))
			r = lookup_add_service(topics, sources->registry, row->service, transports);
	}
	const struct pm_occupant *occupants = pm_occupants(sources->knowledge, &count);
	for (size_t i = 0; i < count && r == 0; i++) {
		const struct pm_occupant *row = &occupants[i];
		const struct known known = {row->program, row->what, row->source, row->kind};

		if (!row->any && (transports >> row->transport & 1) && is_like(&known, name))
			r = topics_add(topics,
				       (struct pm_topic){row->first, row->last, transports});
	}
	return r;
}

int lookup_known(struct topics *topics, const struct sources *sources, const char *name,
		 uint8_t transports)
{
	static likeness *const likenesses[] = {lookup_is_program, is_akin, is_of_package,
					       is_described};
	int r = lookup_add_service(topics, sources->registry, name, transports);

	for (size_t i = 0; i < PM_COUNT(likenesses) && r == 0 && !topics->count; i++) {
		r = lookup_add_programs(topics, sources, likenesses[i], name, transports);
		if (likenesses[i] == is_described && topics->count > FEW)
			topics->count = 0;
	}
	return r;
}

const struct pm_occupant *lookup_anywhere(const struct sources *sources, const char *name)
{
	size_t count;
	const struct pm_occupant *rows = pm_occupants(sources->knowledge, &count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].any && is_akin_name(rows[i].program, name))
			return &rows[i];
	return NULL;
}

/* ---- what is here ------------------------------------------------------------------ */

/* "postfix@-.service" is postfix, postfix@- and by its whole name. */
static bool lookup_is_unit(const char *unit, const char *name)
{
	const char *dot = unit ? strrchr(unit, '.') : NULL;
	size_t len = strlen(name);

	if (!unit || strncasecmp(unit, name, len) != 0)
		return false;
	return !unit[len] || unit[len] == '@' || (dot && unit + len == dot);
}

static bool is_called(const char *text, const char *name)
{
	return text && (!strcasecmp(text, name) || is_akin_name(text, name));
}

static bool is_process(const struct pm_process *process, const char *name)
{
	char program[PM_PROGRAM_SIZE], file[PM_PROGRAM_SIZE];
	const struct pm_running *running = &process->running;

	pm_process_program(process, program, sizeof(program));
	pm_program_name(process->exe.path ? process->exe.path : "", file, sizeof(file));
	return is_called(program, name) || is_called(file, name) ||
	       is_called(process->comm, name) || is_called(running->package, name) ||
	       (running->kind == PM_RUNS_CLASS && running->name &&
		is_in_class(running->name, name)) ||
	       is_called(process->container.name, name) || lookup_is_unit(process->unit, name);
}

static bool is_listener(const struct pm_report *report, size_t i, const char *name)
{
	const struct pm_snapshot *snapshot = report->snapshot;
	const struct pm_listener *listener = &snapshot->listeners[i];
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];

	if (is_called(listener->service, name) || lookup_is_unit(listener->unit, name) ||
	    is_called(verdict->program, name) || lookup_is_unit(verdict->behind, name))
		return true;
	for (size_t k = 0; k < listener->holders; k++)
		if (is_process(&snapshot->processes[snapshot->holders[listener->first_holder + k]],
			       name))
			return true;
	return false;
}

/* Of few ports each is told by itself; of many those that stand side by side are one run. */
static int lookup_add_ports(struct topics *topics, const bool *here, size_t count,
			    uint8_t transports)
{
	int r = 0;

	for (unsigned first = 0; first <= UINT16_MAX && r == 0; first++) {
		unsigned last = first;

		if (!here[first])
			continue;
		while (count > FEW && last < UINT16_MAX && here[last + 1])
			last++;
		r = topics_add(topics,
			       (struct pm_topic){(uint16_t)first, (uint16_t)last, transports});
		first = last;
	}
	return r;
}

int lookup_here(struct topics *topics, const struct pm_report *report, const char *name,
		uint8_t transports)
{
	bool *here = calloc(UINT16_MAX + 1, sizeof(*here));
	size_t count = 0;

	if (!here)
		return -ENOMEM;
	for (size_t i = 0; i < report->snapshot->listener_count; i++) {
		uint16_t port = report->snapshot->listeners[i].port;
		const struct pm_topic topic = {port, port, transports};

		if (here[port] || !pm_topic_has(&topic, report->snapshot, i) ||
		    !is_listener(report, i, name))
			continue;
		here[port] = true;
		count++;
	}
	int r = lookup_add_ports(topics, here, count, transports);
	free(here);
	return r;
}
