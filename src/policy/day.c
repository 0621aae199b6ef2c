#include "day.h"
#include "values.h"

#include <errno.h>

enum { DAY = 24 * 60 * 60, YEAR_MIN = 1970 };

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to the first day of a year that is not before. */
static int64_t days_to_year(int64_t year)
{
	int64_t before = year - 1;

	return (year - YEAR_MIN) * 365 + (before / 4 - before / 100 + before / 400) -
	       (1969 / 4 - 1969 / 100 + 1969 / 400);
}

/* "2027-01-31", strictly; the days since 1970, or -EINVAL. */
static int64_t parse_day(const char *text)
{
	static const size_t digits[] = {4, 2, 2};
	uint64_t parts[PM_COUNT(digits)];
	const char *at = text;

	for (size_t i = 0; i < PM_COUNT(digits); i++, at += digits[i - 1] + 1) {
		bool is_last = i == PM_COUNT(digits) - 1;
		size_t len = strspn(at, "0123456789");

		if (len != digits[i] || at[len] != (is_last ? '\0' : '-'))
			return -EINVAL;
		/* A month or a day can begin with a zero. */
		size_t zero = i && *at == '0';
		if (pm_parse_u64(at + zero, len - zero, 9999, &parts[i]) < 0)
			return -EINVAL;
	}
	int64_t year = (int64_t)parts[0], month = (int64_t)parts[1], day = (int64_t)parts[2];
	if (year < YEAR_MIN || month < 1 || month > 12 || day < 1 ||
	    day > days_of_month(year, month))
		return -EINVAL;
	int64_t days = days_to_year(year) + day - 1;
	for (int64_t i = 1; i < month; i++)
		days += days_of_month(year, i);
	return days;
}

int policy_take_expires(struct parse *parse, const struct yaml_node *value, void *place)
{
	struct pm_policy_rule *rule = place;

	int r = policy_take_text(parse, value, &rule->expires);
	if (r < 0)
		return r;
	int64_t days = parse_day(rule->expires);
	if (days < 0)
		return policy_fault(parse, value->place,
				    "'expires': '%.60s' is no day such as 2027-01-31", value->text);
	rule->expired = (days + 1) * DAY;
	return 0;
}

/* Of an instant after the year 9999, or before 1970, the nearest day between. */
const char *policy_day(int64_t time, char *buf)
{
	static const int64_t last = 253402300799;
	int64_t days, year, month = 1;

	if (time < 0)
		time = 0;
	days = (time > last ? last : time) / DAY;
	/* No year is longer than 366 days: so never too late a year to begin with. */
	for (year = YEAR_MIN + days / 366; days_to_year(year + 1) <= days;)
		year++;
	days -= days_to_year(year);
	for (; days >= days_of_month(year, month); month++)
		days -= days_of_month(year, month);
	snprintf(buf, POLICY_DAY_SIZE, "%04d-%02d-%02d", (int)year, (int)month, (int)days + 1);
	return buf;
}
