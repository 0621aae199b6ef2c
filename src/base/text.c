#include <portmote/base.h>

const char *pm_plural(size_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

int pm_compare_text(const char *a, const char *b)
{
	if (a == b)
		return 0;
	return strcmp(a ? a : "", b ? b : "");
}
