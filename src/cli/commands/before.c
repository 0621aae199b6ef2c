#include "commands/before.h"
#include "run/ending.h"
#include "outputs.h"

#include <errno.h>

static const char *before_name_of(const struct request *request)
{
	if (request->state)
		return request->state;
	return is_stdin(request->before) ? "standard input" : request->before;
}

static int before_read_file(struct session *session, const struct request *request,
			    struct pm_error *err)
{
	const char *name = before_name_of(request);
	struct pm_buf bytes = {0};
	int r = pm_read_all(session->before_fd, name, PM_SNAPSHOT_FILE_MAX, &bytes, err);

	if (r == 0)
		r = pm_snapshot_read_registered(name, pm_buf_text(&bytes), bytes.len,
						&session->before.snapshot,
						&session->before.registered, err);
	if (r == 0 && request->state && pm_snapshot_seal(pm_buf_text(&bytes), bytes.len) != 1)
		r = pm_fail(err, -EINVAL,
			    "%s: it has no checksum: 'portmote diff' did not write it", name);
	pm_buf_release(&bytes);
	return r;
}

/* Where one looked for less, the other has more. */
static int check_scope(const struct session *session, const struct request *request,
		       struct pm_error *err)
{
	const char *before = session->before.snapshot.narrowed, *after = session->snapshot.narrowed;

	if (before && after ? !strcmp(before, after) : before == after)
		return 0;
	return pm_fail(err, -EINVAL, "%s: not to be compared: it is of %s, the other of %s",
		       before_name_of(request), before ? before : "all that listens",
		       after ? after : "all that listens");
}

int before_read(struct session *session, const struct request *request, struct pm_error *err)
{
	struct session_side *before = &session->before;

	if (session->before_fd < 0)
		return 0;
	int r = before_read_file(session, request, err);
	if (r < 0)
		return r;
	if (pm_snapshot_narrow(&before->snapshot, &request->collect.filter, before->registered) < 0)
		return pm_fail(err, -ENOMEM, "out of memory while reading %s",
			       before_name_of(request));
	r = check_scope(session, request, err);
	if (r < 0)
		return r;
	r = session_judge(session, &before->snapshot, &before->labels, &before->judgement, err);
	before->report = (struct pm_report){
		.snapshot = &before->snapshot,
		.registry = session->sources.registry,
		.knowledge = session->sources.knowledge,
		.labels = before->labels,
		.judgement = &before->judgement,
		.fail_on = &request->fail_on,
	};
	return r;
}

/* Printed to memory first: a stream would not tell what its write failed of. */
int state_write(struct session *session, const struct request *request, struct pm_error *err)
{
	char *text = NULL;
	size_t len = 0;
	struct pm_report_options options = {.out = open_memstream(&text, &len), .sealed = true};
	int r = options.out ? pm_format_find("json")->print(&session->report, &options) : -ENOMEM;

	if (options.out && fclose(options.out) != 0)
		r = -ENOMEM;
	ending_at(ENDING_WRITES, request->state);
	if (r == 0)
		r = pm_write_all(session->state.next.fd, text, len);
	free(text);
	if (r < 0)
		return pm_fail(err, r, "cannot write %s: %s", request->state, output_fault(-r));
	return pm_state_commit(&session->state, err);
}
