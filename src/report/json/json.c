/* JSON, version 1: portmote-snapshot(5). Keys are only ever added. */
#include "json/json.h"

#include <errno.h>
#include <inttypes.h>

json_t *json_text(const char *text)
{
	return text ? json_string(text) : json_null();
}

json_t *json_time(bool known, int64_t seconds)
{
	struct pm_buf text = {0};

	if (known)
		pm_report_time(seconds, &text);
	json_t *value = text.failed ? NULL : json_text(text.len ? pm_buf_text(&text) : NULL);
	pm_buf_release(&text);
	return value;
}

json_t *json_known(enum pm_known known)
{
	return known == PM_UNKNOWN ? json_null() : json_boolean(known == PM_YES);
}

bool json_put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

bool json_push(json_t *array, json_t *value)
{
	return json_array_append_new(array, value) == 0;
}

json_t *json_whole(json_t *value, bool complete)
{
	if (complete)
		return value;
	json_decref(value);
	return NULL;
}

/* What the registry leaves empty is unknown. */
static json_t *text_or_null(const char *text)
{
	return json_text(*text ? text : NULL);
}

json_t *json_transports(uint8_t transports)
{
	json_t *array = json_array();
	bool ok = array;

	for (int i = 0; i < PM_TRANSPORTS; i++)
		if (transports >> i & 1)
			ok = ok &&
			     json_push(array, json_string(pm_transport_name((enum pm_transport)i)));
	return json_whole(array, ok);
}

json_t *json_registration(const struct pm_registry *registry, uint32_t index)
{
	struct pm_registration row = pm_registry_row(registry, index);
	json_t *object = json_object();
	bool ok = json_put(object, "name", text_or_null(row.name)) &&
		  json_put(object, "description", text_or_null(row.description)) &&
		  json_put(object, "assignee", text_or_null(row.assignee)) &&
		  json_put(object, "registered", text_or_null(row.registered)) &&
		  json_put(object, "modified", text_or_null(row.modified)) &&
		  json_put(object, "reference", text_or_null(row.reference)) &&
		  json_put(object, "unauthorized", text_or_null(row.unauthorized)) &&
		  json_put(object, "alias_of", text_or_null(row.alias_of)) &&
		  json_put(object, "deassigned", text_or_null(row.deassigned)) &&
		  json_put(object, "status", json_string(pm_status_name(row.status))) &&
		  json_put(object, "historic", json_boolean(row.historic)) &&
		  json_put(object, "first", json_integer(row.first)) &&
		  json_put(object, "last", json_integer(row.last)) &&
		  json_put(object, "transports", json_transports(row.transports)) &&
		  json_put(object, "row", json_integer(row.row));
	return json_whole(object, ok);
}

json_t *json_registrations(const struct pm_registry *registry, const uint32_t *rows, size_t count)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < count && ok; i++)
		ok = json_push(array, json_registration(registry, rows[i]));
	return json_whole(array, ok);
}

static json_t *netns_object(const struct pm_netns *netns)
{
	json_t *object = json_object();
	bool ok = json_put(object, "inode",
			   netns->inode ? json_integer((json_int_t)netns->inode) : json_null()) &&
		  json_put(object, "label", json_text(netns->label));
	return json_whole(object, ok);
}

json_t *json_netns(const struct pm_report *report, size_t i)
{
	return netns_object(pm_listener_netns(report->snapshot, &report->snapshot->listeners[i]));
}

static json_t *json_program(const struct pm_process *process)
{
	char name[PM_PROGRAM_SIZE];

	pm_process_program(process, name, sizeof(name));
	return *name ? json_string(name) : json_null();
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

static json_t *json_file(const struct pm_file *exe)
{
	json_t *object = json_object();
	bool ok = json_put(object, "device",
			   exe->has_stat ? json_integer((json_int_t)exe->device) : json_null()) &&
		  json_put(object, "inode",
			   exe->has_stat ? json_integer((json_int_t)exe->inode) : json_null()) &&
		  json_put(object, "size",
			   exe->has_stat ? json_integer((json_int_t)exe->size) : json_null()) &&
		  json_put(object, "modified", json_time(exe->has_stat, exe->modified)) &&
		  json_put(object, "deleted", json_known(exe->deleted)) &&
		  json_put(object, "on_host", json_known(exe->on_host)) &&
		  json_put(object, "at_path", json_known(exe->at_path)) &&
		  json_put(object, "writers", json_writers(exe->writers)) &&
		  json_put(object, "writable", json_text(exe->writable)) &&
		  json_put(object, "open_folder", json_known(exe->is_open));
	return json_whole(object, ok);
}

/* What a runtime runs; null for a process that is none. */
static json_t *json_running(const struct pm_running *running)
{
	if (!running->runtime)
		return json_null();
	json_t *object = json_object();
	bool ok = json_put(object, "runtime", json_text(running->runtime)) &&
		  json_put(object, "kind", json_text(pm_runs_name(running->kind))) &&
		  json_put(object, "name", json_text(running->name)) &&
		  json_put(object, "package", json_text(running->package)) &&
		  json_put(object, "title", json_text(running->title)) &&
		  json_put(object, "file", json_text(running->file.path)) &&
		  json_put(object, "file_evidence",
			   running->file.path ? json_file(&running->file) : json_null());
	return json_whole(object, ok);
}

static json_t *json_container(const struct pm_container *container)
{
	if (!container->runtime)
		return json_null();
	json_t *object = json_object();
	bool ok = json_put(object, "runtime", json_text(container->runtime)) &&
		  json_put(object, "id", json_text(container->id)) &&
		  json_put(object, "name", json_text(container->name)) &&
		  json_put(object, "claimed_by_user", json_boolean(container->is_claim));
	return json_whole(object, ok);
}

static json_t *json_holder(const struct pm_process *process)
{
	json_t *object = json_object();
	bool ok = json_put(object, "pid", json_integer(process->pid)) &&
		  json_put(object, "ppid", json_integer(process->ppid)) &&
		  json_put(object, "comm", json_text(process->comm)) &&
		  json_put(object, "exe", json_text(process->exe.path)) &&
		  json_put(object, "exe_evidence", json_file(&process->exe)) &&
		  json_put(object, "program", json_program(process)) &&
		  json_put(object, "is_alias", json_known(process->is_alias)) &&
		  json_put(object, "alias", json_text(process->alias)) &&
		  json_put(object, "running", json_running(&process->running)) &&
		  json_put(object, "loaded", json_text(process->loaded.path)) &&
		  json_put(object, "loaded_evidence",
			   process->loaded.path ? json_file(&process->loaded) : json_null()) &&
		  json_put(object, "uid",
			   process->has_uid ? json_integer(process->uid) : json_null()) &&
		  json_put(object, "user", json_text(process->user)) &&
		  json_put(object, "cgroup", json_text(process->cgroup)) &&
		  json_put(object, "unit", json_text(process->unit)) &&
		  json_put(object, "container", json_container(&process->container)) &&
		  json_put(object, "own_userns", json_known(process->own_userns)) &&
		  json_put(object, "userns_owner",
			   process->has_userns_owner ? json_integer(process->userns_owner)
						     : json_null()) &&
		  json_put(object, "pidns_depth", json_integer(process->pidns_depth)) &&
		  json_put(object, "started", json_time(process->has_started, process->started)) &&
		  json_put(object, "start", json_integer((json_int_t)process->start)) &&
		  json_put(object, "behind", json_text(process->behind)) &&
		  json_put(object, "overmounted", json_boolean(process->is_overmounted)) &&
		  json_put(object, "is_units_user", json_known(process->is_units_user)) &&
		  json_put(object, "parent_exe", json_text(process->parent_exe)) &&
		  json_put(object, "parent_writers", json_writers(process->parent_writers)) &&
		  json_put(object, "unread", json_boolean(process->is_unread));
	return json_whole(object, ok);
}

json_t *json_holders(const struct pm_report *report, size_t i)
{
	const struct pm_listener *listener = &report->snapshot->listeners[i];
	json_t *array = json_array();
	bool ok = array;

	for (size_t k = 0; k < listener->holders && ok; k++)
		ok = json_push(array, json_holder(pm_holder(report->snapshot, listener, k)));
	return json_whole(array, ok);
}

/* Who may keep a listener that nobody is known to hold. */
json_t *json_suspects(const struct pm_report *report, size_t i)
{
	const struct pm_snapshot *snapshot = report->snapshot;
	bool is_unheld = !pm_is_owned(&snapshot->listeners[i]);
	json_t *array = json_array();
	bool ok = array;

	for (size_t k = 0; k < snapshot->suspect_count && is_unheld && ok; k++) {
		const struct pm_suspect *suspect = &snapshot->suspects[k];
		json_t *object = json_holder(&snapshot->processes[suspect->process]);

		ok = json_put(object, "why", json_text(pm_suspicion_name(suspect->why)));
		ok = json_push(array, json_whole(object, ok));
	}
	return json_whole(array, ok);
}

json_t *json_owner(const struct pm_report *report, size_t i)
{
	const struct pm_listener *listener = &report->snapshot->listeners[i];
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	const struct pm_process *owner = verdict->owner;
	json_t *object = json_object();
	bool ok = json_put(object, "kind", json_text(pm_owner_kind_name(listener->owner))) &&
		  json_put(object, "pid", owner ? json_integer(owner->pid) : json_null()) &&
		  json_put(object, "exe", json_text(owner ? owner->exe.path : NULL)) &&
		  json_put(object, "program", json_text(verdict->program)) &&
		  json_put(object, "behind", json_text(verdict->behind)) &&
		  json_put(object, "service", json_text(listener->service));
	return json_whole(object, ok);
}

/* The policy's rule that allows it. */
static json_t *json_allowed(const struct pm_report *report, const struct pm_policy_rule *rule)
{
	struct pm_buf source = {0};

	pm_buf_printf(&source, "%s:%zu", report->policy->path, rule->line);
	json_t *object = json_object();
	bool ok = !source.failed && json_put(object, "rule", json_text("policy")) &&
		  json_put(object, "evidence", json_text(rule->why)) &&
		  json_put(object, "source", json_text(pm_buf_text(&source)));
	pm_buf_release(&source);
	return json_whole(object, ok);
}

json_t *json_reasons(const struct pm_report *report, size_t i)
{
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	json_t *array = json_array();
	bool ok = array;

	for (size_t k = 0; k < verdict->reason_count && ok; k++) {
		const struct pm_reason *reason = &verdict->reasons[k];
		json_t *object = json_object();

		ok = json_push(array, object) &&
		     json_put(object, "rule", json_text(pm_rule_name(reason->rule))) &&
		     json_put(object, "evidence", json_text(reason->evidence)) &&
		     json_put(object, "source", json_text(reason->source));
	}
	if (ok && report->check && report->check->rules[i])
		ok = json_push(array, json_allowed(report, report->check->rules[i]));
	return json_whole(array, ok);
}

json_t *json_flags(const struct pm_report *report, size_t i)
{
	json_t *array = json_array();
	bool ok = array;

	for (int flag = 0; flag < PM_FLAGS && ok; flag++) {
		if (!(report->judgement->verdicts[i].flags >> flag & 1))
			continue;
		json_t *object = json_object();
		enum pm_severity severity = pm_flag_severity((enum pm_flag)flag);

		ok = json_push(array, object) &&
		     json_put(object, "flag", json_text(pm_flag_name((enum pm_flag)flag))) &&
		     json_put(object, "severity", json_text(pm_severity_name(severity)));
	}
	return json_whole(array, ok);
}

json_t *json_listener(const struct pm_report *report, size_t i)
{
	json_t *object = json_object();
	bool ok = object;

	for (size_t k = 0; k < pm_field_count && ok; k++)
		if (pm_fields[k].json)
			ok = json_put(object, pm_fields[k].name, pm_fields[k].json(report, i));
	return json_whole(object, ok);
}

static json_t *json_gaps(const struct pm_coverage *coverage)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < coverage->gap_count && ok; i++) {
		const struct pm_gap *gap = &coverage->gaps[i];
		json_t *object = json_object();

		ok = json_push(array, object) &&
		     json_put(object, "what", json_text(pm_gap_what_name(gap->what))) &&
		     json_put(object, "why", json_text(pm_gap_why_name(gap->why))) &&
		     json_put(object, "count", json_integer((json_int_t)gap->count)) &&
		     json_put(object, "detail", json_text(gap->detail));
	}
	return json_whole(array, ok);
}

static json_t *json_notes(const struct pm_notes *notes)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < notes->count && ok; i++)
		ok = json_push(array, json_text(notes->text[i]));
	return json_whole(array, ok);
}

static json_t *json_coverage(const struct pm_coverage *coverage)
{
	json_t *object = json_object(), *sources = json_object();
	bool ok = json_put(object, "complete", json_boolean(!coverage->gap_count)) &&
		  json_put(object, "sources", sources) &&
		  json_put(sources, "sockets", json_text(coverage->sockets)) &&
		  json_put(sources, "holders", json_text(coverage->holders)) &&
		  json_put(sources, "bpf_refused", json_text(coverage->bpf_refused)) &&
		  json_put(object, "transient", json_integer((json_int_t)coverage->transient)) &&
		  json_put(object, "unreadable", json_integer((json_int_t)coverage->unreadable)) &&
		  json_put(object, "incomplete", json_gaps(coverage)) &&
		  json_put(object, "redirections", json_notes(&coverage->redirections)) &&
		  json_put(object, "not_checked", json_notes(&coverage->not_checked));
	return json_whole(object, ok);
}

static json_t *json_range(const struct pm_netns *netns)
{
	return netns->has_ephemeral
		       ? json_pack("[i, i]", netns->ephemeral_first, netns->ephemeral_last)
		       : json_null();
}

static json_t *json_namespaces(const struct pm_snapshot *snapshot)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < snapshot->netns_count && ok; i++) {
		const struct pm_netns *netns = &snapshot->netns[i];
		json_t *object = netns_object(netns);

		ok = json_put(object, "ephemeral_range", json_range(netns)) &&
		     json_put(object, "closed", json_boolean(netns->is_closed));
		ok = json_push(array, json_whole(object, ok));
	}
	return json_whole(array, ok);
}

json_t *json_registry(const struct pm_registry *registry)
{
	json_t *object = json_object();
	bool ok = json_put(object, "source", json_text(pm_registry_source(registry))) &&
		  json_put(object, "date", text_or_null(pm_registry_date(registry))) &&
		  json_put(object, "rows", json_integer((json_int_t)pm_registry_rows(registry)));
	return json_whole(object, ok);
}

json_t *json_head(const struct pm_report *report)
{
	const struct pm_snapshot *snapshot = report->snapshot;

	/* The seed of the hash tables: any; without one, jansson would read /dev/urandom. */
	json_object_seed(1);
	json_t *object = json_object();
	bool ok = json_put(object, "portmote", json_integer(1)) &&
		  json_put(object, "host", json_text(snapshot->host)) &&
		  json_put(object, "time", json_time(true, snapshot->time)) &&
		  json_put(object, "namespaces", json_namespaces(snapshot)) &&
		  json_put(object, "registry", json_registry(report->registry)) &&
		  json_put(object, "coverage", json_coverage(&snapshot->coverage));
	return json_whole(object, ok);
}

int json_write(json_t *document, FILE *out)
{
	if (!document)
		return -ENOMEM;
	errno = 0;
	int r = json_dumpf(document, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	if (r == 0 && fputc('\n', out) == EOF)
		r = -1;
	json_decref(document);
	return r == 0 ? 0 : errno ? -errno : -EIO;
}
