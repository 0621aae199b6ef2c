/* Names of programs, from the paths of their files. */
#include <portmote/model.h>

static bool program_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool program_ends_with(const char *name, size_t len, const char *word)
{
	size_t width = strlen(word);

	return len > width && !memcmp(name + len - width, word, width);
}

/* The length without the first of `words` that ends the name behind a "-", "_" or "."; or `len`. */
static size_t without_word(const char *name, size_t len, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t rest = len - strlen(words[i]);

		if (program_ends_with(name, len, words[i]) && rest > 1 &&
		    strchr("-_.", name[rest - 1]))
			return rest - 1;
	}
	return len;
}

static const char *const machines[] = {
	"x86_64",   "amd64",	"amd64v1", "amd64v2",	  "amd64v3", "amd64v4", "aarch64",
	"arm64",    "i386",	"i486",	   "i586",	  "i686",    "386",	"arm",
	"arm5",	    "arm6",	"arm7",	   "armv5",	  "armv6",   "armv6l",	"armv6hf",
	"armv7",    "armv7a",	"armv7l",  "armv7hf",	  "armv8",   "armel",	"armhf",
	"armhfp",   "ppc64",	"ppc64le", "ppc64el",	  "powerpc", "s390x",	"x64",
	"x86",	    "linux32",	"linux64", "mips",	  "mipsel",  "mipsle",	"mips64",
	"mips64el", "mips64le", "loong64", "loongarch64", "riscv32", "riscv64", "sparc64",
	"arm32v6",  "arm32v7",	"arm64v8",
};
static const char *const beside[] = {
	"linux",  "gnu",    "musl",    "glibc", "unknown",   "pc",	  "gnueabi",  "gnueabihf",
	"gnux32", "static", "dynamic", "64bit", "softfloat", "hardfloat", "musleabi", "musleabihf",
};

/*
 * Machine and system as they end file names: "loki-linux-amd64", "qemu-system-x86_64-linux-gnu".
 * What can be a word of its own counts only beside a machine.
 */
static size_t without_architecture(const char *name, size_t len)
{
	size_t end = len, before;
	bool has_machine = false;

	do {
		before = end;
		end = without_word(name, end, machines, PM_COUNT(machines));
		has_machine |= end < before;
		end = without_word(name, end, beside, PM_COUNT(beside));
	} while (end < before);
	return has_machine ? end : len;
}

/* "foo~", and "foo.~3~" of cp(1) and install(1): the length without it, or `len`. */
static size_t without_tilde(const char *name, size_t len)
{
	size_t end = len > 1 && name[len - 1] == '~' ? len - 1 : 0, start = end;

	if (!end)
		return len;
	while (start && program_is_digit(name[start - 1]))
		start--;
	return start < end && start > 2 && !memcmp(name + start - 2, ".~", 2) ? start - 2 : end;
}

/* How a file is called that was put aside for another, as upgrades and diversions do: "caddy.tmp". */
static size_t without_aside(const char *name, size_t len)
{
	static const char *const words[] = {
		"dpkg-tmp", "dpkg-new", "dpkg-old", "dpkg-dist",     "dpkg-backup", "ucf-old",
		"ucf-new",  "ucf-dist", "apk-new",  "usr-is-merged", "rpmsave",	    "rpmnew",
		"rpmorig",  "pacsave",	"pacnew",   "pacorig",	     "distrib",	    "diverted",
		"old",	    "bak",	"tmp",	    "new",	     "orig",	    "prev",
		"previous", "backup",	"saved",    "replaced",	     "deleted",	    "update",
		"upgrade",
	};
	static const char digits[] = "0123456789abcdef";
	const char *mark = memrchr(name, ';', len);
	size_t end = without_tilde(name, len);

	if (end < len)
		return end;
	if (mark && mark > name && mark + 1 < name + len &&
	    strspn(mark + 1, digits) == (size_t)(name + len - mark - 1))
		return (size_t)(mark - name); /* of rpm */
	return without_word(name, len, words, PM_COUNT(words));
}

/* "code-1849ca3f4e21": the hash of a commit. */
static size_t without_hash(const char *name, size_t len)
{
	enum { HASH_MIN = 12 };
	const char *dash = memrchr(name, '-', len);
	size_t digits = dash ? (size_t)(name + len - dash - 1) : 0;

	if (!dash || dash == name || digits < HASH_MIN ||
	    strspn(dash + 1, "0123456789abcdef") < digits ||
	    strcspn(dash + 1, "0123456789") >= digits)
		return len;
	return (size_t)(dash - name);
}

/* Programs whose first number is part of the name: python3 is not python2. */
static bool keeps_major(const char *name, size_t len)
{
	static const char *const names[] = {"python"};

	for (size_t i = 0; i < PM_COUNT(names); i++)
		if (len == strlen(names[i]) && !memcmp(name, names[i], len))
			return true;
	return false;
}

/* Is there, before `at`, what parts a name from a version? "-1", "-v1", "_v1"; "_1.2", "@1.2". */
static size_t mark_before(const char *name, size_t at, bool has_dot)
{
	bool is_v = at > 1 && (name[at - 1] == 'v' || name[at - 1] == 'V');
	size_t end = at - is_v;

	if (end < 2 || !strchr(is_v || has_dot ? "-_@." : "-", name[end - 1]))
		return 0;
	return end - 1;
}

/* "php-fpm8.2", "nginx-1.22": numbers with a dot or behind a dash. "exim4" keeps its number. */
static size_t without_numbers(const char *name, size_t len)
{
	size_t start = len, first_dot = 0;

	while (start && (program_is_digit(name[start - 1]) || name[start - 1] == '.')) {
		start--;
		if (name[start] == '.')
			first_dot = start;
	}
	size_t mark = start < len ? mark_before(name, start, first_dot) : 0;
	if (start == len || start == 0 || !program_is_digit(name[len - 1]) || !(first_dot || mark))
		return len;
	if (first_dot > start && keeps_major(name, start))
		return first_dot;
	return mark ? mark : start;
}

static const char *const qualifiers[] = {"rc",	    "beta",   "alpha", "snapshot", "dev",
					 "pre",	    "final",  "ga",    "release",  "preview",
					 "nightly", "stable", "lts"};

/* "-rc1", "-beta.2", "+dfsg": what can stand behind the numbers of a version. */
static size_t without_qualifier(const char *name, size_t len)
{
	const char *plus = memrchr(name, '+', len);
	size_t end = len;

	if (plus && plus > name && program_is_digit(plus[-1]))
		return (size_t)(plus - name);
	while (end && (program_is_digit(name[end - 1]) || name[end - 1] == '.'))
		end--;
	for (size_t i = 0; i < PM_COUNT(qualifiers); i++) {
		size_t width = strlen(qualifiers[i]), rest = end - width;

		if (end > width && !strncasecmp(name + rest, qualifiers[i], width) && rest > 1 &&
		    strchr("-.~_", name[rest - 1]) && program_is_digit(name[rest - 2]))
			return rest - 1;
	}
	return len;
}

static size_t without_version(const char *name, size_t len)
{
	size_t end = without_qualifier(name, len), rest = without_numbers(name, end);

	return rest < end ? rest : without_numbers(name, len);
}

static bool is_one_of(const char *word, size_t len, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) == len && !strncasecmp(words[i], word, len))
			return true;
	return false;
}

/* Can the words from `at` on all be of a version: "1.el9", "1ubuntu2.3", "12-g0a1b2c3", "linux"? */
static bool is_of_version(const char *at, const char *end)
{
	while (at < end) {
		size_t len = 0, digits = 0;

		for (; at + len < end && !strchr("-_.+~", at[len]); len++)
			digits += program_is_digit(at[len]);
		if (len && !digits && !is_one_of(at, len, beside, PM_COUNT(beside)) &&
		    !is_one_of(at, len, machines, PM_COUNT(machines)) &&
		    !is_one_of(at, len, qualifiers, PM_COUNT(qualifiers)))
			return false;
		at += len + 1;
	}
	return true;
}

/* "redis-server-7.2.4-1.el9": a version with a dot, and the words of a package's behind it. */
static size_t without_release(const char *name, size_t len)
{
	for (size_t i = 1; i + 3 < len; i++) {
		const char *at = name + i + 1 + (name[i + 1] == 'v');
		size_t digits = strspn(at, "0123456789");

		if (strchr("-_@", name[i]) && digits && at + digits + 1 < name + len &&
		    at[digits] == '.' && program_is_digit(at[digits + 1]) &&
		    is_of_version(at, name + len))
			return i;
	}
	return len;
}

/*
 * Programs that a script of their name starts: ".foo-wrapped" and ".foo-real" of Nix and Guix,
 * "mysqld.bin", "foo.real".
 */
static size_t without_wrapping(const char *name, size_t len)
{
	static const char *const words[] = {"wrapped", "wrapped_", "real"};
	static const char *const endings[] = {".bin", ".real"};

	for (size_t i = 0; i < PM_COUNT(endings); i++)
		if (program_ends_with(name, len, endings[i]) && len > strlen(endings[i]) + 1)
			return len - strlen(endings[i]);
	return name[0] == '.' ? without_word(name, len, words, PM_COUNT(words)) : len;
}

static size_t without_all(const char *name, size_t len)
{
	len = without_wrapping(name, len);
	len = without_aside(name, len);
	len = without_architecture(name, len);
	len = without_hash(name, len);
	len = without_release(name, len);
	return without_version(name, len);
}

const char *pm_program_name(const char *path, char *buf, size_t size)
{
	static const char memory[] = "memfd:";
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (!strncmp(name, memory, sizeof(memory) - 1) && slash == path)
		name += sizeof(memory) - 1;
	size_t whole = strlen(name), len = whole, before;
	do {
		before = len;
		len = without_all(name, len);
	} while (len < before);
	/* A dot hides what was put aside, or wrapped, and is no part of its name. */
	size_t dots = len < whole ? strspn(name, ".") : 0;
	if (dots < len) {
		name += dots;
		len -= dots;
	}
	if (len >= size)
		len = size - 1;
	memcpy(buf, name, len);
	buf[len] = '\0';
	return buf;
}

const char *pm_process_program(const struct pm_process *process, char *buf, size_t size)
{
	if (process->running.name)
		snprintf(buf, size, "%s", process->running.name);
	else
		pm_program_name(process->exe.path ? process->exe.path : "", buf, size);
	return buf;
}
