#include "kernel/nftables.h"
#include "source/coverage.h"
#include "source/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- is it there? To ask a kernel that has it as a module would load it. ----------- */

enum presence { UNSURE, ABSENT, PRESENT, UNTOLD /* by the recording */ };

static const char *const presence_words[] = {"unsure", "absent", "present"};

/* Is there a line in `text` that begins with `word` and a space? */
static bool lists(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
		if (!strncmp(at, word, len) && at[len] == ' ')
			return true;
	return false;
}

/* "kernel/net/netfilter/nf_tables.ko", which kbuild(5) lists where it is no module. */
static enum presence ask_builtin(void)
{
	struct utsname name;
	struct pm_buf text = {0};
	char path[sizeof(name.release) + 64];
	enum presence presence = UNSURE;

	if (uname(&name) < 0)
		return UNSURE;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", name.release);
	int fd = pm_open_regular(path, NULL);
	if (fd >= 0 && pm_read_all(fd, path, 1u << 20, &text, NULL) == 0)
		presence = strstr(pm_buf_text(&text), "/nf_tables.ko") ? PRESENT : ABSENT;
	if (fd >= 0)
		close(fd);
	pm_buf_release(&text);
	return presence;
}

static enum presence nftables_look(const struct source *source)
{
	struct pm_buf text = {0};
	enum presence presence;

	int fd = source->proc < 0 ? -1 : openat(source->proc, "modules", O_RDONLY | O_CLOEXEC);
	if (fd < 0) /* no file: this kernel has no modules, and loads none */
		return source->proc >= 0 && errno == ENOENT ? PRESENT : UNSURE;
	int r = pm_read_all(fd, "modules", 1u << 20, &text, NULL);
	close(fd);
	if (r < 0)
		presence = UNSURE;
	else if (lists(pm_buf_text(&text), "nf_tables"))
		presence = PRESENT;
	else if (lists(pm_buf_text(&text), "nfnetlink"))
		presence = ABSENT; /* it can't be built in where what it rests on is not */
	else
		presence = ask_builtin();
	pm_buf_release(&text);
	return presence;
}

static bool presence_read(void *data, struct pm_buf *ret)
{
	pm_buf_puts(ret, presence_words[nftables_look(data)]);
	return true;
}

static enum presence find_presence(struct source *source)
{
	struct pm_buf word = {0};
	enum presence presence = UNSURE;

	if (!source_value(source, "nf-tables", presence_read, source, &word))
		presence = UNTOLD;
	for (int i = ABSENT; i <= PRESENT; i++)
		if (!strcmp(pm_buf_text(&word), presence_words[i]))
			presence = (enum presence)i;
	pm_buf_release(&word);
	return presence;
}

/* ---- its chains -------------------------------------------------------------------- */

/* What counts of one chain. */
struct chain {
	const struct nlattr *hook;
	bool is_nat;
	uint32_t rules;
};

struct chains {
	size_t count;
	uint64_t rules;
};

static int chain_attribute(const struct nlattr *attribute, void *data)
{
	static const char nat[] = "nat";
	struct chain *chain = data;
	uint16_t len = mnl_attr_get_payload_len(attribute);

	switch (mnl_attr_get_type(attribute)) {
	case NFTA_CHAIN_HOOK:
		chain->hook = attribute;
		break;
	case NFTA_CHAIN_TYPE:
		chain->is_nat = len == sizeof(nat) &&
				!memcmp(mnl_attr_get_payload(attribute), nat, sizeof(nat));
		break;
	case NFTA_CHAIN_USE:
		if (len == sizeof(uint32_t))
			chain->rules = ntohl(mnl_attr_get_u32(attribute));
	}
	return MNL_CB_OK;
}

static int hook_attribute(const struct nlattr *attribute, void *data)
{
	uint32_t *number = data;

	if (mnl_attr_get_type(attribute) == NFTA_HOOK_HOOKNUM &&
	    mnl_attr_get_payload_len(attribute) == sizeof(uint32_t))
		*number = ntohl(mnl_attr_get_u32(attribute));
	return MNL_CB_OK;
}

/* Where a connection gets another destination; behind it only its source can change. */
static bool is_before_sockets(const struct chain *chain)
{
	uint32_t number = NF_INET_NUMHOOKS;

	if (chain->hook)
		mnl_attr_parse_nested(chain->hook, hook_attribute, &number);
	return number == NF_INET_PRE_ROUTING || number == NF_INET_LOCAL_OUT;
}

static int chain_take(void *data, const struct nlmsghdr *msg)
{
	struct chains *chains = data;
	struct chain chain = {0};

	mnl_attr_parse(msg, sizeof(struct nfgenmsg), chain_attribute, &chain);
	if (!chain.is_nat || !chain.rules || !is_before_sockets(&chain))
		return 0;
	chains->count++;
	chains->rules += chain.rules;
	return 0;
}

static void chains_restart(void *data)
{
	*(struct chains *)data = (struct chains){0};
}

static int nftables_dump(struct source *source, size_t netns, struct chains *chains)
{
	const struct nfgenmsg body = {.nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0};
	struct netlink_request request = {
		.bus = NETLINK_NETFILTER,
		.type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN,
		.answer = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN,
		.body = &body,
		.body_size = sizeof(body),
		.answer_size = sizeof(body),
		.row = chain_take,
		.restart = chains_restart,
		.data = chains,
	};

	snprintf(request.name, sizeof(request.name), "%zu-nft-chains", netns);
	int r = netlink_dump(source, &request, NULL);

	/* Neither the bus nor what would answer is there. */
	return r == -EPROTONOSUPPORT || r == -EINVAL ? 0 : r;
}

int beyond_nftables(struct collector *collector, size_t netns)
{
	static const char what[] = "nat chains of nftables";
	struct chains chains = {0};
	char name[NETNS_TEXT];
	int r = NOT_RECORDED;

	switch (find_presence(collector->source)) {
	case ABSENT:
		return 0;
	case UNSURE:
		return note_add(collector->snapshot, &collector->snapshot->coverage.not_checked,
				"%s (to ask could load a module of the kernel)", what);
	case PRESENT:
		r = nftables_dump(collector->source, netns, &chains);
		break;
	case UNTOLD:
		break;
	}
	if (r == -ENOMEM)
		return r;
	if (r)
		return note_unlooked(collector, what, r);
	if (!chains.count)
		return 0;
	return note_add(collector->snapshot, &collector->snapshot->coverage.redirections,
			"%zu nat chain%s with %llu rule%s (nftables) in netns %s", chains.count,
			chains.count == 1 ? "" : "s", (unsigned long long)chains.rules,
			chains.rules == 1 ? "" : "s", netns_text(collector->snapshot, netns, name));
}
