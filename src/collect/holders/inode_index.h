/* inode_index: what both searches for holders share. */
#ifndef COLLECT_INODE_INDEX_H
#define COLLECT_INODE_INDEX_H

#include "holders/holders.h"

/* Hash the inodes of the snapshot's listeners. 0 or -ENOMEM; to be closed in either case. */
int search_open(struct holder_search *search);
void search_close(struct holder_search *search);

/* Note a holder. 0 or -ENOMEM. */
int holders_find(struct holder_search *search, const struct task *task, size_t listener);

/* A descriptor of a network namespace keeps it where nothing else may lead to it. 0 or -ENOMEM. */
int holders_meet_namespace(struct holder_search *search, const struct task *task, uint64_t inode);

#endif
