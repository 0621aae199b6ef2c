#include "json/json_print.h"
#include "findings/check_json.h"
#include "json/json.h"
#include "json/json_head.h"
#include "json/json_listener.h"
#include "json/read/snapshot_seal.h"
#include "json/read/snapshot_split.h"
#include "keys.h"

#include <errno.h>

json_t *json_summary(const struct pm_report *report)
{
	size_t count[PM_VERDICTS] = {0};
	json_t *object = json_object();

	for (size_t i = 0; i < report->judgement->count; i++)
		count[report->judgement->verdicts[i].kind]++;
	for (int kind = 0; kind < PM_VERDICTS; kind++)
		json_put(&object, pm_verdict_name((enum pm_verdict_kind)kind),
			 json_number(count[kind]));
	return object;
}

static json_t *json_config(const struct pm_config *config, const struct pm_buf *extract)
{
	size_t size = 4 * extract->len + 1;
	char *text = malloc(size);
	json_t *object = json_object();

	if (text)
		pm_escape(text, size, extract->data, extract->len);
	json_put(&object, "name", json_text(config->name));
	json_put(&object, "path", json_text(config->path));
	json_put(&object, "text", text ? json_text(text) : NULL);
	json_put(&object, "enabled", json_known(config->is_enabled));
	json_put(&object, "unread", json_boolean(config->is_unread));
	json_put(&object, "pid", json_number_if(config->pid, (uint64_t)config->pid));
	free(text);
	return object;
}

static json_t *json_extracts(const struct pm_snapshot *snapshot, const struct pm_buf *extracts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < snapshot->config_count; i++)
		if (extracts[i].len || snapshot->configs[i].is_unread)
			json_push(&array, json_config(&snapshot->configs[i], &extracts[i]));
	return array;
}

/* Of the configurations that were read what a verdict can rest on: judged again, it is needed. */
static json_t *json_configs(const struct pm_snapshot *snapshot)
{
	struct pm_buf *extracts = calloc(snapshot->config_count + 1, sizeof(*extracts));
	json_t *array = NULL;

	if (extracts && pm_config_extracts(snapshot, extracts) == 0)
		array = json_extracts(snapshot, extracts);
	for (size_t i = 0; i < snapshot->config_count && extracts; i++)
		pm_buf_release(&extracts[i]);
	free(extracts);
	return array;
}

struct json_text {
	struct pm_buf buf;
	const char *indent; /* what begins each line but the first */
	bool is_sealed;
	SHA2_CTX sum;  /* of all that was written, where it is */
	size_t before; /* so many bytes */
};

/* Strings hold no line breaks: json_dump() writes them as escapes. */
static int json_add_piece(const char *bytes, size_t len, void *data)
{
	struct json_text *text = data;

	for (const char *at; (at = memchr(bytes, '\n', len)); bytes = at) {
		at++;
		len -= (size_t)(at - bytes);
		pm_buf_add(&text->buf, bytes, (size_t)(at - bytes));
		pm_buf_puts(&text->buf, text->indent);
	}
	pm_buf_add(&text->buf, bytes, len);
	return text->buf.failed ? -1 : 0;
}

/* What is kept, to be compared with later, is of no use where it could not be read then. */
static int check_size(const struct json_text *text)
{
	const struct span span = {pm_buf_text(&text->buf), text->buf.len};

	if (!text->is_sealed)
		return 0;
	bool is_readable =
		text->before + span.len <= PM_SNAPSHOT_FILE_MAX && split_is_readable(&span);
	return is_readable ? 0 : -EMSGSIZE;
}

/* Add `value`, which is released and may be NULL: no memory, as all that can fail here. */
static int json_add_value(json_t *value, struct json_text *text)
{
	int r = value ? json_dump_callback(value, json_add_piece, text,
					   JSON_INDENT(2) | JSON_ENSURE_ASCII)
		      : -1;

	json_decref(value);
	if (r < 0)
		return -ENOMEM;
	return check_size(text);
}

static void json_flush(struct json_text *text, FILE *out)
{
	if (text->is_sealed)
		SHA256Update(&text->sum, (const uint8_t *)pm_buf_text(&text->buf), text->buf.len);
	fwrite(pm_buf_text(&text->buf), 1, text->buf.len, out);
	text->before += text->buf.len;
	pm_buf_clear(&text->buf);
}

static int print_items(const struct json_list *list, const struct pm_report_options *options,
		       struct json_text *text)
{
	const char *comma = "";
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0 && !ferror(options->out); i++) {
		if (list->is_in && !list->is_in(list->data, i, options->only))
			continue;
		pm_buf_puts(&text->buf, comma);
		pm_buf_puts(&text->buf, "\n    ");
		r = json_add_value(list->item(list->data, i), text);
		json_flush(text, options->out);
		comma = ",";
	}
	pm_buf_puts(&text->buf, *comma ? "\n  ]" : "]");
	return r;
}

json_t *json_audit_head(const struct pm_report *report)
{
	const struct pm_snapshot *snapshot = report->snapshot;
	json_t *head = json_head(report);

	json_put(&head, "with_bound", json_boolean(snapshot->with_bound));
	json_put(&head, "with_portless", json_boolean(snapshot->with_portless));
	json_put(&head, "narrowed", json_text(snapshot->narrowed));
	json_put(&head, "configs", json_configs(snapshot));
	json_put(&head, "summary", json_summary(report));
	if (report->check)
		json_put(&head, "policy", check_json(report));
	return head;
}

/* The list, and what ends the document. */
static int print_rest(const struct json_list *list, const struct pm_report_options *options,
		      struct json_text *text)
{
	static const char end[] = "\n}";

	text->buf.len -= sizeof(end) - 1; /* it goes on: */
	pm_buf_printf(&text->buf, ",\n  \"%s\": [", list->key);
	text->indent = "    ";
	json_flush(text, options->out);
	int r = print_items(list, options, text);
	if (r < 0)
		return r;
	if (text->is_sealed) {
		json_flush(text, options->out);
		seal_add(&text->buf, &text->sum);
	} else {
		pm_buf_printf(&text->buf, "%s\n", end);
	}
	r = check_size(text);
	if (r < 0)
		return r;
	json_flush(text, options->out);
	return printed(&text->buf, options->out);
}

int json_print_list(json_t *head, const struct json_list *list,
		    const struct pm_report_options *options)
{
	struct json_text text = {.indent = "", .is_sealed = options->sealed};

	SHA256Init(&text.sum);
	int r = json_add_value(head, &text);
	if (r == 0)
		r = print_rest(list, options, &text);
	pm_buf_release(&text.buf);
	return r;
}

static bool json_is_in(const void *data, size_t i, unsigned only)
{
	return is_listed(data, only, i);
}

static json_t *listener_item(const void *data, size_t i)
{
	return json_listener(data, i);
}

int json_print(const struct pm_report *report, const struct pm_report_options *options)
{
	const struct json_list list = {"listeners", report->snapshot->listener_count, json_is_in,
				       listener_item, report};

	return json_print_list(json_audit_head(report), &list, options);
}
