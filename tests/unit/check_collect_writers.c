/* Who can write, by the bytes that say so. */
#include "collect/files/writers.h"

#include <check.h>
#include <errno.h>

#define ENTRY(tag, bits, id)                                                                       \
	tag, 0, bits, 0, id & 0xff, id >> 8 & 0xff, id >> 16 & 0xff, id >> 24 & 0xff
#define HEAD   2, 0, 0, 0
#define NOBODY 0xffffffff
enum { USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, GROUP = 8, MASK = 0x10, OTHER = 0x20 };

static const struct list {
	uint8_t bytes[64];
	size_t entries;
	bool others, owner_group, root_group;
} lists[] = {
	{{HEAD, ENTRY(USER_OBJ, 7u, NOBODY), ENTRY(GROUP_OBJ, 5u, NOBODY),
	  ENTRY(OTHER, 5u, NOBODY)},
	 3,
	 false,
	 false,
	 false},
	{{HEAD, ENTRY(USER, 6u, 1000u), ENTRY(MASK, 7u, NOBODY)}, 2, true, false, false},
	{{HEAD, ENTRY(USER, 6u, 1000u), ENTRY(MASK, 5u, NOBODY)}, 2, false, false, false},
	{{HEAD, ENTRY(USER, 5u, 1000u), ENTRY(MASK, 7u, NOBODY)}, 2, false, false, false},
	{{HEAD, ENTRY(USER, 7u, 0u), ENTRY(MASK, 7u, NOBODY)}, 2, false, false, false},
	{{HEAD, ENTRY(USER, 7u, 0x10000u), ENTRY(MASK, 7u, NOBODY)}, 2, true, false, false},
	{{HEAD, ENTRY(GROUP, 2u, 33u), ENTRY(MASK, 2u, NOBODY)}, 2, true, false, false},
	{{HEAD, ENTRY(GROUP, 2u, 0u), ENTRY(MASK, 2u, NOBODY)}, 2, false, false, true},
	{{HEAD, ENTRY(GROUP_OBJ, 6u, NOBODY), ENTRY(MASK, 6u, NOBODY)}, 2, false, true, false},
	{{HEAD, ENTRY(GROUP_OBJ, 6u, NOBODY), ENTRY(MASK, 4u, NOBODY)}, 2, false, false, false},
	{{HEAD, ENTRY(OTHER, 2u, NOBODY), ENTRY(MASK, 0u, NOBODY)}, 2, true, false, false},
};

START_TEST(access)
{
	const struct list *list = &lists[_i];
	struct acl acl;

	ck_assert_int_eq(acl_read(list->bytes, 4 + 8 * list->entries, &acl), 0);
	ck_assert_int_eq(acl.others, list->others);
	ck_assert_int_eq(acl.owner_group, list->owner_group);
	ck_assert_int_eq(acl.root_group, list->root_group);
}
END_TEST

START_TEST(access_that_is_none)
{
	static const uint8_t other_version[] = {1, 0, 0, 0}, good[] = {HEAD};
	struct acl acl;

	ck_assert_int_eq(acl_read(other_version, sizeof(other_version), &acl), -EBADMSG);
	ck_assert_int_eq(acl_read(good, sizeof(good), &acl), 0);
	for (size_t len = 0; len < sizeof(good) + 16; len++)
		if (len != 4 && len != 12)
			ck_assert_int_eq(acl_read(lists[0].bytes, len, &acl), -EBADMSG);
}
END_TEST

static const struct {
	const char *text;
	bool has;
} groups[] = {
	{"", false},
	{"root:x:0:", false},
	{"root:x:0:\n", false},
	{"root:x:0:root\n", false},
	{"root:x:0:root,root\n", false},
	{"root:x:0:alice\n", true},
	{"root:x:0:root,alice", true},
	{"root:x:0:roots\n", true},
	{"root:x:10:alice\nsudo:x:27:alice\n", false},
	{"daemon:x:1:\nwheel:x:0:bob\n", true},
	{"root:0:0:\nroot:x:0\n0:alice\n", false},
	{"x\n:::alice\nroot:x:0:\n", false},
};

START_TEST(group)
{
	ck_assert_int_eq(group_has_members(groups[_i].text, strlen(groups[_i].text)),
			 groups[_i].has);
}
END_TEST

static const struct {
	const char *text;
	bool has;
} users[] = {
	{"", false},
	{"root:x:0:0:root:/root:/bin/bash\n", false},
	{"sync:x:5:0:sync:/sbin:/bin/sync\noperator:x:11:0:operator:/root:/sbin/nologin", false},
	{"root:x:0:0::/root:/bin/sh\ngrafana:x:472:0::/:/sbin/nologin\n", true},
	{"deploy:x:1000:0::/home/deploy:/bin/sh", true},
	{"toor:x:0:0::/root:/bin/sh\n", false},
	{"alice:x:1000:1000:,:/home/alice:/bin/sh\n", false},
	{"bob:x:1000\n:0:\ncarol:x::0:\n", false},
	{"arbitrary:x:1000650000:0", true},
};

START_TEST(own_group)
{
	ck_assert_int_eq(passwd_has_members(users[_i].text, strlen(users[_i].text)), users[_i].has);
}
END_TEST

#define WORD(n)		       (n) >> 24 & 0xff, (n) >> 16 & 0xff, (n) >> 8 & 0xff, (n)&0xff
#define ACE(type, flags, mask) WORD(type), WORD(flags), WORD(mask)
#define OWNER		       WORD(6), 'O', 'W', 'N', 'E', 'R', '@', 0, 0
#define GROUP_OF_FILE	       WORD(6), 'G', 'R', 'O', 'U', 'P', '@', 0, 0
#define EVERYONE	       WORD(9), 'E', 'V', 'E', 'R', 'Y', 'O', 'N', 'E', '@', 0, 0, 0
#define ALICE		       WORD(7), 'a', 'l', 'i', 'c', 'e', '@', 'x', 0
#define ROOT		       WORD(6), 'r', 'o', 'o', 't', '@', 'x', 0, 0
enum { WRITES = 2, READS = 1, APPENDS = 4, CHANGES_LIST = 0x40000, GROUP_FLAG = 0x40 };

static const struct {
	uint8_t bytes[96];
	size_t len;
	bool others, owner_group, root_group;
} nfs4[] = {
	{{WORD(2), ACE(0, 0, WRITES), OWNER, ACE(0, 0, READS), EVERYONE}, 4 + 24 + 28, 0, 0, 0},
	{{WORD(2), ACE(0, 0, WRITES), OWNER, ACE(0, 0, WRITES), ALICE}, 4 + 24 + 24, 1, 0, 0},
	{{WORD(1), ACE(0, 0, APPENDS), ALICE}, 4 + 24, 1, 0, 0},
	{{WORD(1), ACE(0, 0, CHANGES_LIST), EVERYONE}, 4 + 28, 1, 0, 0},
	{{WORD(1), ACE(1, 0, WRITES), ALICE}, 4 + 24, 0, 0, 0},
	{{WORD(1), ACE(0, 8, WRITES), ALICE}, 4 + 24, 0, 0, 0},
	{{WORD(1), ACE(0, GROUP_FLAG, WRITES), GROUP_OF_FILE}, 4 + 24, 0, 1, 0},
	{{WORD(1), ACE(0, GROUP_FLAG, WRITES), ROOT}, 4 + 24, 0, 0, 1},
	{{WORD(1), ACE(0, 0, WRITES), ROOT}, 4 + 24, 0, 0, 0},
	{{WORD(0)}, 4, 0, 0, 0},
};

START_TEST(nfs4_list)
{
	struct acl acl;

	ck_assert_int_eq(nfs4_acl_read(nfs4[_i].bytes, nfs4[_i].len, &acl), 0);
	ck_assert_int_eq(acl.others, nfs4[_i].others);
	ck_assert_int_eq(acl.owner_group, nfs4[_i].owner_group);
	ck_assert_int_eq(acl.root_group, nfs4[_i].root_group);
	for (size_t len = 0; len <= nfs4[_i].len + 4; len++)
		if (len != nfs4[_i].len)
			ck_assert_int_eq(nfs4_acl_read(nfs4[_i].bytes, len, &acl), -EBADMSG);
}
END_TEST

static const struct {
	const char *names;
	size_t len;
	enum acl_lists lists;
} attributes[] = {
	{"", 0, ACL_NONE},
	{"user.acl\0security.selinux\0system.posix_acl_access\0system.posix_acl_default", 75,
	 ACL_NONE},
	{"security.capability\0system.nfs4_acl", 36, ACL_NFS4},
	{"system.nfs4_acl\0system.nfs4_dacl\0system.nfs4_sacl", 50, ACL_NFS4},
	{"system.richacl", 15, ACL_STRANGE},
	{"system.nfs4_acl\0system.cifs_acl", 32, ACL_STRANGE},
	{"system.nfs4_acl_xdr", 20, ACL_STRANGE},
	{"trusted.SGI_ACL_FILE", 21, ACL_NONE},
	{"system.richacl", 14, ACL_STRANGE},
};

START_TEST(lists_by_name)
{
	ck_assert_int_eq(acl_lists_of(attributes[_i].names, attributes[_i].len),
			 attributes[_i].lists);
}
END_TEST

static const char mounts[] =
	"22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
	"36 22 0:40 / /home/u rw,nosuid,nodev - fuse.sshfs u@h:/ "
	"rw,user_id=1000,group_id=1000,allow_other\n"
	"37 22 0:41 / /srv rw shared:7 - fuse.mergerfs a:b rw,user_id=0,group_id=0,allow_other\n"
	"38 22 0:42 / /media/\\040-\\040fuse rw - tmpfs user_id=1000 rw\n"
	"39 22 0:4 / /x rw - fuse y rw,xuser_id=0,user_id=7\n"
	"40 22 0:43 / /shared rw - virtiofs tag rw";

static const struct {
	unsigned major, minor;
	enum pm_known is_users;
} devices[] = {
	{8, 1, PM_NO},	{0, 40, PM_YES}, {0, 41, PM_NO},      {0, 42, PM_NO},
	{0, 4, PM_YES}, {0, 43, PM_NO},	 {0, 44, PM_UNKNOWN}, {1, 40, PM_UNKNOWN},
};

START_TEST(mount)
{
	ck_assert_int_eq(mountinfo_is_of_user(mounts, devices[_i].major, devices[_i].minor),
			 devices[_i].is_users);
}
END_TEST

Suite *suite_collect_writers(void);
Suite *suite_collect_writers(void)
{
	Suite *suite = suite_create("collect_writers");
	TCase *tests = tcase_create("writers");

	tcase_add_loop_test(tests, access, 0, PM_COUNT(lists));
	tcase_add_test(tests, access_that_is_none);
	tcase_add_loop_test(tests, group, 0, PM_COUNT(groups));
	tcase_add_loop_test(tests, own_group, 0, PM_COUNT(users));
	tcase_add_loop_test(tests, nfs4_list, 0, PM_COUNT(nfs4));
	tcase_add_loop_test(tests, lists_by_name, 0, PM_COUNT(attributes));
	tcase_add_loop_test(tests, mount, 0, PM_COUNT(devices));
	suite_add_tcase(suite, tests);
	return suite;
}
