/* Facts of the place and time of collecting. */
#include "passes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

static void read_ephemeral_range(struct source *source, struct pm_snapshot *snapshot)
{
	struct place place;
	char text[64];
	uint64_t first, last;

	if (place_open(source, "sys/net/ipv4", &place) < 0)
		return;
	ssize_t len = place_read(source, &place, "ip_local_port_range", text, sizeof(text));
	size_t head = len > 0 ? strcspn(text, "\t") : 0;
	if (head && text[head] && pm_parse_u64(text, head, UINT16_MAX, &first) == 0 &&
	    pm_parse_u64(text + head + 1, strcspn(text + head + 1, "\n"), UINT16_MAX, &last) == 0) {
		snapshot->ephemeral_first = (uint16_t)first;
		snapshot->ephemeral_last = (uint16_t)last;
		snapshot->has_ephemeral = true;
	}
	place_close(&place);
}

/* The inode in PID's "net:[4026531840]"; 0: not to be read. */
static uint64_t netns_inode(struct source *source, const char *folder)
{
	struct place place;
	char link[64];
	uint64_t inode = 0;

	if (source->proc < 0 || place_open(source, folder, &place) < 0)
		return 0;
	ssize_t len = place_link(source, &place, "net", link, sizeof(link));
	if (len > 6 && !memcmp(link, "net:[", 5) &&
	    pm_parse_u64(link + 5, (size_t)len - 6, UINT64_MAX, &inode) < 0)
		inode = 0;
	place_close(&place);
	return inode;
}

/* ip-netns(8) keeps a name as a mount of the namespace in /run/netns. */
static bool find_netns_name(uint64_t inode, struct pm_buf *name)
{
	int dir = open("/run/netns", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool found = false;

	if (dir < 0)
		return false;
	char entries[4096] __attribute__((aligned(8)));
	for (long size;
	     !found && (size = syscall(SYS_getdents64, dir, entries, sizeof(entries))) > 0;)
		for (long at = 0; at < size && !found;) {
			const struct dirent64 *entry = (const void *)(entries + at);
			struct statx st;

			at += entry->d_reclen;
			found = entry->d_name[0] != '.' &&
				statx(dir, entry->d_name, AT_STATX_DONT_SYNC, STATX_INO, &st) ==
					0 &&
				st.stx_ino == inode;
			if (found)
				pm_buf_puts(name, entry->d_name);
		}
	close(dir);
	return found;
}

static int read_netns(struct source *source, struct pm_snapshot *snapshot)
{
	struct pm_buf name = {0};
	uint64_t host;
	int r = 0;

	snapshot->netns = calloc(1, sizeof(*snapshot->netns));
	if (!snapshot->netns)
		return -ENOMEM;
	snapshot->netns_count = 1;
	snapshot->netns[0].inode = netns_inode(source, "self/ns");
	host = netns_inode(source, "1/ns");
	bool have = source->replay < 0 && find_netns_name(snapshot->netns[0].inode, &name);
	if (source_value(source, "netns", &name, have)) {
		snapshot->netns[0].label =
			pm_arena_escape(&snapshot->arena, pm_buf_text(&name), name.len);
		r = snapshot->netns[0].label ? 0 : -ENOMEM;
	}
	if (host && host == snapshot->netns[0].inode)
		snapshot->netns[0].label = "host";
	pm_buf_release(&name);
	return r;
}

/* Only the bytes: they are parsed by pm_snapshot_names(), without rights. */
static int read_passwd(struct source *source, struct pm_snapshot *snapshot)
{
	int fd = source->replay < 0 ? pm_open_regular("/etc/passwd", NULL)
				    : openat(source->replay, "host/passwd", O_RDONLY | O_CLOEXEC);

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

	read_time(source, snapshot);
	if (source->proc >= 0)
		read_ephemeral_range(source, snapshot);
	if (r == 0)
		r = read_netns(source, snapshot);
	return r == 0 ? read_passwd(source, snapshot) : r;
}
