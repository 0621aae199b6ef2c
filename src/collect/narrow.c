/* Of a snapshot that is there already, what would have been collected. */
#include "rows.h"

#include <errno.h>

/* As is_asked_for() has it in portless.c. */
static bool wants_portless(const struct pm_collect_options *options,
			   const struct pm_listener *listener)
{
	bool is_v6 = listener->family == PM_INET6;

	if (options->only_tcp || options->only_udp || options->ports)
		return false;
	if (listener->protocol == PM_PROTOCOL_PACKET)
		return !options->only_v4 && !options->only_v6;
	return is_v6 ? !options->only_v4 : !options->only_v6;
}

static bool wants(const struct pm_collect_options *options, const struct pm_listener *listener)
{
	struct pm_collect_options whatever = *options;

	whatever.bound = true; /* what the state is was decided when it was collected */
	if (!pm_protocol_has_port(listener->protocol))
		return wants_portless(options, listener);
	return is_asked(options, listener->protocol, listener->family) &&
	       is_wanted(&whatever, listener);
}

static void add_word(struct pm_buf *text, bool is_there, const char *word)
{
	if (!is_there)
		return;
	pm_buf_puts(text, text->len ? " " : "");
	pm_buf_puts(text, word);
}

static bool has_port(const struct pm_collect_options *options, unsigned port)
{
	return port <= UINT16_MAX && (options->ports[port / 8] >> port % 8 & 1);
}

/* "--port=22,6000-6063" */
static void add_ports(struct pm_buf *text, const struct pm_collect_options *options)
{
	const char *before = "--port=";

	if (!options->ports)
		return;
	pm_buf_puts(text, text->len ? " " : "");
	for (unsigned first = 0; first <= UINT16_MAX; first++) {
		unsigned last = first;

		if (!has_port(options, first))
			continue;
		while (has_port(options, last + 1))
			last++;
		pm_buf_printf(text, last > first ? "%s%u-%u" : "%s%u", before, first, last);
		before = ",";
		first = last;
	}
}

/* Does what is said of a snapshot end in these words? */
static bool is_said(const char *narrowed, const struct pm_buf *words)
{
	size_t len = narrowed ? strlen(narrowed) : 0;

	return len >= words->len && !memcmp(narrowed + len - words->len, words->data, words->len) &&
	       (len == words->len || narrowed[len - words->len - 1] == ' ');
}

/* After what is said of a snapshot already; to leave out once more what is out changes nothing. */
static int add_narrowed(struct pm_snapshot *snapshot, const struct pm_collect_options *options,
			const char *netns)
{
	struct pm_buf words = {0};
	int r = 0;

	add_word(&words, netns, "--netns=");
	pm_buf_puts(&words, netns ? netns : "");
	add_word(&words, options->only_v4, "--ipv4");
	add_word(&words, options->only_v6, "--ipv6");
	add_word(&words, options->only_tcp, "--tcp");
	add_word(&words, options->only_udp, "--udp");
	add_ports(&words, options);
	if (words.len && !words.failed && !is_said(snapshot->narrowed, &words)) {
		snapshot->narrowed = pm_arena_printf(&snapshot->arena, "%s%s%s",
						     snapshot->narrowed ? snapshot->narrowed : "",
						     snapshot->narrowed ? " " : "", words.data);
		r = snapshot->narrowed ? 0 : -ENOMEM;
	}
	r = words.failed ? -ENOMEM : r;
	pm_buf_release(&words);
	return r;
}

int pass_narrowed(struct source *source, const struct pm_collect_options *options,
		  struct pm_snapshot *snapshot)
{
	const char *netns = options->netns ? pm_arena_escape(&snapshot->arena, options->netns,
							     strlen(options->netns))
					   : NULL;
	struct pm_buf recorded = {0};
	int r = options->netns && !netns ? -ENOMEM : 0;

	if (r == 0 && source->replay < 0)
		r = add_narrowed(snapshot, options, netns);
	pm_buf_puts(&recorded, snapshot->narrowed ? snapshot->narrowed : "");
	if (source_value(source, "narrowed", &recorded, snapshot->narrowed))
		snapshot->narrowed = pm_arena_escape(&snapshot->arena, recorded.data, recorded.len);
	pm_buf_release(&recorded);
	return r == 0 && source->replay >= 0 ? add_narrowed(snapshot, options, netns) : r;
}

int pm_snapshot_narrow(struct pm_snapshot *snapshot, const struct pm_collect_options *options,
		       const char **beside)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		if (!wants(options, &snapshot->listeners[i]))
			continue;
		if (beside)
			beside[kept] = beside[i];
		snapshot->listeners[kept++] = snapshot->listeners[i];
	}
	snapshot->listener_count = kept;
	return add_narrowed(snapshot, options, NULL);
}
