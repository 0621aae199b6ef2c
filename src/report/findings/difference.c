/* Differences in words. */
#include "findings/difference.h"
#include "keys.h"

#include <errno.h>
#include <inttypes.h>

const struct pm_report *difference_report(const struct pm_comparison *comparison,
					  const struct pm_difference *difference, size_t *ret)
{
	bool is_gone = difference->after == PM_NO_LISTENER;

	*ret = is_gone ? difference->before : difference->after;
	return is_gone ? comparison->before : comparison->after;
}

static bool is_gone(const struct pm_difference *difference)
{
	return difference->after == PM_NO_LISTENER;
}

/* "tcp 0.0.0.0:22", where it is not of the first namespace with what that is called. */
void difference_place(const struct pm_comparison *comparison,
		      const struct pm_difference *difference, struct pm_buf *ret)
{
	size_t i;
	const struct pm_report *report = difference_report(comparison, difference, &i);
	const struct pm_listener *listener = &report->snapshot->listeners[i];

	pm_buf_printf(ret, "%s ", pm_protocol_name(listener->protocol));
	if (difference->kind == PM_DIFF_WIDENED || difference->kind == PM_DIFF_NARROWED) {
		add_field(comparison->before, difference->before, "local", ret);
		pm_buf_puts(ret, " -> ");
	}
	add_field(report, i, "local", ret);
	if (listener->netns) {
		pm_buf_puts(ret, " in ");
		pm_report_netns(pm_listener_netns(report->snapshot, listener), ret);
	}
}

void difference_file(const struct pm_file *file, struct pm_buf *ret)
{
	pm_buf_printf(ret, "inode %ju, %ju bytes, of ", (uintmax_t)file->inode,
		      (uintmax_t)file->size);
	pm_report_time(file->modified, ret);
}

void difference_facts(const struct pm_difference *difference, struct pm_buf *ret)
{
	for (size_t i = 0; i < difference->fact_count; i++) {
		const struct pm_fact_change *fact = &difference->facts[i];

		pm_buf_printf(ret, "%s%s ", i ? ", " : "", fact->what);
		if (fact->from_file) {
			difference_file(fact->from_file, ret);
			pm_buf_puts(ret, " -> ");
			difference_file(fact->to_file, ret);
		} else {
			pm_buf_printf(ret, "%s -> %s", fact->from ? fact->from : "none",
				      fact->to ? fact->to : "none");
		}
	}
}

void difference_sense(const struct pm_comparison *comparison,
		      const struct pm_difference *difference, struct pm_buf *ret)
{
	size_t i;
	const struct pm_report *report = difference_report(comparison, difference, &i);

	pm_buf_printf(ret, "%s%s: ", is_gone(difference) ? "was " : "",
		      pm_verdict_name(report->judgement->verdicts[i].kind));
	pm_report_sentence(report, i, ret);
	if (difference->fact_count)
		pm_buf_puts(ret, "; ");
	difference_facts(difference, ret);
}

static const char *host_of(const struct pm_report *report)
{
	return report->snapshot->host ? report->snapshot->host : "this host";
}

static void add_recorded(const struct pm_comparison *comparison, struct pm_buf *ret)
{
	size_t count = comparison->after->snapshot->listener_count;

	if (comparison->state)
		pm_buf_printf(ret, "recorded %zu listener%s of %s in %s", count,
			      pm_plural(count, "", "s"), host_of(comparison->after),
			      comparison->state);
	else
		pm_buf_puts(ret, "nothing was recorded, as not all could be seen (see --partial)");
}

/* "2 differences, 1 program replaced": an upgrade is no difference. */
static void add_counts(const struct pm_comparison *comparison, size_t count, struct pm_buf *ret)
{
	size_t replaced = pm_diff_replaced(comparison->diff);

	if (count || !replaced)
		pm_buf_printf(ret, "%zu difference%s", count, pm_plural(count, "", "s"));
	if (replaced)
		pm_buf_printf(ret, "%s%zu program%s replaced", count ? ", " : "", replaced,
			      pm_plural(replaced, "", "s"));
}

void difference_head(const struct pm_comparison *comparison, size_t count, struct pm_buf *ret)
{
	const char *before = host_of(comparison->before), *after = host_of(comparison->after);

	pm_buf_printf(ret, "%s: ", after);
	add_counts(comparison, count, ret);
	pm_buf_puts(ret, " ");
	if (strcmp(before, after) != 0)
		pm_buf_printf(ret, "from %s ", before);
	pm_buf_puts(ret, "since ");
	pm_report_time(comparison->before->snapshot->time, ret);
}

void difference_summary(const struct pm_comparison *comparison, struct pm_buf *ret)
{
	if (comparison->before)
		difference_head(comparison,
				comparison->diff->count - pm_diff_replaced(comparison->diff), ret);
	else
		add_recorded(comparison, ret);
}

const struct pm_gap *difference_gap(const struct pm_comparison *comparison, size_t i,
				    const char **ret_when)
{
	const struct pm_coverage *after = &comparison->after->snapshot->coverage;
	const struct pm_coverage *before =
		comparison->before ? &comparison->before->snapshot->coverage : NULL;
	size_t count = before ? before->gap_count : 0;

	*ret_when = i < count ? " before" : "";
	if (i < count)
		return &before->gaps[i];
	return i - count < after->gap_count ? &after->gaps[i - count] : NULL;
}

bool difference_is_complete(const struct pm_comparison *comparison)
{
	const char *when;
	size_t unseen = comparison->diff ? comparison->diff->unseen : 0;

	return !unseen && !difference_gap(comparison, 0, &when);
}

void difference_unseen(const struct pm_comparison *comparison, struct pm_buf *ret)
{
	size_t unseen = comparison->diff ? comparison->diff->unseen : 0;

	if (unseen)
		pm_buf_printf(ret,
			      "%zu listener%s of before could not be looked for: whether %s closed "
			      "is not known",
			      unseen, pm_plural(unseen, "", "s"),
			      pm_plural(unseen, "it is", "they are"));
}

int pm_report_registered(const struct pm_report *report, struct pm_arena *arena, const char ***ret)
{
	size_t count = report->snapshot->listener_count;
	const char **registered = calloc(count + 1, sizeof(*registered));
	struct pm_buf text = {0};
	bool ok = registered;

	for (size_t i = 0; i < count && ok; i++) {
		pm_buf_clear(&text);
		pm_label_registered_to(report->registry, report->labels[i].rows,
				       report->labels[i].row_count, &text);
		registered[i] = pm_arena_copy(arena, pm_buf_text(&text), text.len);
		ok = registered[i] && !text.failed;
	}
	pm_buf_release(&text);
	if (!ok)
		free(registered);
	else
		*ret = registered;
	return ok ? 0 : -ENOMEM;
}

void pm_report_difference(const struct pm_comparison *comparison, size_t k, struct pm_buf *ret)
{
	const struct pm_difference *difference = &comparison->diff->items[k];

	pm_buf_printf(ret, "%s: ", pm_diff_name(difference->kind));
	difference_place(comparison, difference, ret);
	pm_buf_puts(ret, ", ");
	difference_sense(comparison, difference, ret);
}
