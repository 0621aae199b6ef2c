/* sha256: FIPS 180-4, for fingerprints that nobody can make two of. */
#ifndef REPORT_SHA256_H
#define REPORT_SHA256_H

#include <portmote/base.h>

enum { SHA256_TEXT = 2 * 32 + 1 };

/* The digest of `len` bytes in hexadecimal digits, with a NUL. */
void sha256_text(const void *bytes, size_t len, char ret[SHA256_TEXT]);

#endif
