#include "source/bpf_records.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* An iterator gives 32 KiB at once. */
enum { AT_ONCE = 64 * 1024 / sizeof(struct bpf_record) };

static const uint32_t head_wanted[2] = {RECORD_VERSION, sizeof(struct bpf_record)};

static bool is_known(const struct bpf_record *record)
{
	return record->kind >= RECORD_SOCKET && record->kind <= RECORD_LAST;
}

static int take_all(const struct bpf_record *records, size_t count, record_taker take, void *data)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		if (is_known(&records[i]))
			r = take(data, &records[i]);
	return r;
}

/* EAGAIN: a million files without a record. The kernel comes up for air, and goes on from there. */
static ssize_t read_some(int fd, char *bytes, size_t size)
{
	ssize_t len;

	do
		len = read(fd, bytes, size);
	while (len < 0 && (errno == EINTR || errno == EAGAIN));
	if (len < 0)
		return errno == ENOMEM ? -ENOBUFS : -errno;
	return len;
}

static int read_stream(int fd, record_taker take, void *data)
{
	struct bpf_record *records = malloc(AT_ONCE * sizeof(*records));
	size_t have = 0;
	ssize_t len = 1;
	int r = records ? 0 : -ENOMEM;

	while (r == 0 && len > 0) {
		char *bytes = (char *)records;

		len = read_some(fd, bytes + have, AT_ONCE * sizeof(*records) - have);
		if (len <= 0)
			break;
		have += (size_t)len;
		size_t count = have / sizeof(*records), used = count * sizeof(*records);
		r = take_all(records, count, take, data);
		have -= used;
		memmove(bytes, bytes + used, have);
	}
	free(records);
	if (r == 0 && len < 0)
		return (int)len;
	return r == 0 && have ? -EBADMSG : r;
}

/* Each read goes on with the walk, until there is no room, or until the end. */
static int read_room(const struct records *from, record_taker take, void *data)
{
	ssize_t len;
	int r = 0;

	do {
		char none;

		*from->filled = 0;
		len = read(from->fd, &none, sizeof(none));
		if (len < 0 && errno != EINTR && errno != EAGAIN)
			return errno == ENOMEM ? -ENOBUFS : -errno;
		r = take_all(from->room, *from->filled, take, data);
	} while (r == 0 && len < 0);
	return r;
}

int records_read(const struct records *from, record_taker take, void *data)
{
	return from->room ? read_room(from, take, data) : read_stream(from->fd, take, data);
}

static int check_head(int fd)
{
	uint32_t head[2];
	ssize_t len = read_some(fd, (char *)head, sizeof(head));

	if (len < 0)
		return (int)len;
	return len == sizeof(head) && !memcmp(head, head_wanted, sizeof(head)) ? 0 : -EINVAL;
}

int records_replay(struct source *source, record_taker take, void *data)
{
	char name[32];

	snprintf(name, sizeof(name), "bpf/%u", source->walks);
	int fd = openat(source->copy, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return source_why(source, source->copy, name, -ENOSYS);
	int r = check_head(fd);
	if (r == 0)
		r = read_stream(fd, take, data);
	close(fd);
	return r;
}

struct copy {
	struct pm_buf bytes;
	record_taker take;
	void *data;
};

static int take_copy(void *data, const struct bpf_record *record)
{
	struct copy *copy = data;

	pm_buf_add(&copy->bytes, record, sizeof(*record));
	return copy->take(copy->data, record);
}

int records_keep(struct source *source, const struct records *from, record_taker take, void *data)
{
	struct copy copy = {.take = take, .data = data};
	char name[32];

	snprintf(name, sizeof(name), "%u", source->walks);
	pm_buf_add(&copy.bytes, head_wanted, sizeof(head_wanted));
	int r = from->fd < 0 ? from->fd : records_read(from, take_copy, &copy);
	if (r < 0)
		record_errno(source, "../bpf", name, -r);
	else if (copy.bytes.failed)
		source->record_failed = -ENOMEM;
	else
		record_file(source, "../bpf", name, copy.bytes.data, copy.bytes.len);
	pm_buf_release(&copy.bytes);
	return r;
}
