/* writers: who can write, by the bytes that the kernel and the files of root say it in. Pure. */
#ifndef COLLECT_WRITERS_H
#define COLLECT_WRITERS_H

#include <portmote/collect.h>

/* What an access control list lets others do: acl(5). */
struct acl {
	bool others;	  /* somebody who is neither root nor in the file's group can write */
	bool owner_group; /* the file's group can */
	bool root_group;  /* root's group can, as one that is named */
};

/* The bytes of system.posix_acl_access. 0, or -EBADMSG: linux/posix_acl_xattr.h. */
int acl_read(const uint8_t *bytes, size_t len, struct acl *ret);

/* The bytes of system.nfs4_acl: RFC 8881, section 6.2.1, in XDR. What it denies is not weighed. */
int nfs4_acl_read(const uint8_t *bytes, size_t len, struct acl *ret);

/* Lists, beside that of acl(5), by which a file system decides who can write. */
enum acl_lists {
	ACL_NONE,
	ACL_NFS4,    /* system.nfs4_acl */
	ACL_STRANGE, /* one that we cannot read */
};

/* By the names that listxattr(2) gives, each ended by a NUL. */
enum acl_lists acl_lists_of(const char *names, size_t len);

/* Has root's group a member but root, by the bytes of /etc/group? group(5) */
bool group_has_members(const char *text, size_t len);

/*
 * Is it the own group of anybody but root, by the bytes of /etc/passwd? Below 100 stand accounts
 * that a distribution has for its own use (sync, halt, operator), and nobody comes in by. passwd(5)
 */
bool passwd_has_members(const char *text, size_t len);

/*
 * Is the file system of that device one in user space (FUSE) that another than root mounted?
 * Unknown: it is not in that text. proc_pid_mountinfo(5)
 */
enum pm_known mountinfo_is_of_user(const char *text, unsigned major, unsigned minor);

#endif
