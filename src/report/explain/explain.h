/*
 * explain: what is known of some ports, as an entry of an encyclopedia has it. explain.c has the
 * whole; each part is a file of its own.
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "explain/explain_entries.h"
#include "explain/worry.h"
#include "text/wrap.h"

enum { EXPLAIN_INDENT = 2 };

/* The listeners that are at the ports, worst first. */
struct here {
	struct here_row {
		size_t listener;
		enum worry_level level;
	} * rows;
	size_t count, reasons_shown;
};

struct explanation {
	const struct pm_report *report;
	const struct pm_report_options *options;
	const struct pm_topic *topic;
	struct explain_entry *entries;
	size_t count, assigned; /* assigned ones come first */
	struct here here;
	struct wrap wrap;
};

int explain_print(const struct pm_report *report, const struct pm_report_options *options,
		  const struct pm_topic *topics, size_t count);

#endif
