/* Listeners in words. */

#include <portmote/report.h>

#include <inttypes.h>
#include <time.h>

/* "registered to AudioJuggler", "reserved", "unassigned". */
static void add_registration(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	const struct pm_label *label = &report->labels[i];
	enum pm_status status = PM_UNASSIGNED;

	if (pm_label_is_registered(label, report->registry)) {
		pm_buf_puts(ret, "registered to ");
		pm_label_registered_to(report->registry, label->rows, label->row_count, ret);
		return;
	}
	if (label->row_count)
		status = pm_registry_row(report->registry, label->rows[0]).status;
	pm_buf_puts(ret, "registered to nobody (");
	pm_buf_puts(ret, label->range == PM_RANGE_DYNAMIC ? "dynamic" : pm_status_name(status));
	pm_buf_puts(ret, ")");
}

/* Whom one may ask where nobody is known to hold it. */
static void add_suspects(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	const struct pm_snapshot *snapshot = report->snapshot;
	const struct pm_listener *listener = &snapshot->listeners[i];
	const char *place = listener->unit ? listener->unit : listener->cgroup;

	for (size_t k = 0; k < snapshot->suspect_count; k++) {
		const struct pm_process *process =
			&snapshot->processes[snapshot->suspects[k].process];

		pm_buf_printf(ret, "%s pid %d %s (%s)", k ? " or" : ", perhaps kept by",
			      process->pid, process->exe.path ? process->exe.path : process->comm,
			      pm_suspicion_name(snapshot->suspects[k].why));
	}
	if (place)
		pm_buf_printf(ret, ", made in %s", place);
}

static void sentence_add_owner(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	const struct pm_listener *listener = &report->snapshot->listeners[i];
	const struct pm_process *owner = report->judgement->verdicts[i].owner;

	switch (listener->owner) {
	case PM_OWNER_PROCESS:
		pm_buf_puts(ret, "owned by pid ");
		pm_buf_number(ret, (uint64_t)owner->pid);
		pm_buf_puts(ret, owner->exe.path ? " " : "");
		pm_buf_puts(ret, owner->exe.path ? owner->exe.path : "");
		if (owner->exe.path && owner->running.name)
			pm_buf_printf(ret, " running %s",
				      owner->running.file.path &&
						      owner->running.kind != PM_RUNS_CLASS
					      ? owner->running.file.path
					      : owner->running.name);
		if (!owner->exe.path && owner->is_unread)
			pm_buf_puts(ret, ", which could not be read");
		else if (!owner->exe.path)
			pm_buf_printf(ret, ", which calls itself '%s'", owner->comm);
		if (report->judgement->verdicts[i].behind)
			pm_buf_printf(ret, " for %s", report->judgement->verdicts[i].behind);
		if (listener->holders > 1)
			pm_buf_printf(ret, " and %zu more", listener->holders - 1);
		break;
	case PM_OWNER_KERNEL:
		pm_buf_puts(ret, "owned by the kernel");
		if (listener->service)
			pm_buf_printf(ret, " (%s)", listener->service);
		break;
	case PM_OWNER_NONE:
		pm_buf_puts(ret, "open in no process");
		break;
	case PM_OWNER_DENIED:
		pm_buf_puts(ret, "owner not to be seen (denied)");
		break;
	case PM_OWNER_PIDNS:
		pm_buf_puts(ret, "owned outside of this pid namespace");
		break;
	case PM_OWNER_VANISHED:
		pm_buf_puts(ret, "its owner vanished while we looked");
		break;
	case PM_OWNER_LIMITED:
		pm_buf_puts(ret, "its owner was not found, as not all could be looked at");
		break;
	case PM_OWNER_KINDS:
		break;
	}
	if (!pm_is_owned(listener))
		add_suspects(report, i, ret);
}

/* "IP protocol 89", "packets of ethertype 0x0800 on eth0": what it takes in place of a port. */
static void add_taken(const struct pm_listener *listener, struct pm_buf *ret)
{
	enum { ALL = 3 }; /* ETH_P_ALL of linux/if_ether.h */

	if (listener->protocol == PM_PROTOCOL_RAW) {
		pm_buf_printf(ret, "IP protocol %u", listener->number);
		return;
	}
	if (!listener->number || listener->number == ALL)
		pm_buf_printf(ret, "packets of %s ethertype", listener->number ? "every" : "no");
	else
		pm_buf_printf(ret, "packets of ethertype 0x%04x", listener->number);
	if (listener->ifindex)
		pm_buf_printf(ret, " on %s", listener->device ? listener->device : "one device");
}

void pm_report_sentence(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	const struct pm_listener *listener = &report->snapshot->listeners[i];

	if (pm_protocol_has_port(listener->protocol)) {
		pm_buf_number(ret, listener->port);
		pm_buf_puts(ret, " ");
		add_registration(report, i, ret);
	} else {
		add_taken(listener, ret);
	}
	pm_buf_puts(ret, ", ");
	sentence_add_owner(report, i, ret);
}

void pm_report_netns(const struct pm_netns *netns, struct pm_buf *ret)
{
	if (netns->label)
		pm_buf_puts(ret, netns->label);
	else if (netns->inode)
		pm_buf_printf(ret, "net:[%" PRIu64 "]", netns->inode);
}

void pm_report_time(int64_t seconds, struct pm_buf *ret)
{
	time_t at = (time_t)seconds;
	struct tm tm;
	char text[32];

	if (gmtime_r(&at, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		pm_buf_puts(ret, text);
}

void pm_report_registry(const struct pm_registry *registry, struct pm_buf *ret)
{
	const char *date = pm_registry_date(registry);

	pm_buf_printf(ret, "%s, %zu rows%s%s", pm_registry_source(registry),
		      pm_registry_rows(registry), *date ? ", the latest dated " : "", date);
}
