#include "json/json_process.h"
#include "json/json.h"

static json_t *json_program(const struct pm_process *process)
{
	char name[PM_PROGRAM_SIZE];

	pm_process_program(process, name, sizeof(name));
	return json_filled(name);
}

static json_t *json_writers(enum pm_writers writers)
{
	static const char *const words[] = {
		[PM_WRITERS_UNKNOWN] = NULL,
		[PM_WRITERS_ROOT] = "root",
		[PM_WRITERS_OTHERS] = "others",
	};

	return json_text(words[writers]);
}

json_t *json_file_state(bool known, const struct pm_file *file)
{
	json_t *object = json_object();

	json_put(&object, "device", json_number_if(known, file->device));
	json_put(&object, "inode", json_number_if(known, file->inode));
	json_put(&object, "size", json_number_if(known, file->size));
	json_put(&object, "modified", json_time(known, file->modified));
	return object;
}

static json_t *json_file(const struct pm_file *file)
{
	json_t *object = json_file_state(file->has_stat, file);

	json_put(&object, "deleted", json_known(file->deleted));
	json_put(&object, "on_host", json_known(file->on_host));
	json_put(&object, "at_path", json_known(file->at_path));
	json_put(&object, "writers", json_writers(file->writers));
	json_put(&object, "writable", json_text(file->writable));
	json_put(&object, "open_folder", json_known(file->is_open));
	return object;
}

static json_t *json_file_if(const struct pm_file *file)
{
	return file->path ? json_file(file) : json_null();
}

/* What a runtime runs; null for a process that is none. */
static json_t *json_running(const struct pm_running *running)
{
	if (!running->runtime)
		return json_null();
	json_t *object = json_object();
	json_put(&object, "runtime", json_text(running->runtime));
	json_put(&object, "kind", json_text(pm_runs_name(running->kind)));
	json_put(&object, "name", json_text(running->name));
	json_put(&object, "package", json_text(running->package));
	json_put(&object, "title", json_text(running->title));
	json_put(&object, "file", json_text(running->file.path));
	json_put(&object, "file_evidence", json_file_if(&running->file));
	return object;
}

static json_t *json_container(const struct pm_container *container)
{
	if (!container->runtime)
		return json_null();
	json_t *object = json_object();
	json_put(&object, "runtime", json_text(container->runtime));
	json_put(&object, "id", json_text(container->id));
	json_put(&object, "name", json_text(container->name));
	json_put(&object, "claimed_by_user", json_boolean(container->is_claim));
	return object;
}

json_t *json_process(const struct pm_process *process)
{
	json_t *object = json_object();

	json_put(&object, "pid", json_integer(process->pid));
	json_put(&object, "ppid", json_integer(process->ppid));
	json_put(&object, "comm", json_text(process->comm));
	json_put(&object, "exe", json_text(process->exe.path));
	json_put(&object, "exe_evidence", json_file(&process->exe));
	json_put(&object, "program", json_program(process));
	json_put(&object, "is_alias", json_known(process->is_alias));
	json_put(&object, "alias", json_text(process->alias));
	json_put(&object, "running", json_running(&process->running));
	json_put(&object, "loaded", json_text(process->loaded.path));
	json_put(&object, "loaded_evidence", json_file_if(&process->loaded));
	json_put(&object, "uid", json_number_if(process->has_uid, process->uid));
	json_put(&object, "user", json_text(process->user));
	json_put(&object, "cgroup", json_text(process->cgroup));
	json_put(&object, "unit", json_text(process->unit));
	json_put(&object, "container", json_container(&process->container));
	json_put(&object, "own_userns", json_known(process->own_userns));
	json_put(&object, "userns_owner",
		 json_number_if(process->has_userns_owner, process->userns_owner));
	json_put(&object, "pidns_depth", json_number(process->pidns_depth));
	json_put(&object, "started", json_time(process->has_started, process->started));
	json_put(&object, "start", json_number(process->start));
	json_put(&object, "behind", json_text(process->behind));
	json_put(&object, "overmounted", json_boolean(process->is_overmounted));
	json_put(&object, "is_units_user", json_known(process->is_units_user));
	json_put(&object, "parent_exe", json_text(process->parent_exe));
	json_put(&object, "parent_writers", json_writers(process->parent_writers));
	json_put(&object, "unread", json_boolean(process->is_unread));
	return object;
}
