#include "tables.h"

#include <errno.h>
#include <strings.h>

/* IANA's registry has over 12,000 rows with ports: far above, and far from nothing. */
static const uint32_t rows_min = 5000;

/* IANA leaves none out; a row or two lost by hand is no cut. */
static const unsigned holes_max = 32;

const char *pm_transport_name(enum pm_transport transport)
{
	static const char *const names[PM_TRANSPORTS] = {"tcp", "udp", "sctp", "dccp"};

	return names[transport];
}

const char *pm_status_name(enum pm_status status)
{
	static const char *const names[PM_STATUSES] = {
		[PM_ASSIGNED] = "assigned",
		[PM_RESERVED] = "reserved",
		[PM_UNASSIGNED] = "unassigned",
		[PM_DEASSIGNED] = "de-assigned",
	};

	return names[status];
}

const char *pm_registry_source(const struct pm_registry *registry)
{
	return registry->pool + registry->source;
}

const char *pm_registry_date(const struct pm_registry *registry)
{
	return registry->pool + registry->date;
}

size_t pm_registry_rows(const struct pm_registry *registry)
{
	return registry->entry_count;
}

struct pm_registration pm_registry_row(const struct pm_registry *registry, uint32_t index)
{
	const struct pm_entry *entry = &registry->entries[index];
	const char *pool = registry->pool;

	return (struct pm_registration){
		.name = pool + entry->text[PM_TEXT_NAME],
		.description = pool + entry->text[PM_TEXT_DESCRIPTION],
		.assignee = pool + entry->text[PM_TEXT_ASSIGNEE],
		.contact = pool + entry->text[PM_TEXT_CONTACT],
		.registered = pool + entry->text[PM_TEXT_REGISTERED],
		.modified = pool + entry->text[PM_TEXT_MODIFIED],
		.reference = pool + entry->text[PM_TEXT_REFERENCE],
		.code = pool + entry->text[PM_TEXT_CODE],
		.unauthorized = pool + entry->text[PM_TEXT_UNAUTHORIZED],
		.alias_of = pool + entry->text[PM_TEXT_ALIAS_OF],
		.deassigned = pool + entry->text[PM_TEXT_DEASSIGNED],
		.first = entry->first,
		.last = entry->last,
		.transports = entry->transports,
		.status = entry->status,
		.historic = entry->historic,
		.row = entry->row,
	};
}

size_t pm_registry_at(const struct pm_registry *registry, enum pm_transport transport,
		      uint16_t port, const uint32_t **ret_rows)
{
	const struct pm_segment *segments = registry->segments;
	uint32_t low = registry->segment_at[transport], high = registry->segment_at[transport + 1];

	/* The last segment that begins at or below the port: low is one, high is none. */
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (segments[middle].first <= port)
			low = middle;
		else
			high = middle;
	}
	*ret_rows = registry->lists + segments[low].list;
	return segments[low + 1].list - segments[low].list;
}

uint32_t pm_registry_next(const struct pm_registry *registry, const char *name, uint32_t from)
{
	for (; from < registry->entry_count; from++) {
		const struct pm_entry *entry = &registry->entries[from];

		if (*name && !strcasecmp(registry->pool + entry->text[PM_TEXT_NAME], name))
			return from;
	}
	return registry->entry_count;
}

static bool has(const struct pm_registry *registry, const char *name, uint16_t port)
{
	const uint32_t *rows;
	size_t count = pm_registry_at(registry, PM_TCP, port, &rows);

	for (size_t i = 0; i < count; i++)
		if (strcmp(pm_registry_row(registry, rows[i]).name, name) == 0)
			return true;
	return false;
}

/* How many ports below the dynamic ones no row speaks of, and the first of these. */
static unsigned count_holes(const struct pm_registry *registry, unsigned *ret_first)
{
	unsigned count = 0;

	for (unsigned port = 0; port < 49152; port++) {
		const uint32_t *rows;
		size_t here = 0;

		for (unsigned t = 0; t < PM_TRANSPORTS && !here; t++)
			here = pm_registry_at(registry, (enum pm_transport)t, (uint16_t)port,
					      &rows);
		if (!here && !count++)
			*ret_first = port;
	}
	return count;
}

int pm_registry_check(const struct pm_registry *registry, struct pm_error *err)
{
	static const struct {
		const char *name;
		uint16_t port;
	} known[] = {{"ssh", 22},	 {"http", 80},	     {"https", 443},
		     {"x11", 6000},	 {"flex-lm", 27000}, {"com-bardac-dw", 48556},
		     {"iqobject", 48619}};

	char place[64];
	unsigned gap = 0;

	snprintf(place, sizeof(place), "ends at row %u (line %u)", registry->last_row,
		 registry->last_line);
	if (registry->entry_count < rows_min)
		return pm_fail(err, -EBADMSG,
			       "%s %s with %u rows with ports; IANA's registry has more than %u",
			       pm_registry_source(registry), place, registry->entry_count,
			       rows_min);
	for (size_t i = 0; i < PM_COUNT(known); i++)
		if (!has(registry, known[i].name, known[i].port))
			return pm_fail(err, -EBADMSG,
				       "%s %s without %s on %u/tcp, which IANA's registry has",
				       pm_registry_source(registry), place, known[i].name,
				       known[i].port);
	unsigned holes = count_holes(registry, &gap);
	if (holes > holes_max)
		return pm_fail(err, -EBADMSG,
			       "%s %s without a row for port %u and %u others; IANA's registry "
			       "speaks of each port up to 49151",
			       pm_registry_source(registry), place, gap, holes - 1);
	return 0;
}
