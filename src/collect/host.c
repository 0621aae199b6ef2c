#include "host.h"
#include "source/ops.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { PASSWD_MAX = 16 << 20 };

static bool read_nodename(void *data, struct pm_buf *ret)
{
	struct utsname name;

	(void)data;
	if (uname(&name) < 0)
		return false;
	pm_buf_puts(ret, name.nodename);
	return true;
}

static int read_hostname(struct collector *collector)
{
	struct pm_snapshot *snapshot = collector->snapshot;
	struct pm_buf value = {0};
	int r = 0;

	if (source_value(collector->source, "hostname", read_nodename, NULL, &value)) {
		snapshot->host = pm_arena_escape(&snapshot->arena, pm_buf_text(&value), value.len);
		r = snapshot->host ? 0 : -ENOMEM;
	}
	pm_buf_release(&value);
	return r;
}

static bool read_clock(void *data, struct pm_buf *ret)
{
	(void)data;
	pm_buf_printf(ret, "%" PRId64, (int64_t)time(NULL));
	return true;
}

static void read_time(struct collector *collector)
{
	struct pm_buf value = {0};
	uint64_t seconds;

	if (source_value(collector->source, "time", read_clock, NULL, &value) &&
	    pm_parse_u64(pm_buf_text(&value), value.len, INT64_MAX, &seconds) == 0)
		collector->snapshot->time = (int64_t)seconds;
	pm_buf_release(&value);
}

/* Only the bytes: they are parsed by pm_snapshot_names(), without rights. */
static bool read_passwd(void *data, struct pm_buf *ret)
{
	int fd = pm_open_regular("/etc/passwd", NULL);

	(void)data;
	if (fd < 0)
		return false;
	if (pm_read_all(fd, "/etc/passwd", PASSWD_MAX, ret, NULL) < 0)
		pm_buf_clear(ret);
	close(fd);
	return true;
}

int pass_host(struct collector *collector)
{
	struct pm_buf *passwd = &collector->snapshot->passwd;
	int r = read_hostname(collector);

	if (r < 0)
		return r;
	if (collector->source->ops->see_cgroups)
		collector->source->ops->see_cgroups(collector->source);
	read_time(collector);
	source_value(collector->source, "passwd", read_passwd, NULL, passwd);
	return passwd->failed ? -ENOMEM : 0;
}
