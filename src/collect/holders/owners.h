/* owners: who was found with a listener becomes its owner, if that is still so. */
#ifndef COLLECT_OWNERS_H
#define COLLECT_OWNERS_H

#include "holders/holders.h"

/* What is to be known of each holder. Those gone meanwhile leave `finds` empty of them. */
int pass_processes(struct collector *collector, struct finds *finds);

/* Tell of holders of which it could not be read what they run. */
int pass_unread(struct collector *collector);

#endif
