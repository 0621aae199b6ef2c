/* A policy from what listens: the rules that would allow it. */
#include "quote.h"

#include <errno.h>
#include <inttypes.h>

/* A text of a snapshot, or a glob for what lasts of it. */
struct term {
	const char *text; /* NULL: none */
	bool is_pattern;
};

struct learning {
	const struct pm_judged *judged;
	struct pm_arena arena; /* owns the globs */
	bool failed;	       /* out of memory */
};

/* What a rule says of one listener. Listeners of which it says the same are one rule. */
struct draft {
	size_t listener;
	struct term netns; /* none: the first one */
	enum pm_protocol protocol;
	bool is_ephemeral;
	uint16_t port;
	const char *key; /* "unit"; NULL: whoever */
	struct term owner;
	const struct pm_process *claimant; /* the evidence is his own word: whose; else NULL */
	enum pm_exposure exposure;
};

/* ---- owners ------------------------------------------------------------------------ */

/* What will be the same tomorrow; a text that looks like a glob itself is taken as it is. */
static struct term learn_lasting(struct learning *learning, enum pm_naming naming, const char *text)
{
	struct term term = {.text = text};

	if (!text || text[strcspn(text, "*?[\\")])
		return term;
	term.text = pm_lasting_name(naming, text, &learning->arena);
	term.is_pattern = term.text != text;
	learning->failed |= !term.text;
	return term;
}

/*
 * Users' own managers have numbers in their names; pid 1 has what it holds for others. Of a name
 * that is drawn, as systemd-run(1) does it, nothing lasts; of an instance, its template.
 */
static bool is_stable_unit(struct learning *learning, const char *unit)
{
	static const char service[] = ".service";
	size_t len = unit ? strlen(unit) : 0, end = sizeof(service) - 1;

	return len > end && !strcmp(unit + len - end, service) &&
	       strncmp(unit, "user@", strlen("user@")) != 0 &&
	       (strchr(unit, '@') || !learn_lasting(learning, PM_NAMING_UNIT, unit).is_pattern);
}

static struct term learn_program_of(struct learning *learning, const struct pm_verdict *verdict)
{
	return learn_lasting(learning,
			     verdict->kind_of_program == PM_KIND_UNIT ? PM_NAMING_UNIT
								      : PM_NAMING_PATH,
			     verdict->program);
}

/* A glob could let in what a user puts beside his file. */
static struct term exe_of(struct learning *learning, const struct pm_file *exe)
{
	return exe->writers == PM_WRITERS_ROOT ? learn_lasting(learning, PM_NAMING_PATH, exe->path)
					       : (struct term){.text = exe->path};
}

/* The strongest evidence that will be the same tomorrow. Returns whether there is any. */
static bool find_owner(struct learning *learning, struct draft *draft)
{
	const struct pm_judged *judged = learning->judged;
	const struct pm_listener *listener = &judged->snapshot->listeners[draft->listener];
	const struct pm_verdict *verdict = &judged->judgement->verdicts[draft->listener];
	const struct pm_process *owner = verdict->owner;

	if (listener->owner == PM_OWNER_KERNEL) {
		draft->key = "kernel";
		draft->owner.text = listener->service ? listener->service : "*";
	} else if (!owner) {
		return false;
	} else if (owner->container.runtime) {
		draft->key = "program";
		draft->owner = learn_program_of(learning, verdict);
	} else if (is_stable_unit(learning, owner->unit)) {
		draft->key = "unit";
		draft->owner = learn_lasting(learning, PM_NAMING_UNIT, owner->unit);
	} else if (owner->exe.path && !owner->running.runtime && !verdict->behind) {
		draft->key = "exe";
		draft->owner = exe_of(learning, &owner->exe);
	} else {
		draft->key = "program";
		draft->owner = learn_program_of(learning, verdict);
	}
	if (owner && pm_policy_needs_user(owner))
		draft->claimant = owner;
	return draft->owner.text;
}

static bool is_in_container(const struct pm_judged *judged, size_t i)
{
	const struct pm_process *owner = judged->judgement->verdicts[i].owner;

	return owner && owner->container.runtime;
}

/* What the rule for listener `i` says; false where there can be none. */
static bool make_draft(struct learning *learning, size_t i, struct draft *ret)
{
	const struct pm_judged *judged = learning->judged;
	const struct pm_snapshot *snapshot = judged->snapshot;
	const struct pm_listener *listener = &snapshot->listeners[i];
	const struct pm_netns *netns = pm_listener_netns(snapshot, listener);
	bool is_first = netns == snapshot->netns;

	*ret = (struct draft){
		.listener = i,
		.netns = is_first	? (struct term){0}
			 : netns->label ? learn_lasting(learning, PM_NAMING_NETNS, netns->label)
					: (struct term){.text = "any"},
		.protocol = pm_protocol_base(listener->protocol),
		.port = listener->port,
		.exposure = judged->labels[i].exposure,
		.is_ephemeral = judged->judgement->verdicts[i].kind == PM_VERDICT_EPHEMERAL &&
				pm_is_ephemeral(snapshot, listener),
	};
	if (listener->state != PM_STATE_LISTEN || !pm_protocol_has_port(listener->protocol))
		return false;
	if (ret->is_ephemeral)
		ret->port = 0;
	/* A resolver's questions, a client's answers: whoever, from wherever. */
	if (ret->is_ephemeral && ret->protocol == PM_PROTOCOL_UDP) {
		ret->exposure = PM_EXPOSURE_ANY;
		return true;
	}
	return find_owner(learning, ret);
}

/* ---- rules ------------------------------------------------------------------------- */

static bool deserves_a_look(enum pm_verdict_kind kind)
{
	return kind == PM_VERDICT_IMPOSTOR || kind == PM_VERDICT_MISMATCH ||
	       kind == PM_VERDICT_UNKNOWN || kind == PM_VERDICT_UNREGISTERED;
}

/* "# mismatch: foo, registered to AudioJuggler": without what differs from run to run. */
static void add_comment(const struct pm_judged *judged, size_t i, const char *indent,
			struct pm_buf *ret)
{
	const struct pm_verdict *verdict = &judged->judgement->verdicts[i];
	const struct pm_label *label = &judged->labels[i];

	if (!deserves_a_look(verdict->kind))
		return;
	pm_buf_printf(ret, "%s# %s: %s, ", indent, pm_verdict_name(verdict->kind),
		      verdict->program ? verdict->program : "owner not known");
	if (pm_label_is_registered(label, judged->registry)) {
		pm_buf_puts(ret, "registered to ");
		pm_label_registered_to(judged->registry, label->rows, label->row_count, ret);
	} else {
		pm_buf_puts(ret, "registered to nobody");
	}
	pm_buf_puts(ret, "\n");
}

static void learn_add_user(const struct pm_process *claimant, struct pm_buf *ret)
{
	pm_buf_puts(ret, ", user: ");
	if (claimant->user)
		quote_glob(ret, claimant->user);
	else
		pm_buf_printf(ret, "\"%" PRIu32 "\"", claimant->uid);
}

static void add_term(const struct term *term, struct pm_buf *ret)
{
	if (term->is_pattern)
		quote_pattern(ret, term->text);
	else
		quote_glob(ret, term->text);
}

static void learn_add_rule(const struct draft *draft, const char *indent, struct pm_buf *ret)
{
	const char *protocol = pm_protocol_name(draft->protocol);

	pm_buf_printf(ret, "%s- port: ", indent);
	if (draft->is_ephemeral)
		pm_buf_printf(ret, "ephemeral/%s\n", protocol);
	else
		pm_buf_printf(ret, "%u/%s\n", draft->port, protocol);
	if (draft->owner.text) {
		pm_buf_printf(ret, "%s  owner: {%s: ", indent, draft->key);
		add_term(&draft->owner, ret);
		if (draft->claimant)
			learn_add_user(draft->claimant, ret);
		pm_buf_puts(ret, "}\n");
	}
	pm_buf_printf(ret, "%s  exposure: %s\n", indent, pm_exposure_name(draft->exposure));
	if (draft->netns.text) {
		pm_buf_printf(ret, "%s  netns: ", indent);
		add_term(&draft->netns, ret);
		pm_buf_puts(ret, "\n");
	}
}

void pm_policy_rule(const struct pm_judged *judged, size_t i, const char *indent,
		    struct pm_buf *ret)
{
	struct learning learning = {.judged = judged};
	struct draft draft;

	if (make_draft(&learning, i, &draft))
		learn_add_rule(&draft, indent, ret);
	ret->failed |= learning.failed;
	pm_arena_release(&learning.arena);
}

static uint32_t uid_of(const struct draft *draft)
{
	return draft->claimant ? draft->claimant->uid : 0;
}

/* The first namespace, then the others by name. */
static int compare_rules(const struct draft *a, const struct draft *b)
{
	int c = pm_compare_text(a->netns.text, b->netns.text);

	if (!c)
		c = PM_CMP(a->protocol, b->protocol);
	if (!c)
		c = PM_CMP(a->is_ephemeral, b->is_ephemeral);
	if (!c)
		c = PM_CMP(a->port, b->port);
	if (!c)
		c = pm_compare_text(a->key, b->key);
	if (!c)
		c = pm_compare_text(a->owner.text, b->owner.text);
	return c ? c : PM_CMP(uid_of(a), uid_of(b));
}

/* Of one rule, the one that deserves a look first. */
static int compare_drafts(const void *a, const void *b, void *data)
{
	const struct pm_verdict *verdicts = ((const struct pm_judged *)data)->judgement->verdicts;
	const struct draft *x = a, *y = b;
	int c = compare_rules(x, y);

	if (!c)
		c = PM_CMP(pm_verdict_rank(verdicts[x->listener].kind),
			   pm_verdict_rank(verdicts[y->listener].kind));
	return c ? c : PM_CMP(x->listener, y->listener);
}

static void add_rules(const struct pm_judged *judged, struct draft *drafts, size_t count,
		      struct pm_buf *ret)
{
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1; next < count && !compare_rules(&drafts[i], &drafts[next]);
		     next++)
			if (drafts[next].exposure > drafts[i].exposure)
				drafts[i].exposure = drafts[next].exposure;
		add_comment(judged, drafts[i].listener, "  ", ret);
		learn_add_rule(&drafts[i], "  ", ret);
	}
}

static void add_head(const struct pm_judged *judged, bool any, struct pm_buf *ret)
{
	pm_buf_printf(ret,
		      "# What listens on %s, as portmote learn found it; see portmote-policy(5).\n"
		      "# Take out what ought not to listen; what no rule allows fails a check.\n"
		      "portmote: 1\n"
		      "default: deny\n"
		      "fail-on: [impostor, mismatch, unknown, high]\n"
		      "containers: judge\n"
		      "listeners:%s\n",
		      judged->snapshot->host ? judged->snapshot->host : "this host",
		      any ? "" : " []");
}

/* Those that no rule can allow are told: a check will fail on them. */
static void add_unknown(const struct pm_judged *judged, struct pm_buf *ret)
{
	for (size_t i = 0; i < judged->snapshot->listener_count; i++) {
		const struct pm_listener *listener = &judged->snapshot->listeners[i];
		char address[PM_ADDRESS_SIZE];

		if (judged->judgement->verdicts[i].kind == PM_VERDICT_UNKNOWN &&
		    pm_protocol_has_port(listener->protocol))
			pm_buf_printf(ret, "  # unknown: %s port %u/%s, whose owner was not seen\n",
				      pm_listener_address(listener, address), listener->port,
				      pm_protocol_name(pm_protocol_base(listener->protocol)));
	}
}

int pm_policy_learn(const struct pm_judged *judged, struct pm_buf *ret)
{
	size_t listeners = judged->snapshot->listener_count, count = 0;
	struct learning learning = {.judged = judged};
	struct draft *drafts = calloc(listeners + 1, sizeof(*drafts));

	if (!drafts)
		return -ENOMEM;
	/* Containers come and go: their listeners are judged, and listed where that fails. */
	for (size_t i = 0; i < listeners; i++)
		if (!is_in_container(judged, i) ||
		    judged->judgement->verdicts[i].kind == PM_VERDICT_MISMATCH)
			count += make_draft(&learning, i, &drafts[count]);
	qsort_r(drafts, count, sizeof(*drafts), compare_drafts, (void *)judged);
	add_head(judged, count, ret);
	add_rules(judged, drafts, count, ret);
	add_unknown(judged, ret);
	free(drafts);
	pm_arena_release(&learning.arena);
	return ret->failed || learning.failed ? -ENOMEM : 0;
}
