#include <portmote/label.h>

static const char *const range_name[PM_RANGES] = {"system", "user", "dynamic"};

enum pm_range pm_range_of(uint16_t port)
{
	if (port < 1024)
		return PM_RANGE_SYSTEM;
	return port < 49152 ? PM_RANGE_USER : PM_RANGE_DYNAMIC;
}

const char *pm_range_name(enum pm_range range)
{
	return range_name[range];
}

enum pm_transport pm_transport_of(enum pm_protocol protocol)
{
	if (!pm_protocol_has_port(protocol))
		return PM_TRANSPORTS;
	return pm_protocol_base(protocol) == PM_PROTOCOL_TCP ? PM_TCP : PM_UDP;
}

struct pm_label *pm_label_all(const struct pm_snapshot *snapshot,
			      const struct pm_registry *registry)
{
	struct pm_label *labels = calloc(snapshot->listener_count + 1, sizeof(*labels));

	for (size_t i = 0; labels && i < snapshot->listener_count; i++) {
		const struct pm_listener *listener = &snapshot->listeners[i];
		struct pm_label *label = &labels[i];

		label->exposure = pm_exposure_of(listener);
		label->range = PM_RANGES;
		if (!pm_protocol_has_port(listener->protocol))
			continue;
		label->range = pm_range_of(listener->port);
		label->row_count = pm_registry_at(registry, pm_transport_of(listener->protocol),
						  listener->port, &label->rows);
	}
	return labels;
}

bool pm_label_is_registered(const struct pm_label *label, const struct pm_registry *registry)
{
	/* Assigned rows come first. */
	return label->row_count && pm_registry_row(registry, label->rows[0]).status == PM_ASSIGNED;
}
