/* Containers and system units, by the cgroup paths of their runtimes; v1, hybrid and v2 have the
 * same paths. */
#include "collect/process/cgroup.h"
#include "collect/process/container.h"

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
	{"/machine.slice/machine-qemu\\x2d1.scope", NULL, NULL, "machine-qemu\\x2d1.scope", false},
	{"/machine.slice/machine-qemu\\x2d12\\x2dweb.scope/libvirt/emulator", NULL, NULL,
	 "machine-qemu\\x2d12\\x2dweb.scope", false},
	{"/machine.slice/machine-qemu\\x2dbuilder.scope", "nspawn", "qemu\\x5cx2dbuilder",
	 "machine-qemu\\x2dbuilder.scope", false},
	{"/machine.slice/systemd-nspawn@qemu-1.service/payload", "nspawn", "qemu-1",
	 "systemd-nspawn@qemu-1.service", false},
	{"/system.slice/web.service/libpod-payload-" HEX, "podman", HEX, "web.service", false},
	{"/system.slice/web.service/libpod-conmon-" HEX, NULL, NULL, "web.service", false},
	{"/libpod_parent/libpod-" HEX, "podman", HEX, NULL, false},
	{"/system.slice:docker:" HEX, "docker", HEX, NULL, false},
	{"/kubepods-burstable-pod1_2.slice:cri-containerd:" HEX, "containerd", HEX, NULL, false},
	{"/machine.slice:libpod:web", "podman", "web", NULL, false},
	{"/system.slice:mount:x", NULL, NULL, NULL, false},
	{"/system.slice:docker:", NULL, NULL, NULL, false},
	{"/ecs/4f5e-77/" HEX, "ecs", HEX, NULL, false},
	{"/ecs/0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef-4206742195",
	 "ecs", "0123456789abcdef0123456789abcdef-4206742195", NULL, false},
	{"/nomad.slice/share.slice/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.web.scope", "nomad",
	 "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.web",
	 "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.web.scope", false},
	{"/nomad/shared/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.web", "nomad",
	 "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.web", NULL, false},
	{"/balena/" HEX, "balena", HEX, NULL, false},
	{"/buildkit/abcdefghij", "buildkit", "abcdefghij", NULL, false},
	{"/default/" HEX, "containerd", HEX, NULL, false},
	{"/default/web", NULL, NULL, NULL, false},
	{"/system.slice/nerdctl-" HEX ".scope", "containerd", HEX, "nerdctl-" HEX ".scope", false},
	{"/kubepods/podab-c/" HEX, "kubernetes", "ab-c", NULL, false},
	{"/lxc.payload/web/init.scope", "lxc", "web", NULL, false},
	{"/lxc.monitor.web", NULL, NULL, NULL, false},
	{"/system.slice/snap.lxd.daemon.service", "snap", "lxd.daemon", "snap.lxd.daemon.service",
	 false},
	{"/garden/6f265890-5165-7fab-6b52-18d1", "garden", "6f265890-5165-7fab-6b52-18d1", NULL,
	 false},
	{"/system.slice/garden.service/garden/web-1", "garden", "web-1", "garden.service", false},
	{"/mesos/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "mesos",
	 "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", NULL, false},
	{"/mesos/web", NULL, NULL, NULL, false},
	{"/actions_job/" HEX, "container", HEX, NULL, false},
	{"/system.slice/builder.service/" HEX "/init", "container", HEX, "builder.service", false},
	{"/machine.slice/machine-lxc\\x2d77\\x2dweb.scope", "libvirt-lxc", "77\\x5cx2dweb",
	 "machine-lxc\\x2d77\\x2dweb.scope", false},
	{"/machine/web.libvirt-lxc", "libvirt-lxc", "web", NULL, false},
	{"/machine/web.libvirt-qemu/emulator", NULL, NULL, NULL, false},
	{"/machine.slice/machine-xen\\x2d3\\x2dweb.scope", NULL, NULL,
	 "machine-xen\\x2d3\\x2dweb.scope", false},
	{"/machine.slice/machine-ch\\x2d3.scope", NULL, NULL, "machine-ch\\x2d3.scope", false},
	{"/kubelet.slice/kubelet-kubepods.slice/cri-containerd-" HEX ".scope", "containerd", HEX,
	 "cri-containerd-" HEX ".scope", false},
	{"/ecstasks.slice/ecstasks-1f.slice/docker-" HEX ".scope", "docker", HEX,
	 "docker-" HEX ".scope", false},
	{"/system.slice/slurmstepd.scope/job_1/step_0/user/task_0", NULL, NULL, "slurmstepd.scope",
	 false},
	{"/user.slice/user-1000.slice/apptainer-4242.scope", NULL, NULL, "apptainer-4242.scope",
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

/* Whose word it is the folders above that one tell; a folder below it is the container's own. */
START_TEST(the_folder_that_bears_the_name)
{
	struct pm_arena arena = {0};
	struct pm_container container = {0};
	size_t above = 0;

	ck_assert_int_eq(container_of_cgroup(&arena, "/a.slice/b/docker-" HEX ".scope/c",
					     &container, &above),
			 0);
	ck_assert_uint_eq(above, strlen("/a.slice/b"));
	pm_arena_release(&arena);
}
END_TEST

START_TEST(paths)
{
	struct pm_arena arena = {0};
	struct pm_container container = {0};
	const char *unit = NULL;
	size_t above = 0;

	ck_assert_int_eq(container_of_cgroup(&arena, cases[_i].cgroup, &container, &above),
			 0);
	same(container.runtime, cases[_i].runtime);
	same(container.id, cases[_i].id);
	ck_assert_int_eq(container.is_claim, cases[_i].is_claim);
	ck_assert_int_eq(unit_of_cgroup(&arena, cases[_i].cgroup, &unit), 0);
	same(unit, cases[_i].unit);
	ck_assert(!container.runtime || cases[_i].cgroup[above] == '/');
	ck_assert(!container.runtime || strstr(cases[_i].cgroup + above, container.id) ||
		  strchr(container.id, '\\'));
	pm_arena_release(&arena);
}
END_TEST

Suite *suite_collect_container(void);
Suite *suite_collect_container(void)
{
	Suite *suite = suite_create("collect_container");
	TCase *tcase = tcase_create("container");

	tcase_add_loop_test(tcase, paths, 0, PM_COUNT(cases));
	tcase_add_test(tcase, the_folder_that_bears_the_name);
	suite_add_tcase(suite, tcase);
	return suite;
}
