/* When a program bears the name of a service. */
#include <portmote/judge.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters and digits in lower case, without what only says that it is a server. */
static size_t normalise(const char *name, char *buf, size_t size)
{
	static const char *const endings[] = {"server", "daemon", "d"};
	size_t len = 0;

	for (; *name && len < size - 1; name++) {
		char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;

		if (is_digit(c) || (c >= 'a' && c <= 'z'))
			buf[len++] = c;
	}
	for (size_t i = 0; i < PM_COUNT(endings); i++) {
		size_t width = strlen(endings[i]);

		if (len >= width + 2 && !memcmp(buf + len - width, endings[i], width)) {
			len -= width;
			break;
		}
	}
	buf[len] = '\0';
	return len;
}

bool pm_same_name(const char *program, const char *service)
{
	char a[PM_PROGRAM_SIZE], b[PM_PROGRAM_SIZE];
	size_t a_len = normalise(program, a, sizeof(a));

	return a_len && a_len == normalise(service, b, sizeof(b)) && !memcmp(a, b, a_len);
}
