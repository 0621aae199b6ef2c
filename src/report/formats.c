/* The table of formats. A new format is a new file and a new row. */
#include "explain/explain.h"
#include "html/html.h"
#include "html/html_diff.h"
#include "json/json_diff.h"
#include "json/json_explain.h"
#include "json/json_print.h"
#include "json/json_registry.h"
#include "json/jsonl.h"
#include "registry/registry_print.h"
#include "text/text.h"
#include "text/text_diff.h"
#include "tools/csv.h"
#include "tools/junit.h"
#include "tools/prometheus.h"
#include "tools/sarif.h"
#include "tools/sarif_diff.h"
#include "tools/tap.h"

const struct pm_format pm_formats[] = {
	{"text", "a table for people, worst first", true, text_print, explain_print, registry_print,
	 text_diff},
	{"json", "all facts, for programs; see portmote-snapshot(5)", true, json_print,
	 json_explain, json_registry_print, json_diff},
	{"jsonl", "the same, a line for the head and one for each listener", true, jsonl_print,
	 NULL, NULL, jsonl_diff},
	{"csv", "a row for each listener, for spreadsheets", false, csv_print, NULL, NULL,
	 csv_diff},
	{"sarif", "SARIF 2.1.0: findings, for code scanning", true, sarif_print, NULL, NULL,
	 sarif_diff},
	{"junit", "JUnit's XML: a test case for each listener", true, junit_print, NULL, NULL,
	 junit_diff},
	{"tap", "TAP 13: a test point for each listener", true, tap_print, NULL, NULL, tap_diff},
	{"prometheus", "metrics, for the textfile collector", true, prometheus_print, NULL, NULL,
	 prometheus_diff},
	{"html", "one page for people, findings first", true, html_print, NULL, NULL, html_diff},
};
const size_t pm_format_count = PM_COUNT(pm_formats);

const struct pm_format *pm_format_find(const char *name)
{
	for (size_t i = 0; i < pm_format_count; i++)
		if (!strcmp(pm_formats[i].name, name))
			return &pm_formats[i];
	return NULL;
}
