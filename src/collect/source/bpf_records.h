/*
 * bpf_records: records from the kernel or from a recording: two numbers (version, size) and then
 * records.
 */
#ifndef COLLECT_BPF_RECORDS_H
#define COLLECT_BPF_RECORDS_H

#include "source/bpf.h"

/*
 * Give all records to `take`. Reads may cut them anywhere; kinds that are unknown are passed over.
 * -EBADMSG: the last one is not whole.
 */
int records_read(const struct records *from, record_taker take, void *data);

/* A walk out of the recording. -ENOSYS without; -EINVAL: of another version. */
int records_replay(struct source *source, record_taker take, void *data);

/* As records_read(), with a copy to the recording. The `fd` of it may be -errno. */
int records_keep(struct source *source, const struct records *from, record_taker take, void *data);

#endif
