/* portmote explain: some ports, in the registry, in what is known, and here. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>

static bool has_letter(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isalpha((unsigned char)word[i]))
			return true;
	return false;
}

/* "/udp" at the end of a word: its bit; no such end: all. A slash can be part of a name. */
static int take_transport(const char *word, size_t *len, uint8_t *ret, struct pm_error *err)
{
	const char *slash = strrchr(word, '/');

	*len = strlen(word);
	*ret = PM_ALL_TRANSPORTS;
	for (unsigned t = 0; t < PM_TRANSPORTS && slash; t++)
		if (!strcmp(pm_transport_name((enum pm_transport)t), slash + 1)) {
			*len = (size_t)(slash - word);
			*ret = (uint8_t)(1u << t);
			return 0;
		}
	return slash && !has_letter(word, (size_t)(slash - word))
		       ? pm_fail(err, -EINVAL, "'%s': the transport must be tcp, udp, sctp or dccp",
				 word)
		       : 0;
}

/* Nothing else needs to be collected. */
static void collect_only(struct request *request, const struct pm_topic *topic)
{
	for (unsigned port = topic->first; port <= topic->last; port++)
		request->ports[port / 8] |= (uint8_t)(1u << port % 8);
	request->collect.ports = request->ports;
	request->collect.only_tcp |= topic->transports == 1u << PM_TCP;
	request->collect.only_udp |= topic->transports == 1u << PM_UDP;
}

int explain_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	struct pm_topic *topic = &request->topic;
	size_t len;

	if (count != 1)
		return pm_fail(err, -EINVAL,
			       "explain takes one port, range or service, such as 3643, 3643/udp, "
			       "6000-6010 or ssh");
	int r = take_transport(words[0], &len, &topic->transports, err);
	if (r < 0)
		return r;
	if (has_letter(words[0], len)) {
		words[0][len] = '\0';
		request->service = words[0];
		return 0;
	}
	if (pm_parse_ports(words[0], len, &topic->first, &topic->last) < 0)
		return pm_fail(
			err, -EINVAL,
			"'%s' is neither a port (0 to 65535), such as 3643 or 3643/udp, nor a "
			"range, such as 6000-6010, nor a service",
			words[0]);
	collect_only(request, topic);
	return 0;
}

struct topics {
	struct pm_topic *items;
	size_t count, room;
};

/* Each run of ports once. */
static int add_topic(struct topics *topics, struct pm_topic new)
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

/* The ports that the registry has for a service. */
static int add_service(struct topics *topics, const struct pm_registry *registry,
		       const char *service, uint8_t transports)
{
	int r = 0;

	for (uint32_t i = 0;
	     r == 0 && (i = pm_registry_next(registry, service, i)) < pm_registry_rows(registry);
	     i++) {
		struct pm_registration row = pm_registry_row(registry, i);

		if (row.transports & transports)
			r = add_topic(topics, (struct pm_topic){row.first, row.last, transports});
	}
	return r;
}

/* The ports at which a program of that name is known. */
static int add_program(struct topics *topics, const struct sources *sources, const char *program,
		       uint8_t transports)
{
	size_t count;
	const struct pm_implementer *implementers = pm_implementers(sources->knowledge, &count);
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		if (!strcmp(implementers[i].program, program))
			r = add_service(topics, sources->registry, implementers[i].service,
					transports);
	const struct pm_occupant *occupants = pm_occupants(sources->knowledge, &count);
	for (size_t i = 0; i < count && r == 0; i++)
		if (!strcmp(occupants[i].program, program) && !occupants[i].any &&
		    (transports >> occupants[i].transport & 1))
			r = add_topic(topics, (struct pm_topic){occupants[i].first,
								occupants[i].last, transports});
	return r;
}

static int find_topics(struct topics *topics, const struct sources *sources,
		       const struct request *request)
{
	uint8_t transports = request->topic.transports;

	if (!request->service)
		return add_topic(topics, request->topic);
	int r = add_service(topics, sources->registry, request->service, transports);
	if (r == 0 && !topics->count)
		r = add_program(topics, sources, request->service, transports);
	return r;
}

static const struct pm_registry *suggest_from;

static const char *service_word(size_t i)
{
	const char *name = pm_registry_row(suggest_from, (uint32_t)i).name;

	return *name ? name : NULL;
}

static enum exit_code tell_unknown(const struct session *session, const struct request *request)
{
	suggest_from = session->sources.registry;
	const char *near = suggest(request->service, service_word, pm_registry_rows(suggest_from));
	struct pm_error err;

	pm_fail(&err, 0, "nothing is known of a service or program '%s'%s%s%s", request->service,
		near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	fprintf(stderr, "portmote: %s\n", err.text);
	return EXIT_FINDINGS;
}

static bool is_known(const struct topics *topics, const struct pm_report *report)
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

static enum exit_code explain(struct session *session, const struct request *request,
			      struct pm_error *err)
{
	struct topics topics = {0};
	int r = find_topics(&topics, &session->sources, request);
	enum exit_code code = EXIT_OUTPUT;

	if (r < 0) {
		pm_fail(err, r, "out of memory");
	} else if (!topics.count) {
		code = tell_unknown(session, request);
	} else {
		session_print(session, request, print_topics, &topics);
		code = session_end(session, request, err);
		if (code == EXIT_CLEAN || code == EXIT_FINDINGS)
			code = is_known(&topics, &session->report) ? EXIT_CLEAN : EXIT_FINDINGS;
	}
	free(topics.items);
	return code;
}

/*
 * Which ports a name stands for is known before collecting where nothing needs to be parsed for it;
 * else all are collected.
 */
static void narrow(struct request *request, const struct sources *sources)
{
	struct topics topics = {0};

	if (request->service && sources_are_built_in(sources) &&
	    find_topics(&topics, sources, request) == 0)
		for (size_t i = 0; i < topics.count; i++)
			collect_only(request, &topics.items[i]);
	free(topics.items);
}

enum exit_code explain_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	if (code == EXIT_CLEAN) {
		narrow(request, &session.sources);
		code = session_run(&session, request, &err);
	}
	if (code == EXIT_CLEAN)
		code = explain(&session, request, &err);
	session_release(&session);
	return session_tell(request, code, &err);
}
