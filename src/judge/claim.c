#include "claim.h"

/* What a program of this name and kind has to do with the port. */
static struct claim claim_of(const struct matter *matter, const char *program, enum pm_kind kind)
{
	struct claim best = {
		.occupant = pm_occupant_find(matter->knowledge,
					     pm_transport_of(matter->listener->protocol),
					     matter->listener->port, program, kind),
	};

	if (best.occupant)
		best.fit = best.occupant->any ? FIT_ANY_PORT : FIT_OCCUPANT;
	for (size_t i = 0; i < matter->label->row_count && best.fit < FIT_IMPLEMENTER; i++) {
		struct pm_registration row =
			pm_registry_row(matter->registry, matter->label->rows[i]);

		if (row.status != PM_ASSIGNED)
			continue;
		const struct pm_implementer *known =
			pm_implementer_find(matter->knowledge, row.name, program, kind);
		enum fit fit = known				 ? FIT_IMPLEMENTER
			       : pm_same_name(program, row.name) ? FIT_SAME_NAME
								 : FIT_NONE;
		if (fit > best.fit)
			best = (struct claim){
				.fit = fit, .implementer = known, .row = matter->label->rows[i]};
	}
	return best;
}

static struct claim process_claim(const struct matter *matter, const struct pm_process *process)
{
	char name[PM_PROGRAM_SIZE];

	if (!process->exe.path)
		return (struct claim){.fit = FIT_NONE};
	return claim_of(matter, pm_program_name(process->exe.path, name, sizeof(name)),
			PM_KIND_EXE);
}

bool is_trusted(const struct pm_process *process)
{
	return process->exe.writers == PM_WRITERS_ROOT;
}

/* Sets the verdict's owner: the holder that best explains the listener; the oldest of equals. */
static struct claim choose_owner(const struct matter *matter)
{
	const struct pm_listener *listener = matter->listener;
	struct claim best = {.fit = FIT_NONE};
	bool trusted = false;

	for (size_t i = 0; i < listener->holders; i++) {
		const struct pm_process *process = pm_holder(matter->snapshot, listener, i);
		struct claim claim = process_claim(matter, process);
		bool better = claim.fit && is_trusted(process) > trusted;

		if (matter->verdict->owner && !better &&
		    (claim.fit <= best.fit || is_trusted(process) < trusted))
			continue;
		matter->verdict->owner = process;
		best = claim;
		trusted = claim.fit && is_trusted(process);
	}
	return best;
}

struct claim claim_find(const struct matter *matter)
{
	return matter->listener->owner == PM_OWNER_KERNEL
		       ? claim_of(matter, matter->listener->service, PM_KIND_KERNEL)
		       : choose_owner(matter);
}

enum pm_rule bad_place_of(const char *path)
{
	static const struct {
		const char *place;
		enum pm_rule rule;
	} places[] = {
		{"/memfd:", PM_RULE_EXE_IN_MEMORY},
		{"/tmp/", PM_RULE_EXE_WORLD_WRITABLE},
		{"/var/tmp/", PM_RULE_EXE_WORLD_WRITABLE},
		{"/dev/shm/", PM_RULE_EXE_WORLD_WRITABLE},
	};

	for (size_t i = 0; i < PM_COUNT(places); i++)
		if (!strncmp(path, places[i].place, strlen(places[i].place)))
			return places[i].rule;
	return PM_RULES;
}
