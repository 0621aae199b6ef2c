/*
 * worry: should somebody worry about what is at some ports here, and why. One answer for all forms
 * of explain. What fails an audit by the default of --fail-on is never WORRY_NO, nor is what could
 * not be seen whole, what anybody can reach, or what may be taken elsewhere on its way.
 */
#ifndef REPORT_WORRY_H
#define REPORT_WORRY_H

#include <portmote/report.h>

enum worry_level {
	WORRY_NO,
	WORRY_HARDLY,  /* shown, but fine */
	WORRY_DEPENDS, /* on what portmote does not know: a configuration, who may reach it */
	WORRY_UNKNOWN, /* not seen */
	WORRY_LOOK,
	WORRY_YES,
	WORRY_LEVELS,
};
const char *worry_level_name(enum worry_level level); /* "depends" */

struct worry {
	enum worry_level level;
	bool fails;		   /* an audit, by the default of --fail-on */
	size_t listeners;	   /* that are there */
	unsigned verdicts, flags;  /* bits, of all of them */
	unsigned unknown;	   /* bits of enum pm_owner_kind, of those whose verdict is that */
	enum pm_exposure exposure; /* the widest */
};

/* Of one listener, by itself. */
enum worry_level worry_of_verdict(const struct pm_verdict *verdict, enum pm_exposure exposure);

/* Of all that belong to a topic, with what is known of the whole audit. */
struct worry worry_of_topic(const struct pm_report *report, const struct pm_topic *topic);

/*
 * Why, in sentences that begin in lower case, the weightiest first: each one is handed to `say`.
 * At least one. 0 or -ENOMEM.
 */
int worry_reasons(const struct pm_report *report, const struct worry *worry,
		  void (*say)(void *data, const char *sentence), void *data);

#endif
