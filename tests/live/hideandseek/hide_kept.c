/*
 * Listeners that no descriptor refers to: something else of the process keeps the open file.
 *
 * io_uring by its bare system calls, io_uring_setup(2) and its two fellows: a library that hides
 * the calls would hide the point.
 */
#include "hide.h"
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

void hide_uring(in_port_t port, char **args)
{
	const int fd = listener(port);

	(void)args;
	ring_keeps(ring_new(), fd);
	say_held_by(fd, getpid());
	shut(fd);
}

/* A page that is there only when somebody answers for it, and nobody does. */
static void *page_of_nobody(void)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register missing = {.mode = UFFDIO_REGISTER_MODE_MISSING};
	const size_t size = (size_t)sysconf(_SC_PAGESIZE);
	const int answers = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	void *const page =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (answers < 0)
		lacking("userfaultfd", "uring-locked");
	if (page == MAP_FAILED)
		failed("mmap", "uring-locked");
	missing.range.start = (uintptr_t)page;
	missing.range.len = size;
	if (ioctl(answers, UFFDIO_API, &api) || ioctl(answers, UFFDIO_REGISTER, &missing))
		lacking("ioctl", "userfaultfd");
	return page;
}

struct waiting {
	int ring;
	struct iovec buffer;
};

/* The kernel takes the ring's lock, and then the page. */
static void wait_with_lock(void *of)
{
	struct waiting *const waiting = of;

	ring_register(waiting->ring, IORING_REGISTER_BUFFERS, &waiting->buffer, 1);
}

void hide_uring_locked(in_port_t port, char **args)
{
	static struct waiting waiting;
	const int fd = listener(port);

	(void)args;
	waiting.ring = ring_new();
	ring_keeps(waiting.ring, fd);
	waiting.buffer.iov_base = page_of_nobody();
	waiting.buffer.iov_len = 1;
	await_call(thread(wait_with_lock, &waiting), SYS_io_uring_register);
	say_held_by(fd, getpid());
	shut(fd);
}

void hide_uring_mapped(in_port_t port, char **args)
{
	const int fd = listener(port), ring = ring_new();

	(void)args;
	ring_keeps(ring, fd);
	ring_map(ring, IORING_OFF_SQ_RING);
	shut(ring);
	say_held_by(fd, getpid());
	shut(fd);
}

void hide_uring_registered(in_port_t port, char **args)
{
	const int fd = listener(port);

	(void)args;
	ring_without_descriptor_keeps(fd);
	say_held_by(fd, getpid());
	shut(fd);
}

void hide_uring_request(in_port_t port, char **args)
{
	const int fd = listener(port);

	(void)args;
	ring_that_accepts(fd);
	say_held_by(fd, getpid());
	shut(fd);
}

void hide_aio(in_port_t port, char **args)
{
	const int fd = listener(port);
	struct iocb block = {
		.aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = (uint32_t)fd, .aio_buf = POLLIN};
	struct iocb *blocks = &block;
	aio_context_t context = 0;

	(void)args;
	if (syscall(SYS_io_setup, 1, &context))
		lacking("io_setup", "aio");
	if (syscall(SYS_io_submit, context, 1, &blocks) != 1)
		failed("io_submit", "aio");
	say_held_by(fd, getpid());
	shut(fd);
}

/* What TCP zero-copy receive does; nothing asks whether there is a connection. */
void hide_mapped(in_port_t port, char **args)
{
	const int fd = listener(port);

	(void)args;
	if (mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) {
		if (errno == ENODEV)
			errno = EOPNOTSUPP;
		lacking("mmap", "socket");
	}
	say_held_by(fd, getpid());
	shut(fd);
}

static void wait_in_accept(void *of)
{
	const int *const fd = of;

	accept(*fd, NULL, NULL);
	failed("accept", "it came back");
}

void hide_in_accept(in_port_t port, char **args)
{
	static int fd;

	(void)args;
	fd = listener(port);
	await_call(thread(wait_in_accept, &fd), SYS_accept);
	say_held_by(fd, getpid());
	shut(fd);
}
