#include "fold.h"
#include "family.h"

static const struct pm_container *container_of(const struct pm_report *report, size_t i)
{
	static const struct pm_container none;
	const struct pm_process *owner = report->judgement->verdicts[i].owner;

	return owner ? &owner->container : &none;
}

struct folding {
	const struct pm_report *report;
	const int *leads; /* of each listener: see family_leads() */
};

/* Where it stands among others, and what it is to those who look. */
static int compare_looks(const struct pm_report *report, size_t i, size_t k)
{
	const struct pm_listener *a = &report->snapshot->listeners[i];
	const struct pm_listener *b = &report->snapshot->listeners[k];
	const struct pm_verdict *x = &report->judgement->verdicts[i];
	const struct pm_verdict *y = &report->judgement->verdicts[k];
	int c = PM_CMP(a->netns, b->netns);

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
	return c ? c : PM_CMP(report->labels[i].exposure, report->labels[k].exposure);
}

/* What makes two listeners one row. */
static int compare_sense(const struct folding *folding, size_t i, size_t k)
{
	const struct pm_container *a = container_of(folding->report, i);
	const struct pm_container *b = container_of(folding->report, k);
	int c = pm_compare_text(a->runtime, b->runtime);

	/* The first namespace is that of who looks: it comes first, without a heading. */
	if (!c)
		c = pm_compare_text(a->id, b->id);
	if (!c)
		c = compare_looks(folding->report, i, k);
	if (!c)
		c = PM_CMP(folding->leads[i], folding->leads[k]);
	return c ? c : family_compare(folding->report, i, k);
}

static int fold_compare_rows(const void *a, const void *b, void *data)
{
	const size_t *x = a, *y = b;
	int c = compare_sense(data, *x, *y);

	return c ? c : PM_CMP(*x, *y);
}

static int fold_pid_of(const struct pm_report *report, size_t i)
{
	const struct pm_process *owner = report->judgement->verdicts[i].owner;

	return owner ? owner->pid : 0;
}

static int compare_numbers(const void *a, const void *b)
{
	return PM_CMP(*(const int *)a, *(const int *)b);
}

/* How many processes own the listeners of one row. */
static size_t count_owners(const struct pm_report *report, const size_t *rows, size_t count,
			   int *room)
{
	size_t owners = 1;

	for (size_t i = 0; i < count; i++)
		room[i] = fold_pid_of(report, rows[i]);
	qsort(room, count, sizeof(*room), compare_numbers);
	for (size_t i = 1; i < count; i++)
		owners += room[i] != room[i - 1];
	return owners;
}

static size_t join_rows(const struct folding *folding, const size_t *rows, size_t count,
			struct fold *folds, int *room)
{
	size_t folded = 0;

	for (size_t i = 0; i < count; i++)
		if (i && !compare_sense(folding, rows[i - 1], rows[i]))
			folds[folded - 1].count++;
		else
			folds[folded++] = (struct fold){.first = i, .count = 1};
	for (size_t k = 0; k < folded; k++)
		folds[k].owners =
			count_owners(folding->report, rows + folds[k].first, folds[k].count, room);
	return folded;
}

struct fold *fold_rows(const struct pm_report *report, size_t *rows, size_t count,
		       size_t *ret_count)
{
	struct fold *folds = calloc(count + 1, sizeof(*folds));
	int *leads = family_leads(report, rows, count), *room = calloc(count + 1, sizeof(*room));
	struct folding folding = {report, leads};

	*ret_count = 0;
	if (!folds || !leads || !room) {
		free(folds);
		folds = NULL;
	} else if (count) {
		qsort_r(rows, count, sizeof(*rows), fold_compare_rows, &folding);
		*ret_count = join_rows(&folding, rows, count, folds, room);
	}
	free(leads);
	free(room);
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
