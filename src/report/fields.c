/* The table of fields. A new fact about a listener is a new row, and the functions beside it. */
#include "fold.h"
#include "json/json.h"

#include <errno.h>
#include <inttypes.h>

#define FIELD_TEXT(what)                                                                           \
	static void text_##what(const struct pm_report *report, size_t i, struct pm_buf *ret)
#define FIELD_JSON(what) static json_t *field_##what(const struct pm_report *report, size_t i)

/* The text of a column as a JSON value; null where it is empty. */
static json_t *json_of(const struct pm_report *report, size_t i,
		       void (*write)(const struct pm_report *report, size_t i, struct pm_buf *ret))
{
	struct pm_buf text = {0};

	write(report, i, &text);
	json_t *value = text.failed ? NULL : json_text(text.len ? pm_buf_text(&text) : NULL);
	pm_buf_release(&text);
	return value;
}

static const struct pm_listener *listener_of(const struct pm_report *report, size_t i)
{
	return &report->snapshot->listeners[i];
}

static const struct pm_verdict *verdict_of(const struct pm_report *report, size_t i)
{
	return &report->judgement->verdicts[i];
}

static bool fields_has_port(const struct pm_report *report, size_t i)
{
	return pm_protocol_has_port(listener_of(report, i)->protocol);
}

/* A packet socket has no address, and no family but its own. */
static bool has_address(const struct pm_report *report, size_t i)
{
	return listener_of(report, i)->protocol != PM_PROTOCOL_PACKET;
}

static void fields_add(struct pm_buf *ret, const char *text)
{
	if (text)
		pm_buf_puts(ret, text);
}

FIELD_TEXT(verdict)
{
	fields_add(ret, pm_verdict_name(verdict_of(report, i)->kind));
}

FIELD_JSON(verdict)
{
	return json_text(pm_verdict_name(verdict_of(report, i)->kind));
}

FIELD_TEXT(netns)
{
	const struct pm_netns *netns = &report->snapshot->netns[listener_of(report, i)->netns];

	pm_report_netns(netns, ret);
}

FIELD_TEXT(protocol)
{
	fields_add(ret, pm_protocol_name(listener_of(report, i)->protocol));
}

FIELD_JSON(protocol)
{
	return json_text(pm_protocol_name(listener_of(report, i)->protocol));
}

FIELD_TEXT(family)
{
	if (has_address(report, i))
		fields_add(ret, pm_family_name(listener_of(report, i)->family));
}

FIELD_JSON(family)
{
	return json_of(report, i, text_family);
}

FIELD_TEXT(state)
{
	fields_add(ret, pm_state_name(listener_of(report, i)->state));
}

FIELD_JSON(state)
{
	return json_text(pm_state_name(listener_of(report, i)->state));
}

FIELD_TEXT(address)
{
	char address[PM_ADDRESS_SIZE];

	if (has_address(report, i))
		fields_add(ret, pm_listener_address(listener_of(report, i), address));
}

FIELD_JSON(address)
{
	return json_of(report, i, text_address);
}

FIELD_TEXT(port)
{
	if (fields_has_port(report, i))
		pm_buf_number(ret, listener_of(report, i)->port);
}

FIELD_JSON(port)
{
	return fields_has_port(report, i) ? json_integer(listener_of(report, i)->port)
					  : json_null();
}

FIELD_TEXT(ip_protocol)
{
	if (listener_of(report, i)->protocol == PM_PROTOCOL_RAW)
		pm_buf_printf(ret, "%u", listener_of(report, i)->number);
}

FIELD_JSON(ip_protocol)
{
	return listener_of(report, i)->protocol == PM_PROTOCOL_RAW
		       ? json_integer(listener_of(report, i)->number)
		       : json_null();
}

FIELD_TEXT(ethertype)
{
	if (listener_of(report, i)->protocol == PM_PROTOCOL_PACKET)
		pm_buf_printf(ret, "0x%04x", listener_of(report, i)->number);
}

FIELD_JSON(ethertype)
{
	return listener_of(report, i)->protocol == PM_PROTOCOL_PACKET
		       ? json_integer(listener_of(report, i)->number)
		       : json_null();
}

FIELD_TEXT(local)
{
	const struct pm_listener *listener = listener_of(report, i);
	char address[PM_ADDRESS_SIZE];

	bool is_v6 = listener->family == PM_INET6;

	if (has_address(report, i)) {
		pm_buf_puts(ret, is_v6 ? "[" : "");
		pm_buf_puts(ret, pm_listener_address(listener, address));
		pm_buf_puts(ret, is_v6 ? "]" : "");
	} else {
		pm_buf_puts(ret, "*");
	}
	if (listener->ifindex && listener->device)
		pm_buf_printf(ret, "%%%s", listener->device);
	else if (listener->ifindex)
		pm_buf_printf(ret, "%%if%u", listener->ifindex);
	if (fields_has_port(report, i)) {
		pm_buf_puts(ret, ":");
		pm_buf_number(ret, listener->port);
	}
}

FIELD_TEXT(device)
{
	fields_add(ret, listener_of(report, i)->device);
}

FIELD_JSON(device)
{
	return json_text(listener_of(report, i)->device);
}

/* What the name of a device stands for, where it could not be told. */
FIELD_JSON(ifindex)
{
	const struct pm_listener *listener = listener_of(report, i);

	return listener->has_device ? json_integer(listener->ifindex) : json_null();
}

FIELD_JSON(device_gone)
{
	return json_known(listener_of(report, i)->is_device_gone);
}

FIELD_TEXT(v6only)
{
	static const char *const words[] = {[PM_UNKNOWN] = "", [PM_NO] = "no", [PM_YES] = "yes"};

	fields_add(ret, words[listener_of(report, i)->v6only]);
}

FIELD_JSON(v6only)
{
	return json_known(listener_of(report, i)->v6only);
}

FIELD_TEXT(exposure)
{
	fields_add(ret, pm_exposure_name(report->labels[i].exposure));
}

FIELD_JSON(exposure)
{
	return json_text(pm_exposure_name(report->labels[i].exposure));
}

FIELD_TEXT(inode)
{
	if (listener_of(report, i)->inode)
		pm_buf_printf(ret, "%" PRIu32, listener_of(report, i)->inode);
}

FIELD_JSON(inode)
{
	uint32_t inode = listener_of(report, i)->inode;

	return inode ? json_integer(inode) : json_null();
}

FIELD_TEXT(cookie)
{
	if (listener_of(report, i)->has_cookie)
		pm_buf_printf(ret, "%" PRIu64, listener_of(report, i)->cookie);
}

/* As text: 64 bits are more than a JSON number holds. */
FIELD_JSON(cookie)
{
	return json_of(report, i, text_cookie);
}

FIELD_TEXT(hidden_from)
{
	fields_add(ret, listener_of(report, i)->hidden_from);
}

FIELD_JSON(hidden_from)
{
	return json_text(listener_of(report, i)->hidden_from);
}

FIELD_TEXT(uid)
{
	pm_buf_printf(ret, "%" PRIu32, listener_of(report, i)->uid);
}

FIELD_JSON(uid)
{
	return json_integer(listener_of(report, i)->uid);
}

FIELD_TEXT(cgroup)
{
	fields_add(ret, listener_of(report, i)->cgroup);
}

FIELD_JSON(cgroup)
{
	return json_text(listener_of(report, i)->cgroup);
}

FIELD_TEXT(cgroup_id)
{
	if (listener_of(report, i)->has_cgroup)
		pm_buf_printf(ret, "%" PRIu64, listener_of(report, i)->cgroup_id);
}

FIELD_JSON(cgroup_id)
{
	return json_of(report, i, text_cgroup_id);
}

FIELD_TEXT(unit)
{
	fields_add(ret, listener_of(report, i)->unit);
}

FIELD_JSON(unit)
{
	return json_text(listener_of(report, i)->unit);
}

FIELD_TEXT(range)
{
	if (fields_has_port(report, i))
		fields_add(ret, pm_range_name(report->labels[i].range));
}

FIELD_JSON(range)
{
	return json_of(report, i, text_range);
}

FIELD_TEXT(registrations)
{
	const struct pm_label *label = &report->labels[i];

	for (size_t k = 0; k < label->row_count; k++) {
		struct pm_registration row = pm_registry_row(report->registry, label->rows[k]);

		if (*row.name)
			pm_buf_printf(ret, "%s%s", ret->len ? "," : "", row.name);
	}
}

FIELD_JSON(registrations)
{
	return json_registrations(report->registry, report->labels[i].rows,
				  report->labels[i].row_count);
}

FIELD_TEXT(holders)
{
	const struct pm_listener *listener = listener_of(report, i);

	for (size_t k = 0; k < listener->holders; k++)
		pm_buf_printf(ret, "%s%d", k ? "," : "",
			      pm_holder(report->snapshot, listener, k)->pid);
}

FIELD_TEXT(owner)
{
	fields_add(ret, pm_owner_kind_name(listener_of(report, i)->owner));
}

FIELD_TEXT(pid)
{
	if (verdict_of(report, i)->owner)
		pm_buf_number(ret, (uint64_t)verdict_of(report, i)->owner->pid);
}

FIELD_TEXT(program)
{
	if (verdict_of(report, i)->program)
		fields_add(ret, verdict_of(report, i)->program);
}

FIELD_TEXT(exe)
{
	if (verdict_of(report, i)->owner)
		fields_add(ret, verdict_of(report, i)->owner->exe.path);
}

FIELD_TEXT(running)
{
	const struct pm_process *owner = verdict_of(report, i)->owner;
	const struct pm_running *running = owner ? &owner->running : NULL;

	if (running && running->file.path)
		fields_add(ret, running->file.path);
	else if (running && running->name)
		fields_add(ret, running->name);
}

FIELD_TEXT(container)
{
	fold_heading(report, i, ret);
}

FIELD_TEXT(user)
{
	const struct pm_process *owner = verdict_of(report, i)->owner;

	if (owner && owner->user)
		pm_buf_puts(ret, owner->user);
	else if (owner && owner->has_uid)
		pm_buf_printf(ret, "%" PRIu32, owner->uid);
}

FIELD_TEXT(reasons)
{
	const struct pm_verdict *verdict = verdict_of(report, i);

	for (size_t k = 0; k < verdict->reason_count; k++)
		pm_buf_printf(ret, "%s%s: %s (%s)", k ? "; " : "",
			      pm_rule_name(verdict->reasons[k].rule), verdict->reasons[k].evidence,
			      verdict->reasons[k].source);
}

FIELD_TEXT(flags)
{
	for (int flag = 0; flag < PM_FLAGS; flag++) {
		if (!(verdict_of(report, i)->flags >> flag & 1))
			continue;
		pm_buf_puts(ret, ret->len ? "," : "");
		pm_buf_puts(ret, pm_flag_name((enum pm_flag)flag));
	}
}

FIELD_TEXT(accept)
{
	pm_acceptance(report->snapshot, report->judgement, i, ret);
}

FIELD_JSON(accept)
{
	return json_of(report, i, text_accept);
}

FIELD_TEXT(finding)
{
	pm_report_sentence(report, i, ret);
}

#define BOTH(what) text_##what, field_##what

/* In the order of the JSON keys. */
const struct pm_field pm_fields[] = {
	{"netns", "NETNS", "network namespace", text_netns, json_netns, false},
	{"protocol", "PROTO", "tcp, mptcp, udp, udplite, raw or packet", BOTH(protocol), false},
	{"family", "FAMILY", "inet or inet6", BOTH(family), false},
	{"state", "STATE", "listen; with --bound also bound or connected", BOTH(state), false},
	{"address", "ADDRESS", "local address", BOTH(address), false},
	{"port", "PORT", "local port", BOTH(port), true},
	{"ip_protocol", "IP", "number of the IP protocol, of a raw socket", BOTH(ip_protocol),
	 true},
	{"ethertype", "ETHERTYPE", "that a packet socket takes; 0x0003: all", BOTH(ethertype),
	 true},
	{"local", "LOCAL", "address, bound device and port in one", text_local, NULL, false},
	{"device", "DEVICE", "device it is bound to", BOTH(device), false},
	{"ifindex", NULL, NULL, NULL, field_ifindex, false},
	{"v6only", "V6ONLY", "an IPv6 listener takes no IPv4", BOTH(v6only), false},
	{"exposure", "EXPOSURE", "from how far it can be reached", BOTH(exposure), false},
	{"inode", "INODE", "inode of the socket", BOTH(inode), true},
	{"cookie", "COOKIE", "the kernel's number of the socket", BOTH(cookie), true},
	{"hidden_from", "HIDDEN-FROM", "lists of the kernel's that lack it", BOTH(hidden_from),
	 false},
	{"uid", "UID", "user id of its creator", BOTH(uid), true},
	{"cgroup", "CGROUP", "cgroup of its creator", BOTH(cgroup), false},
	{"cgroup_id", NULL, NULL, NULL, field_cgroup_id, false},
	{"device_gone", NULL, NULL, NULL, field_device_gone, false},
	{"unit", "UNIT", "systemd unit of its creator", BOTH(unit), false},
	{"range", "RANGE", "system, user or dynamic port", BOTH(range), false},
	{"registrations", "SERVICE", "services registered at the port", BOTH(registrations), false},
	{"holders", "HOLDERS", "pids of all processes that hold it", text_holders, json_holders,
	 false},
	{"suspects", NULL, NULL, NULL, json_suspects, false},
	{"owner", "OWNER", "what kind of owner could be seen", text_owner, json_owner, false},
	{"pid", "PID", "pid of the owner", text_pid, NULL, true},
	{"program", "PROGRAM", "name of the owner's program", text_program, NULL, false},
	{"exe", "EXE", "file that the owner runs", text_exe, NULL, false},
	{"running", "RUNNING", "what it runs, where it is an interpreter", text_running, NULL,
	 false},
	{"container", "CONTAINER", "container of the owner", text_container, NULL, false},
	{"user", "USER", "user of the owner", text_user, NULL, false},
	{"verdict", "VERDICT", "does it belong there?", BOTH(verdict), false},
	{"reasons", "REASONS", "rule, evidence and source of the verdict", text_reasons,
	 json_reasons, false},
	{"flags", "FLAGS", "what else is to be said", text_flags, json_flags, false},
	{"accept", "ACCEPT", "row of an occupants file that would make it known", BOTH(accept),
	 false},
	{"finding", "FINDING", "all of it in a sentence", text_finding, NULL, false},
};
const size_t pm_field_count = PM_COUNT(pm_fields);

int pm_field_find(const char *name, size_t len)
{
	for (size_t i = 0; i < pm_field_count; i++)
		if (pm_fields[i].header && strlen(pm_fields[i].name) == len &&
		    !memcmp(pm_fields[i].name, name, len))
			return (int)i;
	return -ENOENT;
}
