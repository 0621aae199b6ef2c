/* Containers and system units, by the cgroup paths of their runtimes; v1, hybrid and v2 have the
 * same paths. */
#include "collect/passes.h"

#include <check.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *cgroup, *runtime, *id, *unit;
	bool is_claim;
} cases[] = {
	{"/system.slice/docker-" HEX ".scope", "docker", HEX, "docker-" HEX ".scope", false},
	{"/docker/" HEX, "docker", HEX, NULL, false},
	{"/docker/" HEX "/init", "docker", HEX, NULL, false},
	{"/docker/abc", NULL, NULL, NULL, false},
	{"/machine.slice/libpod-" HEX ".scope/container", "podman", HEX, "libpod-" HEX ".scope",
	 false},
	{"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" HEX ".scope", "podman",
	 HEX, "user@1000.service", true},
	{"/kubepods.slice/kubepods-pod1.slice/cri-containerd-" HEX ".scope", "containerd", HEX,
	 "cri-containerd-" HEX ".scope", false},
	{"/kubepods.slice/crio-" HEX ".scope", "cri-o", HEX, "crio-" HEX ".scope", false},
	{"/kubepods/burstable/pod12-34/" HEX, "kubernetes", "12-34", NULL, false},
	{"/lxc.payload.web/system.slice/ssh.service", "lxc", "web", NULL, false},
	{"/machine.slice/systemd-nspawn@deb.service/payload/init.scope", "nspawn", "deb",
	 "systemd-nspawn@deb.service", false},
	{"/machine.slice/machine-qemu\\x5cx2d1.scope", NULL, NULL, "machine-qemu\\x5cx2d1.scope",
	 false},
	{"/system.slice/snap.lxd.daemon.service", "snap", "lxd.daemon", "snap.lxd.daemon.service",
	 false},
	{"/system.slice/ssh.service", NULL, NULL, "ssh.service", false},
	{"/user.slice/user-1000.slice/user@1000.service/app.slice/ssh.service", NULL, NULL,
	 "user@1000.service", false},
	{"/", NULL, NULL, NULL, false},
	{"", NULL, NULL, NULL, false},
};

static void same(const char *a, const char *b)
{
	ck_assert_msg(a == b || (a && b && !strcmp(a, b)), "%s, not %s", a ? a : "NULL",
		      b ? b : "NULL");
}

START_TEST(paths)
{
	struct pm_arena arena = {0};
	struct pm_container container = {0};
	const char *unit = NULL;

	ck_assert_int_eq(container_of_cgroup(&arena, cases[_i].cgroup, &container), 0);
	same(container.runtime, cases[_i].runtime);
	same(container.id, cases[_i].id);
	ck_assert_int_eq(container.is_claim, cases[_i].is_claim);
	ck_assert_int_eq(unit_of_cgroup(&arena, cases[_i].cgroup, &unit), 0);
	same(unit, cases[_i].unit);
	pm_arena_release(&arena);
}
END_TEST

Suite *suite_collect_container(void);
Suite *suite_collect_container(void)
{
	Suite *suite = suite_create("collect_container");
	TCase *tcase = tcase_create("container");

	tcase_add_loop_test(tcase, paths, 0, PM_COUNT(cases));
	suite_add_tcase(suite, tcase);
	return suite;
}
