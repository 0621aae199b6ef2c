#include "json/json.h"

#include <errno.h>

/* The seed of the hash tables: any; without one, jansson would read /dev/urandom. */
void json_begin(void)
{
	json_object_seed(1);
}

json_t *json_text(const char *text)
{
	return text ? json_string(text) : json_null();
}

json_t *json_filled(const char *text)
{
	return json_text(*text ? text : NULL);
}

json_t *json_of_buf(struct pm_buf *text)
{
	json_t *value = text->failed ? NULL : json_filled(pm_buf_text(text));

	pm_buf_release(text);
	return value;
}

json_t *json_number(uint64_t number)
{
	return json_integer((json_int_t)number);
}

json_t *json_number_if(bool known, uint64_t number)
{
	return known ? json_number(number) : json_null();
}

json_t *json_time(bool known, int64_t seconds)
{
	struct pm_buf text = {0};

	if (known)
		pm_report_time(seconds, &text);
	return json_of_buf(&text);
}

json_t *json_known(enum pm_known known)
{
	return known == PM_UNKNOWN ? json_null() : json_boolean(known == PM_YES);
}

void json_put(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) == 0)
		return;
	json_decref(*object);
	*object = NULL;
}

void json_push(json_t **array, json_t *value)
{
	if (json_array_append_new(*array, value) == 0)
		return;
	json_decref(*array);
	*array = NULL;
}

static int json_dump_line(json_t *document, size_t flags, FILE *out)
{
	if (!document)
		return -ENOMEM;
	errno = 0;
	bool is_written = json_dumpf(document, out, flags | JSON_ENSURE_ASCII) == 0 &&
			  fputc('\n', out) != EOF;
	json_decref(document);
	if (is_written)
		return 0;
	return errno ? -errno : -EIO;
}

int json_write(json_t *document, FILE *out)
{
	return json_dump_line(document, JSON_INDENT(2), out);
}

int json_write_line(json_t *document, FILE *out)
{
	return json_dump_line(document, JSON_COMPACT, out);
}
