#include "claim.h"
#include "behind/unitindex.h"

/*
 * Is the service spoken over this transport? IANA has most names for both, whether they are or not;
 * a distribution's list has those that are. What it lacks may be.
 */
static bool is_spoken(const struct trial *trial, const char *service)
{
	enum pm_transport transport = pm_transport_of(trial->listener->protocol);
	size_t count;
	const struct pm_listing *rows = pm_listings(trial->knowledge, &count);
	bool is_by_another = false;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].port != trial->listener->port || strcmp(rows[i].service, service) != 0)
			continue;
		if (rows[i].transport == transport)
			return true;
		is_by_another = true;
	}
	return !is_by_another;
}

bool claim_is_named_port(const struct trial *trial)
{
	enum pm_transport transport = pm_transport_of(trial->listener->protocol);
	uint16_t port = trial->listener->port;
	size_t count, implementers = 0;
	const struct pm_occupant *rows = pm_occupants(trial->knowledge, &count);

	for (size_t i = 0; (i = pm_occupants_next(trial->knowledge, port, i)) < count; i++)
		if (rows[i].first == port && rows[i].last == port && rows[i].transport == transport)
			return true;
	for (size_t i = 0; i < trial->label->row_count && !implementers; i++)
		pm_implementers_of(trial->knowledge,
				   pm_registry_row(trial->registry, trial->label->rows[i]).name,
				   &implementers);
	return implementers;
}

/*
 * A program of ours that takes any port does so as root's or the system's, from a file that only root can
 * write, and takes none that a table has for another; what the kernel gives it in its own range is
 * no choice of anybody's. What the machine's own table says is as it says.
 */
static bool may_take_any(const struct trial *trial, const struct pm_process *process,
			 const struct claim *claim)
{
	enum { RESERVED = 1024 };
	uint16_t port = trial->listener->port;

	if (pm_occupant_is_local(trial->knowledge, claim->occupant))
		return true;
	return (port >= RESERVED || claim->occupant->first == PM_RESERVED_FIRST) &&
	       claim->name.is_trusted && process->has_uid && !identity_is_of_person(process) &&
	       (pm_is_ephemeral(trial->snapshot, trial->listener) || !claim_is_named_port(trial));
}

struct claim claim_of(const struct trial *trial, const struct name *name)
{
	struct claim best = {
		.name = *name,
		.occupant = pm_occupant_find(trial->knowledge,
					     pm_transport_of(trial->listener->protocol),
					     trial->listener->port, name->program, name->kind),
	};

	if (best.occupant)
		best.fit = best.occupant->any ? FIT_ANY_PORT : FIT_OCCUPANT;
	for (size_t i = 0; i < trial->label->row_count && best.fit < FIT_IMPLEMENTER; i++) {
		struct pm_registration row =
			pm_registry_row(trial->registry, trial->label->rows[i]);

		if (row.status != PM_ASSIGNED)
			continue;
		const struct pm_implementer *known =
			pm_implementer_find(trial->knowledge, row.name, name->program, name->kind);
		bool is_named = name->kind != PM_KIND_UNIT && pm_same_name(name->program, row.name);
		enum fit fit = known ? FIT_IMPLEMENTER : FIT_SAME_NAME;
		if (!(known || is_named) || !is_spoken(trial, row.name))
			continue;
		if (fit > best.fit)
			best = (struct claim){.fit = fit,
					      .name = *name,
					      .implementer = known,
					      .row = trial->label->rows[i]};
	}
	return best;
}

/* One that counts fully goes before one that fits better. */
static bool is_better(const struct claim *a, const struct claim *b)
{
	bool a_trusted = a->fit && a->name.is_trusted, b_trusted = b->fit && b->name.is_trusted;

	return a_trusted != b_trusted ? a_trusted : a->fit > b->fit;
}

/*
 * A program that wrote a title over its command line, and that the command of its unit names: the
 * unit is called after the application, as a rule, and the command after what serves it.
 */
static int add_title(struct trial *trial, const struct pm_process *process, struct name *ret)
{
	const struct pm_running *running = &process->running;
	char name[PM_PROGRAM_SIZE];
	struct unit_command command;

	if (!running->title || running->name || !identity_is_of_system_unit(process) ||
	    process->is_units_user == PM_NO || !trial->units)
		return 0;
	trial->failed |= unitindex_command(trial->units, process->unit, &command) < 0;
	if (trial->failed || !command.program ||
	    strcmp(pm_program_name(command.program, name, sizeof(name)), running->title) != 0)
		return 0;
	*ret = (struct name){running->title, PM_KIND_SCRIPT, GROUND_TITLE,
			     pm_process_is_trusted(process)};
	return 1;
}

/* The best of all names of a process; of none that fit, the first. */
static struct claim process_claim(struct trial *trial, const struct pm_process *process)
{
	struct name names[NAMES_MAX];
	struct claim best = {.fit = FIT_NONE};
	int count = identity_names(process, trial->arena, names);

	trial->failed |= count < 0;
	if (count >= 0 && count < NAMES_MAX)
		count += add_title(trial, process, &names[count]);
	for (int i = 0; i < count; i++) {
		struct claim claim = claim_of(trial, &names[i]);

		if (claim.fit == FIT_ANY_PORT && !may_take_any(trial, process, &claim))
			claim = (struct claim){.name = names[i]};
		if (!i || is_better(&claim, &best))
			best = claim;
	}
	return best;
}

/*
 * A holder that nobody vouches for, and that is another program than the owner: a listener can be
 * made by a program of a user's own and handed down to an honest one, which never looks at it.
 */
static bool is_stranger(const struct pm_process *process, const struct claim *claim,
			const struct pm_process *owner)
{
	const struct pm_running *running = &process->running;

	if (process == owner || (claim->fit && claim->name.is_trusted) ||
	    (process->exe.has_stat && owner->exe.has_stat && !running->runtime &&
	     process->exe.inode == owner->exe.inode && process->exe.device == owner->exe.device))
		return false;
	return !pm_process_is_trusted(process) || (identity_is_of_person(process) && !claim->fit) ||
	       (running->runtime && !(process->has_uid && !process->uid) && !running->file.path);
}

/* Sets the verdict's owner: the holder that best explains the listener; the oldest of equals. */
static struct claim choose_owner(struct trial *trial)
{
	const struct pm_listener *listener = trial->listener;
	struct claim best = {.fit = FIT_NONE};

	for (size_t i = 0; i < listener->holders; i++) {
		const struct pm_process *process = pm_holder(trial->snapshot, listener, i);
		struct claim claim = process_claim(trial, process);

		if (trial->verdict->owner && !is_better(&claim, &best))
			continue;
		trial->verdict->owner = process;
		best = claim;
	}
	for (size_t i = 0; i < listener->holders && best.fit; i++) {
		const struct pm_process *process = pm_holder(trial->snapshot, listener, i);
		struct claim claim = process_claim(trial, process);

		if (!is_stranger(process, &claim, trial->verdict->owner))
			continue;
		trial->verdict->owner = process;
		return claim;
	}
	return best;
}

/* The part of the kernel that implements what is registered here, or NULL. */
static const char *kernel_service(const struct trial *trial)
{
	for (size_t i = 0; i < trial->label->row_count; i++) {
		size_t count;
		const struct pm_implementer *rows = pm_implementers_of(
			trial->knowledge,
			pm_registry_row(trial->registry, trial->label->rows[i]).name, &count);

		for (size_t k = 0; k < count; k++)
			if (rows[k].kind == PM_KIND_KERNEL)
				return rows[k].program;
	}
	return NULL;
}

static struct claim kernel_claim(const struct trial *trial)
{
	const char *service = trial->listener->service;
	struct name kernel = {.program = service ? service : kernel_service(trial),
			      .kind = PM_KIND_KERNEL,
			      .is_trusted = true};

	return kernel.program ? claim_of(trial, &kernel) : (struct claim){0};
}

struct claim claim_find(struct trial *trial)
{
	return trial->listener->owner == PM_OWNER_KERNEL ? kernel_claim(trial)
							 : choose_owner(trial);
}

const char *claim_of_comm(const struct trial *trial, const char *comm)
{
	uint16_t port = trial->listener->port;
	size_t count;
	const struct pm_occupant *occupants = pm_occupants(trial->knowledge, &count);

	for (size_t i = 0; i < trial->label->row_count; i++) {
		struct pm_registration row =
			pm_registry_row(trial->registry, trial->label->rows[i]);
		size_t implementers;
		const struct pm_implementer *rows =
			pm_implementers_of(trial->knowledge, row.name, &implementers);

		if (row.status != PM_ASSIGNED)
			continue;
		for (size_t k = 0; k < implementers; k++)
			if (!strcmp(comm, rows[k].program))
				return rows[k].program;
		if (pm_same_name(comm, row.name))
			return row.name;
	}
	for (size_t i = 0; (i = pm_occupants_next(trial->knowledge, port, i)) < count; i++)
		if (occupants[i].transport == pm_transport_of(trial->listener->protocol) &&
		    !strcmp(comm, occupants[i].program))
			return occupants[i].program;
	return NULL;
}

/* "/proc/self/fd/3", "/dev/fd/3", "pipe:[4026]": no file, but what somebody handed over. */
static bool is_by_descriptor(const char *path)
{
	static const char proc[] = "/proc/", fds[] = "/fd/";

	if (!strncmp(path, proc, sizeof(proc) - 1))
		return strstr(path + sizeof(proc) - 2, fds) != NULL;
	return !strncmp(path, "/dev/fd/", 8) || !strcmp(path, "/dev/stdin") ||
	       !strncmp(path, "pipe:[", 6) || !strncmp(path, "socket:[", 8);
}

bool is_in_memory(const struct pm_file *file)
{
	static const char memory[] = "/dev/shm/", session[] = "/run/user/";

	if (!file->path)
		return false;
	enum pm_rule place = bad_place_of(file->path);
	return place == PM_RULE_EXE_IN_MEMORY || !strncmp(file->path, memory, sizeof(memory) - 1) ||
	       (file->deleted == PM_YES && (place == PM_RULE_EXE_WORLD_WRITABLE ||
					    !strncmp(file->path, session, sizeof(session) - 1)));
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

	if (is_by_descriptor(path))
		return PM_RULE_EXE_IN_MEMORY;
	for (size_t i = 0; i < PM_COUNT(places); i++)
		if (!strncmp(path, places[i].place, strlen(places[i].place)))
			return places[i].rule;
	return PM_RULES;
}
