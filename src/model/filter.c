/* Which listeners are asked for, and what a snapshot says of it. */
#include <portmote/model.h>

#include <errno.h>

bool pm_filter_has_port(const struct pm_filter *filter, uint16_t port)
{
	return !filter->ports || (filter->ports[port / 8] >> port % 8 & 1);
}

bool pm_filter_has(const struct pm_filter *filter, enum pm_protocol protocol, enum pm_family family)
{
	enum pm_protocol base = pm_protocol_base(protocol);

	return pm_protocol_has_port(protocol) && !(filter->only_tcp && base != PM_PROTOCOL_TCP) &&
	       !(filter->only_udp && base != PM_PROTOCOL_UDP) &&
	       !(filter->only_v4 && family != PM_INET) && !(filter->only_v6 && family != PM_INET6);
}

/* A packet socket is of no family. */
bool pm_filter_has_portless(const struct pm_filter *filter, enum pm_protocol protocol,
			    enum pm_family family)
{
	if (filter->only_tcp || filter->only_udp || filter->ports)
		return false;
	if (protocol == PM_PROTOCOL_PACKET)
		return !filter->only_v4 && !filter->only_v6;
	return family == PM_INET6 ? !filter->only_v4 : !filter->only_v6;
}

static bool has_listener(const struct pm_filter *filter, const struct pm_listener *listener)
{
	if (!pm_protocol_has_port(listener->protocol))
		return pm_filter_has_portless(filter, listener->protocol, listener->family);
	return pm_filter_has(filter, listener->protocol, listener->family) &&
	       pm_filter_has_port(filter, listener->port);
}

int pm_snapshot_narrow(struct pm_snapshot *snapshot, const struct pm_filter *filter,
		       const char **beside)
{
	size_t left = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		if (!has_listener(filter, &snapshot->listeners[i]))
			continue;
		if (beside)
			beside[left] = beside[i];
		snapshot->listeners[left++] = snapshot->listeners[i];
	}
	snapshot->listener_count = left;
	return pm_snapshot_say_narrowed(snapshot, filter, NULL);
}

static void filter_add_word(struct pm_buf *text, bool is_there, const char *word)
{
	if (!is_there)
		return;
	pm_buf_puts(text, text->len ? " " : "");
	pm_buf_puts(text, word);
}

static bool filter_is_in(const struct pm_filter *filter, unsigned port)
{
	return port <= UINT16_MAX && pm_filter_has_port(filter, (uint16_t)port);
}

/* "--port=22,6000-6063" */
static void filter_add_ports(struct pm_buf *text, const struct pm_filter *filter)
{
	const char *before = "--port=";

	if (!filter->ports)
		return;
	pm_buf_puts(text, text->len ? " " : "");
	for (unsigned first = 0; first <= UINT16_MAX; first++) {
		unsigned last = first;

		if (!filter_is_in(filter, first))
			continue;
		while (filter_is_in(filter, last + 1))
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

int pm_snapshot_say_narrowed(struct pm_snapshot *snapshot, const struct pm_filter *filter,
			     const char *netns)
{
	const char *said = snapshot->narrowed;
	struct pm_buf words = {0};

	filter_add_word(&words, netns, "--netns=");
	pm_buf_puts(&words, netns ? netns : "");
	filter_add_word(&words, filter->only_v4, "--ipv4");
	filter_add_word(&words, filter->only_v6, "--ipv6");
	filter_add_word(&words, filter->only_tcp, "--tcp");
	filter_add_word(&words, filter->only_udp, "--udp");
	filter_add_ports(&words, filter);
	int r = words.failed ? -ENOMEM : 0;
	if (words.len && r == 0 && !is_said(said, &words)) {
		snapshot->narrowed = pm_arena_printf(&snapshot->arena, "%s%s%s", said ? said : "",
						     said ? " " : "", words.data);
		r = snapshot->narrowed ? 0 : -ENOMEM;
	}
	pm_buf_release(&words);
	return r;
}
