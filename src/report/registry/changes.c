/* What an imported registry changes: a summary and, when asked for, each change. */
#include <portmote/report.h>

#include <errno.h>

/* The names at a port, "-" where it has none. */
static void add_names(const struct pm_registry *registry, const struct pm_change *change,
		      struct pm_buf *ret)
{
	const uint32_t *rows;
	const char *comma = "";
	unsigned transport = 0;

	while (!(change->transports >> transport & 1))
		transport++;
	size_t count = pm_registry_at(registry, (enum pm_transport)transport, change->first, &rows);
	for (size_t i = 0; i < count; i++) {
		struct pm_registration row = pm_registry_row(registry, rows[i]);

		if (row.status != PM_ASSIGNED)
			break;
		pm_buf_printf(ret, "%s%s", comma, row.name);
		comma = ", ";
	}
	if (!*comma)
		pm_buf_puts(ret, "-");
}

/* "  renamed      3643/tcp,udp  audiojuggler -> jugglernet" */
static void add_change(const struct pm_registry *before, const struct pm_registry *after,
		       const struct pm_change *change, struct pm_buf *ret)
{
	const char *comma = "/";

	pm_buf_printf(ret, "  %-12s %u", pm_change_name(change->kind), change->first);
	if (change->last != change->first)
		pm_buf_printf(ret, "-%u", change->last);
	for (unsigned t = 0; t < PM_TRANSPORTS; t++)
		if (change->transports >> t & 1) {
			pm_buf_printf(ret, "%s%s", comma, pm_transport_name((enum pm_transport)t));
			comma = ",";
		}
	pm_buf_puts(ret, "  ");
	add_names(before, change, ret);
	pm_buf_puts(ret, " -> ");
	add_names(after, change, ret);
	pm_buf_puts(ret, "\n");
}

int pm_report_changes(const struct pm_registry *before, const struct pm_registry *after, bool list,
		      struct pm_buf *ret)
{
	struct pm_change *changes;
	size_t count, kinds[PM_CHANGES] = {0};
	int r = pm_registry_compare(before, after, &changes, &count);

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		kinds[changes[i].kind]++;
	pm_buf_printf(ret, "against %s (%s):", pm_registry_source(before),
		      pm_registry_date(before));
	for (int i = 0; i < PM_CHANGES; i++)
		pm_buf_printf(ret, "%s %zu %s", i ? "," : "", kinds[i],
			      pm_change_name((enum pm_change_kind)i));
	pm_buf_puts(ret, "\n");
	for (size_t i = 0; i < count && list; i++)
		add_change(before, after, &changes[i], ret);
	free(changes);
	return ret->failed ? -ENOMEM : 0;
}
