#include "json/json_listener.h"
#include "json/json.h"

/* `text` is of no use but as room. */
static json_t *json_field(const struct pm_field *field, const struct pm_report *report, size_t i,
			  struct pm_buf *text)
{
	uint64_t number;

	if (field->kind == PM_FIELD_OBJECT)
		return field->object(report, i);
	if (field->kind == PM_FIELD_NUMBER)
		return field->number(report, i, &number) ? json_number(number) : json_null();
	pm_buf_clear(text);
	field->text(report, i, text);
	return text->failed ? NULL : json_filled(pm_buf_text(text));
}

json_t *json_listener(const struct pm_report *report, size_t i)
{
	json_t *object = json_object();
	struct pm_buf text = {0};

	for (size_t k = 0; k < pm_field_count; k++)
		if (pm_fields[k].kind != PM_FIELD_COLUMN)
			json_put(&object, pm_fields[k].name,
				 json_field(&pm_fields[k], report, i, &text));
	pm_buf_release(&text);
	return object;
}
