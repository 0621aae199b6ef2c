/*
 * A snapshot of any bytes: refused with a sentence, or judged, printed in every format, and what
 * was printed read again with the same outcome.
 */
#include "judge_again.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pm_buf json = {0};
	struct pm_error err;

	judge_twice((const char *)data, size, &json, &err);
	pm_buf_release(&json);
	return 0;
}
