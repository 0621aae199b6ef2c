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

static int read_hostname(struct source *source, struct pm_snapshot *snapshot)
{
	struct pm_buf value = {0};
	struct utsname name;
	bool have = uname(&name) == 0;
	int r = 0;

	if (have)
		pm_buf_puts(&value, name.nodename);
	if (source_value(source, "hostname", &value, have)) {
		snapshot->host = pm_arena_escape(&snapshot->arena, pm_buf_text(&value), value.len);
		r = snapshot->host ? 0 : -ENOMEM;
	}
	pm_buf_release(&value);
	return r;
}

static void read_time(struct source *source, struct pm_snapshot *snapshot)
{
	struct pm_buf value = {0};
	uint64_t seconds;

	pm_buf_printf(&value, "%" PRId64, (int64_t)time(NULL));
	if (source_value(source, "time", &value, true) &&
	    pm_parse_u64(pm_buf_text(&value), value.len, INT64_MAX, &seconds) == 0)
		snapshot->time = (int64_t)seconds;
	pm_buf_release(&value);
}

/* Only the bytes: they are parsed by pm_snapshot_names(), without rights. */
static int read_passwd(struct source *source, struct pm_snapshot *snapshot)
{
	int fd = source->replay < 0 ? pm_open_regular("/etc/passwd", NULL)
				    : look_openat(source->replay, "host/passwd", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	int r = pm_read_all(fd, "/etc/passwd", PASSWD_MAX, &snapshot->passwd, NULL);
	close(fd);
	if (r < 0)
		pm_buf_clear(&snapshot->passwd);
	record_file(source, "../host", "passwd", pm_buf_text(&snapshot->passwd),
		    snapshot->passwd.len);
	return r == -ENOMEM ? r : 0;
}

int pass_host(struct source *source, struct pm_snapshot *snapshot)
{
	int r = read_hostname(source, snapshot);

	cgroup_see_all(source);
	read_time(source, snapshot);
	return r == 0 ? read_passwd(source, snapshot) : r;
}
