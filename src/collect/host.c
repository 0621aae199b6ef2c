#include "host.h"
#include "process/cgroup.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { PASSWD_MAX = 16 << 20 };

static int read_hostname(struct collector *collector)
{
	struct pm_buf value = {0};
	struct utsname name;
	bool have = uname(&name) == 0;
	int r = 0;

	if (have)
		pm_buf_puts(&value, name.nodename);
	if (source_value(collector->source, "hostname", &value, have)) {
		collector->snapshot->host = pm_arena_escape(&collector->snapshot->arena,
							    pm_buf_text(&value), value.len);
		r = collector->snapshot->host ? 0 : -ENOMEM;
	}
	pm_buf_release(&value);
	return r;
}

static void read_time(struct collector *collector)
{
	struct pm_buf value = {0};
	uint64_t seconds;

	pm_buf_printf(&value, "%" PRId64, (int64_t)time(NULL));
	if (source_value(collector->source, "time", &value, true) &&
	    pm_parse_u64(pm_buf_text(&value), value.len, INT64_MAX, &seconds) == 0)
		collector->snapshot->time = (int64_t)seconds;
	pm_buf_release(&value);
}

/* Only the bytes: they are parsed by pm_snapshot_names(), without rights. */
static int read_passwd(struct collector *collector)
{
	int fd = collector->source->replay < 0 ? pm_open_regular("/etc/passwd", NULL)
					       : look_openat(collector->source->replay,
							     "host/passwd", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	int r = pm_read_all(fd, "/etc/passwd", PASSWD_MAX, &collector->snapshot->passwd, NULL);
	close(fd);
	if (r < 0)
		pm_buf_clear(&collector->snapshot->passwd);
	record_file(collector->source, "../host", "passwd",
		    pm_buf_text(&collector->snapshot->passwd), collector->snapshot->passwd.len);
	return r == -ENOMEM ? r : 0;
}

int pass_host(struct collector *collector)
{
	int r = read_hostname(collector);

	cgroup_see_all(collector->source);
	read_time(collector);
	return r == 0 ? read_passwd(collector) : r;
}
