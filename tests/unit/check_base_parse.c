#include <errno.h>
#include <portmote/base.h>

#include "expect.h"

static int number(const char *text, uint64_t max, uint64_t *ret)
{
	return pm_parse_u64(text, strlen(text), max, ret);
}

START_TEST(numbers)
{
	for (unsigned n = 0; n <= 70000; n++) {
		char text[16];
		uint64_t value = 99;

		snprintf(text, sizeof(text), "%u", n);
		int r = number(text, UINT16_MAX, &value);
		EXPECT(r == (n > UINT16_MAX ? -ERANGE : 0));
		EXPECT(value == (n > UINT16_MAX ? 99 : n));
	}
}
END_TEST

static const char *const no_numbers[] = {
	"",	  " ",	 " 80", "80 ", "080",  "00",   "-1", "+1", "-0",   "0x50",
	"8e1",	  "80.", "8,0", "1_0", "\t80", "80\n", "a",  "١",  "８０", "99999999999999999999x",
	"80/tcp",
};

START_TEST(no_number)
{
	uint64_t value = 7;

	ck_assert_int_eq(number(no_numbers[_i], UINT64_MAX, &value), -EINVAL);
	ck_assert_uint_eq(value, 7);
}
END_TEST

START_TEST(number_limits)
{
	uint64_t value = 7;

	ck_assert_int_eq(number("18446744073709551615", UINT64_MAX, &value), 0);
	ck_assert(value == UINT64_MAX);
	ck_assert_int_eq(number("18446744073709551616", UINT64_MAX, &value), -ERANGE);
	ck_assert_int_eq(number("99999999999999999999", UINT64_MAX, &value), -ERANGE);
	ck_assert_int_eq(number("1", 0, &value), -ERANGE);
	ck_assert_int_eq(number("0", 0, &value), 0);
	ck_assert_int_eq(pm_parse_u64("80", 1, 99, &value), 0);
	ck_assert_uint_eq(value, 8);
	ck_assert_int_eq(pm_parse_u64("8\0000", 3, 9999, &value), -EINVAL);
}
END_TEST

START_TEST(hexadecimal)
{
	uint64_t value = 7;

	ck_assert_int_eq(pm_parse_hex("00fF", 4, UINT16_MAX, &value), 0);
	ck_assert_uint_eq(value, 255);
	ck_assert_int_eq(pm_parse_hex("10000", 5, UINT16_MAX, &value), -ERANGE);
	ck_assert_int_eq(pm_parse_hex("FFFFFFFFFFFFFFFF", 16, UINT64_MAX, &value), 0);
	ck_assert(value == UINT64_MAX);
	ck_assert_int_eq(pm_parse_hex("10000000000000000", 17, UINT64_MAX, &value), -ERANGE);
	ck_assert_int_eq(pm_parse_hex("", 0, UINT64_MAX, &value), -EINVAL);
	ck_assert_int_eq(pm_parse_hex("0x1", 3, UINT64_MAX, &value), -EINVAL);
	ck_assert_int_eq(pm_parse_hex("g", 1, UINT64_MAX, &value), -EINVAL);
	ck_assert_int_eq(pm_parse_hex(" 1", 2, UINT64_MAX, &value), -EINVAL);
}
END_TEST

static const struct {
	const char *text;
	int code;
	uint16_t first, last;
} ports[] = {
	{"0", 0, 0, 0},
	{"80", 0, 80, 80},
	{"65535", 0, 65535, 65535},
	{"6000-6063", 0, 6000, 6063},
	{"1-65535", 0, 1, 65535},
	{"0-65535", 0, 0, 65535},
	{"80-80", 0, 80, 80},
	{"65536", -ERANGE, 0, 0},
	{"99999999999999999999", -ERANGE, 0, 0},
	{"1-65536", -ERANGE, 0, 0},
	{"65536-65537", -ERANGE, 0, 0},
	{"80-79", -EINVAL, 0, 0},
	{"", -EINVAL, 0, 0},
	{"-", -EINVAL, 0, 0},
	{"-1", -EINVAL, 0, 0},
	{"1-", -EINVAL, 0, 0},
	{"1--2", -EINVAL, 0, 0},
	{"1-2-3", -EINVAL, 0, 0},
	{" 80", -EINVAL, 0, 0},
	{"80 ", -EINVAL, 0, 0},
	{"80 - 90", -EINVAL, 0, 0},
	{"080", -EINVAL, 0, 0},
	{"80-090", -EINVAL, 0, 0},
	{"080-90", -EINVAL, 0, 0},
	{"+80", -EINVAL, 0, 0},
	{"0x50", -EINVAL, 0, 0},
	{"80,81", -EINVAL, 0, 0},
	{"80\xe2\x80\x93"
	 "90",
	 -EINVAL, 0, 0},
	{"\xd9\xa8\xd9\xa0", -EINVAL, 0, 0},
	{"http", -EINVAL, 0, 0},
};

START_TEST(port_ranges)
{
	uint16_t first = 1, last = 2;

	ck_assert_int_eq(pm_parse_ports(ports[_i].text, strlen(ports[_i].text), &first, &last),
			 ports[_i].code);
	ck_assert_uint_eq(first, ports[_i].code ? 1 : ports[_i].first);
	ck_assert_uint_eq(last, ports[_i].code ? 2 : ports[_i].last);
}
END_TEST

START_TEST(port_ranges_exhaustive)
{
	for (unsigned n = 0; n <= 70000; n++) {
		char text[16];
		uint16_t first = 1, last = 2;

		int len = snprintf(text, sizeof(text), "%u-%u", n / 2, n);
		int r = pm_parse_ports(text, (size_t)len, &first, &last);
		EXPECT(r == (n > UINT16_MAX ? -ERANGE : 0));
		EXPECT(last == (n > UINT16_MAX ? 2 : n));
		EXPECT(first == (n > UINT16_MAX ? 1 : n / 2));
	}
}
END_TEST

Suite *suite_base_parse(void);
Suite *suite_base_parse(void)
{
	Suite *suite = suite_create("base_parse");
	TCase *tcase = tcase_create("parse");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, numbers);
	tcase_add_loop_test(tcase, no_number, 0, PM_COUNT(no_numbers));
	tcase_add_test(tcase, number_limits);
	tcase_add_test(tcase, hexadecimal);
	tcase_add_loop_test(tcase, port_ranges, 0, PM_COUNT(ports));
	tcase_add_test(tcase, port_ranges_exhaustive);
	suite_add_tcase(suite, tcase);
	return suite;
}
