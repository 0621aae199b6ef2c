#include "identity.h"

#include <ctype.h>
#include <errno.h>

/* Endings that a script can have or lack in a table. */
static const char *const endings[] = {".py", ".pl", ".rb",  ".js",  ".mjs", ".cjs",
				      ".ts", ".sh", ".php", ".dll", ".exe", ".tcl"};

static const enum pm_kind kinds[PM_RUNS] = {
	[PM_RUNS_UNKNOWN] = PM_KIND_SCRIPT, [PM_RUNS_SCRIPT] = PM_KIND_SCRIPT,
	[PM_RUNS_MODULE] = PM_KIND_MODULE,  [PM_RUNS_JAR] = PM_KIND_JAR,
	[PM_RUNS_CLASS] = PM_KIND_CLASS,    [PM_RUNS_INLINE] = PM_KIND_SCRIPT,
	[PM_RUNS_PROGRAM] = PM_KIND_SCRIPT,
};

struct names {
	struct name *items;
	size_t count;
	struct pm_arena *arena;
	bool failed;
};

static void add(struct names *names, const char *program, enum pm_kind kind, enum ground ground,
		bool is_trusted)
{
	if (!program) {
		names->failed = true;
		return;
	}
	if (names->count < NAMES_MAX)
		names->items[names->count++] = (struct name){program, kind, ground, is_trusted};
}

bool pm_process_is_contained(const struct pm_process *process)
{
	return process->container.runtime && !process->container.is_claim;
}

/* Services that run what any user asks for are no word for it. */
static bool is_of_cron(const char *unit)
{
	static const char *const units[] = {"cron.service", "crond.service", "atd.service",
					    "anacron.service", "fcron.service"};

	for (size_t i = 0; i < PM_COUNT(units); i++)
		if (!strcmp(unit, units[i]))
			return true;
	return false;
}

/* Users have managers, and scopes, of their own. */
bool identity_is_of_system_unit(const struct pm_process *process)
{
	static const char users[] = "/user.slice/", service[] = ".service";
	size_t len = process->unit ? strlen(process->unit) : 0, end = sizeof(service) - 1;

	return len > end && !strcmp(process->unit + len - end, service) &&
	       !is_of_cron(process->unit) && !process->container.runtime && process->cgroup &&
	       strncmp(process->cgroup, users, sizeof(users) - 1) != 0;
}

/*
 * Root made it, for a service or for what is in a container, which need not be one that we know by
 * name. A program with root's rights makes one for a person, too: his are never root's.
 */
bool identity_is_in_roots_userns(const struct pm_process *process)
{
	return process->has_userns_owner && !process->userns_owner &&
	       (identity_is_of_system_unit(process) ||
		(process->pidns_depth && process->has_uid && !identity_is_of_person(process)));
}

bool pm_process_is_in_strange_userns(const struct pm_process *process)
{
	return process->own_userns == PM_YES && !pm_process_is_contained(process) &&
	       !identity_is_in_roots_userns(process) &&
	       !(identity_is_of_system_unit(process) && process->exe.on_host == PM_YES);
}

bool pm_process_is_trusted(const struct pm_process *process)
{
	return process->exe.writers == PM_WRITERS_ROOT &&
	       !pm_process_is_in_strange_userns(process) &&
	       (!process->running.file.path || process->running.file.writers == PM_WRITERS_ROOT) &&
	       (!process->loaded.path || process->loaded.writers == PM_WRITERS_ROOT);
}

/*
 * Does the unit vouch for it? Not for what somebody who comes in by the service starts there: by a
 * login without a session of its own, by a mail filter, by a CGI as his own user.
 */
static bool is_of_units_own(const struct pm_process *process)
{
	return identity_is_of_system_unit(process) && process->is_units_user != PM_NO;
}

/*
 * Can a person have started it? What root's daemon does as another user it does as one of the
 * system's: login.defs(5), SYS_UID_MAX. What that user starts says little: any options, any files.
 */
bool identity_is_of_person(const struct pm_process *process)
{
	enum { FIRST_PERSON = 1000, NOBODY = 65534 };

	return process->has_uid && process->uid >= FIRST_PERSON && process->uid != NOBODY &&
	       !is_of_units_own(process) && !pm_process_is_contained(process);
}

/* Root itself, a service of root's, or a container: not a user who says what he runs. */
static bool is_vouched_for(const struct pm_process *process)
{
	return (process->has_uid && !process->uid && process->own_userns != PM_YES) ||
	       is_of_units_own(process) || pm_process_is_contained(process);
}

const char *identity_writable(const struct pm_process *process)
{
	const struct pm_file *const files[] = {&process->exe, &process->running.file,
					       &process->loaded};

	for (size_t i = 0; i < PM_COUNT(files); i++)
		if (files[i]->writable)
			return files[i]->writable;
	return NULL;
}

/*
 * "ssh.service" and "ssh"; "postgresql@15-main.service" and "postgresql"; "rabbitmq-server.service"
 * and "rabbit".
 */
static bool unit_bears(const char *unit, const char *program)
{
	char name[PM_PROGRAM_SIZE];
	size_t len = strlen(program);

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(unit, "@."), unit);
	return pm_same_name(program, name) || (len >= 4 && !strncmp(name, program, len));
}

/* Is `part`, of `len` bytes, that name, or does it begin with it: "ghost-5.2", "radicale.py"? */
static bool bears(const char *part, size_t len, const char *name)
{
	size_t width = strlen(name);

	if (len > width && *part == '.') {
		part++;
		len--;
	}
	return len >= width && !memcmp(part, name, width) &&
	       !(len > width && isalnum((unsigned char)part[width]));
}

bool identity_bears(const struct pm_process *process, const char *name)
{
	const struct pm_file *script = &process->running.file;
	const char *path = process->exe.path ? process->exe.path : "";
	const char *at = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

	if (bears(at, strlen(at), name))
		return true;
	for (at = script->path ? script->path : ""; *at;) {
		size_t len = strcspn(at, "/");

		if (bears(at, len, name) && (at[len] || script->writers == PM_WRITERS_ROOT))
			return true;
		at += len + (at[len] == '/');
	}
	return false;
}

/* The script without its ending, and the package that it is from. */
static void add_script(struct names *names, const struct pm_running *running, bool is_trusted)
{
	size_t len = strlen(running->name);

	add(names, running->name, PM_KIND_SCRIPT, GROUND_FILE, is_trusted);
	for (size_t i = 0; i < PM_COUNT(endings); i++) {
		size_t end = strlen(endings[i]);

		if (len > end && !strcmp(running->name + len - end, endings[i]))
			add(names, pm_arena_copy(names->arena, running->name, len - end),
			    PM_KIND_SCRIPT, GROUND_FILE, is_trusted);
	}
	if (running->package)
		add(names, running->package, PM_KIND_SCRIPT, GROUND_FILE, is_trusted);
}

/*
 * What a runtime runs. A user can start any interpreter with a file of root's and code of his own,
 * so it counts fully only where somebody vouches for it. A module has no file on the command line:
 * a system unit of that name stands for it. So it does for a program that wrote a title over its
 * command line.
 */
static void add_running(struct names *names, const struct pm_process *process)
{
	const struct pm_running *running = &process->running;
	bool has_unit = is_of_units_own(process);
	bool is_trusted = pm_process_is_trusted(process) && is_vouched_for(process);

	if (running->kind == PM_RUNS_PROGRAM && running->name)
		add(names, running->name, PM_KIND_EXE, GROUND_FILE,
		    is_trusted && running->file.path);
	if ((running->kind == PM_RUNS_SCRIPT || running->kind == PM_RUNS_PROGRAM) && running->name)
		add_script(names, running, is_trusted && running->file.path);
	else if (running->name && running->file.path)
		add(names, running->name, kinds[running->kind], GROUND_FILE, is_trusted);
	else if (running->name)
		add(names, running->name, kinds[running->kind], GROUND_UNIT,
		    is_trusted && has_unit && unit_bears(process->unit, running->name));
	else if (running->title && has_unit && unit_bears(process->unit, running->title))
		add(names, running->title, PM_KIND_SCRIPT, GROUND_TITLE, is_trusted);
}

int identity_names(const struct pm_process *process, struct pm_arena *arena,
		   struct name ret[NAMES_MAX])
{
	struct names names = {.items = ret, .arena = arena};
	char exe[PM_PROGRAM_SIZE];

	if (!process->exe.path)
		return 0;
	pm_program_name(process->exe.path, exe, sizeof(exe));
	if (process->running.runtime)
		add_running(&names, process);
	const char *slash = strrchr(process->exe.path, '/');
	bool is_trusted = pm_process_is_trusted(process) && !identity_is_of_person(process);
	add(&names, pm_arena_copy(arena, exe, strlen(exe)), PM_KIND_EXE, GROUND_FILE, is_trusted);
	/* A table of the machine's own can have it with its version. */
	if (slash && strcmp(slash + 1, exe) != 0)
		add(&names, slash + 1, PM_KIND_EXE, GROUND_FILE, is_trusted);
	/* One that cannot be proven any more is what the process says. */
	if (process->alias && strcmp(process->alias, exe) != 0)
		add(&names, process->alias, PM_KIND_EXE, GROUND_ALIAS,
		    is_trusted && (process->is_alias == PM_YES || is_vouched_for(process)));
	if (identity_is_of_system_unit(process))
		add(&names, process->unit, PM_KIND_UNIT, GROUND_UNIT, is_of_units_own(process));
	return names.failed ? -ENOMEM : (int)names.count;
}
