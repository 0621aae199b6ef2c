#include "hide.h"
#include "ring.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Younger than the headers of some that are built on. */
#ifndef IORING_SETUP_NO_MMAP
#define IORING_SETUP_NO_MMAP (1U << 14)
#endif
#ifndef IORING_SETUP_REGISTERED_FD_ONLY
#define IORING_SETUP_REGISTERED_FD_ONLY (1U << 15)
#endif
enum { USE_REGISTERED_RING = 31 }; /* the bit; an enumerator in the kernel's header */

enum { ENTRIES = 4 };

static int set_up(struct io_uring_params *params)
{
	const int ring = (int)syscall(SYS_io_uring_setup, ENTRIES, params);

	if (ring < 0) {
		if (errno == EPERM || errno == EINVAL) /* switched off; flags it is too old for */
			errno = ENOSYS;
		lacking("io_uring_setup", "ring");
	}
	return ring;
}

int ring_new(void)
{
	struct io_uring_params params = {0};

	return set_up(&params);
}

void ring_register(int ring, unsigned what, void *of, unsigned n)
{
	if (syscall(SYS_io_uring_register, ring, what, of, n) < 0)
		failed("io_uring_register", "ring");
}

void ring_keeps(int ring, int fd)
{
	ring_register(ring, IORING_REGISTER_FILES, &fd, 1);
}

void *ring_map(int ring, off_t region)
{
	void *const map = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
			       MAP_SHARED, ring, region);

	if (map == MAP_FAILED)
		failed("mmap", "ring");
	return map;
}

void ring_that_accepts(int fd)
{
	struct io_uring_params params = {0};
	const int ring = set_up(&params);
	char *const queue = ring_map(ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *const entries = ring_map(ring, (off_t)IORING_OFF_SQES);

	entries[0] = (struct io_uring_sqe){.opcode = IORING_OP_ACCEPT, .fd = fd};
	*(unsigned *)(void *)(queue + params.sq_off.array) = 0;
	__atomic_store_n((unsigned *)(void *)(queue + params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) != 1)
		failed("io_uring_enter", "ring");
	munmap(queue, (size_t)sysconf(_SC_PAGESIZE));
	munmap(entries, (size_t)sysconf(_SC_PAGESIZE));
}

/* The last eight bytes of either table of offsets: their name changed with their meaning. */
static void put_address(void *offsets, size_t size, const void *memory)
{
	const uint64_t address = (uintptr_t)memory;

	memcpy((char *)offsets + size - sizeof(address), &address, sizeof(address));
}

static void *page(void)
{
	void *const memory = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		failed("mmap", "page");
	return memory;
}

void ring_without_descriptor_keeps(int fd)
{
	struct io_uring_params params = {.flags = IORING_SETUP_NO_MMAP |
						  IORING_SETUP_REGISTERED_FD_ONLY};

	put_address(&params.sq_off, sizeof(params.sq_off), page());
	put_address(&params.cq_off, sizeof(params.cq_off), page());
	ring_register(set_up(&params), 1U << USE_REGISTERED_RING | IORING_REGISTER_FILES, &fd, 1);
}
