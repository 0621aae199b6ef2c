#include "writers.h"

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

/* "root:x:0:alice,bob": of all groups with the number 0. */
bool group_has_members(const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *line = text, *next; line < end; line = next) {
		const char *at = line, *stop = memchr(line, '\n', (size_t)(end - line));
		size_t width;

		stop = stop ? stop : end;
		next = stop + 1;
		for (int colons = 0; colons < 2 && at; colons++) {
			at = memchr(at, ':', (size_t)(stop - at));
			at = at ? at + 1 : NULL;
		}
		if (!at || stop - at < 2 || memcmp(at, "0:", 2) != 0)
			continue;
		for (at += 2; at < stop; at += width + 1) {
			const char *comma = memchr(at, ',', (size_t)(stop - at));

			width = (size_t)((comma ? comma : stop) - at);
			if (width && !(width == 4 && !memcmp(at, "root", 4)))
				return true;
		}
	}
	return false;
}

/* The first word that begins with `head` among those apart by commas. */
static const char *option_value(const char *options, const char *head)
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
	const char *value = options ? option_value(options + 1, "user_id=") : NULL;
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
