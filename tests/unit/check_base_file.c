#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <portmote/base.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char path[96];

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/check-base-file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
}

static unsigned count_entries(void)
{
	DIR *dir = opendir(folder);
	unsigned count = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

static void remove_folder(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void write_file(const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pm_write_all(fd, text, strlen(text)), 0);
	close(fd);
}

static void assert_content(const char *expected)
{
	char text[64];

	ck_assert_int_eq(pm_read_small(AT_FDCWD, path, text, sizeof(text)),
			 (ssize_t)strlen(expected));
	ck_assert_str_eq(text, expected);
}

START_TEST(read_small)
{
	char text[8];

	write_file("1234567");
	ck_assert_int_eq(pm_read_small(AT_FDCWD, path, text, 8), 7);
	ck_assert_str_eq(text, "1234567");
	ck_assert_int_eq(pm_read_small(AT_FDCWD, path, text, 7), -EFBIG);
	ck_assert_int_eq(pm_read_small(AT_FDCWD, path, text, 1), -EFBIG);
	write_file("");
	ck_assert_int_eq(pm_read_small(AT_FDCWD, path, text, 1), 0);
	ck_assert_str_eq(text, "");
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(pm_read_small(dir, "file", text, 8), 0);
	ck_assert_int_eq(pm_read_small(dir, "none", text, 8), -ENOENT);
	ck_assert_int_eq(pm_read_small(dir, ".", text, 8), -EISDIR);
	close(dir);
}
END_TEST

START_TEST(read_small_proc)
{
	char text[4096];

	ck_assert_int_gt(pm_read_small(AT_FDCWD, "/proc/self/stat", text, sizeof(text)), 10);
	ck_assert_int_eq(pm_read_small(AT_FDCWD, "/dev/zero", text, sizeof(text)), -EFBIG);
}
END_TEST

static int open_regular(const char *name, char *sentence, size_t size)
{
	struct pm_error err = {""};
	int fd = pm_open_regular(name, &err);

	snprintf(sentence, size, "%s", err.text);
	return fd;
}

START_TEST(only_regular_files)
{
	char text[512];

	ck_assert_int_eq(open_regular(path, text, sizeof(text)), -ENOENT);
	ck_assert_ptr_nonnull(strstr(text, path));
	ck_assert_int_eq(open_regular(folder, text, sizeof(text)), -EISDIR);
	ck_assert_int_eq(open_regular("/dev/zero", text, sizeof(text)), -EINVAL);
	ck_assert_ptr_nonnull(strstr(text, "/dev/zero"));
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(open_regular(path, text, sizeof(text)), -EINVAL);
	unlink(path);
	write_file("x");
	int fd = open_regular(path, text, sizeof(text));
	ck_assert_int_ge(fd, 0);
	ck_assert_str_eq(text, "");
	ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	close(fd);
}
END_TEST

START_TEST(read_all)
{
	for (size_t max = 0; max <= 12; max++) {
		struct pm_buf buf = {0};
		struct pm_error err = {""};

		write_file("0123456789");
		int fd = pm_open_regular(path, &err);
		int r = pm_read_all(fd, "the file", max, &buf, &err);
		close(fd);
		ck_assert_int_eq(r, max < 10 ? -EFBIG : 0);
		if (r)
			ck_assert_ptr_nonnull(strstr(err.text, "the file"));
		else
			ck_assert_str_eq(pm_buf_text(&buf), "0123456789");
		pm_buf_release(&buf);
	}
	/* What never ends is read no further than the limit. */
	struct pm_buf buf = {0};
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(pm_read_all(fd, "zero", 1 << 20, &buf, NULL), -EFBIG);
	ck_assert_uint_le(buf.len, 1 << 20);
	close(fd);
	ck_assert_int_eq(pm_read_all(-1, "none", 10, &buf, NULL), -EBADF);
	pm_buf_release(&buf);
}
END_TEST

START_TEST(commit)
{
	struct pm_output out;
	struct stat st;

	write_file("old");
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(pm_output_begin(&out, path, 0666, NULL), 0);
	ck_assert_uint_eq(count_entries(), 2);
	ck_assert_int_eq(pm_write_all(out.fd, "new", 3), 0);
	assert_content("old");
	ck_assert_int_eq(pm_output_commit(&out, NULL), 0);
	assert_content("new");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	ck_assert_uint_eq(count_entries(), 1);
	pm_output_release(&out);
	assert_content("new");
}
END_TEST

START_TEST(release)
{
	struct pm_output out, empty = {0};

	write_file("old");
	ck_assert_int_eq(pm_output_begin(&out, path, 0666, NULL), 0);
	ck_assert_int_eq(pm_write_all(out.fd, "new", 3), 0);
	pm_output_release(&out);
	pm_output_release(&out);
	assert_content("old");
	ck_assert_uint_eq(count_entries(), 1);
	pm_output_release(&empty);
	ck_assert_int_ne(fcntl(0, F_GETFD), -1);
}
END_TEST

START_TEST(refused)
{
	struct pm_output out;
	struct pm_error err = {""};
	char name[160];

	snprintf(name, sizeof(name), "%s/none/file", folder);
	ck_assert_int_eq(pm_output_begin(&out, name, 0600, &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.text, name));
	pm_output_release(&out);
	snprintf(name, sizeof(name), "%s/", folder);
	ck_assert_int_eq(pm_output_begin(&out, name, 0600, &err), -EISDIR);
	pm_output_release(&out);
	/* What is there by then is a folder: rename fails, nothing is left behind. */
	ck_assert_int_eq(pm_output_begin(&out, path, 0600, &err), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(pm_output_commit(&out, &err), -EISDIR);
	ck_assert_uint_eq(count_entries(), 1);
	ck_assert_int_eq(pm_output_begin(&out, path, 0600, &err), -EISDIR);
	ck_assert(!out.refused);
	ck_assert_uint_eq(count_entries(), 1);
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(relative)
{
	struct pm_output out;

	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(pm_output_begin(&out, "file", 0600, NULL), 0);
	ck_assert_int_eq(pm_output_commit(&out, NULL), 0);
	assert_content("");
}
END_TEST

START_TEST(write_fails)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pm_write_all(fd, "x", 1), -ENOSPC);
	ck_assert_int_eq(pm_write_all(fd, "", 0), 0);
	close(fd);
}
END_TEST

Suite *suite_base_file(void);
Suite *suite_base_file(void)
{
	Suite *suite = suite_create("base_file");
	TCase *tcase = tcase_create("file");

	tcase_add_checked_fixture(tcase, make_folder, remove_folder);
	tcase_add_test(tcase, read_small);
	tcase_add_test(tcase, read_small_proc);
	tcase_add_test(tcase, only_regular_files);
	tcase_add_test(tcase, read_all);
	tcase_add_test(tcase, commit);
	tcase_add_test(tcase, release);
	tcase_add_test(tcase, refused);
	tcase_add_test(tcase, relative);
	tcase_add_test(tcase, write_fails);
	suite_add_tcase(suite, tcase);
	return suite;
}
