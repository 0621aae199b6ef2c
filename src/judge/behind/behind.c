#include "behind/behind.h"
#include "behind/behind_inetd.h"
#include "behind/behind_systemd.h"
#include "behind/behind_xinetd.h"

#include <inttypes.h>
#include <netinet/in.h>

/* ---- containers, and units of users ------------------------------------------------ */

static void behind_container(struct trial *trial, const struct pm_process *process,
			     struct behind *ret)
{
	const struct pm_container *container = &process->container;

	if (process->behind)
		ret->name = process->behind;
	else if (container->runtime)
		ret->name = pm_arena_printf(trial->arena, "%s container %.12s", container->runtime,
					    container->id);
	ret->source = pm_arena_printf(trial->arena, "/proc/%d/%s", process->pid,
				      process->behind ? "cmdline" : "cgroup");
}

const char *behind_user(struct trial *trial, const struct pm_process *process)
{
	return process->user ? pm_arena_printf(trial->arena, "user %s", process->user)
			     : pm_arena_printf(trial->arena, "uid %u", process->uid);
}

/* The systemd of a container, or that of a user, whose units are no word for anybody else. */
static void behind_manager(struct trial *trial, const struct pm_process *process,
			   struct behind *ret)
{
	behind_container(trial, process, ret);
	if (!ret->name && process->has_uid)
		ret->name =
			pm_arena_printf(trial->arena, "a unit of %s", behind_user(trial, process));
}

/* ---- all of them ------------------------------------------------------------------- */

/* Whose run of such a program holds listeners for others: a user's own says nothing of root's
 * files. */
enum whose {
	OF_PID_1,
	OF_ROOT,
	OF_SERVICE,  /* or of a service that root's systemd started, or in a container */
	OF_RUNTIME,  /* or of a user, where a runtime of containers started it */
	OF_ROOTLESS, /* ... or where it is in a user namespace, as those of users' containers are */
	OF_MANAGER,  /* or of a user; below port 1024, where root's systemd started it for him */
	OF_USER,     /* or of any user */
};

/* Programs that hold listeners for others. A new one is a new row. */
static const struct stand_in {
	const char *program;
	void (*find)(struct trial *trial, const struct pm_process *process, struct behind *ret);
	enum whose whose;
} stand_ins[] = {
	{"systemd", behind_systemd, OF_PID_1},
	{"systemd", behind_manager, OF_MANAGER},
	{"systemd-socket-proxyd", behind_container, OF_SERVICE},
	{"systemd-socket-activate", behind_container, OF_SERVICE},
	{"inetd", behind_inetd, OF_ROOT},
	{"inetutils-inetd", behind_inetd, OF_ROOT},
	{"xinetd", behind_xinetd, OF_ROOT},
	{"docker-proxy", behind_container, OF_RUNTIME},
	{"balena-engine-proxy", behind_container, OF_RUNTIME},
	{"dockerd", behind_container, OF_ROOT},
	{"balena-engine", behind_container, OF_ROOT},
	{"balenad", behind_container, OF_ROOT},
	{"kube-proxy", behind_container, OF_ROOT},
	{"kubelet", behind_container, OF_ROOT},
	{"k3s", behind_container, OF_ROOT},
	{"crio", behind_container, OF_ROOT},
	{"incusd", behind_container, OF_ROOT},
	{"lxd", behind_container, OF_ROOT},
	{"conmon", behind_container, OF_ROOTLESS},
	{"conmonrs", behind_container, OF_ROOTLESS},
	{"rootlessport", behind_container, OF_ROOTLESS},
	{"slirp4netns", behind_container, OF_ROOTLESS},
	{"passt", behind_container, OF_ROOTLESS},
	{"passt.avx2", behind_container, OF_ROOTLESS},
	{"pasta", behind_container, OF_ROOTLESS},
	{"pasta.avx2", behind_container, OF_ROOTLESS},
	{"rootlesskit", behind_container, OF_USER},
};

bool behind_is_stand_in(const char *program)
{
	for (size_t i = 0; i < PM_COUNT(stand_ins); i++)
		if (!strcmp(program, stand_ins[i].program))
			return true;
	return false;
}

/* Did a runtime start it, with a file that root alone can write? What is older does not tell. */
static bool is_of_runtime(const struct pm_process *process)
{
	static const char *const runtimes[] = {
		"dockerd", "podman",	  "conmon",    "rootlesskit", "rootlesskit-docker-proxy",
		"nerdctl", "containerd",  "buildkitd", "crio",	      "balena-engine",
		"balenad", "rootlessport"};
	char name[PM_PROGRAM_SIZE];

	if (!process->parent_exe)
		return true;
	pm_program_name(process->parent_exe, name, sizeof(name));
	for (size_t i = 0; i < PM_COUNT(runtimes); i++)
		if (!strcmp(name, runtimes[i]))
			return process->parent_writers == PM_WRITERS_ROOT;
	return false;
}

/*
 * The systemd that root's starts for a user, by its file and by where it is: in a container, too,
 * of whose cgroups we see what is above.
 */
static bool is_manager(const struct pm_process *process)
{
	static const char tail[] = "/lib/systemd/systemd";
	size_t len = strlen(process->exe.path), width = sizeof(tail) - 1;
	const char *cgroup = process->cgroup && process->pidns_depth
				     ? strstr(process->cgroup, "/user.slice/")
				     : process->cgroup;
	char unit[80];

	if (!process->has_uid || !cgroup || len < width ||
	    strcmp(process->exe.path + len - width, tail) != 0)
		return false;
	int at = snprintf(unit, sizeof(unit),
			  "/user.slice/user-%" PRIu32 ".slice/user@%" PRIu32 ".service",
			  process->uid, process->uid);
	return !strncmp(cgroup, unit, (size_t)at) &&
	       (!cgroup[at] || !strcmp(cgroup + at, "/init.scope"));
}

/* A file of the host's, which in a user namespace can be made to look like another; or one of a
 * user's container. */
static bool may_be_users(enum whose whose, const struct trial *trial,
			 const struct pm_process *process)
{
	bool has_own = process->own_userns == PM_YES;

	if (process->container.runtime && process->pidns_depth && whose >= OF_MANAGER)
		return true;
	if (process->exe.writers != PM_WRITERS_ROOT || (has_own && process->exe.on_host != PM_YES))
		return false;
	if (whose == OF_MANAGER)
		return trial->listener->port >= IPPORT_RESERVED || is_manager(process);
	return whose == OF_USER || (whose == OF_ROOTLESS && has_own) ||
	       (whose >= OF_RUNTIME && is_of_runtime(process));
}

/* Root's own run of it, or one that somebody vouches for. */
static bool may_be_roots(enum whose whose, const struct pm_process *process)
{
	bool is_root = process->has_uid && !process->uid && process->own_userns != PM_YES;

	if (!pm_process_is_trusted(process) || (whose == OF_PID_1 && process->pid != 1))
		return false;
	return is_root || (whose >= OF_SERVICE && (identity_is_of_system_unit(process) ||
						   pm_process_is_contained(process)));
}

bool behind_find(struct trial *trial, const struct pm_process *process, struct behind *ret)
{
	char name[PM_PROGRAM_SIZE];

	*ret = (struct behind){0};
	if (!process->exe.path)
		return false;
	pm_program_name(process->exe.path, name, sizeof(name));
	for (size_t i = 0; i < PM_COUNT(stand_ins); i++) {
		const struct stand_in *stand_in = &stand_ins[i];
		bool is_roots = may_be_roots(stand_in->whose, process);

		if (strcmp(name, stand_in->program) != 0 ||
		    (!is_roots && !may_be_users(stand_in->whose, trial, process)))
			continue;
		stand_in->find(trial, process, ret);
		ret->is_of_user = !is_roots;
		return true;
	}
	return false;
}
