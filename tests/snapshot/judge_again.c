#include "judge_again.h"

#include <errno.h>

static void demand(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "judge_again: %s\n", what);
	abort();
}

static void write_as(const struct pm_report *report, const struct pm_format *format, bool verbose,
		     struct pm_buf *ret)
{
	const struct pm_topic topic = {22, 22, PM_ALL_TRANSPORTS};
	char *text = NULL;
	size_t len = 0;
	struct pm_report_options options = {
		.out = open_memstream(&text, &len), .header = true, .verbose = verbose};

	demand(options.out, "no stream");
	demand(format->print(report, &options) == 0, "it could not be printed");
	demand(fflush(options.out) == 0, "no memory");
	pm_buf_clear(ret);
	pm_buf_add(ret, text, len);
	demand(format->explain(report, &options, &topic, 1) == 0, "it could not be explained");
	fclose(options.out);
	for (size_t i = 0; i < len; i++)
		demand(text[i] == '\n' || (text[i] >= 0x20 && text[i] <= 0x7e),
		       "a byte that is not printable");
	free(text);
}

static void judge(struct pm_snapshot *snapshot, struct pm_buf *json, struct pm_error *err)
{
	const struct pm_registry *registry = pm_registry_builtin();
	const struct pm_knowledge *knowledge = pm_knowledge_builtin();
	struct pm_judgement judgement = {0};
	struct pm_buf text = {0};

	demand(pm_snapshot_names(snapshot, err) == 0, "names");
	struct pm_label *labels = pm_label_all(snapshot, registry);
	demand(labels && pm_judge(snapshot, registry, knowledge, labels, &judgement, err) == 0,
	       "it could not be judged");
	const struct pm_report report = {.snapshot = snapshot,
					 .registry = registry,
					 .knowledge = knowledge,
					 .labels = labels,
					 .judgement = &judgement,
					 .fail_on = &pm_fail_on_default};
	write_as(&report, pm_format_find("text"), true, &text);
	write_as(&report, pm_format_find("json"), false, json);
	pm_buf_release(&text);
	pm_judgement_release(&judgement);
	free(labels);
}

int judge_again(const char *bytes, size_t len, struct pm_buf *json, struct pm_error *err)
{
	struct pm_snapshot snapshot = {0};

	err->text[0] = '\0';
	int r = pm_snapshot_read("file", bytes, len, &snapshot, err);
	demand(r == 0 || r == -EINVAL, "neither read nor refused");
	demand((r < 0) == !strncmp(err->text, "file: ", 6), "refused without a sentence");
	if (r == 0)
		judge(&snapshot, json, err);
	pm_snapshot_release(&snapshot);
	return r;
}

int judge_twice(const char *bytes, size_t len, struct pm_buf *json, struct pm_error *err)
{
	struct pm_buf again = {0};
	int r = judge_again(bytes, len, json, err);

	if (r < 0)
		return r;
	if (judge_again(json->data, json->len, &again, err) < 0) {
		fprintf(stderr, "%s\n", err->text);
		demand(false, "what was written is refused");
	}
	demand(again.len == json->len && !memcmp(again.data, json->data, again.len),
	       "what was written gives other bytes");
	pm_buf_release(&again);
	return 0;
}
