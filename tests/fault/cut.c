/*
 * A state that is cut, or has one byte changed, is not read: tried at every byte, as `portmote diff
 * --state` would read it.
 *
 * usage: cut STATE
 */
#include <portmote/report.h>

#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "cut: %s\n", what);
	exit(2);
}

static void read_file(const char *path, struct pm_buf *ret)
{
	struct pm_error err;
	int fd = pm_open_regular(path, &err);

	if (fd < 0 || pm_read_all(fd, path, PM_SNAPSHOT_FILE_MAX, ret, &err) < 0)
		die(err.text);
	close(fd);
}

static bool is_read(const char *bytes, size_t len)
{
	struct pm_snapshot snapshot = {0};
	struct pm_error err;

	/* A copy as long as it is: a byte read beyond it is seen. */
	char *copy = malloc(len + 1);
	if (!copy)
		die("out of memory");
	memcpy(copy, bytes, len);
	bool is = pm_snapshot_read("state", copy, len, &snapshot, &err) == 0 &&
		  pm_snapshot_seal(copy, len) == 1;
	pm_snapshot_release(&snapshot);
	free(copy);
	return is;
}

int main(int argc, char *argv[])
{
	/* To another digit, to another case, to what is no text. */
	static const char flips[] = {1, 0x20, (char)0x80};
	struct pm_buf file = {0};

	if (argc != 2)
		die("usage: cut STATE");
	read_file(argv[1], &file);
	if (!is_read(file.data, file.len))
		die("the whole state is refused");
	for (size_t at = 0; at < file.len; at++) {
		if (is_read(file.data, at))
			die("a state that is cut was read");
		for (size_t i = 0; i < PM_COUNT(flips); i++) {
			file.data[at] ^= flips[i];
			if (is_read(file.data, file.len))
				die("a state with one byte changed was read");
			file.data[at] ^= flips[i];
		}
	}
	printf("%zu bytes: %zu cuts, %zu changes, all refused\n", file.len, file.len,
	       PM_COUNT(flips) * file.len);
	pm_buf_release(&file);
	return 0;
}
