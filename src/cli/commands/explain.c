/* portmote explain: some ports, in the registry, in what is known, and here. */
#include "commands/commands.h"
#include "line/lookup.h"
#include "line/suggest.h"
#include "outputs.h"

#include <ctype.h>
#include <errno.h>

static bool explain_has_letter(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isalpha((unsigned char)word[i]))
			return true;
	return false;
}

/* "/udp" at the end of a word: its bit; no such end: all. A slash can be part of a name. */
static int explain_take_transport(const char *word, size_t *len, uint8_t *ret, struct pm_error *err)
{
	const char *slash = strrchr(word, '/');

	*len = strlen(word);
	*ret = PM_ALL_TRANSPORTS;
	for (unsigned t = 0; t < PM_TRANSPORTS && slash; t++)
		if (!strcasecmp(pm_transport_name((enum pm_transport)t), slash + 1)) {
			*len = (size_t)(slash - word);
			*ret = (uint8_t)(1u << t);
			return 0;
		}
	return slash && !explain_has_letter(word, (size_t)(slash - word))
		       ? pm_fail(err, -EINVAL, "'%s': the transport must be tcp, udp, sctp or dccp",
				 word)
		       : 0;
}

static void collect_transport(struct request *request, const struct pm_topic *topic)
{
	request->collect.filter.only_tcp |= topic->transports == 1u << PM_TCP;
	request->collect.filter.only_udp |= topic->transports == 1u << PM_UDP;
}

/* Nothing else needs to be collected. Of a name all ports are: what bears it can be on any. */
static void collect_only(struct request *request, const struct pm_topic *topic)
{
	for (unsigned port = topic->first; port <= topic->last; port++)
		request->ports[port / 8] |= (uint8_t)(1u << port % 8);
	request->collect.filter.ports = request->ports;
	collect_transport(request, topic);
}

/* Of an address with a port, as lists of sockets have it (127.0.0.1:8080, [::]:22, *:53), the port. */
static char *skip_address(char *word)
{
	char *colon = strrchr(word, ':');

	return colon && isdigit((unsigned char)colon[1]) ? colon + 1 : word;
}

/* A path is no name: what bears its last part can be asked for. */
static int refuse_path(const char *word, struct pm_error *err)
{
	const char *slash = strrchr(word, '/');
	bool is_path =
		slash && (*word == '/' || !strncmp(word, "./", 2) || !strncmp(word, "../", 3));

	if (!is_path)
		return 0;
	return pm_fail(err, -EINVAL,
		       slash[1] ? "explain takes no file '%s'; did you mean 'explain %s'? To read "
				  "a report use --snapshot=FILE"
				: "explain takes no folder '%s'%.0s",
		       word, slash + 1);
}

int explain_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	struct pm_topic *topic = &request->topic;
	size_t len;

	if (count != 1)
		return pm_fail(err, -EINVAL,
			       "explain takes one port, range or name, such as 3643, 3643/udp, "
			       "6000-6010, ssh or nginx");
	int r = refuse_path(words[0], err);
	if (r < 0)
		return r;
	char *word = skip_address(words[0]);
	r = explain_take_transport(word, &len, &topic->transports, err);
	if (r < 0)
		return r;
	if (explain_has_letter(word, len)) {
		word[len] = '\0';
		request->service = word;
		collect_transport(request, topic);
		return 0;
	}
	if (pm_parse_ports(word, len, &topic->first, &topic->last) < 0)
		return pm_fail(
			err, -EINVAL,
			"'%s' is neither a port (0 to 65535), such as 3643 or 3643/udp, nor a "
			"range, such as 6000-6010, nor a service",
			words[0]);
	collect_only(request, topic);
	return 0;
}

static int find_topics(struct topics *topics, const struct session *session,
		       const struct request *request)
{
	uint8_t transports = request->topic.transports;

	if (!request->service)
		return topics_add(topics, request->topic);
	int r = lookup_known(topics, &session->sources, request->service, transports);
	return r < 0 ? r : lookup_here(topics, &session->report, request->service, transports);
}

static const struct sources *suggest_from;

/* Names of services, then of programs. */
static const char *known_word(size_t i)
{
	size_t services = pm_registry_rows(suggest_from->registry), implementers;
	const struct pm_implementer *rows = pm_implementers(suggest_from->knowledge, &implementers);

	if (i >= services)
		return i - services < implementers ? rows[i - services].program : NULL;
	const char *name = pm_registry_row(suggest_from->registry, (uint32_t)i).name;
	return *name ? name : NULL;
}

/* A slip in four letters at most: what is farther is another name, and no help. */
static const char *find_near(const struct sources *sources, const char *word)
{
	size_t implementers;

	suggest_from = sources;
	pm_implementers(sources->knowledge, &implementers);
	const char *near =
		suggest(word, known_word, pm_registry_rows(sources->registry) + implementers);
	return near && pm_distance(word, near) * 4 <= strlen(word) ? near : NULL;
}

/* Nothing to be told of: why, on standard error alone. */
static enum exit_code tell_unknown(const struct session *session, struct request *request,
				   struct pm_error *err)
{
	const char *word = request->service;
	bool is_partial = session->snapshot.coverage.gap_count;
	const struct pm_occupant *anywhere = lookup_anywhere(&session->sources, word);
	const char *near = anywhere ? NULL : find_near(&session->sources, word);
	const char *seen = is_partial ? ", as far as could be seen" : "";

	if (anywhere)
		pm_fail(err, 0,
			"%s (%s) takes whatever port it is given; it listens on none here%s",
			anywhere->program, anywhere->what, seen);
	else
		pm_fail(err, 0,
			"nothing is known of a service, program, package, unit or container '%s', "
			"nor "
			"does any listen here%s%s%s%s",
			word, seen, near ? "; did you mean '" : "", near ? near : "",
			near ? "'?" : "");
	request->no_header = true;
	if (is_partial)
		return EXIT_INCOMPLETE;
	fprintf(stderr, "portmote: %s\n", err->text);
	return anywhere ? EXIT_CLEAN : EXIT_FINDINGS;
}

static bool explain_is_known(const struct topics *topics, const struct pm_report *report)
{
	for (size_t i = 0; i < topics->count; i++)
		if (pm_topic_is_known(&topics->items[i], report))
			return true;
	return false;
}

static int print_topics(const struct session *session, const struct pm_format *format,
			const void *data)
{
	const struct topics *topics = data;

	return format->explain(&session->report, &session->options, topics->items, topics->count);
}

static enum exit_code explain(struct session *session, struct request *request,
			      struct pm_error *err)
{
	struct topics topics = {0};
	int r = find_topics(&topics, session, request);
	enum exit_code code = EXIT_OUTPUT;

	if (r < 0) {
		pm_fail(err, r, "out of memory");
	} else if (!topics.count) {
		code = tell_unknown(session, request, err);
	} else {
		session_print(session, request, print_topics, &topics);
		code = session_end(session, request, err);
		if (code == EXIT_CLEAN || code == EXIT_FINDINGS)
			code = explain_is_known(&topics, &session->report) ? EXIT_CLEAN
									   : EXIT_FINDINGS;
	}
	free(topics.items);
	return code;
}

enum exit_code explain_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	if (code == EXIT_CLEAN)
		code = session_run(&session, request, &err);
	if (code == EXIT_CLEAN)
		code = explain(&session, request, &err);
	session_release(&session);
	return session_tell(request, code, &err);
}
