/* Two snapshots of any bytes, with a NUL between them: compared, where both can be read. */
#include "compare_again.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *before = (const char *)data, *turn = memchr(data, '\0', size);
	struct pm_error err;

	if (turn)
		compare_again(before, (size_t)(turn - before), turn + 1,
			      size - (size_t)(turn - before) - 1, &err);
	return 0;
}
