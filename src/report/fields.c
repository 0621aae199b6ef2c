/* The table of fields. A new fact about a listener is a new row, and the function above it. */
#include "fold.h"
#include "json/json_facts.h"

#include <errno.h>
#include <inttypes.h>

#define FIELD_TEXT(what)                                                                           \
	static void text_##what(const struct pm_report *report, size_t i, struct pm_buf *ret)
#define FIELD_NUMBER(what)                                                                         \
	static bool number_##what(const struct pm_report *report, size_t i, uint64_t *ret)

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

/* ---- the socket -------------------------------------------------------------------- */

FIELD_TEXT(netns)
{
	const struct pm_snapshot *snapshot = report->snapshot;

	pm_report_netns(pm_listener_netns(snapshot, listener_of(report, i)), ret);
}

FIELD_TEXT(protocol)
{
	fields_add(ret, pm_protocol_name(listener_of(report, i)->protocol));
}

FIELD_TEXT(family)
{
	if (has_address(report, i))
		fields_add(ret, pm_family_name(listener_of(report, i)->family));
}

FIELD_TEXT(state)
{
	fields_add(ret, pm_state_name(listener_of(report, i)->state));
}

FIELD_TEXT(address)
{
	char address[PM_ADDRESS_SIZE];

	if (has_address(report, i))
		fields_add(ret, pm_listener_address(listener_of(report, i), address));
}

FIELD_NUMBER(port)
{
	*ret = listener_of(report, i)->port;
	return fields_has_port(report, i);
}

FIELD_NUMBER(ip_protocol)
{
	*ret = listener_of(report, i)->number;
	return listener_of(report, i)->protocol == PM_PROTOCOL_RAW;
}

FIELD_NUMBER(ethertype)
{
	*ret = listener_of(report, i)->number;
	return listener_of(report, i)->protocol == PM_PROTOCOL_PACKET;
}

FIELD_TEXT(ethertype)
{
	uint64_t number;

	if (number_ethertype(report, i, &number))
		pm_buf_printf(ret, "0x%04" PRIx64, number);
}

FIELD_TEXT(local)
{
	const struct pm_listener *listener = listener_of(report, i);
	bool is_v6 = listener->family == PM_INET6;

	if (has_address(report, i)) {
		pm_buf_puts(ret, is_v6 ? "[" : "");
		text_address(report, i, ret);
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

/* What the name of a device stands for, where that could not be found out. */
FIELD_NUMBER(ifindex)
{
	*ret = listener_of(report, i)->ifindex;
	return listener_of(report, i)->has_device;
}

FIELD_TEXT(v6only)
{
	static const char *const words[] = {[PM_UNKNOWN] = "", [PM_NO] = "no", [PM_YES] = "yes"};

	pm_buf_puts(ret, words[listener_of(report, i)->v6only]);
}

FIELD_TEXT(exposure)
{
	fields_add(ret, pm_exposure_name(report->labels[i].exposure));
}

FIELD_NUMBER(inode)
{
	*ret = listener_of(report, i)->inode;
	return *ret;
}

/* As text: 64 bits are more than a JSON number holds. */
FIELD_TEXT(cookie)
{
	if (listener_of(report, i)->has_cookie)
		pm_buf_number(ret, listener_of(report, i)->cookie);
}

FIELD_TEXT(hidden_from)
{
	fields_add(ret, listener_of(report, i)->hidden_from);
}

FIELD_NUMBER(uid)
{
	*ret = listener_of(report, i)->uid;
	return true;
}

FIELD_TEXT(cgroup)
{
	fields_add(ret, listener_of(report, i)->cgroup);
}

FIELD_TEXT(cgroup_id)
{
	if (listener_of(report, i)->has_cgroup)
		pm_buf_number(ret, listener_of(report, i)->cgroup_id);
}

FIELD_TEXT(unit)
{
	fields_add(ret, listener_of(report, i)->unit);
}

/* ---- the registry ------------------------------------------------------------------ */

FIELD_TEXT(range)
{
	if (fields_has_port(report, i))
		fields_add(ret, pm_range_name(report->labels[i].range));
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

/* ---- the owner --------------------------------------------------------------------- */

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

	if (owner && owner->running.file.path)
		fields_add(ret, owner->running.file.path);
	else if (owner)
		fields_add(ret, owner->running.name);
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
		pm_buf_number(ret, owner->uid);
}

/* ---- the judgement ----------------------------------------------------------------- */

FIELD_TEXT(verdict)
{
	fields_add(ret, pm_verdict_name(verdict_of(report, i)->kind));
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

/* ---- the table --------------------------------------------------------------------- */

#define TEXT(what)   .kind = PM_FIELD_TEXT, .text = text_##what
#define NUMBER(what) .kind = PM_FIELD_NUMBER, .number = number_##what
#define COLUMN(what) .kind = PM_FIELD_COLUMN, .text = text_##what
#define OBJECT(make) .kind = PM_FIELD_OBJECT, .object = make
#define RIGHT	     .right = true

/* In the order of the JSON keys. */
const struct pm_field pm_fields[] = {
	{"netns", "NETNS", "network namespace", OBJECT(json_netns), .text = text_netns},
	{"protocol", "PROTO", "tcp, mptcp, udp, udplite, raw or packet", TEXT(protocol)},
	{"family", "FAMILY", "inet or inet6", TEXT(family)},
	{"state", "STATE", "listen; with --bound also bound or connected", TEXT(state)},
	{"address", "ADDRESS", "local address", TEXT(address)},
	{"port", "PORT", "local port", NUMBER(port), RIGHT},
	{"ip_protocol", "IP", "number of the IP protocol, of a raw socket", NUMBER(ip_protocol),
	 RIGHT},
	{"ethertype", "ETHERTYPE", "that a packet socket takes; 0x0003: all", NUMBER(ethertype),
	 .text = text_ethertype, RIGHT},
	{"local", "LOCAL", "address, bound device and port in one", COLUMN(local),
	 .fold = PM_FOLD_ADDRESSES},
	{"device", "DEVICE", "device it is bound to", TEXT(device)},
	{"ifindex", NULL, NULL, NUMBER(ifindex)},
	{"v6only", "V6ONLY", "an IPv6 listener takes no IPv4", OBJECT(json_v6only),
	 .text = text_v6only},
	{"exposure", "EXPOSURE", "from how far it can be reached", TEXT(exposure)},
	{"inode", "INODE", "inode of the socket", NUMBER(inode), RIGHT},
	{"cookie", "COOKIE", "the kernel's number of the socket", TEXT(cookie), RIGHT},
	{"hidden_from", "HIDDEN-FROM", "lists of the kernel's that lack it", TEXT(hidden_from)},
	{"uid", "UID", "user id of its creator", NUMBER(uid), RIGHT},
	{"cgroup", "CGROUP", "cgroup of its creator", TEXT(cgroup)},
	{"cgroup_id", NULL, NULL, TEXT(cgroup_id)},
	{"device_gone", NULL, NULL, OBJECT(json_device_gone)},
	{"unit", "UNIT", "systemd unit of its creator", TEXT(unit)},
	{"range", "RANGE", "system, user or dynamic port", TEXT(range)},
	{"registrations", "SERVICE", "services registered at the port", OBJECT(json_registrations),
	 .text = text_registrations},
	{"holders", "HOLDERS", "pids of all processes that hold it", OBJECT(json_holders),
	 .text = text_holders},
	{"suspects", NULL, NULL, OBJECT(json_suspects)},
	{"owner", "OWNER", "what kind of owner could be seen", OBJECT(json_owner),
	 .text = text_owner},
	{"pid", "PID", "pid of the owner", COLUMN(pid), RIGHT},
	{"program", "PROGRAM", "name of the owner's program", COLUMN(program)},
	{"exe", "EXE", "file that the owner runs", COLUMN(exe)},
	{"running", "RUNNING", "what it runs, where it is an interpreter", COLUMN(running)},
	{"container", "CONTAINER", "container of the owner", COLUMN(container)},
	{"user", "USER", "user of the owner", COLUMN(user)},
	{"verdict", "VERDICT", "does it belong there?", TEXT(verdict)},
	{"reasons", "REASONS", "rule, evidence and source of the verdict", OBJECT(json_reasons),
	 .text = text_reasons},
	{"flags", "FLAGS", "what else is to be said", OBJECT(json_flags), .text = text_flags},
	{"accept", "ACCEPT", "row of an occupants file that would make it known", TEXT(accept)},
	{"finding", "FINDING", "all of it in a sentence", .kind = PM_FIELD_COLUMN,
	 .text = pm_report_sentence, .fold = PM_FOLD_WORKERS},
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

void pm_field_text(const struct pm_field *field, const struct pm_report *report, size_t i,
		   struct pm_buf *ret)
{
	uint64_t number;

	if (field->text)
		field->text(report, i, ret);
	else if (field->number(report, i, &number))
		pm_buf_number(ret, number);
}
