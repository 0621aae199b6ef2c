/* The checksum at the end of a snapshot: of a file that is cut or altered nothing is believed. */
#include "json/read/snapshot_seal.h"

#include <errno.h>

#define BEFORE ",\n  \"checksum\": \"sha256:"
#define AFTER  "\"\n}\n"

enum { DIGITS = 2 * SHA256_DIGEST_LENGTH, SEAL = sizeof(BEFORE) - 1 + DIGITS + sizeof(AFTER) - 1 };

void seal_add(struct pm_buf *ret, SHA2_CTX *sum)
{
	char digits[SHA256_DIGEST_STRING_LENGTH];

	SHA256End(sum, digits);
	pm_buf_printf(ret, BEFORE "%s" AFTER, digits);
}

int pm_snapshot_seal(const char *bytes, size_t len)
{
	char digits[SHA256_DIGEST_STRING_LENGTH];
	const char *seal = len > SEAL ? bytes + len - SEAL : NULL;

	if (!seal || memcmp(seal, BEFORE, sizeof(BEFORE) - 1) != 0)
		return 0;
	SHA256Data((const uint8_t *)bytes, len - SEAL, digits);
	return !memcmp(seal + sizeof(BEFORE) - 1, digits, DIGITS) &&
			       !memcmp(seal + SEAL - (sizeof(AFTER) - 1), AFTER, sizeof(AFTER) - 1)
		       ? 1
		       : -EINVAL;
}
