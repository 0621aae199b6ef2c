/* Names of programs, and when a program bears the name of a service. */
#include <portmote/judge.h>

#include <check.h>

static const struct {
	const char *path, *name;
} programs[] = {
	{"/usr/sbin/sshd", "sshd"},
	{"/usr/bin/python3.11", "python3"},
	{"/usr/bin/python3", "python3"},
	{"/usr/sbin/php-fpm8.2", "php-fpm"},
	{"/opt/nginx-1.22", "nginx"},
	{"/opt/nginx-1.22.1/sbin/nginx", "nginx"},
	{"/usr/bin/perl5.36-x86_64-linux-gnu", "perl"},
	{"/usr/bin/ruby3.1", "ruby"},
	{"/opt/etcd-amd64", "etcd"},
	{"/usr/sbin/exim4", "exim4"},
	{"/usr/sbin/kea-dhcp4", "kea-dhcp4"},
	{"/usr/sbin/zabbix_agent2", "zabbix_agent2"},
	{"/usr/sbin/krb5kdc", "krb5kdc"},
	{"/usr/sbin/in.tftpd", "in.tftpd"},
	{"/usr/lib/erlang/beam.smp", "beam.smp"},
	{"/memfd:sshd", "sshd"},
	{"/tmp/memfd:sshd", "memfd:sshd"},
	{"/opt/1.2.3", "1.2.3"},
	{"/opt/prog.", "prog."},
	{"/opt/loki-linux-amd64", "loki"},
	{"/opt/gitea-1.21.0-linux-amd64", "gitea"},
	{"/opt/node_exporter-1.6.1.linux-arm64", "node_exporter"},
	{"/opt/ts3server_linux_amd64", "ts3server"},
	{"/opt/vector-x86_64-unknown-linux-musl", "vector"},
	{"/usr/bin/qemu-aarch64-static", "qemu"},
	{"/opt/foo-static", "foo-static"},
	{"/opt/foo-unknown", "foo-unknown"},
	{"/opt/nginx-1.22-1", "nginx"},
	{"/opt/code-1849ca3f4e21b8aa", "code"},
	{"/opt/made-feedfacebead", "made-feedfacebead"},
	{"/opt/sbin/caddy.tmp", "caddy"},
	{"/opt/sbin/.gitea.old", "gitea"},
	{"/opt/sbin/vault_1.15.0.bak", "vault"},
	{"/usr/sbin/sshd.dpkg-new", "sshd"},
	{"/usr/sbin/sshd;65f2a91c", "sshd"},
	{"/usr/sbin/sshd;rest", "sshd;rest"},
	{"/opt/mosquitto~", "mosquitto"},
	{"/nix/store/0c1x-redis-7.2/bin/.redis-server-wrapped", "redis-server"},
	{"/gnu/store/0c1x-foo-1/bin/.foo-real", "foo"},
	{"/opt/foo-real", "foo-real"},
	{"/opt/etcd-v3.5.0", "etcd"},
	{"/opt/frps_v0.51", "frps"},
	{"/opt/traefik@2.10.4", "traefik"},
	{"/opt/agent-v2", "agent"},
	{"/opt/caddy_linux_amd64_v1", "caddy"},
	{"/opt/consul-1.17.0-rc1", "consul"},
	{"/opt/vault-1.15.0-beta.2", "vault"},
	{"/opt/prometheus-2.48.0+ds1", "prometheus"},
	{"/opt/broker-3.0.0-SNAPSHOT", "broker"},
	{"/opt/mongod-v7.0.4-linux-x86_64", "mongod"},
	{"/opt/registry-linux-arm-7", "registry"},
	{"/opt/minio-linux-386", "minio"},
	{"/usr/bin/redis-server.distrib", "redis-server"},
	{"/usr/sbin/exim.diverted", "exim"},
	{"/usr/sbin/slapd.dpkg-dist", "slapd"},
	{"/usr/bin/valkey-server.pacsave", "valkey-server"},
	{"/usr/bin/valkey-server.apk-new", "valkey-server"},
	{"/opt/caddy.~3~", "caddy"},
	{"/opt/~3~", "~3"},
	{"/opt/nats-server_2.10.1_linux_amd64v1", "nats-server"},
	{"/opt/vmagent-linux-mips64le", "vmagent"},
	{"/opt/chisel_1.9.1_linux_armv6l", "chisel"},
	{"/opt/frps-linux-mipsle", "frps"},
	{"/opt/garage-armv7-unknown-linux-gnueabi", "garage"},
	{"/opt/meilisearch-linux-loongarch64", "meilisearch"},
	{"/opt/coredns.linux.ppc64", "coredns"},
	{"/opt/rqlited-v8.0.1-linux-amd64-musl", "rqlited"},
	{"/opt/etcd-v3.5.9-12-g0a1b2c3d4", "etcd"},
	{"/opt/foo-green", "foo-green"},
	{"/opt/redis-server-7.2.4-1.el9", "redis-server"},
	{"/opt/unit-1.32.1-1ubuntu2.3", "unit"},
	{"/opt/mosquitto-2.0.18-2+deb12u1", "mosquitto"},
	{"/opt/dnsdist-1.8.0p2", "dnsdist"},
	{"/opt/openresty-1.25.3.1rc2", "openresty"},
	{"/opt/foo-1.2-server", "foo-1.2-server"},
	{"/opt/gost-linux-mips-softfloat", "gost"},
	{"/opt/mysql/bin/mysqld.bin", "mysqld"},
	{"/opt/redis-server.real", "redis-server"},
	{"/opt/sbin/gitea.upgrade", "gitea"},
	{"/opt/foo-dev", "foo-dev"},
	{"/opt/dev", "dev"},
	{"/opt/.bin", ".bin"},
	{"/usr/sbin/slapd+", "slapd+"},
	{"/usr/bin/g++", "g++"},
	{"/opt/x-arm", "x"},
	{"/opt/arm", "arm"},
	{"/usr/bin/openv", "openv"},
	{"/usr/bin/v4", "v4"},
	{"/opt/.hidden", ".hidden"},
	{"/opt/.old", ".old"},
	{"/opt/old", "old"},
	{"/", ""},
	{"", ""},
};

START_TEST(program_names)
{
	char name[PM_PROGRAM_SIZE];

	ck_assert_str_eq(pm_program_name(programs[_i].path, name, sizeof(name)), programs[_i].name);
}
END_TEST

START_TEST(long_names_are_cut)
{
	char path[600], name[PM_PROGRAM_SIZE];

	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_uint_eq(strlen(pm_program_name(path, name, sizeof(name))), PM_PROGRAM_SIZE - 1);
}
END_TEST

static const struct {
	const char *program, *service;
	bool same;
} names[] = {
	{"mysqld", "mysql", true},
	{"redis-server", "redis", true},
	{"sshd", "ssh", true},
	{"Xvnc_server", "xvnc", true},
	{"ntpd", "ntp", true},
	{"ssh", "ssh", true},
	{"nc", "ssh", false},
	{"sshd2", "ssh", false},
	{"mysqlx", "mysql", false},
	{"d", "", false},
	{"", "", false},
	{"server", "daemon", false},
	{"---", "...", false},
};

START_TEST(same_names)
{
	ck_assert_int_eq(pm_same_name(names[_i].program, names[_i].service), names[_i].same);
}
END_TEST

Suite *suite_judge_same_name(void);

Suite *suite_judge_same_name(void)
{
	Suite *suite = suite_create("judge_same_name");
	TCase *tests = tcase_create("names");

	tcase_add_loop_test(tests, program_names, 0, PM_COUNT(programs));
	tcase_add_test(tests, long_names_are_cut);
	tcase_add_loop_test(tests, same_names, 0, PM_COUNT(names));
	suite_add_tcase(suite, tests);
	return suite;
}
