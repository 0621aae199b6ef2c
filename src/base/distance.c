#include <portmote/base.h>

size_t pm_distance(const char *a, const char *b)
{
	size_t row[PM_DISTANCE_MAX], a_len = strlen(a), b_len = strlen(b);

	if (a_len >= PM_DISTANCE_MAX || b_len >= PM_DISTANCE_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t replaced = corner + (a[i - 1] != b[j - 1]);
			size_t other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			corner = row[j];
			row[j] = replaced < other ? replaced : other;
		}
	}
	return row[b_len];
}
