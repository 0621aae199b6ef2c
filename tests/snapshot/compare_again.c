#include "compare_again.h"

#include <errno.h>

struct judged {
	struct pm_snapshot snapshot;
	const char **registered;
	struct pm_label *labels;
	struct pm_judgement judgement;
	struct pm_report report;
};

static void demand(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "compare_again: %s\n", what);
	abort();
}

static void judged_release(struct judged *judged)
{
	pm_judgement_release(&judged->judgement);
	free(judged->labels);
	free(judged->registered);
	pm_snapshot_release(&judged->snapshot);
}

static int judged_read(struct judged *ret, const char *bytes, size_t len, struct pm_error *err)
{
	*ret = (struct judged){0};
	int r = pm_snapshot_read_registered("file", bytes, len, &ret->snapshot, &ret->registered,
					    err);

	demand(r == 0 || r == -EINVAL, "neither read nor refused");
	if (r < 0)
		return r;
	demand(pm_snapshot_names(&ret->snapshot, err) == 0, "names");
	ret->labels = pm_label_all(&ret->snapshot, pm_registry_builtin());
	demand(ret->labels &&
		       pm_judge(&ret->snapshot, pm_registry_builtin(), pm_knowledge_builtin(),
				ret->labels, &ret->judgement, err) == 0,
	       "it could not be judged");
	ret->report = (struct pm_report){.snapshot = &ret->snapshot,
					 .registry = pm_registry_builtin(),
					 .knowledge = pm_knowledge_builtin(),
					 .labels = ret->labels,
					 .judgement = &ret->judgement,
					 .fail_on = &pm_fail_on_default};
	return 0;
}

static struct pm_diff_side side_of(const struct judged *judged)
{
	return (struct pm_diff_side){.snapshot = &judged->snapshot,
				     .labels = judged->labels,
				     .judgement = &judged->judgement,
				     .registered = judged->registered};
}

static bool is_listener(const struct judged *judged, size_t i)
{
	return i < judged->snapshot.listener_count;
}

static void check_difference(const struct judged *before, const struct judged *after,
			     const struct pm_difference *difference)
{
	bool is_opened = difference->kind == PM_DIFF_OPENED;
	bool is_closed = difference->kind == PM_DIFF_CLOSED;

	demand(difference->kind < PM_DIFFS, "no such kind");
	demand(is_listener(before, difference->before) == !is_opened,
	       "before: one is opened, or there was one");
	demand(is_listener(after, difference->after) == !is_closed,
	       "after: one is closed, or there is one");
	demand(is_opened || is_closed || difference->fact_count, "nothing is said to differ");
}

static size_t length_in(const struct pm_format *format, const struct pm_comparison *comparison)
{
	char *text = NULL;
	size_t len = 0;
	struct pm_report_options options = {
		.out = open_memstream(&text, &len), .header = true, .verbose = true};

	demand(options.out, "no stream");
	demand(format->diff(comparison, &options) == 0, "it could not be printed");
	fclose(options.out);
	bool has_cr = !strcmp(format->name, "csv"); /* RFC 4180 */
	for (size_t i = 0; i < len; i++)
		demand(text[i] == '\n' || (has_cr && text[i] == '\r') ||
			       (text[i] >= 0x20 && text[i] <= 0x7e),
		       "a byte that is not printable");
	free(text);
	return len;
}

/* Text says something exactly where there is something to be said; the others always do. */
static void print_all(const struct pm_comparison *comparison)
{
	bool has_news = comparison->diff->count || comparison->diff->unseen ||
			comparison->before->snapshot->coverage.gap_count ||
			comparison->after->snapshot->coverage.gap_count;

	for (size_t i = 0; i < pm_format_count; i++)
		if (pm_formats[i].diff)
			demand((length_in(&pm_formats[i], comparison) > 0) ==
				       (has_news || strcmp(pm_formats[i].name, "text") != 0),
			       "said nothing, or something for nothing");
}

static size_t compare(const struct judged *before, const struct judged *after)
{
	struct pm_diff_side x = side_of(before), y = side_of(after);
	struct pm_diff diff;

	demand(pm_diff(&x, &y, &diff) == 0, "it could not be compared");
	for (size_t i = 0; i < diff.count; i++)
		check_difference(before, after, &diff.items[i]);
	const struct pm_comparison comparison = {&before->report, &after->report, &diff, NULL};
	print_all(&comparison);
	size_t told = diff.count + diff.unseen;
	pm_diff_release(&diff);
	return told;
}

int compare_again(const char *before, size_t before_len, const char *after, size_t after_len,
		  struct pm_error *err)
{
	struct judged x, y = {0};
	int r = judged_read(&x, before, before_len, err);

	if (r == 0)
		r = judged_read(&y, after, after_len, err);
	if (r == 0) {
		demand(compare(&x, &x) == 0 && compare(&y, &y) == 0, "one differs from itself");
		compare(&x, &y);
		compare(&y, &x);
	}
	judged_release(&y);
	judged_release(&x);
	return r;
}
