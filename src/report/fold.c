#include "fold.h"

static int compare_text(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a ? a : "", b ? b : "");
}

static const struct pm_container *container_of(const struct pm_report *report, size_t i)
{
	static const struct pm_container none;
	const struct pm_process *owner = report->judgement->verdicts[i].owner;

	return owner ? &owner->container : &none;
}

static int compare_containers(const struct pm_report *report, size_t i, size_t k)
{
	const struct pm_container *a = container_of(report, i), *b = container_of(report, k);
	int c = compare_text(a->runtime, b->runtime);

	return c ? c : compare_text(a->id, b->id);
}

static const char *exe_of(const struct pm_verdict *verdict)
{
	return verdict->owner ? verdict->owner->exe.path : NULL;
}

static uint32_t uid_of(const struct pm_verdict *verdict)
{
	return verdict->owner ? verdict->owner->uid : 0;
}

/* By what made the verdict. */
static int compare_owners(const struct pm_listener *a, const struct pm_listener *b,
			  const struct pm_verdict *x, const struct pm_verdict *y)
{
	int c = PM_CMP(a->owner, b->owner);

	if (!c)
		c = compare_text(x->program, y->program);
	if (!c)
		c = compare_text(x->behind, y->behind);
	if (!c && x->owner != y->owner)
		c = compare_text(exe_of(x), exe_of(y));
	if (!c)
		c = PM_CMP(uid_of(x), uid_of(y));
	return c ? c : PM_CMP(x->flags, y->flags);
}

/* What makes two listeners one row. */
static int compare_sense(const struct pm_report *report, size_t i, size_t k)
{
	const struct pm_listener *a = &report->snapshot->listeners[i];
	const struct pm_listener *b = &report->snapshot->listeners[k];
	const struct pm_verdict *x = &report->judgement->verdicts[i];
	const struct pm_verdict *y = &report->judgement->verdicts[k];
	int c = x->owner == y->owner ? 0 : compare_containers(report, i, k);

	/* The first namespace is that of who looks: it comes first, without a heading. */
	if (!c)
		c = PM_CMP(a->netns, b->netns);
	if (!c)
		c = PM_CMP(pm_verdict_rank(x->kind), pm_verdict_rank(y->kind));
	if (!c)
		c = PM_CMP(a->protocol, b->protocol);
	if (!c)
		c = PM_CMP(a->state, b->state);
	if (!c)
		c = PM_CMP(a->number, b->number);
	/* Of the kernel's choice, ports are all one. */
	if (!c && (x->kind != PM_VERDICT_EPHEMERAL || y->kind != PM_VERDICT_EPHEMERAL))
		c = PM_CMP(a->port, b->port);
	return c ? c : compare_owners(a, b, x, y);
}

static int compare_rows(const void *a, const void *b, void *data)
{
	const size_t *x = a, *y = b;
	int c = compare_sense(data, *x, *y);

	return c ? c : PM_CMP(*x, *y);
}

struct fold *fold_rows(const struct pm_report *report, size_t *rows, size_t count,
		       size_t *ret_count)
{
	struct fold *folds = calloc(count + 1, sizeof(*folds));

	*ret_count = 0;
	if (!folds)
		return NULL;
	if (count)
		qsort_r(rows, count, sizeof(*rows), compare_rows, (void *)report);
	for (size_t i = 0; i < count; i++)
		if (i && !compare_sense(report, rows[i - 1], rows[i]))
			folds[*ret_count - 1].count++;
		else
			folds[(*ret_count)++] = (struct fold){.first = i, .count = 1};
	return folds;
}

void fold_heading(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	const struct pm_container *container = container_of(report, i);
	const struct pm_snapshot *snapshot = report->snapshot;
	const struct pm_netns *netns = pm_listener_netns(snapshot, &snapshot->listeners[i]);

	if (container->runtime) {
		pm_buf_printf(ret, container->name ? "container %s:%s" : "container %s:%.12s",
			      container->runtime,
			      container->name ? container->name : container->id);
	} else if (netns != snapshot->netns) {
		pm_buf_puts(ret, "network namespace ");
		pm_report_netns(netns, ret);
	}
}
