/* Names of programs, from the paths of their files. */
#include <portmote/collect.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Machine names as they end file names; more follows only as "-linux-gnu". */
static size_t without_architecture(const char *name, size_t len)
{
	static const char *const machines[] = {
		"x86_64", "amd64",  "aarch64", "arm64", "i386",
		"i686",	  "armv7l", "ppc64le", "s390x", "riscv64",
	};
	static const char suffix[] = "-linux-gnu";
	size_t tail = sizeof(suffix) - 1, end = len;

	if (end > tail && !memcmp(name + end - tail, suffix, tail))
		end -= tail;
	for (size_t i = 0; i < PM_COUNT(machines); i++) {
		size_t width = strlen(machines[i]);

		if (end > width + 1 && !memcmp(name + end - width, machines[i], width) &&
		    strchr("-_.", name[end - width - 1]))
			return end - width - 1;
	}
	return len;
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

/* "php-fpm8.2", "nginx-1.22": numbers with a dot or behind a dash. "exim4" keeps its number. */
static size_t without_version(const char *name, size_t len)
{
	size_t start = len, first_dot = 0;

	while (start && (is_digit(name[start - 1]) || name[start - 1] == '.')) {
		start--;
		if (name[start] == '.')
			first_dot = start;
	}
	bool dashed = start > 1 && name[start - 1] == '-';
	if (start == len || start == 0 || !is_digit(name[len - 1]) || !(first_dot || dashed))
		return len;
	if (first_dot > start && keeps_major(name, start))
		return first_dot;
	return dashed ? start - 1 : start;
}

const char *pm_program_name(const char *path, char *buf, size_t size)
{
	static const char memory[] = "memfd:";
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (!strncmp(name, memory, sizeof(memory) - 1) && slash == path)
		name += sizeof(memory) - 1;
	size_t len = without_architecture(name, strlen(name));
	len = without_version(name, len);
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
