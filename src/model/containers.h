/*
 * containers: what the runtimes call their containers, by their state files: parsed without rights.
 */
#ifndef MODEL_CONTAINERS_H
#define MODEL_CONTAINERS_H

#include <portmote/model.h>

/* Of the containers that holders live in, from the state files that pass_configs() read. */
int name_containers(struct pm_snapshot *snapshot);

/* Namespaces without a name bear that of the container in them, which changes the order. */
int label_namespaces(struct pm_snapshot *snapshot);

#endif
