#include <portmote/collect.h>

#include <arpa/inet.h>
#include <check.h>

/* Every byte in every place, beside what inet_ntop(3) makes of it. */
START_TEST(addresses)
{
	struct pm_listener listener = {.family = _i % 2 ? PM_INET : PM_INET6};
	char address[PM_ADDRESS_SIZE], expected[INET6_ADDRSTRLEN];

	for (unsigned i = 0; i < 256; i++) {
		for (unsigned k = 0; k < sizeof(listener.address); k++)
			listener.address[k] = (uint8_t)(i * (2 * k + 1));
		inet_ntop(_i % 2 ? AF_INET : AF_INET6, listener.address, expected,
			  sizeof(expected));
		ck_assert_str_eq(pm_listener_address(&listener, address), expected);
	}
}
END_TEST

Suite *suite_model_snapshot(void);
Suite *suite_model_snapshot(void)
{
	Suite *suite = suite_create("model_snapshot");
	TCase *tcase = tcase_create("snapshot");

	tcase_add_loop_test(tcase, addresses, 0, PM_FAMILIES);
	suite_add_tcase(suite, tcase);
	return suite;
}
