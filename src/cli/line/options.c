/* The table of options, and what each does to the request. */
#include "line/options.h"
#include "line/words.h"

#include <errno.h>

#define TAKE(what)                                                                                 \
	static int take_##what(struct request *request, const char *value, struct pm_error *err)
#define TAKE_SWITCH(what, member)                                                                  \
	TAKE(what)                                                                                 \
	{                                                                                          \
		(void)value;                                                                       \
		(void)err;                                                                         \
		request->member = true;                                                            \
		return 0;                                                                          \
	}

TAKE_SWITCH(v4, collect.filter.only_v4)
TAKE_SWITCH(v6, collect.filter.only_v6)
TAKE_SWITCH(tcp, collect.filter.only_tcp)
TAKE_SWITCH(udp, collect.filter.only_udp)
TAKE_SWITCH(cross_check, collect.cross_check)
TAKE_SWITCH(bound, collect.bound)
TAKE(all)
{
	(void)value;
	(void)err;
	request->collect.bound = request->collect.portless = true;
	return 0;
}

TAKE_SWITCH(partial, partial)
TAKE_SWITCH(no_header, no_header)
TAKE_SWITCH(verbose, verbose)
TAKE_SWITCH(help, help)
TAKE_SWITCH(version, version)

static int take_port_word(struct request *request, const char *word, size_t len,
			  struct pm_error *err)
{
	uint16_t first, last;

	if (pm_parse_ports(word, len, &first, &last) < 0)
		return pm_fail(
			err, -EINVAL,
			"--port: '%.*s' is not a port (0 to 65535) or a range such as 6000-6063",
			(int)len, word);
	for (unsigned port = first; port <= last; port++)
		request->ports[port / 8] |= (uint8_t)(1u << port % 8);
	request->collect.filter.ports = request->ports;
	return 0;
}

/* A file is named once: of two, the first would be forgotten without a word. */
static int take_once(const char *option, const char **ret, const char *value, struct pm_error *err)
{
	if (!*value)
		return pm_fail(err, -EINVAL, "--%s= names no file", option);
	if (*ret && strcmp(*ret, value) != 0)
		return pm_fail(err, -EINVAL, "--%s is given twice: '%s' and '%s'", option, *ret,
			       value);
	*ret = value;
	return 0;
}

TAKE(policy)
{
	return take_once("policy", &request->policy, value, err);
}

static int refuse_standard(const char *option, const char *value, struct pm_error *err)
{
	return strcmp(value, "-") != 0
		       ? 0
		       : pm_fail(err, -EINVAL, "--%s can't be '-' (standard input or output)",
				 option);
}

TAKE(state)
{
	return refuse_standard("state", value, err) < 0
		       ? -EINVAL
		       : take_once("state", &request->state, value, err);
}

TAKE(port)
{
	return each_word(request, value, err, take_port_word);
}

TAKE(netns)
{
	const char *before = request->collect.netns;

	if (before && strcmp(before, value) != 0)
		return pm_fail(err, -EINVAL, "--netns is given twice: '%s' and '%s'", before,
			       value);
	request->collect.netns = strcmp(value, "all") ? value : NULL;
	return 0;
}

TAKE(holders)
{
	for (int i = 0; i < PM_HOLDERS; i++)
		if (!strcmp(value, pm_holders_name((enum pm_holders)i))) {
			request->collect.holders = (enum pm_holders)i;
			return 0;
		}
	return pm_fail(err, -EINVAL, "--holders: '%s' is not auto, bpf, proc or none", value);
}

TAKE(timeout)
{
	uint64_t seconds;

	if (pm_parse_u64(value, strlen(value), 24 * 60 * 60, &seconds) < 0)
		return pm_fail(err, -EINVAL,
			       "--timeout: '%s' is no number of seconds (0 to 86400; 0: never)",
			       value);
	request->timeout = (unsigned)seconds;
	request->is_timed = true;
	return 0;
}

TAKE(output)
{
	return take_once("output", &request->output, value, err);
}

TAKE(registry)
{
	return take_once("registry", &request->registry, value, err);
}

TAKE(knowledge)
{
	if (request->knowledge_count == PM_COUNT(request->knowledge))
		return pm_fail(err, -EINVAL, "--knowledge: more than %zu files",
			       PM_COUNT(request->knowledge));
	request->knowledge[request->knowledge_count++] = value;
	return 0;
}

TAKE(record)
{
	return refuse_standard("record", value, err) < 0
		       ? -EINVAL
		       : take_once("record", &request->record, value, err);
}

TAKE(replay)
{
	return take_once("replay", &request->replay, value, err);
}

TAKE(snapshot)
{
	return take_once("snapshot", &request->snapshot, value, err);
}

TAKE(color)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (size_t i = 0; i < PM_COUNT(words); i++)
		if (!strcmp(value, words[i])) {
			request->color = (enum color)i;
			return 0;
		}
	return pm_fail(err, -EINVAL, "--color: '%s' is not auto, always or never", value);
}

enum {
	FOR_LISTENERS = FOR_AUDIT | FOR_LEARN | FOR_CHECK | FOR_DIFF,
	FOR_PORTS = FOR_LISTENERS | FOR_EXPLAIN,
	FOR_REPORTS = FOR_PORTS | FOR_REGISTRY,
	FOR_KERNEL = FOR_PORTS | FOR_SAVE | OF_KERNEL,
};

const struct option_row options[] = {
	{"ipv4", NULL, "only IPv4 sockets", '4', FOR_PORTS, take_v4},
	{"ipv6", NULL, "only IPv6 sockets, dual-stack ones among them", '6', FOR_PORTS, take_v6},
	{"tcp", NULL, "only TCP, MPTCP among it", 't', FOR_PORTS, take_tcp},
	{"udp", NULL, "only UDP, UDP-Lite among it", 'u', FOR_PORTS, take_udp},
	{"bound", NULL, "also TCP bound without listening, and connected UDP", 0,
	 FOR_AUDIT | FOR_EXPLAIN | OF_KERNEL, take_bound},
	{"all", NULL, "--bound, and what listens without a port: raw and packet sockets", 0,
	 FOR_AUDIT | OF_KERNEL, take_all},
	{"port", "PORTS", "only these ports: 22, 6000-6063, or a list with commas", 0,
	 FOR_LISTENERS, take_port},
	{"netns", "NETNS", "only this network namespace: self, host, a name, path or pid", 0,
	 FOR_KERNEL, take_netns},
	{"holders", "MEANS", "how to find the holders: auto, bpf, proc or none", 0, FOR_KERNEL,
	 take_holders},
	{"cross-check", NULL, "hold the kernel's lists of sockets against each other", 0,
	 FOR_KERNEL, take_cross_check},
	{"timeout", "SECONDS", "end with what was found by then, as incomplete; 0: never", 0,
	 FOR_ALL, take_timeout},
	{"policy", "FILE", "the policy to be kept; see portmote-policy(5)", 0, FOR_CHECK,
	 take_policy},
	{"state", "FILE", "compare with FILE, and replace it once all was told", 0, FOR_DIFF,
	 take_state},
	{"partial", NULL, "write what was seen, where that is not all", 0,
	 FOR_LEARN | FOR_SAVE | FOR_DIFF, take_partial},
	{"format", "FORMAT", "a format below; FORMAT=FILE, several times: each to its file", 0,
	 FOR_REPORTS & ~FOR_LEARN, take_format},
	{"output", "FILE", "write to FILE, whole or not at all", 0, FOR_REPORTS, take_output},
	{"columns", "COLUMNS", "columns of text and csv, see below", 'o', FOR_AUDIT, take_columns},
	{"no-header", NULL, "neither header nor summary: only records", 0,
	 FOR_AUDIT | FOR_CHECK | FOR_DIFF, take_no_header},
	{"only", "VERDICTS", "list only these verdicts", 0, FOR_AUDIT | FOR_EXPLAIN, take_only},
	{"fail-on", "WORDS", "verdicts, flags, severities that give exit code 1; or none", 0,
	 FOR_AUDIT, take_fail_on},
	{"registry", "FILE", "IANA's CSV file in place of the built-in registry", 0,
	 FOR_REPORTS | FOR_SAVE, take_registry},
	{"knowledge", "FILE", "add the implementers or occupants of this CSV file", 0,
	 FOR_REPORTS | FOR_SAVE, take_knowledge},
	{"record", "DIR", "keep all that was read in the new folder DIR", 0, FOR_KERNEL,
	 take_record},
	{"replay", "DIR", "read a recording in place of the kernel", 0, FOR_KERNEL, take_replay},
	{"snapshot", "FILE", "read a report as JSON in place of the kernel; -: standard input", 0,
	 FOR_PORTS & ~FOR_DIFF, take_snapshot},
	{"color", "WHEN", "auto, always or never", 0, FOR_AUDIT, take_color},
	{"verbose", NULL, "reasons, sources, what is not checked, each change, the sandbox", 'v',
	 FOR_REPORTS | FOR_SAVE | FOR_IMPORT, take_verbose},
	{"help", NULL, "this text", 'h', FOR_ALL, take_help},
	{"version", NULL, "the version", 0, FOR_ALL, take_version},
};
const size_t option_count = PM_COUNT(options);
_Static_assert(PM_COUNT(options) <= OPTIONS_MAX, "room for all options");
