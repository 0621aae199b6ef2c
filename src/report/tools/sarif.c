/*
 * SARIF 2.1.0 (OASIS), as code scanning reads it: findings alone. An alert is known again by its
 * fingerprint, so it stays open over restarts, and is closed when the finding is gone.
 *
 * What could not be seen is a notification of the invocation, which then was not successful.
 */
#include "tools/sarif.h"
#include "findings/finding_rules.h"
#include "json/json.h"
#include "keys.h"

#include <ctype.h>

/*
 * What a program calls itself is no link to its author's page, nor a place to be filled in: brackets
 * bear a backslash (section 3.11.6), braces are doubled (section 3.11.5).
 */
static json_t *message_text(const char *text)
{
	struct pm_buf escaped = {0};

	for (size_t len; *text; text += len) {
		len = strcspn(text, "[]{}");
		pm_buf_add(&escaped, text, len);
		if (!text[len])
			continue;
		pm_buf_add(&escaped, strchr("[]", text[len]) ? "\\" : &text[len], 1);
		pm_buf_add(&escaped, &text[len], 1);
		len++;
	}
	return json_of_buf(&escaped);
}

/* An object of one member. */
static json_t *object_of(const char *key, json_t *value)
{
	json_t *object = json_object();

	json_put(&object, key, value);
	return object;
}

/* An array of one element. */
static json_t *array_of(json_t *value)
{
	json_t *array = json_array();

	json_push(&array, value);
	return array;
}

static json_t *message(const char *text)
{
	return object_of("text", message_text(text));
}

/* ---- the tool ---------------------------------------------------------------------- */

static json_t *rule_object(const struct finding_rule *rule)
{
	const char *level = finding_level_name(rule->level);
	json_t *object = json_object();

	json_put(&object, "id", json_text(rule->id));
	json_put(&object, "shortDescription", message(rule->text));
	json_put(&object, "fullDescription", message(rule->text));
	json_put(&object, "help", message(rule->help));
	json_put(&object, "defaultConfiguration", object_of("level", json_text(level)));
	json_put(&object, "properties", object_of("tags", array_of(json_text("security"))));
	return object;
}

static json_t *tool(const struct sarif_run *run)
{
	json_t *driver = json_object(), *rules = json_array();

	json_put(&driver, "name", json_text("portmote"));
	json_put(&driver, "version", json_text(PM_VERSION));
	json_put(&driver, "semanticVersion", json_text(PM_VERSION));
	for (size_t i = 0; i < run->rule_count; i++)
		json_push(&rules, rule_object(&finding_rules[run->first_rule + i]));
	json_put(&driver, "rules", rules);
	return object_of("driver", driver);
}

/* ---- the run ----------------------------------------------------------------------- */

json_t *sarif_notification(const char *level, const char *id, const char *text)
{
	json_t *object = json_object();

	json_put(&object, "level", json_text(level));
	json_put(&object, "message", message(text));
	json_put(&object, "descriptor", object_of("id", json_text(id)));
	return object;
}

json_t *sarif_gap(const struct pm_gap *gap, const char *when)
{
	const char *what = pm_gap_what_name(gap->what), *why = pm_gap_why_name(gap->why);
	struct pm_buf id = {0}, text = {0};

	pm_buf_printf(&id, "%s-%s", what, why);
	pm_buf_printf(&text, "incomplete%s: %s %s (%zu): %s", when, what, why, gap->count,
		      gap->detail);
	json_t *object = id.failed || text.failed ? NULL
						  : sarif_notification("error", pm_buf_text(&id),
								       pm_buf_text(&text));
	pm_buf_release(&id);
	pm_buf_release(&text);
	return object;
}

static json_t *invocations(const struct sarif_run *run, bool is_complete)
{
	const struct pm_snapshot *snapshot = run->snapshot;
	json_t *object = json_object();

	json_put(&object, "executionSuccessful", json_boolean(is_complete));
	json_put(&object, "startTimeUtc", json_time(true, snapshot->time));
	if (snapshot->host)
		json_put(&object, "machine", json_text(snapshot->host));
	json_put(&object, "toolExecutionNotifications", run->notifications);
	return array_of(object);
}

/* "portmote/HOST/": results of one host are not closed by a run on another (section 3.17.3). */
static json_t *automation(const struct sarif_run *run)
{
	struct pm_buf id = {0};

	pm_buf_printf(&id, "portmote/%s/%s", run->snapshot->host ? run->snapshot->host : "",
		      run->category);
	return object_of("id", json_of_buf(&id));
}

/* ---- results ----------------------------------------------------------------------- */

static uint8_t hex_value(char digit)
{
	return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* RFC 3986: all but unreserved characters and the slash in percents. `text` is escaped, and becomes
 * the bytes that it stands for. */
static void add_uri(struct pm_buf *uri, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (text[0] == '\\' && text[1] == 'x' && text[2] && text[3]) {
			byte = (unsigned char)(hex_value(text[2]) << 4 | hex_value(text[3]));
			text += 3;
		}
		if (byte < 0x80 && (isalnum(byte) || strchr("-._~/", byte)) && byte)
			pm_buf_add(uri, &byte, 1);
		else
			pm_buf_printf(uri, "%%%02X", byte);
	}
}

/* The file that the owner runs; else the host, by a reference that cannot be taken for another. */
static json_t *artifact(const struct pm_report *report, const struct finding *finding)
{
	const struct pm_process *owner =
		finding->listener == PM_NO_LISTENER
			? NULL
			: report->judgement->verdicts[finding->listener].owner;
	const char *exe = owner ? owner->exe.path : NULL, *host = report->snapshot->host;
	struct pm_buf uri = {0};

	if (exe && *exe == '/') {
		pm_buf_puts(&uri, "file://");
		add_uri(&uri, exe);
	} else {
		add_uri(&uri, host && *host ? host : "host");
	}
	return object_of("uri", json_of_buf(&uri));
}

/* Code scanning asks for a region, also of what has no lines. */
static json_t *physical(const struct pm_report *report, const struct finding *finding)
{
	json_t *object = json_object();

	json_put(&object, "artifactLocation", artifact(report, finding));
	json_put(&object, "region",
		 json_pack("{s:i, s:i, s:i, s:i}", "startLine", 1, "startColumn", 1, "endLine", 1,
			   "endColumn", 1));
	return object;
}

/* "host tcp 0.0.0.0:22" */
static json_t *locations(const struct pm_report *report, const struct finding *finding)
{
	json_t *location = json_object(), *logical = json_object();

	json_put(&logical, "fullyQualifiedName", json_text(finding->key));
	json_put(&logical, "kind", json_text("resource"));
	json_put(&location, "physicalLocation", physical(report, finding));
	json_put(&location, "logicalLocations", array_of(logical));
	return array_of(location);
}

/* What the other formats say of the listener, for those who filter by it. */
static json_t *properties(const struct pm_report *report, size_t i)
{
	static const char *const columns[] = {"verdict", "exposure", "program",
					      "user",	 "unit",     "container"};
	json_t *object = json_object();
	struct pm_buf text = {0};

	for (size_t k = 0; k < PM_COUNT(columns) && i != PM_NO_LISTENER; k++) {
		add_field(report, i, columns[k], &text);
		if (text.len || text.failed)
			json_put(&object, columns[k], json_of_buf(&text));
	}
	return object;
}

json_t *sarif_result(const struct pm_report *report, const struct finding *finding,
		     size_t first_rule)
{
	const struct finding_rule *rule = &finding_rules[finding->rule];
	json_t *object = json_object();

	json_put(&object, "ruleId", json_text(rule->id));
	json_put(&object, "ruleIndex", json_number(finding->rule - first_rule));
	json_put(&object, "level", json_text(finding_level_name(finding->level)));
	json_put(&object, "message", message(finding->message));
	json_put(&object, "locations", locations(report, finding));
	json_put(&object, "partialFingerprints",
		 object_of("portmote/v1", json_text(finding->fingerprint)));
	json_put(&object, "occurrenceCount", json_number(finding->count));
	json_put(&object, "properties", properties(report, finding->listener));
	return object;
}

/* Workers of one program at one port are one result that occurs several times. */
static json_t *sarif_results(const struct pm_report *report, unsigned only)
{
	struct findings findings;
	int r = findings_find(report, only, &findings);
	json_t *array = r < 0 ? NULL : json_array();

	for (size_t k = 0; k < findings.count && array; k++)
		if (findings.items[k].first == k)
			json_push(&array, sarif_result(report, &findings.items[k], 0));
	findings_release(&findings);
	return array;
}

int sarif_write(const struct sarif_run *run, bool is_complete, FILE *out)
{
	json_t *document = json_object(), *object = json_object();

	json_put(&object, "tool", tool(run));
	json_put(&object, "automationDetails", automation(run));
	json_put(&object, "invocations", invocations(run, is_complete));
	json_put(&object, "columnKind", json_text("utf16CodeUnits"));
	json_put(&object, "results", run->results);
	json_put(&document, "$schema", json_text("https://json.schemastore.org/sarif-2.1.0.json"));
	json_put(&document, "version", json_text("2.1.0"));
	json_put(&document, "runs", array_of(object));
	return json_write(document, out);
}

static json_t *sarif_notifications(const struct pm_coverage *coverage)
{
	json_t *array = json_array();

	for (size_t i = 0; i < coverage->gap_count; i++)
		json_push(&array, sarif_gap(&coverage->gaps[i], ""));
	return array;
}

int sarif_print(const struct pm_report *report, const struct pm_report_options *options)
{
	const struct pm_coverage *coverage = &report->snapshot->coverage;

	json_begin();
	struct sarif_run run = {
		.snapshot = report->snapshot,
		.category = "",
		.rule_count = FINDING_RULES,
		.notifications = sarif_notifications(coverage),
		.results = sarif_results(report, options->only),
	};
	return sarif_write(&run, !coverage->gap_count, options->out);
}
