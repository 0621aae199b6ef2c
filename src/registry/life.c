/* How alive a registration looks: one rule, in one place. */
#include <portmote/registry.h>

enum { OLD_YEARS = 10 };

const char *pm_liveness_name(enum pm_liveness liveness)
{
	static const char *const names[PM_LIVENESSES] = {
		[PM_IN_USE] = "in use",
		[PM_DOCUMENTED] = "documented",
		[PM_NO_IMPLEMENTATION] = "no known implementation",
		[PM_DORMANT] = "dormant",
	};

	return names[liveness];
}

/* The year a date begins with, or 0. */
static uint64_t year_of(const char *date)
{
	uint64_t year = 0;

	pm_parse_u64(date, strcspn(date, "-"), 9999, &year);
	return year;
}

static bool is_old(const struct pm_registry *registry, const struct pm_registration *row)
{
	uint64_t year = year_of(row->registered), now = year_of(pm_registry_date(registry));

	return year && now && year + OLD_YEARS <= now;
}

/* The same service under another name: same ports, same description, a transport in common. */
static bool is_one_service(const struct pm_registration *a, const struct pm_registration *b)
{
	return a->first == b->first && a->last == b->last && (a->transports & b->transports) &&
	       *a->description && !strcmp(a->description, b->description);
}

static size_t count_implementers(const struct pm_registry *registry,
				 const struct pm_knowledge *knowledge,
				 const struct pm_registration *row)
{
	size_t count;

	pm_implementers_of(knowledge, row->name, &count);
	for (unsigned t = 0; t < PM_TRANSPORTS && !count; t++) {
		const uint32_t *rows;
		size_t here =
			row->transports >> t & 1
				? pm_registry_at(registry, (enum pm_transport)t, row->first, &rows)
				: 0;

		for (size_t i = 0; i < here && !count; i++) {
			struct pm_registration other = pm_registry_row(registry, rows[i]);

			if (other.status == PM_ASSIGNED && is_one_service(row, &other))
				pm_implementers_of(knowledge, other.name, &count);
		}
	}
	return count;
}

static size_t life_count_occupants(const struct pm_knowledge *knowledge,
				   const struct pm_registration *row)
{
	size_t all, count = 0;
	const struct pm_occupant *occupants = pm_occupants(knowledge, &all);

	for (size_t i = 0; i < all && !occupants[i].any; i++)
		count += occupants[i].first <= row->last && occupants[i].last >= row->first &&
			 (row->transports >> occupants[i].transport & 1);
	return count;
}

static bool life_is_listed(const struct pm_knowledge *knowledge, const struct pm_registration *row)
{
	size_t count;
	const struct pm_listing *listings = pm_listings(knowledge, &count);

	for (size_t i = 0; i < count; i++)
		if (listings[i].port >= row->first && listings[i].port <= row->last &&
		    (row->transports >> listings[i].transport & 1) &&
		    !strcmp(listings[i].service, row->name))
			return true;
	return false;
}

static const struct pm_dormant *find_dormant(const struct pm_knowledge *knowledge, const char *name)
{
	size_t count;
	const struct pm_dormant *rows = pm_dormants(knowledge, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(rows[i].service, name))
			return &rows[i];
	return NULL;
}

/* That it is old and others sit on its port tells nothing: so it is with DNP, which power stations
 * speak, and with NDMP. */
static enum pm_liveness rule(const struct pm_life *life)
{
	if (life->implementers)
		return PM_IN_USE;
	if (life->dormant)
		return PM_DORMANT;
	if (life->has_rfc || life->is_listed)
		return PM_DOCUMENTED;
	return PM_NO_IMPLEMENTATION;
}

struct pm_life pm_life_of(const struct pm_registry *registry, const struct pm_knowledge *knowledge,
			  uint32_t index)
{
	struct pm_registration row = pm_registry_row(registry, index);
	struct pm_life life = {
		.implementers = count_implementers(registry, knowledge, &row),
		.occupants = life_count_occupants(knowledge, &row),
		.has_rfc = strstr(row.reference, "RFC") != NULL,
		.is_listed = life_is_listed(knowledge, &row),
		.is_misused = *row.unauthorized != '\0',
		.is_old = is_old(registry, &row),
		.dormant = find_dormant(knowledge, row.name),
	};

	life.liveness = rule(&life);
	return life;
}
