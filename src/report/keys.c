#include "keys.h"

#include <errno.h>

bool is_listed(const struct pm_report *report, unsigned only, size_t i)
{
	return !only || (only >> report->judgement->verdicts[i].kind & 1);
}

void add_field(const struct pm_report *report, size_t i, const char *name, struct pm_buf *ret)
{
	pm_field_text(&pm_fields[pm_field_find(name, strlen(name))], report, i, ret);
}

void add_key(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	const struct pm_listener *listener = &report->snapshot->listeners[i];
	const char *label = report->snapshot->netns[listener->netns].label;

	pm_buf_printf(ret, "%s %s ", label ? label : "unnamed",
		      pm_protocol_name(listener->protocol));
	add_field(report, i, "local", ret);
	if (listener->protocol == PM_PROTOCOL_RAW)
		pm_buf_printf(ret, " protocol %u", listener->number);
	if (listener->protocol == PM_PROTOCOL_PACKET)
		pm_buf_printf(ret, " ethertype 0x%04x", listener->number);
	if (listener->state != PM_STATE_LISTEN)
		pm_buf_printf(ret, " %s", pm_state_name(listener->state));
}

int written(FILE *out)
{
	return ferror(out) ? -EIO : 0;
}

int printed(const struct pm_buf *buf, FILE *out)
{
	return buf->failed ? -ENOMEM : written(out);
}
