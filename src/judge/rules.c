/* The words of this room, each in one table. */
#include <portmote/judge.h>

static const struct {
	const char *name;
	int rank; /* worst first */
} verdicts[PM_VERDICTS] = {
	[PM_VERDICT_IMPOSTOR] = {"impostor", 0}, [PM_VERDICT_MISMATCH] = {"mismatch", 1},
	[PM_VERDICT_UNKNOWN] = {"unknown", 2},	 [PM_VERDICT_UNREGISTERED] = {"unregistered", 3},
	[PM_VERDICT_KNOWN] = {"known", 4},	 [PM_VERDICT_EPHEMERAL] = {"ephemeral", 5},
	[PM_VERDICT_MATCH] = {"match", 6},
};

static const char *const rules[PM_RULES] = {
	[PM_RULE_OWNER_DENIED] = "owner-denied",
	[PM_RULE_OWNER_NONE] = "owner-none",
	[PM_RULE_KERNEL_UNNAMED] = "kernel-unnamed",
	[PM_RULE_OWNER_PIDNS] = "owner-pidns",
	[PM_RULE_OWNER_VANISHED] = "owner-vanished",
	[PM_RULE_OWNER_LIMITED] = "owner-limited",
	[PM_RULE_UNREAD] = "unread",
	[PM_RULE_STANDS_FOR_OTHERS] = "stands-for-others",
	[PM_RULE_EXE_UNKNOWN] = "exe-unknown",
	[PM_RULE_COMMAND_UNKNOWN] = "command-unknown",
	[PM_RULE_EXE_IN_MEMORY] = "exe-in-memory",
	[PM_RULE_EXE_WORLD_WRITABLE] = "exe-world-writable",
	[PM_RULE_FALSE_PATH] = "false-path",
	[PM_RULE_FOREIGN_USERNS] = "foreign-userns",
	[PM_RULE_FOREIGN_COMM] = "foreign-comm",
	[PM_RULE_IMPLEMENTER] = "implementer",
	[PM_RULE_SAME_NAME] = "same-name",
	[PM_RULE_UNTRUSTED_FILE] = "untrusted-file",
	[PM_RULE_OCCUPANT] = "occupant",
	[PM_RULE_EPHEMERAL_RANGE] = "ephemeral-range",
	[PM_RULE_ANY_PORT] = "any-port",
	[PM_RULE_REGISTERED_TO_ANOTHER] = "registered-to-another",
	[PM_RULE_NOT_REGISTERED] = "not-registered",
	[PM_RULE_NO_PORT] = "no-port",
	[PM_RULE_ALIAS] = "alias",
	[PM_RULE_RUNS] = "runs",
	[PM_RULE_TITLE] = "title",
	[PM_RULE_SYSTEM_UNIT] = "system-unit",
	[PM_RULE_BEHIND] = "behind",
};

static const struct {
	const char *name;
	enum pm_severity severity;
} flags[PM_FLAGS] = {
	[PM_FLAG_DELETED] = {"deleted", PM_SEVERITY_INFO},
	[PM_FLAG_USER_WRITABLE] = {"user-writable", PM_SEVERITY_WARNING},
	[PM_FLAG_UNVERIFIED] = {"unverified", PM_SEVERITY_WARNING},
	[PM_FLAG_ROOT_RUNS_USER_WRITABLE] = {"root-runs-user-writable", PM_SEVERITY_HIGH},
	[PM_FLAG_PORT_SHARED] = {"port-shared", PM_SEVERITY_HIGH},
	[PM_FLAG_HIDDEN] = {"hidden", PM_SEVERITY_HIGH},
	[PM_FLAG_PROC_OVERMOUNT] = {"proc-overmount", PM_SEVERITY_HIGH},
	[PM_FLAG_IN_CONTAINER] = {"in-container", PM_SEVERITY_INFO},
	[PM_FLAG_IN_MEMORY] = {"in-memory", PM_SEVERITY_HIGH},
};

static const char *const severities[PM_SEVERITIES] = {"info", "warning", "high"};

const struct pm_fail_on pm_fail_on_default = {
	.verdicts = 1u << PM_VERDICT_IMPOSTOR | 1u << PM_VERDICT_MISMATCH,
	.severities = 1u << PM_SEVERITY_HIGH,
};

const char *pm_verdict_name(enum pm_verdict_kind kind)
{
	return verdicts[kind].name;
}

int pm_verdict_rank(enum pm_verdict_kind kind)
{
	return verdicts[kind].rank;
}

const char *pm_rule_name(enum pm_rule rule)
{
	return rules[rule];
}

const char *pm_flag_name(enum pm_flag flag)
{
	return flags[flag].name;
}

enum pm_severity pm_flag_severity(enum pm_flag flag)
{
	return flags[flag].severity;
}

const char *pm_severity_name(enum pm_severity severity)
{
	return severities[severity];
}

bool pm_flag_fails(enum pm_flag flag, const struct pm_fail_on *fail_on)
{
	return (fail_on->flags >> flag & 1) || (fail_on->severities >> flags[flag].severity & 1);
}

bool pm_verdict_fails(const struct pm_verdict *verdict, const struct pm_fail_on *fail_on)
{
	if (fail_on->verdicts >> verdict->kind & 1)
		return true;
	for (int flag = 0; flag < PM_FLAGS; flag++)
		if ((verdict->flags >> flag & 1) && pm_flag_fails((enum pm_flag)flag, fail_on))
			return true;
	return false;
}

bool pm_judgement_fails(const struct pm_judgement *judgement, const struct pm_fail_on *fail_on)
{
	for (size_t i = 0; i < judgement->count; i++)
		if (pm_verdict_fails(&judgement->verdicts[i], fail_on))
			return true;
	return false;
}
