/* family: processes that share the work of one service: a program with its own children. */
#ifndef REPORT_FAMILY_H
#define REPORT_FAMILY_H

#include <portmote/report.h>

/*
 * For each of the rows, listeners in any order, the pid that stands for its owner: where several
 * processes of one family listen at one address, port and device, the least of theirs; else its
 * own; 0 without owner. A family has one program, one unit of the system or one parent, and one
 * container. An array to be freed, by number of the listener; NULL: out of memory.
 */
int *family_leads(const struct pm_report *report, const size_t *rows, size_t count);

/* By all that makes two listeners of one owner, but who that is and where they listen. */
int family_compare(const struct pm_report *report, size_t i, size_t k);

#endif
