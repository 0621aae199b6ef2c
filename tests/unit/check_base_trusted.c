#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <portmote/base.h>

static char top[] = "/tmp/check_trusted_XXXXXX";
static char folder[64], file[80], link_to[64];
static struct pm_error err;

static void set_up(void)
{
	memcpy(strrchr(top, '_') + 1, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(top));
	snprintf(folder, sizeof(folder), "%s/d", top);
	snprintf(file, sizeof(file), "%s/f", folder);
	snprintf(link_to, sizeof(link_to), "%s/l", top);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	close(open(file, O_CREAT | O_WRONLY, 0644));
	err = (struct pm_error){""};
}

static void tear_down(void)
{
	unlink(file);
	unlink(link_to);
	rmdir(file);
	rmdir(folder);
	rmdir(top);
}

static int try(const char *path)
{
	int fd = pm_open_trusted(path, false, &err);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static void refused(const char *path, int code, const char *says)
{
	ck_assert_int_eq(try(path), code);
	ck_assert_msg(strstr(err.text, says) != NULL, "\"%s\" does not say \"%s\"", err.text, says);
}

START_TEST(trusts)
{
	ck_assert_int_eq(try(file), 0);
	int fd = pm_open_trusted(folder, true, &err);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(chdir(top), 0);
	ck_assert_int_eq(try("d/f"), 0);
	ck_assert_int_eq(try("d//f"), 0);
	ck_assert_int_eq(try("./d/../d/f"), 0);
	ck_assert_int_eq(chdir("/"), 0);
	/* What hangs in a folder with the sticky bit can't be replaced by others. */
	ck_assert_int_eq(chmod(folder, 01777), 0);
	ck_assert_int_eq(try(file), 0);
}
END_TEST

/* Hazard 46: each place on the way at which somebody else could have a hand in it. */
START_TEST(distrusts)
{
	chmod(file, 0664);
	refused(file, -EPERM, "d/f can be written by others than its owner");
	chmod(file, 0646);
	refused(file, -EPERM, "d/f can be written by others than its owner");
	chmod(file, 0644);
	chmod(folder, 0775);
	refused(file, -EPERM, "d can be written by others than its owner");
	chmod(folder, 0755);
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(file, 65534, 0), 0);
		refused(file, -EPERM, "d/f belongs neither to root nor to you");
		ck_assert_int_eq(chown(file, 0, 0), 0);
		ck_assert_int_eq(chown(folder, 65534, 0), 0);
		refused(file, -EPERM, "d belongs neither to root nor to you");
		ck_assert_int_eq(chown(folder, 0, 0), 0);
	}
	ck_assert_int_eq(symlink(file, link_to), 0);
	refused(link_to, -ELOOP, "symbolic link");
	unlink(link_to);
	ck_assert_int_eq(symlink(folder, link_to), 0);
	char through[80];
	snprintf(through, sizeof(through), "%s/f", link_to);
	refused(through, -EPERM, "/l is a symbolic link");
	refused("/no/such/file", -ENOENT, "/no/such/file");
	refused(folder, -EINVAL, "not a regular file");
	refused("", -ENOENT, "cannot open");
	unlink(file);
	ck_assert_int_eq(mkfifo(file, 0644), 0);
	refused(file, -EINVAL, "not a regular file");
	ck_assert_int_eq(chmod(file, 0666), 0);
	refused(file, -EPERM, "can be written by others");
}
END_TEST

Suite *suite_base_trusted(void);
Suite *suite_base_trusted(void)
{
	Suite *suite = suite_create("base_trusted");
	TCase *tests = tcase_create("trusted");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, trusts);
	tcase_add_test(tests, distrusts);
	suite_add_tcase(suite, tests);
	return suite;
}
