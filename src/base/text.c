#include <portmote/base.h>

const char *pm_plural(size_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

int pm_compare_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : PM_CMP(!!a, !!b);
}

bool pm_ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len > tail && !strcmp(text + len - tail, end);
}
