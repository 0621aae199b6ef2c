#include "kernel/kernel_sockets.h"
#include "netns/netns.h"
#include "source/bpf.h"

#include <errno.h>

struct kernel_asking {
	struct collector *collector;
	size_t netns;
};

static int kernel_take(void *data, const struct bpf_record *record)
{
	const struct kernel_asking *asking = data;
	struct pm_snapshot *snapshot = asking->collector->snapshot;

	/* Below an MPTCP socket the TCP socket is the kernel's, and yet a process has it open. */
	if (!(record->flags & (RECORD_KERN | RECORD_NOFILE)) || record->flags & RECORD_SUBFLOW)
		return 0;
	for (size_t i = 0; i < snapshot->listener_count; i++) {
		struct pm_listener *listener = &snapshot->listeners[i];

		if (listener->netns == asking->netns && !pm_is_owned(listener) &&
		    listener->has_cookie && listener->cookie == record->cookie)
			listener->owner = PM_OWNER_KERNEL;
	}
	return 0;
}

static bool kernel_has_unheld(void *data, size_t netns)
{
	const struct pm_snapshot *snapshot = ((struct kernel_asking *)data)->collector->snapshot;

	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (snapshot->listeners[i].netns == netns && !pm_is_owned(&snapshot->listeners[i]))
			return true;
	return false;
}

/* Refused, it explains nothing, as with the links of tunnels. */
static int kernel_ask(void *data, size_t netns)
{
	struct kernel_asking *asking = data;

	asking->netns = netns;
	int r = bpf_records(asking->collector->source, BPF_UDP, 0, kernel_take, asking);
	if (r != -ENOMEM)
		r = bpf_records(asking->collector->source, BPF_TCP, 0, kernel_take, asking);
	return r == -ENOMEM ? r : 0;
}

int pass_kernel_sockets(struct collector *collector)
{
	struct kernel_asking asking = {.collector = collector};

	return netns_each(collector, 0, kernel_has_unheld, kernel_ask, &asking);
}
