#include "line/words.h"
#include "line/suggest.h"

#include <errno.h>

int each_word(struct request *request, const char *list, struct pm_error *err,
	      int (*take)(struct request *, const char *word, size_t len, struct pm_error *))
{
	int r = 0;

	for (const char *at = list; r == 0; at++) {
		size_t len = strcspn(at, ",");

		r = take(request, at, len, err);
		at += len;
		if (!*at)
			break;
	}
	return r;
}

static const char *format_word(size_t i)
{
	return pm_formats[i].name;
}

/* FORMAT=FILE: one more output. */
static int add_output(struct request *request, const struct pm_format *format, const char *file,
		      struct pm_error *err)
{
	if (!*file)
		return pm_fail(err, -EINVAL, "--format: '%s=' names no file", format->name);
	/* The last place is that of a plain --format. */
	if (request->output_count == PM_COUNT(request->outputs) - 1)
		return pm_fail(err, -EINVAL, "--format: more than %zu files",
			       PM_COUNT(request->outputs) - 1);
	request->outputs[request->output_count++] = (struct output_request){format, file};
	return 0;
}

int use_format(struct request *request, const struct pm_format *format, const char *file,
	       struct pm_error *err)
{
	if (file)
		return add_output(request, format, file, err);
	if (request->format && request->format != format)
		return pm_fail(
			err, -EINVAL,
			"--format: two without a file, '%s' and '%s'; give one of them a file: "
			"--format=%s=FILE",
			request->format->name, format->name, request->format->name);
	request->format = format;
	return 0;
}

int take_format(struct request *request, const char *value, struct pm_error *err)
{
	size_t len = strcspn(value, "=");
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)len, value);
	const struct pm_format *format = pm_format_find(name);
	if (!format)
		return no_such_word("--format", "format", value, len, format_word, pm_format_count,
				    err);
	return use_format(request, format, value[len] ? value + len + 1 : NULL, err);
}

static const char *column_word(size_t i)
{
	return pm_fields[i].header ? pm_fields[i].name : NULL;
}

static int take_column_word(struct request *request, const char *word, size_t len,
			    struct pm_error *err)
{
	int i = pm_field_find(word, len);

	if (i < 0)
		return no_such_word("-o", "column", word, len, column_word, pm_field_count, err);
	if (request->column_count == PM_COUNT(request->columns))
		return pm_fail(err, -EINVAL, "-o: more than %zu columns",
			       PM_COUNT(request->columns));
	request->columns[request->column_count++] = (size_t)i;
	return 0;
}

int take_columns(struct request *request, const char *value, struct pm_error *err)
{
	return each_word(request, value, err, take_column_word);
}

static bool words_is_word(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && !memcmp(name, word, len);
}

static int find_verdict(const char *word, size_t len)
{
	for (int i = 0; i < PM_VERDICTS; i++)
		if (words_is_word(pm_verdict_name((enum pm_verdict_kind)i), word, len))
			return i;
	return -1;
}

/* Verdicts, flags, severities, and "none". */
static const char *fail_on_word(size_t i)
{
	if (i < PM_VERDICTS)
		return pm_verdict_name((enum pm_verdict_kind)i);
	i -= PM_VERDICTS;
	if (i < PM_FLAGS)
		return pm_flag_name((enum pm_flag)i);
	i -= PM_FLAGS;
	return i < PM_SEVERITIES ? pm_severity_name((enum pm_severity)i) : "none";
}

static int take_only_word(struct request *request, const char *word, size_t len,
			  struct pm_error *err)
{
	int i = find_verdict(word, len);

	if (i < 0)
		return no_such_word("--only", "verdict", word, len, fail_on_word, PM_VERDICTS, err);
	request->only |= 1u << i;
	return 0;
}

int take_only(struct request *request, const char *value, struct pm_error *err)
{
	return each_word(request, value, err, take_only_word);
}

static int take_fail_on_word(struct request *request, const char *word, size_t len,
			     struct pm_error *err)
{
	int verdict = find_verdict(word, len);

	if (verdict >= 0) {
		request->fail_on.verdicts |= 1u << verdict;
		return 0;
	}
	for (int i = 0; i < PM_FLAGS; i++)
		if (words_is_word(pm_flag_name((enum pm_flag)i), word, len)) {
			request->fail_on.flags |= 1u << i;
			return 0;
		}
	for (int i = 0; i < PM_SEVERITIES; i++)
		if (words_is_word(pm_severity_name((enum pm_severity)i), word, len)) {
			request->fail_on.severities |= 1u << i;
			return 0;
		}
	return no_such_word("--fail-on", "verdict, flag or severity", word, len, fail_on_word,
			    (size_t)PM_VERDICTS + PM_FLAGS + PM_SEVERITIES + 1, err);
}

int take_fail_on(struct request *request, const char *value, struct pm_error *err)
{
	bool is_none = !strcmp(value, "none");

	/* In place of the default; a second list adds to the first. */
	if (!request->fails_on_words || is_none)
		request->fail_on = (struct pm_fail_on){0};
	request->fails_on_words = true;
	return !is_none ? each_word(request, value, err, take_fail_on_word) : 0;
}
