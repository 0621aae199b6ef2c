/* User names from the bytes of /etc/passwd, passwd(5). NSS would load code and ask the network. */
#include "containers.h"
#include "unit_users.h"

#include <errno.h>

struct user {
	uint32_t uid;
	const char *name;
	size_t line;
};

struct users {
	struct user *user;
	size_t count, room;
};

/* "name:x:uid:..." */
static bool users_parse_line(const char *line, size_t len, size_t *ret_name, uint32_t *ret_uid)
{
	const char *end = line + len;
	const char *secret = memchr(line, ':', len);
	const char *uid = secret ? memchr(secret + 1, ':', (size_t)(end - secret - 1)) : NULL;
	const char *gid = uid ? memchr(uid + 1, ':', (size_t)(end - uid - 1)) : NULL;
	uint64_t value;

	if (!gid || secret == line ||
	    pm_parse_u64(uid + 1, (size_t)(gid - uid - 1), UINT32_MAX, &value) < 0)
		return false;
	*ret_name = (size_t)(secret - line);
	*ret_uid = (uint32_t)value;
	return true;
}

/* Where two names share a number, the first line counts, as it does for getpwuid(3). */
static int compare_users(const void *a, const void *b)
{
	const struct user *x = a, *y = b;
	int c = PM_CMP(x->uid, y->uid);

	return c ? c : PM_CMP(x->line, y->line);
}

static int read_users(struct pm_snapshot *snapshot, struct users *users)
{
	const char *end = pm_buf_text(&snapshot->passwd) + snapshot->passwd.len;

	for (const char *line = pm_buf_text(&snapshot->passwd); line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t name;
		uint32_t uid;

		if (!stop)
			stop = end;
		if (users_parse_line(line, (size_t)(stop - line), &name, &uid)) {
			struct user *user = pm_array_add(&users->user, &users->count, &users->room,
							 sizeof(*user));

			if (!user)
				return -ENOMEM;
			*user = (struct user){
				.uid = uid,
				.line = users->count,
				.name = pm_arena_escape(&snapshot->arena, line, name)};
			if (!user->name)
				return -ENOMEM;
		}
		line = stop + 1;
	}
	return 0;
}

static const char *users_find_user(const struct users *users, uint32_t uid)
{
	size_t low = 0, high = users->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (users->user[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < users->count && users->user[low].uid == uid ? users->user[low].name : NULL;
}

static int name_users(struct pm_snapshot *snapshot)
{
	struct users users = {0};
	int r = read_users(snapshot, &users);

	if (users.count)
		qsort(users.user, users.count, sizeof(*users.user), compare_users);
	for (size_t i = 0; i < snapshot->process_count && r == 0; i++)
		if (snapshot->processes[i].has_uid && !snapshot->processes[i].user)
			snapshot->processes[i].user =
				users_find_user(&users, snapshot->processes[i].uid);
	free(users.user);
	return r;
}

int pm_snapshot_names(struct pm_snapshot *snapshot, struct pm_error *err)
{
	static int (*const steps[])(struct pm_snapshot *) = {name_users, name_containers,
							     find_unit_users, label_namespaces};

	for (size_t i = 0; i < PM_COUNT(steps); i++) {
		int r = steps[i](snapshot);

		if (r < 0)
			return pm_fail(err, r, "out of memory while naming users and containers");
	}
	return 0;
}
