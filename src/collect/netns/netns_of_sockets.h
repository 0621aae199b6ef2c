/*
 * netns_of_sockets: namespaces that nothing but a socket keeps: a process entered one, listened,
 * and left. Its sockets are in no dump; each is asked for its namespace (SIOCGSKNS), by a copy of
 * its descriptor that lives no longer than that: to hold it would be to hold its port.
 */
#ifndef COLLECT_NETNS_OF_SOCKETS_H
#define COLLECT_NETNS_OF_SOCKETS_H

#include "source/collector.h"

/*
 * Sockets that no dump showed can be of a network namespace that nothing else leads to: which of
 * them are, by asking each. Namespaces found join the others.
 */
int pass_unlisted(struct collector *collector, struct unlisted_list *unlisted);

/* The same for sockets that are known to be of another namespace. */
int unlisted_ask(struct collector *collector, struct unlisted_list *unlisted);

#endif
