/* Records as they come: whole, cut, of kinds that nobody knows; kept and played back. */
#include "collect/source/bpf.h"
#include "collect/source/bpf_records.h"
#include "collect/source/ops.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 5000 };

static char folder[64];
static struct source source;
static struct pm_buf stream;
static size_t taken;
static int answer;

/* Records come in order, numbered by their inodes. */
static int take(void *data, const struct bpf_record *record)
{
	(void)data;
	ck_assert_uint_eq(record->inode, ++taken);
	return record->inode == MANY ? answer : 0;
}

static int count_kinds(void *data, const struct bpf_record *record)
{
	unsigned *kinds = data;

	kinds[record->kind]++;
	return 0;
}

static void set_up(void)
{
	snprintf(folder, sizeof(folder), "/tmp/portmote-bpf-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	source = (struct source){.ops = &source_live, .copy = -1};
	taken = 0;
	answer = 0;
}

static void tear_down(void)
{
	static const char *const names[] = {"bpf/1", "bpf/1.errno", "bpf/2", "bpf/2.errno"};
	char path[128];

	for (size_t i = 0; i < PM_COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	for (const char *const *name = (const char *const[]){"bpf", "proc", NULL}; *name; name++) {
		snprintf(path, sizeof(path), "%s/%s", folder, *name);
		rmdir(path);
	}
	ck_assert_int_eq(rmdir(folder), 0);
	if (source.copy >= 0)
		close(source.copy);
	bpf_release(&source);
	pm_buf_release(&stream);
}

static void add_records(size_t count)
{
	for (size_t i = 1; i <= count; i++) {
		const struct bpf_record record = {.kind = RECORD_SOCKET, .inode = i};

		pm_buf_add(&stream, &record, sizeof(record));
	}
}

static void add_head(uint32_t version, uint32_t size)
{
	const uint32_t head[2] = {version, size};

	pm_buf_add(&stream, head, sizeof(head));
}

static void write_file(const char *name, const void *bytes, size_t len)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/bpf", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/bpf/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pm_write_all(fd, bytes, len), 0);
	close(fd);
}

static int open_folder(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static int replay(void)
{
	write_file("1", stream.data ? stream.data : "", stream.len);
	source.ops = &source_replay;
	source.copy = open_folder();
	return bpf_records(&source, BPF_FILES, 0, take, NULL);
}

/* The reading end of a pipe whose writer, a child, writes `piece` bytes at a time. */
static int in_pieces(size_t piece)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	if (check_fork() == 0) {
		close(ends[0]);
		for (size_t at = 0; at < stream.len; at += piece) {
			size_t left = stream.len - at;

			if (pm_write_all(ends[1], stream.data + at, left < piece ? left : piece))
				break;
		}
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

static const size_t pieces[] = {
	1,     7,	sizeof(struct bpf_record) - 1, sizeof(struct bpf_record), 4095, 4096,
	65535, 1u << 20};

START_TEST(cut_anywhere)
{
	size_t count = pieces[_i] < 64 ? 300 : MANY;

	add_records(count);
	int fd = in_pieces(pieces[_i]);
	ck_assert_int_eq(records_read(&(struct records){.fd = fd}, take, NULL), 0);
	ck_assert_uint_eq(taken, count);
	close(fd);
}
END_TEST

START_TEST(last_not_whole)
{
	add_records(3);
	for (size_t cut = 1; cut < sizeof(struct bpf_record); cut++) {
		stream.len = 3 * sizeof(struct bpf_record) - cut;
		taken = 0;
		int fd = in_pieces(stream.len);
		ck_assert_int_eq(records_read(&(struct records){.fd = fd}, take, NULL), -EBADMSG);
		ck_assert_uint_eq(taken, 2);
		close(fd);
	}
}
END_TEST

START_TEST(taker_ends_it)
{
	add_records(MANY + 10);
	answer = -ENOMEM;
	int fd = in_pieces(65536);
	ck_assert_int_eq(records_read(&(struct records){.fd = fd}, take, NULL), -ENOMEM);
	ck_assert_uint_eq(taken, MANY);
	close(fd);
}
END_TEST

START_TEST(no_records)
{
	int fd = in_pieces(1);

	ck_assert_int_eq(records_read(&(struct records){.fd = fd}, take, NULL), 0);
	close(fd);
	ck_assert_int_eq(records_read(&(struct records){.fd = -1}, take, NULL), -EBADF);
	fd = open_folder();
	ck_assert_int_eq(records_read(&(struct records){.fd = fd}, take, NULL), -EISDIR);
	close(fd);
	ck_assert_uint_eq(taken, 0);
}
END_TEST

START_TEST(unknown_kinds)
{
	unsigned kinds[RECORD_LAST + 1] = {0};

	for (unsigned kind = 0; kind <= UINT16_MAX; kind++) {
		const struct bpf_record record = {.kind = (uint16_t)kind};

		pm_buf_add(&stream, &record, sizeof(record));
	}
	int fd = in_pieces(65536);
	ck_assert_int_eq(records_read(&(struct records){.fd = fd}, count_kinds, kinds), 0);
	ck_assert_uint_eq(kinds[0], 0);
	for (unsigned kind = RECORD_SOCKET; kind <= RECORD_LAST; kind++)
		ck_assert_uint_eq(kinds[kind], 1);
	close(fd);
}
END_TEST

START_TEST(replay_whole)
{
	add_head(RECORD_VERSION, sizeof(struct bpf_record));
	add_records(MANY);
	ck_assert_int_eq(replay(), 0);
	ck_assert_uint_eq(taken, MANY);
	ck_assert_int_eq(bpf_records(&source, BPF_FILES, 0, take, NULL), -ENOSYS);
}
END_TEST

/* Cut at every byte of head and first records: an error, or what was whole before. */
START_TEST(replay_cut)
{
	const size_t head = 2 * sizeof(uint32_t), record = sizeof(struct bpf_record);

	add_head(RECORD_VERSION, sizeof(struct bpf_record));
	add_records(2);
	stream.len = (size_t)_i;
	int want = stream.len < head ? -EINVAL : (stream.len - head) % record ? -EBADMSG : 0;
	ck_assert_int_eq(replay(), want);
	ck_assert_uint_eq(taken, stream.len < head ? 0 : (stream.len - head) / record);
}
END_TEST

START_TEST(replay_of_another_version)
{
	const uint32_t heads[][2] = {
		{RECORD_VERSION + 1, sizeof(struct bpf_record)},
		{RECORD_VERSION, sizeof(struct bpf_record) - 8},
		{0, 0},
	};

	add_head(heads[_i][0], heads[_i][1]);
	add_records(2);
	ck_assert_int_eq(replay(), -EINVAL);
	ck_assert_uint_eq(taken, 0);
}
END_TEST

START_TEST(replay_errno_kept)
{
	write_file("1.errno", "1", 1);
	write_file("2.errno", "nonsense", 8);
	source.ops = &source_replay;
	source.copy = open_folder();
	ck_assert_int_eq(bpf_records(&source, BPF_TCP, 0, take, NULL), -EPERM);
	ck_assert_int_eq(bpf_records(&source, BPF_TCP, 0, take, NULL), -ENOSYS);
}
END_TEST

/* What is kept of a walk comes back, and so does what went wrong. */
START_TEST(kept)
{
	struct source copy = {.ops = &source_replay};

	source.ops = &source_recording;
	source.copy = open_folder();
	add_records(MANY);
	int fd = in_pieces(4096);
	source.walks = 1;
	ck_assert_int_eq(records_keep(&source, &(struct records){.fd = fd}, take, NULL), 0);
	close(fd);
	source.walks = 2;
	ck_assert_int_eq(records_keep(&source, &(struct records){.fd = -EPERM}, take, NULL),
			 -EPERM);
	ck_assert_int_eq(source.record_failed, 0);

	copy.copy = source.copy;
	taken = 0;
	ck_assert_int_eq(bpf_records(&copy, BPF_FILES, 0, take, NULL), 0);
	ck_assert_uint_eq(taken, MANY);
	ck_assert_int_eq(bpf_records(&copy, BPF_FILES, 0, take, NULL), -EPERM);
}
END_TEST

/* What kernel_lockdown(7) says, and whether that is the word for what was refused. */
static const struct {
	const char *text;
	int code;
	bool is_word;
} lockdowns[] = {
	{"none integrity [confidentiality]\n", -EPERM, true},
	{"none integrity [confidentiality]\n", -ENOSYS, true},
	{"none integrity [confidentiality]\n", -EBUSY, false},
	{"none [integrity] confidentiality\n", -EPERM, false},
	{"[none] integrity confidentiality\n", -ENOSYS, false},
	{NULL, -EPERM, false},
};

START_TEST(refused)
{
	static const char *const steps[] = {"/sys", "/sys/kernel", "/sys/kernel/security"};
	char path[128];

	for (size_t i = 0; i < PM_COUNT(steps); i++) {
		snprintf(path, sizeof(path), "%s%s", folder, steps[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	snprintf(path, sizeof(path), "%s/sys/kernel/security/lockdown", folder);
	if (lockdowns[_i].text) {
		int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

		ck_assert_int_eq(pm_write_all(fd, lockdowns[_i].text, strlen(lockdowns[_i].text)),
				 0);
		close(fd);
	}
	const char *word = bpf_refusal(folder, lockdowns[_i].code);
	bool is_built = strcmp(word, "not built") != 0;
	ck_assert_int_eq(strstr(word, "locked down") != NULL, is_built && lockdowns[_i].is_word);
	unlink(path);
	for (size_t i = PM_COUNT(steps); i--;) {
		snprintf(path, sizeof(path), "%s%s", folder, steps[i]);
		ck_assert_int_eq(rmdir(path), 0);
	}
}
END_TEST

Suite *suite_collect_bpf(void);
Suite *suite_collect_bpf(void)
{
	Suite *suite = suite_create("collect_bpf");
	TCase *tcase = tcase_create("records");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, cut_anywhere, 0, PM_COUNT(pieces));
	tcase_add_test(tcase, last_not_whole);
	tcase_add_test(tcase, taker_ends_it);
	tcase_add_test(tcase, no_records);
	tcase_add_test(tcase, unknown_kinds);
	tcase_add_test(tcase, replay_whole);
	tcase_add_loop_test(tcase, replay_cut, 0,
			    2 * sizeof(uint32_t) + 2 * sizeof(struct bpf_record) + 1);
	tcase_add_loop_test(tcase, replay_of_another_version, 0, 3);
	tcase_add_test(tcase, replay_errno_kept);
	tcase_add_test(tcase, kept);
	tcase_add_loop_test(tcase, refused, 0, (int)PM_COUNT(lockdowns));
	suite_add_tcase(suite, tcase);
	return suite;
}
