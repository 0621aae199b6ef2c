/* What a newer registry changes. */
#include <portmote/registry.h>

#include <errno.h>
#include <strings.h>

struct names {
	const struct pm_registry *registry;
	const uint32_t *rows;
	size_t count; /* assigned ones, which come first */
};

static struct names names_at(const struct pm_registry *registry, enum pm_transport transport,
			     uint16_t port)
{
	struct names names = {.registry = registry};
	size_t count = pm_registry_at(registry, transport, port, &names.rows);

	while (names.count < count &&
	       pm_registry_row(registry, names.rows[names.count]).status == PM_ASSIGNED)
		names.count++;
	return names;
}

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcasecmp(pm_registry_row(names->registry, names->rows[i]).name, name))
			return true;
	return false;
}

static bool has_all(const struct names *names, const struct names *others)
{
	for (size_t i = 0; i < others->count; i++)
		if (!has_name(names, pm_registry_row(others->registry, others->rows[i]).name))
			return false;
	return true;
}

/* PM_CHANGES: none. */
static enum pm_change_kind change_at(const struct pm_registry *before,
				     const struct pm_registry *after, enum pm_transport transport,
				     uint16_t port)
{
	struct names old = names_at(before, transport, port);
	struct names new = names_at(after, transport, port);

	if (has_all(&old, &new) && has_all(&new, &old))
		return PM_CHANGES;
	return !old.count ? PM_CHANGE_NEW : !new.count ? PM_CHANGE_DEASSIGNED : PM_CHANGE_RENAMED;
}

static bool are_same(const struct pm_registry *registry, enum pm_transport transport, uint16_t port,
		     uint16_t next)
{
	struct names a = names_at(registry, transport, port);
	struct names b = names_at(registry, transport, next);

	return has_all(&a, &b) && has_all(&b, &a);
}

int pm_registry_compare(const struct pm_registry *before, const struct pm_registry *after,
			struct pm_change **ret, size_t *ret_count)
{
	struct pm_change *changes = NULL, *last = NULL;
	size_t count = 0, room = 0;

	for (unsigned t = 0; t < PM_TRANSPORTS; t++)
		for (unsigned port = 0; port <= UINT16_MAX; port++) {
			enum pm_transport transport = (enum pm_transport)t;
			uint16_t at = (uint16_t)port;
			enum pm_change_kind kind = change_at(before, after, transport, at);

			if (kind == PM_CHANGES)
				continue;
			if (last && last->kind == kind && last->transport == transport &&
			    last->last + 1u == port &&
			    are_same(before, transport, last->last, at) &&
			    are_same(after, transport, last->last, at)) {
				last->last = at;
				continue;
			}
			last = pm_array_add(&changes, &count, &room, sizeof(*last));
			if (!last) {
				free(changes);
				return -ENOMEM;
			}
			*last = (struct pm_change){kind, transport, at, at};
		}
	*ret = changes;
	*ret_count = count;
	return 0;
}
