/*
 * json_diff: what changed, as JSON, version 1: portmote-snapshot(5), "What changed". Keys are only
 * ever added.
 */
#ifndef REPORT_JSON_DIFF_H
#define REPORT_JSON_DIFF_H

#include <portmote/report.h>

#include <jansson.h>

/* A difference, and the head of a document of them. */
json_t *json_difference(const struct pm_comparison *comparison, size_t k);
json_t *json_diff_head(const struct pm_comparison *comparison);

int json_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif
