/*
 * complete_list: lists of which nothing is missing. The kernel walks a bucket of its tables under a
 * lock, so what fits into one datagram is whole. What does not is resumed by bucket and count, and
 * then all sockets of the bucket count, shown or not: whoever opens and closes some can have others
 * left out of every dump alike. So the list is made of parts that fit; or, where we may, of what a
 * walk within the kernel adds, which resumes by socket.
 */
#ifndef COLLECT_COMPLETE_LIST_H
#define COLLECT_COMPLETE_LIST_H

#include "sockets/inet_diag.h"
#include "source/collector.h"
#include "bpf/records.h"

/*
 * The same of all ports, by several dumps if need be: `*ret_whole` tells whether no socket that
 * lived throughout can be missing but of the ephemeral range. 0, NOT_RECORDED or -errno.
 */
int rows_list(struct collector *collector, struct rows *rows, const char *what, bool *ret_whole);

/* The same by a walk within the kernel alone. 0, or -errno as bpf_records(). */
int rows_walk(struct source *source, struct rows *rows);

/* The protocol of a record, PM_PROTOCOLS where it is none of ours. */
enum pm_protocol protocol_of_record(const struct bpf_record *record);

/* A record of a walk in the kernel, as a listener of namespace 0. */
struct pm_listener listener_of_record(const struct bpf_record *record);

#endif
