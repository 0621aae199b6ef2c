#include "explain/worry.h"
#include "findings/findings.h"

#include <errno.h>

const char *worry_level_name(enum worry_level level)
{
	static const char *const names[WORRY_LEVELS] = {
		[WORRY_NO] = "no",	     [WORRY_HARDLY] = "hardly", [WORRY_DEPENDS] = "depends",
		[WORRY_UNKNOWN] = "unknown", [WORRY_LOOK] = "look",	[WORRY_YES] = "yes",
	};

	return names[level];
}

/* ---- weighing ---------------------------------------------------------------------- */

static bool has_flag_of(unsigned flags, enum pm_severity severity)
{
	for (int flag = 0; flag < PM_FLAGS; flag++)
		if ((flags >> flag & 1) && pm_flag_severity((enum pm_flag)flag) == severity)
			return true;
	return false;
}

static enum worry_level at_least(enum worry_level level, enum worry_level least)
{
	return level < least ? least : level;
}

enum worry_level worry_of_verdict(const struct pm_verdict *verdict, enum pm_exposure exposure)
{
	static const enum worry_level levels[PM_VERDICTS] = {
		[PM_VERDICT_UNKNOWN] = WORRY_UNKNOWN,	[PM_VERDICT_IMPOSTOR] = WORRY_YES,
		[PM_VERDICT_MATCH] = WORRY_NO,		[PM_VERDICT_KNOWN] = WORRY_HARDLY,
		[PM_VERDICT_EPHEMERAL] = WORRY_NO,	[PM_VERDICT_MISMATCH] = WORRY_LOOK,
		[PM_VERDICT_UNREGISTERED] = WORRY_LOOK,
	};
	enum worry_level level = levels[verdict->kind];
	bool by_chance = verdict->kind == PM_VERDICT_EPHEMERAL;

	if (exposure > PM_EXPOSURE_LINK_LOCAL)
		level = at_least(level, by_chance ? WORRY_HARDLY : WORRY_DEPENDS);
	if (has_flag_of(verdict->flags, PM_SEVERITY_WARNING))
		level = at_least(level, WORRY_HARDLY);
	if (has_flag_of(verdict->flags, PM_SEVERITY_HIGH))
		level = WORRY_YES;
	return pm_verdict_fails(verdict, &pm_fail_on_default) ? at_least(level, WORRY_LOOK) : level;
}

/*
 * Was something not looked at that takes connections elsewhere? By the notes that collect has for
 * each; their reason stands behind, in parentheses.
 */
static const char *find_unlooked(const struct pm_coverage *coverage)
{
	static const char *const kinds[] = {"nat chains of nftables", "nat tables of iptables",
					    "BPF socket redirection", "IPVS"};

	for (size_t i = 0; i < coverage->not_checked.count; i++)
		for (size_t k = 0; k < PM_COUNT(kinds); k++)
			if (!strncmp(coverage->not_checked.text[i], kinds[k], strlen(kinds[k])))
				return coverage->not_checked.text[i];
	return NULL;
}

struct worry worry_of_topic(const struct pm_report *report, const struct pm_topic *topic)
{
	const struct pm_coverage *coverage = &report->snapshot->coverage;
	struct worry worry = {0};

	for (size_t i = 0; i < report->snapshot->listener_count; i++) {
		const struct pm_verdict *verdict = &report->judgement->verdicts[i];
		enum pm_exposure exposure = report->labels[i].exposure;

		if (!pm_topic_has(topic, report->snapshot, i))
			continue;
		worry.level = at_least(worry.level, worry_of_verdict(verdict, exposure));
		worry.fails |= pm_verdict_fails(verdict, &pm_fail_on_default);
		worry.verdicts |= 1u << verdict->kind;
		if (verdict->kind == PM_VERDICT_UNKNOWN)
			worry.unknown |= 1u << report->snapshot->listeners[i].owner;
		worry.flags |= verdict->flags;
		worry.exposure = exposure > worry.exposure ? exposure : worry.exposure;
		worry.listeners++;
	}
	if (coverage->redirections.count || find_unlooked(coverage))
		worry.level =
			at_least(worry.level, worry.listeners ? WORRY_DEPENDS : WORRY_UNKNOWN);
	if (coverage->gap_count)
		worry.level = at_least(worry.level, WORRY_UNKNOWN);
	return worry;
}

/* ---- in words ---------------------------------------------------------------------- */

static const char *const verdict_words[PM_VERDICTS] = {
	[PM_VERDICT_IMPOSTOR] =
		"it has a name that fits the port, and the evidence is against it: take "
		"it for an intruder's until it is explained.",
	[PM_VERDICT_MATCH] = "the owner is one of those that belong here.",
	[PM_VERDICT_KNOWN] =
		"the owner is known to sit here, though IANA does not say so; or it has "
		"the right name, and only its file could be replaced by others than "
		"root.",
	[PM_VERDICT_EPHEMERAL] =
		"the kernel gave this port out by chance, and takes it back when the "
		"socket closes.",
	[PM_VERDICT_MISMATCH] =
		"the owner is not known to have to do with what is registered here. If "
		"you know the program and put it there, all is well; if not, find out "
		"who started it.",
	[PM_VERDICT_UNREGISTERED] =
		"nobody is registered here, and the owner is not known to sit here. "
		"If you know the program and put it there, all is well.",
};

static const char *const exposure_words[PM_EXPOSURES] = {
	[PM_EXPOSURE_PRIVATE] = "it can be reached from the network of its private address",
	[PM_EXPOSURE_PUBLIC] = "it listens on a public address",
	[PM_EXPOSURE_ANY] =
		"it listens on every address, of the host or of the container that it is in",
};

struct worry_saying {
	void (*say)(void *data, const char *sentence);
	void *data;
	struct pm_buf text;
	int code;
};

static void say_text(struct worry_saying *saying)
{
	if (saying->text.failed)
		saying->code = -ENOMEM;
	else
		saying->say(saying->data, pm_buf_text(&saying->text));
	pm_buf_clear(&saying->text);
}

static void say_flags(struct worry_saying *saying, unsigned flags, enum pm_severity severity)
{
	for (int flag = 0; flag < PM_FLAGS; flag++) {
		const struct finding_rule *rule = &finding_rules[PM_VERDICTS + flag];

		if (!(flags >> flag & 1) || pm_flag_severity((enum pm_flag)flag) != severity)
			continue;
		pm_buf_printf(&saying->text, "%s (%s): %s %s", rule->id, pm_severity_name(severity),
			      rule->text, rule->help);
		say_text(saying);
	}
}

/* Of what is unknown, by how much of its owner was seen. */
static void say_unknown(struct worry_saying *saying, unsigned owners)
{
	const unsigned process = 1u << PM_OWNER_PROCESS, kernel = 1u << PM_OWNER_KERNEL;

	if (owners & ~(process | kernel))
		saying->say(saying->data,
			    "who owns the listener could not be seen, for the reason given.");
	if (owners & process)
		saying->say(saying->data,
			    "who holds the listener was seen; for whom, or what it runs, is not "
			    "known, for the reason given.");
	if (owners & kernel)
		saying->say(saying->data,
			    "the kernel holds the listener, and does not say what for.");
}

static void say_verdict(struct worry_saying *saying, int kind, unsigned unknown)
{
	if (kind == PM_VERDICT_UNKNOWN)
		say_unknown(saying, unknown);
	else
		saying->say(saying->data, verdict_words[kind]);
}

static void say_verdicts(struct worry_saying *saying, const struct worry *worry)
{
	for (int rank = 0; rank < PM_VERDICTS; rank++)
		for (int kind = 0; kind < PM_VERDICTS; kind++)
			if ((worry->verdicts >> kind & 1) &&
			    pm_verdict_rank((enum pm_verdict_kind)kind) == rank)
				say_verdict(saying, kind, worry->unknown);
}

static void say_redirections(struct worry_saying *saying, const struct pm_notes *notes)
{
	if (!notes->count)
		return;
	pm_buf_puts(&saying->text,
		    "connections may be taken elsewhere before they come to a socket: ");
	for (size_t i = 0; i < notes->count; i++)
		pm_buf_printf(&saying->text, "%s%s", i ? ", " : "", notes->text[i]);
	pm_buf_puts(&saying->text, "; which ports, `nft list ruleset` and `iptables-save` tell.");
	say_text(saying);
}

static void say_unlooked(struct worry_saying *saying, const char *what)
{
	if (!what)
		return;
	pm_buf_printf(&saying->text, "what may take connections elsewhere was not looked at: %s.",
		      what);
	say_text(saying);
}

static void say_reach(struct worry_saying *saying, enum pm_exposure exposure)
{
	if (exposure <= PM_EXPOSURE_LINK_LOCAL)
		return;
	pm_buf_printf(&saying->text,
		      "%s; whom it lets in, and whether it asks for a password, its "
		      "configuration decides, which was not read.",
		      exposure_words[exposure]);
	say_text(saying);
}

/* Less than all was looked for, by what was asked. */
static void say_narrowed(struct worry_saying *saying, const char *narrowed)
{
	const char *ports = narrowed ? strstr(narrowed, " --port=") : NULL;

	if (!narrowed || (!strstr(narrowed, "--netns=") && !strstr(narrowed, "--ipv")))
		return;
	pm_buf_puts(&saying->text, "only ");
	pm_buf_add(&saying->text, narrowed, ports ? (size_t)(ports - narrowed) : strlen(narrowed));
	pm_buf_puts(&saying->text, " was looked at.");
	say_text(saying);
}

int worry_reasons(const struct pm_report *report, const struct worry *worry,
		  void (*say)(void *data, const char *sentence), void *data)
{
	const struct pm_coverage *coverage = &report->snapshot->coverage;
	struct worry_saying saying = {.say = say, .data = data};

	say_flags(&saying, worry->flags, PM_SEVERITY_HIGH);
	say_verdicts(&saying, worry);
	say_flags(&saying, worry->flags, PM_SEVERITY_WARNING);
	if (!worry->listeners)
		say(data, coverage->gap_count ? "nothing was seen to listen here."
					      : "nothing listens here.");
	say_reach(&saying, worry->exposure);
	say_redirections(&saying, &coverage->redirections);
	say_unlooked(&saying, find_unlooked(coverage));
	if (coverage->gap_count) {
		pm_buf_printf(&saying.text, "not all could be seen: %s.", coverage->gaps[0].detail);
		say_text(&saying);
	}
	if (!worry->listeners)
		say_narrowed(&saying, report->snapshot->narrowed);
	pm_buf_release(&saying.text);
	return saying.code;
}
