/*
 * A registry file of any bytes: refused with a sentence, or a registry whose every row and every
 * port can be read, in the alphabet and in the order that the header promises.
 */
#include <portmote/registry.h>

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
	if (!condition)
		abort();
}

static void check_text(const char *text)
{
	for (const char *at = text; *at; at++)
		demand(*at >= 0x20 && *at <= 0x7e && !(*at == ' ' && (at == text || at[1] == ' ')));
	demand(!*text || text[strlen(text) - 1] != ' ');
}

static size_t check_row(struct pm_registration row)
{
	check_text(row.name);
	check_text(row.description);
	check_text(row.assignee);
	check_text(row.contact);
	check_text(row.code);
	check_text(row.registered);
	check_text(row.modified);
	check_text(row.reference);
	check_text(row.unauthorized);
	check_text(row.alias_of);
	check_text(row.deassigned);
	demand(row.first <= row.last && row.transports && row.row > 1);
	demand(row.transports >> PM_TRANSPORTS == 0 && row.status < PM_STATUSES);
	demand((row.name[0] != '\0') == (row.status == PM_ASSIGNED));
	return (size_t)__builtin_popcount(row.transports) * (row.last - row.first + 1u);
}

/* How many rows there are at all ports of a transport. */
static size_t count_at_ports(const struct pm_registry *registry, enum pm_transport transport)
{
	size_t sum = 0;

	for (unsigned port = 0; port <= UINT16_MAX; port++) {
		const uint32_t *rows;
		size_t count = pm_registry_at(registry, transport, (uint16_t)port, &rows);

		if (count)
			demand(rows[count - 1] < pm_registry_rows(registry));
		sum += count;
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pm_registry *registry = NULL;
	struct pm_error err = {""};
	size_t spoken = 0, listed = 0;

	int r = pm_registry_parse("fuzz", data, size, &registry, &err);
	demand(r == 0 || r == -EBADMSG);
	demand((r != 0) == (err.text[0] != '\0') && (r == 0) == (registry != NULL));
	if (r)
		return 0;
	for (uint32_t i = 0; i < pm_registry_rows(registry); i++)
		spoken += check_row(pm_registry_row(registry, i));
	for (unsigned t = 0; t < PM_TRANSPORTS; t++)
		listed += count_at_ports(registry, (enum pm_transport)t);
	demand(spoken == listed);
	check_text(pm_registry_date(registry));
	pm_registry_check(registry, &err);
	pm_registry_free(registry);
	return 0;
}
