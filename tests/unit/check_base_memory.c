#include <portmote/base.h>

#include "expect.h"

START_TEST(buf_grows)
{
	struct pm_buf buf = {0};

	ck_assert_str_eq(pm_buf_text(&buf), "");
	pm_buf_add(&buf, "", 0);
	ck_assert_uint_eq(buf.len, 0);
	for (unsigned i = 0; i < 5000; i++) {
		pm_buf_printf(&buf, "%u", i % 10);
		EXPECT(buf.len == i + 1);
		EXPECT(buf.data[buf.len] == '\0');
	}
	for (unsigned i = 0; i < 5000; i++)
		EXPECT(buf.data[i] == (char)('0' + i % 10));
	ck_assert(!buf.failed);
	pm_buf_clear(&buf);
	ck_assert_str_eq(pm_buf_text(&buf), "");
	pm_buf_add(&buf, "a\0b", 3);
	ck_assert_uint_eq(buf.len, 3);
	ck_assert_mem_eq(buf.data, "a\0b", 4);
	pm_buf_release(&buf);
	pm_buf_release(&buf);
	ck_assert_uint_eq(buf.len, 0);
}
END_TEST

/* Texts of every length around what there is room for, after others. */
START_TEST(printf_fits)
{
	struct pm_arena arena = {0};
	char text[600];

	memset(text, 'x', sizeof(text));
	for (size_t len = 0; len < sizeof(text); len++) {
		struct pm_buf buf = {0};
		int width = (int)len;

		pm_buf_puts(&buf, "12345");
		pm_buf_printf(&buf, "%.*s", width, text);
		pm_buf_printf(&buf, "%.*s", width, text);
		EXPECT(buf.len == 5 + 2 * len && buf.data[buf.len] == '\0' && !buf.failed);
		EXPECT(!memcmp(buf.data, "12345", 5) && !memcmp(buf.data + 5, text, len) &&
		       !memcmp(buf.data + 5 + len, text, len));
		pm_buf_release(&buf);
		char *copy = pm_arena_printf(&arena, "%.*s", width, text);
		EXPECT(copy && strlen(copy) == len && !memcmp(copy, text, len));
	}
	pm_arena_release(&arena);
}
END_TEST

START_TEST(numbers)
{
	static const uint64_t number[] = {0, 9, 10, 65535, UINT32_MAX, UINT64_MAX};
	struct pm_buf buf = {0};

	for (size_t i = 0; i < PM_COUNT(number); i++) {
		char text[32];

		snprintf(text, sizeof(text), "%ju", (uintmax_t)number[i]);
		pm_buf_clear(&buf);
		pm_buf_number(&buf, number[i]);
		ck_assert_str_eq(pm_buf_text(&buf), text);
	}
	pm_buf_release(&buf);
}
END_TEST

START_TEST(buf_fails_and_stays_failed)
{
	struct pm_buf buf = {0};

	pm_buf_puts(&buf, "kept");
	pm_buf_add(&buf, "x", SIZE_MAX - 2);
	ck_assert(buf.failed);
	pm_buf_puts(&buf, " not added");
	ck_assert_str_eq(pm_buf_text(&buf), "kept");
	pm_buf_clear(&buf);
	ck_assert(buf.failed);
	pm_buf_release(&buf);
	ck_assert(!buf.failed);
}
END_TEST

START_TEST(arena_gives_zeroed_aligned_distinct_memory)
{
	struct pm_arena arena = {0};
	unsigned char *places[200];

	for (size_t i = 0; i < PM_COUNT(places); i++) {
		size_t size = i * 37 % 500 + 1;

		places[i] = pm_arena_alloc(&arena, 1, size);
		ck_assert_ptr_nonnull(places[i]);
		ck_assert_uint_eq((uintptr_t)places[i] % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < size; j++)
			EXPECT(places[i][j] == 0);
		memset(places[i], (int)i, size);
	}
	for (size_t i = 0; i < PM_COUNT(places); i++)
		ck_assert_uint_eq(places[i][i * 37 % 500], (unsigned char)i);
	ck_assert_ptr_nonnull(pm_arena_alloc(&arena, 1, 1 << 20));
	pm_arena_release(&arena);
	pm_arena_release(&arena);
}
END_TEST

START_TEST(arena_refuses_overflow)
{
	struct pm_arena arena = {0};

	ck_assert_ptr_null(pm_arena_alloc(&arena, SIZE_MAX / 2, 3));
	ck_assert_ptr_null(pm_arena_alloc(&arena, SIZE_MAX, 1));
	pm_arena_release(&arena);
}
END_TEST

START_TEST(arena_text)
{
	struct pm_arena arena = {0};

	ck_assert_mem_eq(pm_arena_copy(&arena, "a\0b", 3), "a\0b", 4);
	ck_assert_str_eq(pm_arena_copy(&arena, NULL, 0), "");
	ck_assert_str_eq(pm_arena_printf(&arena, "%s-%d", "x", 7), "x-7");
	pm_arena_release(&arena);
}
END_TEST

START_TEST(array_grows)
{
	uint32_t *items = NULL;
	size_t count = 0, room = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t *item = pm_array_add(&items, &count, &room, sizeof(*item));

		ck_assert_ptr_nonnull(item);
		ck_assert_uint_eq(*item, 0);
		*item = i;
		ck_assert_uint_eq(count, i + 1);
	}
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(items[i], i);
	free(items);
}
END_TEST

Suite *suite_base_memory(void);
Suite *suite_base_memory(void)
{
	Suite *suite = suite_create("base_memory");
	TCase *tcase = tcase_create("memory");

	tcase_add_test(tcase, buf_grows);

	tcase_add_test(tcase, printf_fits);

	tcase_add_test(tcase, numbers);
	tcase_add_test(tcase, buf_fails_and_stays_failed);
	tcase_add_test(tcase, arena_gives_zeroed_aligned_distinct_memory);
	tcase_add_test(tcase, arena_refuses_overflow);
	tcase_add_test(tcase, arena_text);
	tcase_add_test(tcase, array_grows);
	suite_add_tcase(suite, tcase);
	return suite;
}
