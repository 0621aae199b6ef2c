#include <portmote/base.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t pm_read_small(int dir, const char *path, char *buf, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	while (len < size && n != 0) {
		n = read(fd, buf + len, size - len);
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			len += (size_t)n;
	}
	int failed = n < 0 ? -errno : 0;
	close(fd);
	if (failed)
		return failed;
	if (len == size)
		return -EFBIG;
	buf[len] = '\0';
	return (ssize_t)len;
}

int pm_open_regular(const char *path, struct pm_error *err)
{
	struct stat st = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return pm_fail(err, -errno, "cannot open %s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	if (S_ISDIR(st.st_mode))
		return pm_fail(err, -EISDIR, "cannot read %s: it is a directory", path);
	return pm_fail(err, -EINVAL, "cannot read %s: it is not a regular file", path);
}

int pm_read_all(int fd, const char *name, size_t max, struct pm_buf *buf, struct pm_error *err)
{
	char chunk[16 * 1024];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return pm_fail(err, -errno, "cannot read %s: %s", name, strerror(errno));
		if (n == 0)
			return 0;
		if ((size_t)n > max - buf->len)
			return pm_fail(err, -EFBIG, "%s is larger than %zu bytes", name, max);
		pm_buf_add(buf, chunk, (size_t)n);
		if (buf->failed)
			return pm_fail(err, -ENOMEM, "cannot read %s: out of memory", name);
	}
}

int pm_write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}
