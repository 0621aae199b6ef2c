/* Of a snapshot that is there already, what would have been collected. */
#include "rows.h"

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

void pm_snapshot_narrow(struct pm_snapshot *snapshot, const struct pm_collect_options *options)
{
	size_t kept = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (wants(options, &snapshot->listeners[i]))
			snapshot->listeners[kept++] = snapshot->listeners[i];
	snapshot->listener_count = kept;
}
