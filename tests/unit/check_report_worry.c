/* What explain answers is never a No where an audit fails, or where not all was seen. */
#include <check.h>

#include "report/explain/worry.h"

static struct pm_netns netns = {.inode = 4026531840, .label = "host"};
static struct pm_listener listeners[2];
static struct pm_verdict verdicts[2];
static struct pm_label labels[2];
static struct pm_gap gap = {.count = 1, .detail = "something was not looked at"};
static const char *notes[] = {"1 nat chain with 2 rules (nftables) in netns host"};
static const char *unlooked[] = {"raw and packet sockets (--all)",
				 "nat chains of nftables (missing CAP_NET_ADMIN)"};
static struct pm_snapshot snapshot;
static struct pm_judgement judgement = {.verdicts = verdicts};
static const struct pm_report report = {
	.snapshot = &snapshot, .labels = labels, .judgement = &judgement};
static const struct pm_topic topic = {22, 22, 1 << PM_TCP};

static void make_host(size_t count)
{
	snapshot = (struct pm_snapshot){
		.netns = &netns, .netns_count = 1, .listeners = listeners, .listener_count = count};
	judgement.count = count;
	for (size_t i = 0; i < 2; i++) {
		listeners[i] = (struct pm_listener){.protocol = PM_PROTOCOL_TCP, .port = 22};
		verdicts[i] = (struct pm_verdict){.kind = PM_VERDICT_MATCH};
		labels[i] = (struct pm_label){.exposure = PM_EXPOSURE_LOOPBACK};
	}
}

/* Each verdict with each set of flags at each exposure. */
START_TEST(no_is_never_said_of_what_fails)
{
	unsigned failing = 0, no = 0;

	for (int kind = 0; kind < PM_VERDICTS; kind++)
		for (unsigned flags = 0; flags < 1u << PM_FLAGS; flags++)
			for (int exposure = 0; exposure < PM_EXPOSURES; exposure++) {
				const struct pm_verdict verdict = {
					.kind = (enum pm_verdict_kind)kind, .flags = flags};
				enum worry_level level =
					worry_of_verdict(&verdict, (enum pm_exposure)exposure);
				bool fails = pm_verdict_fails(&verdict, &pm_fail_on_default);

				ck_assert_msg(!fails || level >= WORRY_LOOK, "%s %x %d",
					      pm_verdict_name(verdict.kind), flags, exposure);
				if (exposure > PM_EXPOSURE_LINK_LOCAL)
					ck_assert_int_ne(level, WORRY_NO);
				failing += fails;
				no += level == WORRY_NO;
			}
	ck_assert_uint_gt(failing, 0);
	ck_assert_uint_gt(no, 0);
}
END_TEST

/* A flag beside it, or another exposure, never makes the answer milder. */
START_TEST(more_is_never_less)
{
	for (int kind = 0; kind < PM_VERDICTS; kind++)
		for (unsigned flags = 0; flags < 1u << PM_FLAGS; flags++) {
			struct pm_verdict verdict = {.kind = (enum pm_verdict_kind)kind,
						     .flags = flags};
			enum worry_level before = worry_of_verdict(&verdict, PM_EXPOSURE_LOOPBACK);

			for (int exposure = 1; exposure < PM_EXPOSURES; exposure++) {
				enum worry_level level =
					worry_of_verdict(&verdict, (enum pm_exposure)exposure);

				ck_assert_int_ge(level, before);
				before = level;
			}
			for (int flag = 0; flag < PM_FLAGS; flag++) {
				verdict.flags = flags | 1u << flag;
				ck_assert_int_ge(worry_of_verdict(&verdict, PM_EXPOSURE_ANY),
						 before);
			}
		}
}
END_TEST

static enum worry_level level_here(void)
{
	return worry_of_topic(&report, &topic).level;
}

static void count_reason(void *data, const char *sentence)
{
	ck_assert_str_ne(sentence, "");
	++*(size_t *)data;
}

static size_t count_reasons(void)
{
	struct worry worry = worry_of_topic(&report, &topic);
	size_t count = 0;

	ck_assert_int_eq(worry_reasons(&report, &worry, count_reason, &count), 0);
	return count;
}

/* What is known of the whole audit weighs too, with and without a listener. */
START_TEST(the_audit_weighs)
{
	for (size_t count = 0; count <= 2; count++) {
		make_host(count);
		ck_assert_int_eq(level_here(), WORRY_NO);
		ck_assert_uint_eq(count_reasons(), 1);
		snapshot.coverage.redirections = (struct pm_notes){.text = notes, .count = 1};
		ck_assert_int_eq(level_here(), count ? WORRY_DEPENDS : WORRY_UNKNOWN);
		ck_assert_uint_eq(count_reasons(), 2);
		snapshot.coverage.redirections.count = 0;
		snapshot.coverage.not_checked = (struct pm_notes){.text = unlooked, .count = 2};
		ck_assert_int_eq(level_here(), count ? WORRY_DEPENDS : WORRY_UNKNOWN);
		ck_assert_uint_eq(count_reasons(), 2);
		snapshot.coverage.not_checked.count = 1;
		ck_assert_int_eq(level_here(), WORRY_NO);
		snapshot.coverage.gaps = &gap;
		snapshot.coverage.gap_count = 1;
		ck_assert_int_eq(level_here(), WORRY_UNKNOWN);
		ck_assert_uint_eq(count_reasons(), 2);
	}
}
END_TEST

/* The worst of several counts, and nothing of other ports. */
START_TEST(the_worst_counts)
{
	make_host(2);
	verdicts[1].flags = 1u << PM_FLAG_PORT_SHARED;
	ck_assert_int_eq(level_here(), WORRY_YES);
	ck_assert(worry_of_topic(&report, &topic).fails);
	ck_assert_uint_eq(count_reasons(), 2);
	verdicts[1] = (struct pm_verdict){.kind = PM_VERDICT_MISMATCH};
	ck_assert_int_eq(level_here(), WORRY_LOOK);
	listeners[1].port = 23;
	ck_assert_int_eq(level_here(), WORRY_NO);
	listeners[1].port = 22;
	listeners[1].protocol = PM_PROTOCOL_UDP;
	ck_assert_int_eq(level_here(), WORRY_NO);
}
END_TEST

static void join_reason(void *data, const char *sentence)
{
	pm_buf_puts(data, sentence);
}

/* That a holder was not seen is said only where none was. */
START_TEST(what_is_unknown_is_told)
{
	static const char *const words[] = {"owns the listener could not be seen",
					    "holds the listener was seen", "the kernel holds"};
	static const struct {
		enum pm_owner_kind owners[2];
		bool says[3];
	} rows[] = {
		{{PM_OWNER_PROCESS, PM_OWNER_PROCESS}, {false, true, false}},
		{{PM_OWNER_KERNEL, PM_OWNER_KERNEL}, {false, false, true}},
		{{PM_OWNER_NONE, PM_OWNER_DENIED}, {true, false, false}},
		{{PM_OWNER_PROCESS, PM_OWNER_DENIED}, {true, true, false}},
	};

	for (size_t i = 0; i < PM_COUNT(rows); i++) {
		struct pm_buf text = {0};

		make_host(2);
		for (size_t k = 0; k < 2; k++) {
			verdicts[k].kind = PM_VERDICT_UNKNOWN;
			listeners[k].owner = rows[i].owners[k];
		}
		struct worry worry = worry_of_topic(&report, &topic);
		ck_assert_int_eq(worry_reasons(&report, &worry, join_reason, &text), 0);
		for (size_t k = 0; k < PM_COUNT(words); k++)
			ck_assert_msg(!strstr(pm_buf_text(&text), words[k]) != rows[i].says[k],
				      "%zu: %s", i, pm_buf_text(&text));
		pm_buf_release(&text);
	}
}
END_TEST

START_TEST(names)
{
	for (int level = 0; level < WORRY_LEVELS; level++)
		ck_assert_ptr_nonnull(worry_level_name((enum worry_level)level));
	ck_assert_str_eq(worry_level_name(WORRY_NO), "no");
}
END_TEST

Suite *suite_report_worry(void);
Suite *suite_report_worry(void)
{
	Suite *suite = suite_create("report_worry");
	TCase *tcase = tcase_create("worry");

	tcase_add_test(tcase, no_is_never_said_of_what_fails);
	tcase_add_test(tcase, more_is_never_less);
	tcase_add_test(tcase, the_audit_weighs);
	tcase_add_test(tcase, the_worst_counts);
	tcase_add_test(tcase, what_is_unknown_is_told);
	tcase_add_test(tcase, names);
	suite_add_tcase(suite, tcase);
	return suite;
}
