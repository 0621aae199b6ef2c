/* port: ports as a policy writes them: 22/tcp, 8000-8010/tcp, ssh/tcp, ephemeral/udp. */
#ifndef POLICY_PORT_H
#define POLICY_PORT_H

#include "tree.h"

/* Taker of a rule's `port`. */
int policy_take_ports(struct parse *parse, const struct yaml_node *value, void *rule);

#endif
