/* Who can reach an address, and which range a port lies in. */
#include <portmote/label.h>

#include <arpa/inet.h>
#include <check.h>

static const struct {
	const char *address;
	enum pm_exposure exposure;
} addresses[] = {
	{"0.0.0.0", PM_EXPOSURE_ANY},
	{"127.0.0.1", PM_EXPOSURE_LOOPBACK},
	{"127.255.255.255", PM_EXPOSURE_LOOPBACK},
	{"128.0.0.1", PM_EXPOSURE_PUBLIC},
	{"169.254.1.1", PM_EXPOSURE_LINK_LOCAL},
	{"169.255.0.1", PM_EXPOSURE_PUBLIC},
	{"10.0.0.1", PM_EXPOSURE_PRIVATE},
	{"11.0.0.1", PM_EXPOSURE_PUBLIC},
	{"172.15.0.1", PM_EXPOSURE_PUBLIC},
	{"172.16.0.1", PM_EXPOSURE_PRIVATE},
	{"172.31.255.255", PM_EXPOSURE_PRIVATE},
	{"172.32.0.1", PM_EXPOSURE_PUBLIC},
	{"192.168.255.1", PM_EXPOSURE_PRIVATE},
	{"192.169.0.1", PM_EXPOSURE_PUBLIC},
	{"100.63.255.255", PM_EXPOSURE_PUBLIC},
	{"100.64.0.1", PM_EXPOSURE_PRIVATE},
	{"100.128.0.0", PM_EXPOSURE_PUBLIC},
	{"224.0.0.251", PM_EXPOSURE_LINK_LOCAL},
	{"224.0.1.1", PM_EXPOSURE_ANY},
	{"239.255.255.250", PM_EXPOSURE_PRIVATE},
	{"255.255.255.255", PM_EXPOSURE_LINK_LOCAL},
	{"8.8.8.8", PM_EXPOSURE_PUBLIC},
	{"::", PM_EXPOSURE_ANY},
	{"::1", PM_EXPOSURE_LOOPBACK},
	{"::2", PM_EXPOSURE_PUBLIC},
	{"fe80::1", PM_EXPOSURE_LINK_LOCAL},
	{"febf::1", PM_EXPOSURE_LINK_LOCAL},
	{"fec0::1", PM_EXPOSURE_PUBLIC},
	{"fc00::1", PM_EXPOSURE_PRIVATE},
	{"fdff::1", PM_EXPOSURE_PRIVATE},
	{"ff02::fb", PM_EXPOSURE_LINK_LOCAL},
	{"ff05::2", PM_EXPOSURE_PRIVATE},
	{"ff0e::1", PM_EXPOSURE_ANY},
	{"ff01::1", PM_EXPOSURE_LOOPBACK},
	{"ff00::1", PM_EXPOSURE_LOOPBACK},
	{"ff11::5", PM_EXPOSURE_LOOPBACK},
	{"ff32::8384", PM_EXPOSURE_LINK_LOCAL},
	{"ff72::1", PM_EXPOSURE_LINK_LOCAL},
	{"ff03::1", PM_EXPOSURE_PRIVATE},
	{"ff14::1", PM_EXPOSURE_PRIVATE},
	{"ff15::1", PM_EXPOSURE_PRIVATE},
	{"ff38::1", PM_EXPOSURE_PRIVATE},
	{"ff1e::1", PM_EXPOSURE_ANY},
	{"ff3e::1", PM_EXPOSURE_ANY},
	{"ff0f::1", PM_EXPOSURE_ANY},
	{"2001:db8::1", PM_EXPOSURE_PUBLIC},
	{"::ffff:127.0.0.1", PM_EXPOSURE_LOOPBACK},
	{"::ffff:0.0.0.0", PM_EXPOSURE_ANY},
	{"::ffff:10.1.2.3", PM_EXPOSURE_PRIVATE},
	{"::ffff:8.8.8.8", PM_EXPOSURE_PUBLIC},
};

START_TEST(exposures)
{
	struct pm_listener listener = {.family = PM_INET6};
	const char *text = addresses[_i].address;

	if (!strchr(text, ':'))
		listener.family = PM_INET;
	ck_assert_int_eq(
		inet_pton(listener.family == PM_INET ? AF_INET : AF_INET6, text, listener.address),
		1);
	ck_assert_str_eq(pm_exposure_name(pm_exposure_of(&listener)),
			 pm_exposure_name(addresses[_i].exposure));
}
END_TEST

/* Bound to a device, the address says only how far it could be reached by another one. */
static const struct {
	const char *address;
	uint32_t ifindex;
	enum pm_known is_gone;
	enum pm_exposure exposure;
} devices[] = {
	{"::", 0, PM_UNKNOWN, PM_EXPOSURE_ANY},
	{"::", 1, PM_NO, PM_EXPOSURE_LOOPBACK},
	{"2001:db8::1", 1, PM_UNKNOWN, PM_EXPOSURE_LOOPBACK},
	{"::", 7, PM_NO, PM_EXPOSURE_ANY},
	{"::", 7, PM_UNKNOWN, PM_EXPOSURE_ANY},
	{"::", 7, PM_YES, PM_EXPOSURE_LOOPBACK},
	{"ff02::fb", 7, PM_YES, PM_EXPOSURE_LOOPBACK},
};

START_TEST(bound)
{
	struct pm_listener listener = {.family = PM_INET6,
				       .has_device = true,
				       .ifindex = devices[_i].ifindex,
				       .is_device_gone = devices[_i].is_gone};

	ck_assert_int_eq(inet_pton(AF_INET6, devices[_i].address, listener.address), 1);
	ck_assert_str_eq(pm_exposure_name(pm_exposure_of(&listener)),
			 pm_exposure_name(devices[_i].exposure));
}
END_TEST

START_TEST(ranges)
{
	ck_assert_str_eq(pm_range_name(pm_range_of(0)), "system");
	ck_assert_str_eq(pm_range_name(pm_range_of(1023)), "system");
	ck_assert_str_eq(pm_range_name(pm_range_of(1024)), "user");
	ck_assert_str_eq(pm_range_name(pm_range_of(49151)), "user");
	ck_assert_str_eq(pm_range_name(pm_range_of(49152)), "dynamic");
	ck_assert_str_eq(pm_range_name(pm_range_of(65535)), "dynamic");
}
END_TEST

Suite *suite_label_exposure(void);

Suite *suite_label_exposure(void)
{
	Suite *suite = suite_create("label_exposure");
	TCase *tests = tcase_create("exposure");

	tcase_add_loop_test(tests, exposures, 0, PM_COUNT(addresses));
	tcase_add_loop_test(tests, bound, 0, PM_COUNT(devices));
	tcase_add_test(tests, ranges);
	suite_add_tcase(suite, tests);
	return suite;
}
