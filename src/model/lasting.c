/*
 * What lasts of a name: without what each start draws (numbers and hashes of units, namespaces and
 * mounts) and what each upgrade counts on (versions, revisions, hashes of a store).
 */
#include <portmote/model.h>

#include <ctype.h>

static const char mount[] = ".mount_"; /* of an AppImage */

enum { UUID_LEN = 36, HASH_MIN = 12, STORE_HASH = 32 };

static bool lasting_is_digit(char c)
{
	return isdigit((unsigned char)c);
}

static bool is_hex(char c)
{
	return lasting_is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool begins_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static size_t uuid_length(const char *text)
{
	for (size_t i = 0; i < UUID_LEN; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (is_dash ? text[i] != '-' : !is_hex(text[i]))
			return 0;
	}
	return UUID_LEN;
}

/* A UUID, or digits of a hash or an id, that end where a word does; 0: none is here. */
static size_t drawn_length(const char *text)
{
	size_t len = uuid_length(text);
	bool has_digit = false;

	if (!len)
		while (is_hex(text[len]))
			len++;
	for (size_t i = 0; i < len; i++)
		has_digit |= lasting_is_digit(text[i]);
	return len >= HASH_MIN && has_digit && !isalnum((unsigned char)text[len]) ? len : 0;
}

/* "rc1", "-SNAPSHOT", ".Final": what can stand behind the numbers of a version; its length or 0. */
static size_t qualifier_length(const char *text)
{
	static const char *const words[] = {
		"snapshot", "release", "preview", "final", "alpha", "beta", "build",  "patch",
		"post",	    "pre",     "dev",	  "lts",   "ga",    "rc",   "sp",     "a",
		"b",	    "p",       "r",	  "el",	   "fc",    "deb",  "ubuntu", "amzn",
	};
	size_t start = strchr("-.+~_", *text) && *text ? 1 : 0;

	for (size_t i = 0; i < PM_COUNT(words); i++) {
		size_t len = strlen(words[i]), end = start + len;

		if (strncasecmp(text + start, words[i], len) != 0)
			continue;
		end += (text[end] == '.' || text[end] == '-') && lasting_is_digit(text[end + 1]);
		end += strspn(text + end, "0123456789");
		if (!isalnum((unsigned char)text[end]))
			return end;
	}
	return 0;
}

/* "-h955ad1f_0", "-py311h06a4308_2": what conda calls a build; its length or 0. */
static size_t conda_length(const char *text)
{
	enum { HASH_LEN = 7 };
	size_t at = 1, hash;

	if (*text != '-')
		return 0;
	if (begins_with(text + at, "py"))
		at += 2 + strspn(text + at + 2, "0123456789");
	if (text[at] != 'h')
		return 0;
	for (hash = 0; is_hex(text[at + 1 + hash]);)
		hash++;
	at += 1 + hash;
	size_t digits = text[at] == '_' ? strspn(text + at + 1, "0123456789") : 0;
	return hash == HASH_LEN && digits ? at + 1 + digits : 0;
}

/* Numbers that are apart by points, and what is behind them; `*ret_points`: there are points. */
static size_t version_length(const char *text, bool *ret_points)
{
	size_t len = strspn(text, "0123456789"), more;

	*ret_points = false;
	while (len && text[len] == '.' && lasting_is_digit(text[len + 1])) {
		*ret_points = true;
		len += 1 + strspn(text + len + 1, "0123456789");
	}
	while (len && (more = qualifier_length(text + len)))
		len += more;
	return len + (len ? conda_length(text + len) : 0);
}

/* Can a number here be a version: how much of a mark is there before it? */
static bool may_begin(const char *name, const char *at, bool has_points)
{
	bool is_v = at > name && at[-1] == 'v';
	const char *mark = at - is_v;

	if (mark == name || strchr("-@+~", mark[-1]))
		return true;
	return has_points && (mark[-1] == '_' || isalpha((unsigned char)at[-1]));
}

/* The version at `at`, which is within the word that begins at `name`; its length or 0. */
static size_t version_at(const char *name, const char *at)
{
	bool has_points;
	size_t len = lasting_is_digit(*at) ? version_length(at, &has_points) : 0;

	if (!len || (at > name && (lasting_is_digit(at[-1]) || at[-1] == '.')) ||
	    !may_begin(name, at, has_points) || isalnum((unsigned char)at[len]))
		return 0;
	return len;
}

/* One star, however many versions and hashes stand side by side. */
static void add_star(struct pm_buf *ret)
{
	const char *text = pm_buf_text(ret);

	if (ret->len > 1 && text[ret->len - 2] == '*' && strchr("-+~_.", text[ret->len - 1]))
		ret->data[--ret->len] = '\0';
	else
		pm_buf_puts(ret, "*");
}

static bool is_word_start(const char *name, const char *at)
{
	return at == name || !isalnum((unsigned char)at[-1]);
}

/* One name, up to `end`, with stars for what is drawn and, where asked for, for versions. */
static void lasting_add_word(const char *name, const char *end, bool with_versions,
			     struct pm_buf *ret)
{
	for (const char *at = name; at < end;) {
		size_t len = is_word_start(name, at) ? drawn_length(at) : 0;

		if (!len && with_versions)
			len = version_at(name, at);
		if (len)
			add_star(ret);
		else
			pm_buf_add(ret, at, len = 1);
		at += len;
	}
}

/* ---- paths ------------------------------------------------------------------------- */

/* Where snap has revisions: below /snap/NAME/, and on some systems /var/lib/snapd/snap/NAME/. */
static bool is_revision(const char *path, const char *name, const char *end)
{
	static const char snap[] = "/snap/";
	const char *before = strstr(path, snap);
	const char *slash = before ? strchr(before + strlen(snap), '/') : NULL;
	size_t digits = strspn(name + (*name == 'x'), "0123456789");

	return slash && slash + 1 == name && digits && name + (*name == 'x') + digits == end;
}

/* "hash-name-1.2" of Nix and Guix. */
static bool is_of_store(const char *path, const char *name)
{
	static const char *const stores[] = {"/nix/store/", "/gnu/store/"};

	for (size_t i = 0; i < PM_COUNT(stores); i++)
		if (begins_with(path, stores[i]) && path + strlen(stores[i]) == name)
			return strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz") == STORE_HASH &&
			       name[STORE_HASH] == '-';
	return false;
}

static void add_component(const char *path, const char *name, const char *end, struct pm_buf *ret)
{
	if (is_revision(path, name, end)) {
		pm_buf_puts(ret, "*");
		return;
	}
	if (begins_with(name, mount)) {
		pm_buf_printf(ret, "%s*", mount);
		return;
	}
	if (is_of_store(path, name)) {
		pm_buf_puts(ret, "*-");
		name += STORE_HASH + 1;
	}
	lasting_add_word(name, end, true, ret);
}

static void add_path(const char *path, struct pm_buf *ret)
{
	const char *name = path;

	while (*name && !ret->failed) {
		const char *end = name + strcspn(name, "/");

		add_component(path, name, end, ret);
		pm_buf_puts(ret, *end ? "/" : "");
		name = end + (*end == '/');
	}
}

/* ---- units, namespaces ------------------------------------------------------------- */

/* "4-10.0.0.1:22-10.0.0.2:50123", "4-1234-1000": of a socket unit that accepts. */
static bool is_connection(const char *instance, size_t len)
{
	size_t digits = strspn(instance, "0123456789");

	return digits && instance[digits] == '-' &&
	       (memchr(instance, ':', len) || strspn(instance, "0123456789-") == len);
}

/*
 * A scope bears the number of a session or the id of a container, and so does what systemd-run(1)
 * starts, and what the bus does: "session-*.scope", "run-*.service", "dbus-*.service".
 */
static void add_unit(const char *unit, struct pm_buf *ret)
{
	const char *kind = strrchr(unit, '.'), *dash = strchr(unit, '-'), *at = strchr(unit, '@');

	/* "snap.NAME.NAME.UUID.scope": what is drawn begins before the first dash. */
	for (const char *dot = strchr(unit, '.'); dot && dash && dot < dash;
	     dot = strchr(dot + 1, '.'))
		if (uuid_length(dot + 1))
			dash = NULL;
	if (kind && dash && dash < kind &&
	    (!strcmp(kind, ".scope") || begins_with(unit, "run-") || begins_with(unit, "dbus-:"))) {
		pm_buf_printf(ret, "%.*s*%s", (int)(dash + 1 - unit), unit, kind);
		return;
	}
	if (kind && at && at < kind && is_connection(at + 1, (size_t)(kind - at - 1))) {
		pm_buf_printf(ret, "%.*s*%s", (int)(at + 1 - unit), unit, kind);
		return;
	}
	lasting_add_word(unit, unit + strlen(unit), false, ret);
}

/* Names that runtimes of containers give: a word of theirs, and an id. */
static void add_netns(const char *label, struct pm_buf *ret)
{
	static const char *const words[] = {
		"cni-", "netns-", "rootless-netns-", "pod-", "sandbox-", "container-", "ns-", ""};
	enum { ID_MIN = 8 };

	for (size_t i = 0; i < PM_COUNT(words); i++) {
		size_t len = strlen(words[i]);
		size_t id =
			begins_with(label, words[i]) ? strspn(label + len, "0123456789abcdef-") : 0;

		if (id < (len ? ID_MIN : HASH_MIN) || label[len + id] ||
		    !label[len + strcspn(label + len, "0123456789")])
			continue;
		pm_buf_printf(ret, "%s*", words[i]);
		return;
	}
	pm_buf_puts(ret, label);
}

const char *pm_lasting_name(enum pm_naming naming, const char *name, struct pm_arena *arena)
{
	static void (*const adds[])(const char *, struct pm_buf *) = {
		[PM_NAMING_PATH] = add_path,
		[PM_NAMING_UNIT] = add_unit,
		[PM_NAMING_NETNS] = add_netns,
	};
	struct pm_buf text = {0};

	/* Nothing is drawn without a digit, but names of mounts and of scopes. */
	if (!name[strcspn(name, "0123456789")] && !strstr(name, mount) && !strstr(name, ".scope"))
		return name;
	adds[naming](name, &text);
	if (!text.failed && strcmp(pm_buf_text(&text), name) != 0)
		name = pm_arena_copy(arena, pm_buf_text(&text), text.len);
	else if (text.failed)
		name = NULL;
	pm_buf_release(&text);
	return name;
}
