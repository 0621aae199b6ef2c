#include "explain/explain_words.h"

#include <ctype.h>

/* "TCP and UDP" */
const char *transport_words(uint8_t transports, char *buf, size_t size)
{
	static const char *const names[PM_TRANSPORTS] = {"TCP", "UDP", "SCTP", "DCCP"};
	size_t len = 0;
	unsigned left = transports;
	const char *comma = "";

	buf[0] = '\0';
	for (size_t i = 0; i < PM_TRANSPORTS && len < size; i++) {
		if (!(transports >> i & 1))
			continue;
		left &= ~(1u << i);
		if (len)
			comma = left ? ", " : " and ";
		len += (size_t)snprintf(buf + len, size - len, "%s%s", comma, names[i]);
	}
	return buf;
}

/* "port 3643" or "ports 6000 to 6063" */
const char *port_words(uint16_t first, uint16_t last, char *buf, size_t size)
{
	if (first == last)
		snprintf(buf, size, "port %u", first);
	else
		snprintf(buf, size, "ports %u to %u", first, last);
	return buf;
}

/* "2002-11" as "November 2002"; other forms as they are. */
const char *date_words(const char *date, char *buf, size_t size)
{
	static const char *const months[] = {"January",	  "February", "March",	  "April",
					     "May",	  "June",     "July",	  "August",
					     "September", "October",  "November", "December"};
	uint64_t year, month;

	if (strlen(date) < 7 || date[4] != '-' || pm_parse_u64(date, 4, 9999, &year) < 0 ||
	    pm_parse_u64(date + 5 + (date[5] == '0'), 2u - (date[5] == '0'), 12, &month) < 0 ||
	    !month || (date[7] && date[7] != '-'))
		snprintf(buf, size, "%s", date);
	else
		snprintf(buf, size, "%s %u", months[month - 1], (unsigned)year);
	return buf;
}

/* An id that is in no list of people: "SEIKO_EPSON_3" as "SEIKO EPSON". */
static void add_id(struct pm_buf *ret, const char *id, size_t len)
{
	size_t digits = 0;

	while (digits < len && isdigit((unsigned char)id[len - 1 - digits]))
		digits++;
	if (digits && digits <= 2 && digits + 1 < len && id[len - 1 - digits] == '_')
		len -= digits + 1;
	for (size_t i = 0; i < len; i++)
		pm_buf_add(ret, id[i] == '_' ? " " : &id[i], 1);
}

void person_words(const struct pm_knowledge *knowledge, const char *people, struct pm_buf *ret)
{
	for (size_t shown = 0; *people; shown++) {
		people += strspn(people, "[]");
		size_t len = strcspn(people, "[]");
		const char *name = pm_person_name(knowledge, people, len);

		if (len && shown)
			pm_buf_puts(ret, ", ");
		if (name)
			pm_buf_puts(ret, name);
		else
			add_id(ret, people, len);
		people += len;
	}
}
