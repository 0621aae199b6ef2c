/* portmote diff: what changed since a snapshot, or since the last run. */
#include "commands/commands.h"
#include "commands/before.h"
#include "line/habits.h"
#include "outputs.h"

#include <errno.h>

int diff_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	if (request->state && count)
		return pm_fail(err, -EINVAL, "diff: --state, or '%s': not both", words[0]);
	if (!request->state && !count)
		return pm_fail(err, -EINVAL,
			       "diff: from which snapshot? OLD [NEW], or --state=FILE");
	if (count > 2)
		return pm_fail(err, -EINVAL, "diff: two snapshots, not '%s' too", words[2]);
	for (int i = 0; i < count; i++) {
		int r = habits_file("diff", words[i], err);
		if (r < 0)
			return r;
	}
	request->before = count ? words[0] : NULL;
	request->snapshot = count > 1 ? words[1] : NULL;
	if (count > 1 && is_stdin(words[0]) && is_stdin(words[1]))
		return pm_fail(err, -EINVAL, "diff: one of the two can be standard input");
	if (request->snapshot && request->asks_kernel)
		return pm_fail(err, -EINVAL, "--%s and a second snapshot exclude each other",
			       request->asks_kernel);
	return 0;
}

static int print_diff(const struct session *session, const struct pm_format *format,
		      const void *data)
{
	return format->diff(data, &session->options);
}

static int diff_compare(struct session *session, struct pm_diff *ret)
{
	const char **registered = NULL;
	int r = pm_report_registered(&session->report, &session->snapshot.arena, &registered);
	struct pm_diff_side before = {
		.snapshot = &session->before.snapshot,
		.labels = session->before.labels,
		.judgement = &session->before.judgement,
		.registered = session->before.registered,
	};
	struct pm_diff_side after = {
		.snapshot = &session->snapshot,
		.labels = session->labels,
		.judgement = &session->judgement,
		.registered = registered,
	};

	r = r < 0 ? r : pm_diff(&before, &after, ret);
	free(registered);
	return r;
}

/* The first gap of either side; NULL: both are complete. */
static const char *gap_of(const struct session *session)
{
	const struct pm_coverage *before = &session->before.snapshot.coverage;
	const struct pm_coverage *after = &session->snapshot.coverage;

	if (after->gap_count)
		return after->gaps[0].detail;
	return before->gap_count ? before->gaps[0].detail : NULL;
}

/* The state is replaced once all that changed since was told: it is not told again. */
static enum exit_code diff_end(struct session *session, const struct request *request,
			       const struct pm_comparison *comparison, struct pm_error *err)
{
	const char *gap = gap_of(session);

	if (outputs_close(session, request)) {
		*err = session->output_error;
		return EXIT_OUTPUT;
	}
	if (comparison->state && state_write(session, request, err) < 0)
		return EXIT_OUTPUT;
	if (gap) {
		pm_fail(err, 0, "incomplete: %s", gap);
		return EXIT_INCOMPLETE;
	}
	return comparison->diff && pm_diff_differs(comparison->diff) ? EXIT_FINDINGS : EXIT_CLEAN;
}

/*
 * The state to be written, as reports name it; NULL: none. Of what could not be seen, the next run
 * would say that it was opened.
 */
static int find_state(struct session *session, const struct request *request, const char **ret)
{
	bool is_whole = !session->snapshot.coverage.gap_count;

	*ret = NULL;
	if (!request->state || (!is_whole && !request->partial))
		return 0;
	*ret = pm_arena_escape(&session->snapshot.arena, request->state, strlen(request->state));
	return *ret ? 0 : -ENOMEM;
}

static enum exit_code diff_tell(struct session *session, const struct request *request,
				struct pm_error *err)
{
	struct pm_diff diff = {0};
	bool is_first = session->before_fd < 0;
	struct pm_comparison comparison = {
		.before = is_first ? NULL : &session->before.report,
		.after = &session->report,
		.diff = is_first ? NULL : &diff,
	};
	enum exit_code code = EXIT_OUTPUT;

	if (find_state(session, request, &comparison.state) < 0 ||
	    (!is_first && diff_compare(session, &diff) < 0)) {
		pm_fail(err, -ENOMEM, "out of memory while comparing");
	} else {
		session_print(session, request, print_diff, &comparison);
		code = diff_end(session, request, &comparison, err);
	}
	pm_diff_release(&diff);
	return code;
}

enum exit_code diff_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);
	int r;

	if (code == EXIT_CLEAN)
		code = session_run(&session, request, &err);
	if (code == EXIT_CLEAN && (r = before_read(&session, request, &err)) < 0)
		code = r == -ENOMEM ? EXIT_OUTPUT : EXIT_USAGE;
	if (code == EXIT_CLEAN)
		code = diff_tell(&session, request, &err);
	session_release(&session);
	return session_tell(request, code, &err);
}
