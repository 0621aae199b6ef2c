#include "sockets/bound.h"
#include "source/coverage.h"

#include <errno.h>
#include <sys/utsname.h>

/* Is this "6.8.0-31-generic", or later? */
static bool lists_bound(const char *release)
{
	uint64_t major, minor;
	size_t dot = strcspn(release, ".");

	if (!release[dot] || pm_parse_u64(release, dot, UINT32_MAX, &major) < 0 ||
	    pm_parse_u64(release + dot + 1, strspn(release + dot + 1, "0123456789"), UINT32_MAX,
			 &minor) < 0)
		return false;
	return major > 6 || (major == 6 && minor >= 8);
}

static bool has_one(const struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (snapshot->listeners[i].state == PM_STATE_BOUND)
			return true;
	return false;
}

static bool read_release(void *data, struct pm_buf *ret)
{
	struct utsname name;

	(void)data;
	if (uname(&name) < 0)
		return false;
	pm_buf_puts(ret, name.release);
	return true;
}

/*
 * An older kernel passes over the state that it does not know (91051f003948, "tcp: Dump bound-only
 * sockets in inet_diag"): its list looks complete. One that shows a single such socket knows it.
 */
static int check_kernel(struct collector *collector)
{
	struct pm_buf release = {0};
	int r = 0;

	if (!source_value(collector->source, "kernel-with-bound", read_release, NULL, &release))
		r = gap_add(collector->snapshot, PM_GAP_SOCKETS, PM_GAP_UNSUPPORTED, 1,
			    "the recording was made without --bound");
	else if (!has_one(collector->snapshot) && !lists_bound(pm_buf_text(&release)))
		r = gap_add(collector->snapshot, PM_GAP_SOCKETS, PM_GAP_UNSUPPORTED, 1,
			    "Linux lists TCP sockets that are bound and do not listen from 6.8 on; "
			    "this is %s",
			    pm_buf_text(&release));
	pm_buf_release(&release);
	return r;
}

int pass_bound(struct collector *collector)
{
	if (!collector->options->bound)
		return 0;
	int r = check_kernel(collector);
	if (r < 0 || !collector->has_tcp_of_procfs)
		return r;
	return gap_add(collector->snapshot, PM_GAP_SOCKETS, PM_GAP_UNSUPPORTED, 1,
		       "/proc/net does not list TCP sockets that are bound and do not listen");
}
