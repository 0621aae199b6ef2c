/* Hazards 3 to 7: what a dump can answer but rows. Byte streams, through the path of a replay. */
#include "collect/source/netlink.h"
#include "collect/source/ops.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORT = 4711, SEQ = 1, ANSWER = 20 };

static char folder[] = "/tmp/portmote-netlink-XXXXXX";
static struct pm_buf stream;
static size_t rows;

static int take(void *data, const struct nlmsghdr *msg)
{
	(void)data;
	(void)msg;
	rows++;
	return 0;
}

static void restart(void *data)
{
	(void)data;
	rows = 0;
}

static void set_up(void)
{
	const uint32_t head[2] = {PORT, SEQ};

	snprintf(folder, sizeof(folder), "/tmp/portmote-netlink-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	pm_buf_add(&stream, head, sizeof(head));
	rows = 0;
}

static void tear_down(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/netlink/rows", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/netlink", folder);
	rmdir(path);
	rmdir(folder);
	pm_buf_release(&stream);
}

/* One datagram of one message, whose payload is `size` bytes (the first 4 being `code`). */
static void add(uint32_t sender, uint16_t type, uint16_t flags, uint32_t port, uint32_t seq,
		int code, size_t size)
{
	struct {
		struct nlmsghdr head;
		char payload[128];
	} message = {.head = {.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + size),
			      .nlmsg_type = type,
			      .nlmsg_flags = flags,
			      .nlmsg_pid = port,
			      .nlmsg_seq = seq}};
	const uint32_t frame[2] = {sender, (uint32_t)NLMSG_ALIGN(NLMSG_HDRLEN + size)};

	memcpy(message.payload, &code, sizeof(code));
	pm_buf_add(&stream, frame, sizeof(frame));
	pm_buf_add(&stream, &message, frame[1]);
}

static void add_row(void)
{
	add(0, ANSWER, NLM_F_MULTI, PORT, SEQ, 0, 72);
}

static void add_done(void)
{
	add(0, NLMSG_DONE, NLM_F_MULTI, PORT, SEQ, 0, 4);
}

static int dump(void)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY);
	struct source source = {.ops = &source_replay, .proc = -1, .copy = dir};
	const struct netlink_request request = {.name = "rows",
						.answer = ANSWER,
						.answer_size = 72,
						.row = take,
						.restart = restart};

	ck_assert_int_ge(dir, 0);
	mkdirat(dir, "netlink", 0700);
	int fd = openat(dir, "netlink/rows", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_eq(pm_write_all(fd, stream.data, stream.len), 0);
	close(fd);
	int r = netlink_dump(&source, &request, NULL);
	close(dir);
	return r;
}

START_TEST(rows_and_a_good_end)
{
	add_row();
	add_row();
	add_done();
	ck_assert_int_eq(dump(), 0);
	ck_assert_uint_eq(rows, 2);
}
END_TEST

START_TEST(done_without_payload_is_a_good_end)
{
	add(0, NLMSG_DONE, 0, PORT, SEQ, 0, 0);
	ck_assert_int_eq(dump(), 0);
}
END_TEST

START_TEST(done_carries_an_error)
{
	add_row();
	add(0, NLMSG_DONE, 0, PORT, SEQ, -EPERM, 4);
	ck_assert_int_eq(dump(), -EPERM);
}
END_TEST

START_TEST(want_of_memory_in_the_kernel_is_not_ours)
{
	add(0, NLMSG_DONE, 0, PORT, SEQ, -ENOMEM, 4);
	ck_assert_int_eq(dump(), -ENOBUFS);
}
END_TEST

START_TEST(done_with_half_a_code)
{
	add(0, NLMSG_DONE, 0, PORT, SEQ, 0, 2);
	ck_assert_int_eq(dump(), -EBADMSG);
}
END_TEST

START_TEST(error_message)
{
	add(0, NLMSG_ERROR, 0, PORT, SEQ, -EPERM, sizeof(struct nlmsgerr));
	ck_assert_int_eq(dump(), -EPERM);
}
END_TEST

START_TEST(error_message_cut)
{
	add(0, NLMSG_ERROR, 0, PORT, SEQ, -EPERM, 4);
	ck_assert_int_eq(dump(), -EBADMSG);
}
END_TEST

START_TEST(overrun)
{
	add(0, NLMSG_OVERRUN, 0, PORT, SEQ, 0, 4);
	ck_assert_int_eq(dump(), -ENOBUFS);
}
END_TEST

START_TEST(interrupted)
{
	add_row();
	add(0, ANSWER, NLM_F_DUMP_INTR, PORT, SEQ, 0, 72);
	add_done();
	ck_assert_int_eq(dump(), -EINTR);
}
END_TEST

START_TEST(forged_messages_are_passed_over)
{
	add(99, ANSWER, 0, PORT, SEQ, 0, 72); /* not from the kernel */
	add(99, NLMSG_DONE, 0, PORT, SEQ, 0, 4);
	add(0, ANSWER, 0, PORT + 1, SEQ, 0, 72); /* not for us */
	add(0, ANSWER, 0, PORT, SEQ + 1, 0, 72); /* another question */
	add(0, ANSWER + 1, 0, PORT, SEQ, 0, 72); /* another kind */
	add(0, NLMSG_NOOP, 0, PORT, SEQ, 0, 0);
	add_row();
	add_done();
	ck_assert_int_eq(dump(), 0);
	ck_assert_uint_eq(rows, 1);
}
END_TEST

START_TEST(row_too_short)
{
	add(0, ANSWER, 0, PORT, SEQ, 0, 71);
	add_done();
	ck_assert_int_eq(dump(), -EBADMSG);
	ck_assert_uint_eq(rows, 0);
}
END_TEST

START_TEST(message_longer_than_its_datagram)
{
	add_row();
	struct nlmsghdr *last = (struct nlmsghdr *)(void *)(stream.data + stream.len - 88);
	last->nlmsg_len = 4096;
	add_done();
	ck_assert_int_eq(dump(), -EBADMSG);
}
END_TEST

/* Every cut of a good stream is refused: it has no end then. */
START_TEST(cut_anywhere)
{
	add_row();
	add_done();
	size_t whole = stream.len;

	ck_assert_int_eq(dump(), 0);
	for (stream.len = 0; stream.len < whole; stream.len++)
		ck_assert_int_lt(dump(), 0);
}
END_TEST

/* Hazard 4: a datagram larger than the buffer loses its rest, so the dump begins anew with more. */
START_TEST(cut_datagrams_are_asked_for_again)
{
	const struct ifinfomsg body = {0};
	struct source source = {.ops = &source_live, .proc = -1, .copy = -1};
	struct netlink_request request = {.bus = NETLINK_ROUTE,
					  .type = RTM_GETLINK,
					  .answer = RTM_NEWLINK,
					  .body = &body,
					  .body_size = sizeof(body),
					  .answer_size = sizeof(body),
					  .row = take,
					  .restart = restart};

	ck_assert_int_eq(netlink_dump(&source, &request, NULL), 0);
	size_t links = rows;
	ck_assert_uint_ge(links, 1);
	rows = 0;
	request.buffer = 512;
	ck_assert_int_eq(netlink_dump(&source, &request, NULL), 0);
	ck_assert_uint_eq(rows, links);
}
END_TEST

Suite *suite_collect_netlink(void);

Suite *suite_collect_netlink(void)
{
	Suite *suite = suite_create("collect_netlink");
	TCase *tests = tcase_create("dump");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, rows_and_a_good_end);
	tcase_add_test(tests, done_without_payload_is_a_good_end);
	tcase_add_test(tests, done_carries_an_error);
	tcase_add_test(tests, want_of_memory_in_the_kernel_is_not_ours);
	tcase_add_test(tests, done_with_half_a_code);
	tcase_add_test(tests, error_message);
	tcase_add_test(tests, error_message_cut);
	tcase_add_test(tests, overrun);
	tcase_add_test(tests, interrupted);
	tcase_add_test(tests, forged_messages_are_passed_over);
	tcase_add_test(tests, row_too_short);
	tcase_add_test(tests, message_longer_than_its_datagram);
	tcase_add_test(tests, cut_anywhere);
	tcase_add_test(tests, cut_datagrams_are_asked_for_again);
	suite_add_tcase(suite, tests);
	return suite;
}
