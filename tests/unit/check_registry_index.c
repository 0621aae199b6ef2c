/* pm_registry_at() against a plain scan of all rows, for random registries. */
#include <portmote/registry.h>

#include "expect.h"

static uint32_t state;

static uint32_t draw(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

/* Ports near each other and near both ends, so that ranges touch, nest and overlap. */
static uint32_t draw_port(void)
{
	static const uint32_t bases[] = {0, 100, 6000, 65500};
	uint32_t port = bases[draw(PM_COUNT(bases))] + draw(60);

	return port > UINT16_MAX ? UINT16_MAX : port;
}

static struct pm_registry *random_registry(void)
{
	static const char *const transports[] = {"tcp", "udp", "sctp", "dccp", "", ""};
	struct pm_buf file = {0};
	struct pm_registry *registry = NULL;

	pm_buf_puts(&file, "Service Name,Port Number,Transport Protocol,Description,Assignee,"
			   "Registration Date,Modification Date,Reference,Known Unauthorized Uses,"
			   "Assignment Notes\n");
	for (uint32_t i = draw(200); i > 0; i--) {
		uint32_t a = draw_port(), b = draw(3) ? a : draw_port();

		pm_buf_printf(&file, "%s,%u-%u,%s,,,,,,,\n", draw(2) ? "x" : "", a < b ? a : b,
			      a < b ? b : a, transports[draw(PM_COUNT(transports))]);
	}
	ck_assert_int_eq(pm_registry_parse("F", file.data, file.len, &registry, NULL), 0);
	pm_buf_release(&file);
	return registry;
}

static size_t scan(const struct pm_registry *registry, unsigned transport, unsigned port,
		   uint32_t rows[])
{
	size_t count = 0;

	for (unsigned assigned = 2; assigned-- > 0;)
		for (uint32_t i = 0; i < pm_registry_rows(registry); i++) {
			struct pm_registration row = pm_registry_row(registry, i);

			if (row.first <= port && port <= row.last &&
			    row.transports >> transport & 1 &&
			    (row.status == PM_ASSIGNED) == assigned)
				rows[count++] = i;
		}
	return count;
}

START_TEST(equals_a_scan)
{
	state = 2463534242u + (uint32_t)_i;
	struct pm_registry *registry = random_registry();

	for (unsigned transport = 0; transport < PM_TRANSPORTS; transport++)
		for (unsigned port = 0; port <= UINT16_MAX; port++) {
			uint32_t expected[200];
			const uint32_t *rows;

			/* Nothing but a few neighbourhoods has rows; look less often elsewhere. */
			if (port > 200 && port < 65400 && (port < 5900 || port > 6200) && port % 97)
				continue;
			size_t count = scan(registry, transport, port, expected);
			EXPECT(pm_registry_at(registry, (enum pm_transport)transport,
					      (uint16_t)port, &rows) == count);
			EXPECT(!count || memcmp(rows, expected, count * sizeof(*rows)) == 0);
		}
	pm_registry_free(registry);
}
END_TEST

START_TEST(rows_are_in_order)
{
	state = 88675123u + (uint32_t)_i;
	struct pm_registry *registry = random_registry();

	for (uint32_t i = 1; i < pm_registry_rows(registry); i++) {
		struct pm_registration a = pm_registry_row(registry, i - 1);
		struct pm_registration b = pm_registry_row(registry, i);
		int order = PM_CMP(a.first, b.first);

		order = order ? order : PM_CMP(a.last, b.last);
		order = order ? order : PM_CMP(a.transports, b.transports);
		order = order ? order : PM_CMP(a.row, b.row);
		EXPECT(order < 0);
	}
	pm_registry_free(registry);
}
END_TEST

/* The compiled tables, at every port: no gap, no row twice, none that does not speak of the port. */
START_TEST(builtin_at_every_port)
{
	const struct pm_registry *registry = pm_registry_builtin();
	size_t spoken = 0, listed = 0;

	for (uint32_t i = 0; i < pm_registry_rows(registry); i++) {
		struct pm_registration row = pm_registry_row(registry, i);

		spoken += (size_t)__builtin_popcount(row.transports) * (row.last - row.first + 1u);
	}
	for (unsigned transport = 0; transport < PM_TRANSPORTS; transport++)
		for (unsigned port = 0; port <= UINT16_MAX; port++) {
			const uint32_t *rows;
			size_t count = pm_registry_at(registry, (enum pm_transport)transport,
						      (uint16_t)port, &rows);

			listed += count;
			for (size_t i = 0; i < count; i++) {
				struct pm_registration row = pm_registry_row(registry, rows[i]);

				EXPECT(row.first <= port && port <= row.last);
				EXPECT(row.transports >> transport & 1);
				for (size_t j = 0; j < i; j++)
					EXPECT(rows[j] != rows[i]);
			}
		}
	ck_assert_uint_eq(listed, spoken);
}
END_TEST

Suite *suite_registry_index(void);
Suite *suite_registry_index(void)
{
	Suite *suite = suite_create("registry_index");
	TCase *tcase = tcase_create("index");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, equals_a_scan, 0, 20);
	tcase_add_loop_test(tcase, rows_are_in_order, 0, 20);
	tcase_add_test(tcase, builtin_at_every_port);
	suite_add_tcase(suite, tcase);
	return suite;
}
