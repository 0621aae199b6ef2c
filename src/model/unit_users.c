#include "unit_users.h"

#include <errno.h>
#include <portmote/unitfile.h>

/* login.defs(5), and systemd.exec(5): DynamicUser=. */
enum { FIRST_PERSON = 1000, NOBODY = 65534, DYNAMIC_FIRST = 61184, DYNAMIC_LAST = 65519 };

bool pm_process_is_persons(const struct pm_process *process)
{
	static const char users[] = "/user.slice/", service[] = ".service";
	size_t len = process->unit ? strlen(process->unit) : 0, end = sizeof(service) - 1;

	return process->has_uid && process->uid >= FIRST_PERSON && process->uid != NOBODY &&
	       !(process->uid >= DYNAMIC_FIRST && process->uid <= DYNAMIC_LAST) && len > end &&
	       !strcmp(process->unit + len - end, service) && !process->container.runtime &&
	       process->cgroup && strncmp(process->cgroup, users, sizeof(users) - 1) != 0;
}

struct unit_taking {
	struct pm_snapshot *snapshot;
	const char *unit;
	const char *user; /* NULL: none is named */
	bool is_unknown;  /* named, but not to be told */
	bool failed;
};

static void take_user(void *data, const struct pm_unit_line *line)
{
	struct unit_taking *taking = data;
	bool is_yes = pm_unit_is_key(line, "DynamicUser") && pm_unit_is_true(line);

	if (!pm_unit_is_key(line, "User")) {
		taking->is_unknown |= is_yes;
		return;
	}
	taking->user = line->value_len ? pm_unit_expand(&taking->snapshot->arena, taking->snapshot,
							taking->unit, line->value, line->value_len,
							&taking->failed)
				       : NULL;
	taking->is_unknown = line->value_len && !taking->user;
}

/* The rows of a unit, or of the template of an instance. */
static int read_unit(struct unit_taking *taking, const char *name, bool *ret_any)
{
	const struct pm_snapshot *snapshot = taking->snapshot;
	int r = 0;

	*ret_any = false;
	for (size_t i = 0; i < snapshot->config_count && r == 0; i++) {
		const struct pm_config *config = &snapshot->configs[i];

		if (strcmp(config->name, name) != 0)
			continue;
		*ret_any = true;
		taking->is_unknown |= config->is_unread;
		r = pm_unit_each(config, "Service", take_user, taking);
	}
	return r;
}

static bool unit_is_same(const struct pm_process *process, const char *user)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", process->uid);
	return !strcmp(user, number) || (process->user && !strcmp(user, process->user));
}

/* Of a user whom /etc/passwd does not have the name cannot be told. */
static enum pm_known unit_compare(const struct unit_taking *taking,
				  const struct pm_process *process)
{
	const char *user = taking->user;

	if (taking->is_unknown)
		return PM_UNKNOWN;
	if (!user)
		return PM_NO;
	if (unit_is_same(process, user))
		return PM_YES;
	return process->user || user[strspn(user, "0123456789")] == '\0' || !strcmp(user, "root")
		       ? PM_NO
		       : PM_UNKNOWN;
}

static int unit_find_user(struct pm_snapshot *snapshot, struct pm_process *process)
{
	struct unit_taking taking = {.snapshot = snapshot, .unit = process->unit};
	const char *at = strchr(process->unit, '@'), *dot = strrchr(process->unit, '.');
	char template[256];
	bool any;

	int r = read_unit(&taking, process->unit, &any);
	if (r == 0 && !any && at && dot > at + 1) {
		snprintf(template, sizeof(template), "%.*s%s", (int)(at + 1 - process->unit),
			 process->unit, dot);
		r = read_unit(&taking, template, &any);
	}
	if (r < 0 || taking.failed)
		return -ENOMEM;
	process->is_units_user = unit_compare(&taking, process);
	return 0;
}

/* A unit without a file is none that systemd started: it names nobody. */
int find_unit_users(struct pm_snapshot *snapshot)
{
	const struct pm_process *last = NULL;
	int r = 0;

	for (size_t i = 0; i < snapshot->process_count && r == 0; i++) {
		struct pm_process *process = &snapshot->processes[i];

		if (!snapshot->has_units || process->is_units_user != PM_UNKNOWN ||
		    !pm_process_is_persons(process))
			continue;
		if (last && last->uid == process->uid && !strcmp(last->unit, process->unit))
			process->is_units_user = last->is_units_user;
		else
			r = unit_find_user(snapshot, process);
		last = process;
	}
	return r;
}
