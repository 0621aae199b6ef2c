#include "behind/behind_inetd.h"
#include "behind/inetd.h"

enum { SERVICE, TYPE, PROTOCOL, FLAGS, USER, SERVER, NAME };

/* What stands before the service: one address or several, with commas; else what a line before
 * set. */
static struct text split_service(struct text *service, struct text before)
{
	const char *colon = memrchr(service->at, ':', service->len);

	if (!colon)
		return before;
	struct text addresses = {service->at, (size_t)(colon - service->at)};
	*service = (struct text){colon + 1, service->len - addresses.len - 1};
	return addresses;
}

static enum pm_known is_any_address(const struct trial *trial, struct text addresses)
{
	enum pm_known is = PM_NO;

	do {
		const char *comma = memchr(addresses.at, ',', addresses.len);
		size_t len = comma ? (size_t)(comma - addresses.at) : addresses.len;
		enum pm_known one = inetd_is_address(trial, (struct text){addresses.at, len});

		if (one == PM_YES)
			return PM_YES;
		if (one == PM_UNKNOWN)
			is = PM_UNKNOWN;
		addresses.at += len + !!comma;
		addresses.len -= len + !!comma;
	} while (addresses.len);
	return is;
}

static struct text rest_of(struct text line, struct text word)
{
	const char *end = line.at + line.len;

	return (struct text){word.at + word.len, (size_t)(end - word.at) - word.len};
}

static void inetd_give(struct trial *trial, const struct pm_config *config, struct text line,
		       const struct text words[], size_t count, bool is_certain, struct behind *ret)
{
	struct text server = words[SERVER], none = {"", 0};
	size_t name = count > NAME ? NAME : SERVER;
	bool is_tcpd = server.len >= 4 && !memcmp(server.at + server.len - 4, "tcpd", 4);

	if (text_is(server, "internal"))
		return;
	if (is_tcpd && count > NAME)
		server = words[NAME];
	inetd_tell(trial, config, server, name == NAME ? rest_of(line, words[NAME]) : none,
		   is_certain, ret);
}

/* An address and a colon alone are for the lines behind it. */
static void inetd_read_line(struct trial *trial, const struct pm_config *config, struct text line,
			    struct text *before, struct behind *ret)
{
	struct text words[TEXTS_MAX];
	size_t count = text_split(line, words);

	if (!count || words[0].at[0] == '#')
		return;
	if (count == 1 && words[0].at[words[0].len - 1] == ':') {
		*before = (struct text){words[0].at, words[0].len - 1};
		return;
	}
	struct text addresses = split_service(&words[SERVICE], *before);
	if (count <= SERVER || !inetd_is_protocol(trial, words[PROTOCOL]) ||
	    !inetd_is_port(trial, words[SERVICE]))
		return;
	enum pm_known is = is_any_address(trial, addresses);
	if (is == PM_YES || (is == PM_UNKNOWN && !ret->name))
		inetd_give(trial, config, line, words, count, is == PM_YES, ret);
}

void behind_inetd(struct trial *trial, const struct pm_process *process, struct behind *ret)
{
	const struct pm_snapshot *snapshot = trial->snapshot;

	for (size_t i = 0; i < snapshot->config_count; i++) {
		const struct pm_config *config = &snapshot->configs[i];
		struct text before = {"", 0};

		if (!config_is_inetds(config) || !inetd_reads(config, process))
			continue;
		for (const char *line = config->text; *line && !ret->program;) {
			size_t len = strcspn(line, "\n");

			inetd_read_line(trial, config, (struct text){line, len}, &before, ret);
			line += len + (line[len] == '\n');
		}
	}
}
