#include "files/writers.h"

#include <errno.h>

static unsigned little(const uint8_t *at, size_t width)
{
	unsigned value = 0;

	while (width--)
		value = value << 8 | at[width];
	return value;
}

/* Version 2; then tag, permissions and number of each entry, little endian. */
int acl_read(const uint8_t *bytes, size_t len, struct acl *ret)
{
	enum { HEAD = 4, ENTRY = 8, VERSION = 2, WRITE = 2 };
	enum { USER = 2, GROUP_OBJ = 4, GROUP = 8, MASK = 0x10, OTHER = 0x20 };
	unsigned mask = WRITE;

	*ret = (struct acl){0};
	if (len < HEAD || (len - HEAD) % ENTRY || little(bytes, 4) != VERSION)
		return -EBADMSG;
	for (const uint8_t *at = bytes + HEAD; at < bytes + len; at += ENTRY)
		if (little(at, 2) == MASK)
			mask = little(at + 2, 2) & WRITE;
	for (const uint8_t *at = bytes + HEAD; at < bytes + len; at += ENTRY) {
		unsigned tag = little(at, 2), id = little(at + 4, 4);
		bool writes = little(at + 2, 2) & WRITE;

		ret->others |= (tag == OTHER && writes) ||
			       ((tag == USER || tag == GROUP) && id && (writes && mask));
		ret->owner_group |= tag == GROUP_OBJ && writes && mask;
		ret->root_group |= tag == GROUP && !id && writes && mask;
	}
	return 0;
}

/* What XDR has for a number, and -EBADMSG where it ends before. */
static int64_t take_big(const uint8_t **at, const uint8_t *end)
{
	if (end - *at < 4)
		return -EBADMSG;
	const uint8_t *byte = *at;
	*at += 4;
	return (int64_t)byte[0] << 24 | byte[1] << 16 | byte[2] << 8 | byte[3];
}

static bool is_who(const uint8_t *who, size_t len, const char *name)
{
	return len == strlen(name) && !memcmp(who, name, len);
}

/* Root by name, with or without a domain, or by number. */
static bool is_root_who(const uint8_t *who, size_t len)
{
	return is_who(who, len, "0") || is_who(who, len, "root") ||
	       (len > 5 && !memcmp(who, "root@", 5));
}

static void add_nfs4_entry(const uint8_t *who, size_t len, bool is_group, struct acl *ret)
{
	if (is_who(who, len, "OWNER@"))
		return;
	if (is_who(who, len, "GROUP@"))
		ret->owner_group = true;
	else if (is_group && is_root_who(who, len))
		ret->root_group = true;
	else
		ret->others |= !is_root_who(who, len);
}

/* Type, flags, mask and name of each entry. */
int nfs4_acl_read(const uint8_t *bytes, size_t len, struct acl *ret)
{
	enum { ALLOW = 0, INHERIT_ONLY = 8, GROUP = 0x40 };
	enum {
		WRITE_DATA = 2,
		APPEND = 4,
		DELETE_CHILD = 0x40,
		WRITE_ACL = 0x40000,
		TAKE = 0x80000
	};
	const int64_t writes = WRITE_DATA | APPEND | DELETE_CHILD | WRITE_ACL | TAKE;
	const uint8_t *at = bytes, *end = bytes + len;
	int64_t count = take_big(&at, end);

	*ret = (struct acl){0};
	for (int64_t i = 0; i < count; i++) {
		int64_t type = take_big(&at, end), flags = take_big(&at, end);
		int64_t mask = take_big(&at, end), width = take_big(&at, end);

		int64_t padded = (width + 3) / 4 * 4;

		if (width < 0 || padded > end - at)
			return -EBADMSG;
		if (type == ALLOW && !(flags & INHERIT_ONLY) && (mask & writes))
			add_nfs4_entry(at, (size_t)width, flags & GROUP, ret);
		at += padded;
	}
	return count < 0 || at < end ? -EBADMSG : 0;
}

enum acl_lists acl_lists_of(const char *names, size_t len)
{
	static const char head[] = "system.", posix[] = "system.posix_acl_";
	enum acl_lists lists = ACL_NONE;

	for (const char *at = names, *next; at < names + len; at = next) {
		size_t width = strnlen(at, (size_t)(names + len - at));

		next = at + width + 1;
		if (next > names + len)
			return ACL_STRANGE;
		if (!strcmp(at, "system.nfs4_acl") && lists == ACL_NONE)
			lists = ACL_NFS4;
		else if (!strncmp(at, head, sizeof(head) - 1) && strstr(at, "acl") &&
			 strncmp(at, posix, sizeof(posix) - 1) != 0 &&
			 strcmp(at, "system.nfs4_acl") != 0 &&
			 strcmp(at, "system.nfs4_dacl") != 0 && strcmp(at, "system.nfs4_sacl") != 0)
			lists = ACL_STRANGE;
	}
	return lists;
}

/* A line of fields apart by ':': the one of that number, from 0, or NULL. */
static const char *field_of(const char *line, const char *stop, int number, size_t *ret_len)
{
	const char *at = line;

	while (number-- && at) {
		at = memchr(at, ':', (size_t)(stop - at));
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return NULL;
	const char *colon = memchr(at, ':', (size_t)(stop - at));
	*ret_len = (size_t)((colon ? colon : stop) - at);
	return at;
}

static bool number_of(const char *line, const char *stop, int number, uint64_t *ret)
{
	size_t len;
	const char *at = field_of(line, stop, number, &len);

	return at && pm_parse_u64(at, len, UINT32_MAX, ret) == 0;
}

typedef bool line_says(const char *line, const char *stop);

static bool any_line(const char *text, size_t len, line_says *says)
{
	const char *end = text + len;

	for (const char *line = text, *stop; line < end; line = stop + 1) {
		stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		if (says(line, stop))
			return true;
	}
	return false;
}

/* "root:x:0:alice,bob" */
static bool names_member(const char *line, const char *stop)
{
	uint64_t group;
	size_t len, width;
	const char *at = field_of(line, stop, 3, &len);

	if (!at || !number_of(line, stop, 2, &group) || group)
		return false;
	for (const char *end = at + len; at < end; at += width + 1) {
		const char *comma = memchr(at, ',', (size_t)(end - at));

		width = (size_t)((comma ? comma : end) - at);
		if (width && !(width == 4 && !memcmp(at, "root", 4)))
			return true;
	}
	return false;
}

bool group_has_members(const char *text, size_t len)
{
	return any_line(text, len, names_member);
}

/* "deploy:x:1000:0:..." */
static bool is_member(const char *line, const char *stop)
{
	enum { FIRST_OF_ADMIN = 100 };
	uint64_t uid, group;

	return number_of(line, stop, 2, &uid) && number_of(line, stop, 3, &group) && !group &&
	       uid >= FIRST_OF_ADMIN;
}

bool passwd_has_members(const char *text, size_t len)
{
	return any_line(text, len, is_member);
}

/* The first word that begins with `head` among those apart by commas. */
static const char *writers_option(const char *options, const char *head)
{
	for (const char *at = options; *at && *at != '\n'; at += strcspn(at, ",\n")) {
		at += *at == ',';
		if (!strncmp(at, head, strlen(head)))
			return at + strlen(head);
	}
	return NULL;
}

/* One line: is it of that device, and a user's? */
static enum pm_known line_is_of_user(const char *line, const char *device)
{
	static const char mark[] = " - ";
	const char *at = strchr(line, ' ');
	size_t len = strcspn(line, "\n");
	uint64_t uid;

	at = at ? strchr(at + 1, ' ') : NULL;
	if (!at || at > line + len || strncmp(at + 1, device, strlen(device)) != 0)
		return PM_UNKNOWN;
	const char *type = memmem(line, len, mark, sizeof(mark) - 1);
	if (!type)
		return PM_UNKNOWN;
	type += sizeof(mark) - 1;
	if (strncmp(type, "fuse", 4) != 0)
		return PM_NO;
	const char *source = strchr(type, ' '), *options = source ? strchr(source + 1, ' ') : NULL;
	const char *value = options ? writers_option(options + 1, "user_id=") : NULL;
	if (!value)
		return PM_NO;
	return pm_parse_u64(value, strcspn(value, ",\n"), UINT32_MAX, &uid) < 0 || uid ? PM_YES
										       : PM_NO;
}

enum pm_known mountinfo_is_of_user(const char *text, unsigned major, unsigned minor)
{
	char device[32];

	snprintf(device, sizeof(device), "%u:%u ", major, minor);
	for (const char *line = text; *line;) {
		enum pm_known answer = line_is_of_user(line, device);
		const char *end = strchr(line, '\n');

		if (answer != PM_UNKNOWN)
			return answer;
		line = end ? end + 1 : line + strlen(line);
	}
	return PM_UNKNOWN;
}
