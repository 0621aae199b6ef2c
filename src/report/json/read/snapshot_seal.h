/* snapshot_seal: the last member of a snapshot that is kept, over all bytes before it. */
#ifndef REPORT_SNAPSHOT_SEAL_H
#define REPORT_SNAPSHOT_SEAL_H

#include <portmote/report.h>

#include <sha2.h>

/* The end of the document, after its last value: the checksum and the closing bracket. */
void seal_add(struct pm_buf *ret, SHA2_CTX *sum);

#endif
