/* registry_print: what registry and what knowledge are in use, for `portmote registry`. */
#ifndef REPORT_REGISTRY_PRINT_H
#define REPORT_REGISTRY_PRINT_H

#include <portmote/report.h>

struct registry_counts {
	size_t assigned;	       /* rows of the registry that have a name */
	size_t lives[PM_LIVENESSES];   /* of these */
	size_t programs;	       /* different ones in the two tables below */
	size_t implementers, services; /* rows, and the different services of them */
	size_t occupants, histories, listings;
};

/* 0 or -ENOMEM. */
int registry_count(const struct pm_report *report, struct registry_counts *ret);

int registry_print(const struct pm_report *report, const struct pm_report_options *options);

#endif
