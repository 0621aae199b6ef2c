#include "process/parent.h"
#include "program/exe.h"

#include <errno.h>
#include <limits.h>

/* A runtime starts these for each container, and users can by themselves. A new one is a new row. */
static const char *const started[] = {
	"docker-proxy", "balena-engine-proxy", "slirp4netns", "rootlessport", "conmon", "conmonrs",
	"pasta",	"pasta.avx2",	       "passt",	      "passt.avx2"};

bool parent_matters(const struct pm_process *process)
{
	char name[PM_PROGRAM_SIZE];

	if (!process->exe.path)
		return false;
	pm_program_name(process->exe.path, name, sizeof(name));
	for (size_t i = 0; i < PM_COUNT(started); i++)
		if (!strcmp(name, started[i]))
			return true;
	return false;
}

int parent_read(struct reader *reader, struct pm_process *process)
{
	bool is_roots = process->has_uid && !process->uid && process->own_userns != PM_YES;
	struct pm_file exe = {0};
	struct proc_dir parent;
	char name[32], path[PATH_MAX];

	snprintf(name, sizeof(name), "%d", process->ppid);
	if (is_roots || !parent_matters(process) ||
	    proc_dir_open(reader->collector->source, name, &parent) < 0)
		return 0;
	int r = exe_read(reader->collector, &parent, process->ppid, path, &exe);
	proc_dir_close(&parent);
	if (r)
		return r == -ENOMEM ? r : 0;
	process->parent_exe = exe.path;
	process->parent_writers = exe.writers;
	return 0;
}
