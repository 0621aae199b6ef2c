#include "findings/findings.h"
#include "findings/check.h"
#include "keys.h"

#include <errno.h>

/* By what a program is known from one run to the next: not by its pid. */
static void findings_add_program(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	const struct pm_listener *listener = &report->snapshot->listeners[i];

	if (verdict->program)
		pm_buf_puts(ret, verdict->program);
	else if (verdict->owner && verdict->owner->exe.path)
		pm_buf_puts(ret, verdict->owner->exe.path);
	else if (listener->service)
		pm_buf_puts(ret, listener->service);
}

/* No part holds a line break: they cannot run into each other. */
static int add_fingerprint(const struct pm_report *report, struct finding *finding)
{
	struct pm_buf text = {0};

	pm_buf_printf(&text, "portmote 1\n%s\n%s\n", finding_rules[finding->rule].id, finding->key);
	if (finding->listener != PM_NO_LISTENER)
		findings_add_program(report, finding->listener, &text);
	SHA256Data((const uint8_t *)pm_buf_text(&text), text.len, finding->fingerprint);
	int r = text.failed ? -ENOMEM : 0;
	pm_buf_release(&text);
	return r;
}

/* Of whom a fingerprint alone would make one: by its file, what that runs, its user, its unit. */
static void findings_add_owner(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	static const char *const columns[] = {"exe", "running", "user", "unit", "container"};

	for (size_t k = 0; k < PM_COUNT(columns); k++) {
		add_field(report, i, columns[k], ret);
		pm_buf_puts(ret, "\n");
	}
}

static const char *findings_copy(struct findings *findings, struct pm_buf *text)
{
	const char *copy =
		text->failed ? NULL : pm_arena_copy(&findings->arena, pm_buf_text(text), text->len);

	pm_buf_clear(text);
	return copy;
}

int findings_add(const struct pm_report *report, struct findings *findings, size_t rule,
		 size_t listener, struct pm_buf *text, struct pm_buf *key)
{
	struct finding *finding =
		pm_array_add(&findings->items, &findings->count, &findings->room, sizeof(*finding));

	if (!finding)
		return -ENOMEM;
	finding->rule = rule;
	finding->level = finding_rules[rule].level;
	finding->listener = listener;
	finding->message = findings_copy(findings, text);
	finding->key = findings_copy(findings, key);
	if (listener != PM_NO_LISTENER)
		findings_add_owner(report, listener, key);
	finding->owner = findings_copy(findings, key);
	return finding->message && finding->key && finding->owner ? add_fingerprint(report, finding)
								  : -ENOMEM;
}

/* "mismatch: 3643 registered to ...", and what the policy says to it. */
static int findings_add_listener(const struct pm_report *report, struct findings *findings,
				 size_t rule, size_t i, const struct pm_violation *violation)
{
	struct pm_buf text = {0}, key = {0};

	pm_buf_printf(&text, "%s: ", finding_rules[rule].id);
	pm_report_sentence(report, i, &text);
	if (violation && violation->expected)
		pm_buf_printf(&text, "; expected %s", violation->expected);
	if (violation && violation->found)
		pm_buf_printf(&text, "; found %s", violation->found);
	if (violation && violation->rule)
		pm_buf_printf(&text, " (%s:%zu)", report->policy->path, violation->rule->line);
	add_key(report, i, &key);
	int r = findings_add(report, findings, rule, i, &text, &key);
	pm_buf_release(&text);
	pm_buf_release(&key);
	return r;
}

/* The verdict, where it `fails`, and these of its flags. */
static int findings_add_verdict(const struct pm_report *report, struct findings *findings, size_t i,
				bool fails, unsigned flags)
{
	if (fails) {
		int r = findings_add_listener(report, findings, report->judgement->verdicts[i].kind,
					      i, NULL);
		if (r < 0)
			return r;
	}
	for (size_t flag = 0; flag < PM_FLAGS; flag++) {
		if (!(flags >> flag & 1))
			continue;
		int r = findings_add_listener(report, findings, FINDING_FLAGS + flag, i, NULL);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- without a policy -------------------------------------------------------------- */

bool findings_fails(const struct pm_report *report, size_t i)
{
	return pm_verdict_fails(&report->judgement->verdicts[i], report->fail_on);
}

static int find_in_verdict(const struct pm_report *report, struct findings *findings, size_t i)
{
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	unsigned fails = 0;

	for (int flag = 0; flag < PM_FLAGS; flag++)
		fails |= (unsigned)pm_flag_fails((enum pm_flag)flag, report->fail_on) << flag;
	return findings_add_verdict(report, findings, i,
				    report->fail_on->verdicts >> verdict->kind & 1,
				    verdict->flags & fails);
}

static int find_in_verdicts(const struct pm_report *report, unsigned only,
			    struct findings *findings)
{
	int r = 0;

	for (size_t i = 0; report->fail_on && i < report->judgement->count && r == 0; i++)
		if (is_listed(report, only, i))
			r = find_in_verdict(report, findings, i);
	return r;
}

/* ---- with one ---------------------------------------------------------------------- */

/* The line is in the message alone: it changes with what stands above it. */
static int add_missing(const struct pm_report *report, struct findings *findings,
		       const struct pm_violation *violation)
{
	size_t rule = FINDING_VIOLATIONS + (size_t)violation->kind;
	struct pm_buf text = {0}, key = {0};

	pm_buf_puts(&key,
		    violation->rule && violation->rule->netns ? violation->rule->netns : "host");
	pm_buf_puts(&key, " required ");
	check_add_ports(violation->rule, ",", &key);
	pm_buf_printf(&text, "%s: ", finding_rules[rule].id);
	check_add_ports(violation->rule, ",", &text);
	pm_buf_puts(&text, " is required, and nobody listens");
	if (violation->expected)
		pm_buf_printf(&text, "; expected %s", violation->expected);
	if (violation->rule)
		pm_buf_printf(&text, " (%s:%zu)", report->policy->path, violation->rule->line);
	int r = findings_add(report, findings, rule, PM_NO_LISTENER, &text, &key);
	pm_buf_release(&text);
	pm_buf_release(&key);
	return r;
}

/* A verdict, and each flag, that the policy fails on has a rule of its own, which says more. */
static int findings_add_violation(const struct pm_report *report, struct findings *findings,
				  const struct pm_violation *violation)
{
	size_t i = violation->listener;

	if (violation->kind != PM_VIOLATION_VERDICT)
		return findings_add_listener(report, findings,
					     FINDING_VIOLATIONS + (size_t)violation->kind, i,
					     violation);
	return findings_add_verdict(report, findings, i, violation->by_verdict, violation->flags);
}

static int find_in_check(const struct pm_report *report, unsigned only, struct findings *findings)
{
	int r = 0;

	for (size_t k = 0; k < report->check->violation_count && r == 0; k++) {
		const struct pm_violation *violation = &report->check->violations[k];

		if (violation->listener == PM_NO_LISTENER)
			r = add_missing(report, findings, violation);
		else if (is_listed(report, only, violation->listener))
			r = findings_add_violation(report, findings, violation);
	}
	return r;
}

/* ---- the whole --------------------------------------------------------------------- */

/* Of one fingerprint, one owner after the other, as the order of their sockets is another each
 * time.
 */
static int findings_compare(const void *a, const void *b, void *data)
{
	const struct finding *items = data;
	const size_t *x = a, *y = b;
	int c = strcmp(items[*x].fingerprint, items[*y].fingerprint);

	if (!c)
		c = strcmp(items[*x].owner, items[*y].owner);
	return c ? c : PM_CMP(*x, *y);
}

/* To a fingerprint that another owner has what tells this one apart; `*ret` is hashed anew. */
static int findings_distinguish(const struct finding *finding,
				char ret[SHA256_DIGEST_STRING_LENGTH])
{
	struct pm_buf text = {0};

	pm_buf_printf(&text, "%s\n%s", finding->fingerprint, finding->owner);
	SHA256Data((const uint8_t *)pm_buf_text(&text), text.len, ret);
	int r = text.failed ? -ENOMEM : 0;
	pm_buf_release(&text);
	return r;
}

/* Those of one owner are one finding; in `order` they stand side by side. */
static int fold_in_order(struct finding *items, const size_t *order, size_t count)
{
	char shared[SHA256_DIGEST_STRING_LENGTH] = "";
	size_t first = 0;
	int r = 0;

	for (size_t k = 0; k < count && r == 0; k++) {
		struct finding *item = &items[order[k]];
		bool is_shared = k && !strcmp(item->fingerprint, shared);

		bool is_same = is_shared && !strcmp(item->owner, items[first].owner);

		if (!is_shared)
			memcpy(shared, item->fingerprint, sizeof(shared));
		else if (is_same)
			memcpy(item->fingerprint, items[first].fingerprint, sizeof(shared));
		else
			r = findings_distinguish(item, item->fingerprint);
		first = is_same ? first : order[k];
		item->first = first;
		items[first].count++;
	}
	return r;
}

int findings_fold(struct findings *findings)
{
	size_t *order = calloc(findings->count + 1, sizeof(*order));

	if (!order)
		return -ENOMEM;
	for (size_t k = 0; k < findings->count; k++)
		order[k] = k;
	if (findings->items)
		qsort_r(order, findings->count, sizeof(*order), findings_compare, findings->items);
	int r = fold_in_order(findings->items, order, findings->count);
	free(order);
	return r;
}

int findings_find(const struct pm_report *report, unsigned only, struct findings *ret)
{
	*ret = (struct findings){0};
	int r = report->check ? find_in_check(report, only, ret)
			      : find_in_verdicts(report, only, ret);
	if (r < 0)
		return r;
	return findings_fold(ret);
}

void findings_release(struct findings *findings)
{
	free(findings->items);
	pm_arena_release(&findings->arena);
	*findings = (struct findings){0};
}

bool finding_is_there(const struct finding *finding)
{
	return finding->listener != PM_NO_LISTENER &&
	       finding->rule != FINDING_RULES + PM_DIFF_CLOSED;
}

size_t findings_of(const struct findings *findings, size_t i, const struct finding **ret)
{
	size_t low = 0, high = findings->count, count = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (findings->items[middle].listener < i)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = findings->count ? findings->items + low : NULL;
	while (low + count < findings->count && findings->items[low + count].listener == i)
		count++;
	return count;
}
