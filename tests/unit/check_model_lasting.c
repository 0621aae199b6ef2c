/* What lasts of a name from one start to the next, and through upgrades. */
#include <portmote/diff.h>

#include <check.h>

#define UUID "5d3c2f10-1111-2222-3333-444455556666"
#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	enum pm_naming naming;
	const char *name, *lasting; /* NULL: the name itself */
} cases[] = {
	{PM_NAMING_PATH, "/usr/sbin/nginx", NULL},
	{PM_NAMING_PATH, "/usr/sbin/exim4", NULL},
	{PM_NAMING_PATH, "/usr/lib/x86_64-linux-gnu/foo", NULL},
	{PM_NAMING_PATH, "/usr/lib64/zabbix_agent2", NULL},
	{PM_NAMING_PATH, "/opt/3proxy/bin/3proxy", NULL},
	{PM_NAMING_PATH, "/opt/facade/bin/decade", NULL},
	{PM_NAMING_PATH, "/snap/nextcloud/41234/usr/sbin/httpd",
	 "/snap/nextcloud/*/usr/sbin/httpd"},
	{PM_NAMING_PATH, "/snap/lxd/x12/bin/lxd", "/snap/lxd/*/bin/lxd"},
	{PM_NAMING_PATH, "/var/lib/snapd/snap/lxd/x1/bin/lxd", "/var/lib/snapd/snap/lxd/*/bin/lxd"},
	{PM_NAMING_PATH, "/srv/x12/bin/lxd", NULL},
	{PM_NAMING_PATH, "/usr/lib/postgresql/15/bin/postgres",
	 "/usr/lib/postgresql/*/bin/postgres"},
	{PM_NAMING_PATH, "/opt/apache-tomcat-10.1.13/bin/x", "/opt/apache-tomcat-*/bin/x"},
	{PM_NAMING_PATH, "/usr/lib/jvm/java-17-openjdk-amd64/bin/java",
	 "/usr/lib/jvm/java-*-openjdk-amd64/bin/java"},
	{PM_NAMING_PATH, "/home/x/.nvm/versions/node/v18.17.1/bin/node",
	 "/home/x/.nvm/versions/node/v*/bin/node"},
	{PM_NAMING_PATH, "/opt/app/releases/20260401120000/x.rb", "/opt/app/releases/*/x.rb"},
	{PM_NAMING_PATH, "/usr/bin/python3.11", "/usr/bin/python*"},
	{PM_NAMING_PATH, "/usr/sbin/php-fpm8.2", "/usr/sbin/php-fpm*"},
	{PM_NAMING_PATH, "/srv/app-1.2.3.jar", "/srv/app-*.jar"},
	{PM_NAMING_PATH, "app-1.2.3-SNAPSHOT.jar", "app-*.jar"},
	{PM_NAMING_PATH, "app-2.0rc1-4.jar", "app-*.jar"},
	{PM_NAMING_PATH, "vault_1.15.0", "vault_*"},
	{PM_NAMING_PATH, "/opt/ne-1.6.1.linux-amd64/ne", "/opt/ne-*.linux-amd64/ne"},
	{PM_NAMING_PATH, "/nix/store/0c1x2b3a4d5f6g7h8i9j0k1l2m3n4p5q-redis-7.2.4/bin/redis-server",
	 "/nix/store/*-redis-*/bin/redis-server"},
	{PM_NAMING_PATH, "/tmp/.mount_nextcl1aB2cD/usr/bin/nextcloud",
	 "/tmp/.mount_*/usr/bin/nextcloud"},
	{PM_NAMING_PATH, "/home/x/.vscode-server/bin/1849ca3f4e21b8aa/node",
	 "/home/x/.vscode-server/bin/*/node"},
	{PM_NAMING_PATH, "http.server", NULL},
	{PM_NAMING_PATH, "/home/x/.pyenv/versions/3.11.4/bin/python3.11",
	 "/home/x/.pyenv/versions/*/bin/python*"},
	{PM_NAMING_PATH, "/usr/lib/jvm/temurin-17.0.8+7/bin/java",
	 "/usr/lib/jvm/temurin-*/bin/java"},
	{PM_NAMING_PATH, "/usr/lib/jvm/java-1.8.0-openjdk-1.8.0.392.b08-2.el9.x86_64/bin/java",
	 "/usr/lib/jvm/java-*-openjdk-*.x86_64/bin/java"},
	{PM_NAMING_PATH, "/opt/conda/pkgs/python-3.11.4-h955ad1f_0/bin/python",
	 "/opt/conda/pkgs/python-*/bin/python"},
	{PM_NAMING_PATH, "/opt/idea-IC-231.9011.34/jbr/bin/java", "/opt/idea-IC-*/jbr/bin/java"},
	{PM_NAMING_UNIT, "snap.firefox.firefox." UUID ".scope", "snap.firefox.firefox.*.scope"},
	{PM_NAMING_UNIT, "vte-spawn-" UUID ".scope", "vte-*.scope"},
	{PM_NAMING_UNIT, "ssh.service", NULL},
	{PM_NAMING_UNIT, "postgresql@15-main.service", NULL},
	{PM_NAMING_UNIT, "user@1000.service", NULL},
	{PM_NAMING_UNIT, "openvpn-server@office-2.service", NULL},
	{PM_NAMING_UNIT, "run-u12.service", "run-*.service"},
	{PM_NAMING_UNIT, "run-p123-i456.service", "run-*.service"},
	{PM_NAMING_UNIT, "session-c2.scope", "session-*.scope"},
	{PM_NAMING_UNIT, "docker-" ID ".scope", "docker-*.scope"},
	{PM_NAMING_UNIT, ID ".service", "*.service"},
	{PM_NAMING_UNIT, "app-foo@" UUID ".service", "app-foo@*.service"},
	{PM_NAMING_UNIT, "sshd@7-10.0.0.1:22-10.0.0.9:51234.service", "sshd@*.service"},
	{PM_NAMING_UNIT, "foo@7-1234-1000.service", "foo@*.service"},
	{PM_NAMING_UNIT, "dbus-:1.2-org.example@0.service", "dbus-*.service"},
	{PM_NAMING_NETNS, "host", NULL},
	{PM_NAMING_NETNS, "blue", NULL},
	{PM_NAMING_NETNS, "cni-blue", NULL},
	{PM_NAMING_NETNS, "pm-test-1234-1", NULL},
	{PM_NAMING_NETNS, "qrouter-" UUID, NULL},
	{PM_NAMING_NETNS, "decade-facade", NULL},
	{PM_NAMING_NETNS, "cni-" UUID, "cni-*"},
	{PM_NAMING_NETNS, "netns-" UUID, "netns-*"},
	{PM_NAMING_NETNS, "rootless-netns-a1b2c3d4e5f6", "rootless-netns-*"},
	{PM_NAMING_NETNS, UUID, "*"},
	{PM_NAMING_NETNS, "1a2b3c4d5e6f", "*"},
};

START_TEST(names)
{
	struct pm_arena arena = {0};
	const char *lasting = pm_lasting_name(cases[_i].naming, cases[_i].name, &arena);

	ck_assert_str_eq(lasting, cases[_i].lasting ? cases[_i].lasting : cases[_i].name);
	ck_assert_int_eq(lasting == cases[_i].name, !cases[_i].lasting);
	pm_arena_release(&arena);
}
END_TEST

Suite *suite_model_lasting(void);

Suite *suite_model_lasting(void)
{
	Suite *suite = suite_create("model_lasting");
	TCase *tests = tcase_create("names");

	tcase_add_loop_test(tests, names, 0, PM_COUNT(cases));
	suite_add_tcase(suite, tests);
	return suite;
}
