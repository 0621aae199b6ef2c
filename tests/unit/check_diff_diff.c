/*
 * What is one listener, and what of its owner differs: two snapshots in words (sides.h), and the
 * differences between them. On port 3643, which is AudioJuggler's, everybody is a mismatch.
 */
#include "sides.h"

#include <check.h>

static const struct pair {
	const char *before, *after, *differences;
} pairs[] = {
	/* Nothing on both sides, or on one. */
	{"", "", ""},
	{"", "tcp 0.0.0.0:3643 foo", "opened tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo", "", "closed tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo", ""},
	/* The key. */
	{"tcp 0.0.0.0:3643 foo", "udp 0.0.0.0:3643 foo",
	 "opened udp 0.0.0.0:3643\nclosed tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo", "mptcp 0.0.0.0:3643 foo",
	 "opened mptcp 0.0.0.0:3643\nclosed tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3672 foo",
	 "opened tcp 0.0.0.0:3672\nclosed tcp 0.0.0.0:3643"},
	{"tcp 10.0.0.5:3643 foo", "tcp 10.0.0.6:3643 foo",
	 "opened tcp 10.0.0.6:3643\nclosed tcp 10.0.0.5:3643"},
	{"netns a; tcp 0.0.0.0:3643 foo; netns b", "netns a; netns b; tcp 0.0.0.0:3643 foo",
	 "opened tcp 0.0.0.0:3643\nclosed tcp 0.0.0.0:3643"},
	{"netns a; tcp 0.0.0.0:3643 foo; netns b", "netns b; netns a; tcp 0.0.0.0:3643 foo", ""},
	{"netns -; tcp 0.0.0.0:3643 foo", "netns -; netns -; tcp 0.0.0.0:3643 foo", ""},
	{"tcp 0.0.0.0%a:3643 foo", "tcp 0.0.0.0%a:3643 foo ifindex=9", ""},
	{"tcp 0.0.0.0:3643 foo ifindex=3", "tcp 0.0.0.0:3643 foo ifindex=4", ""},
	/* A container's namespace: by the name that its runtime gives it, else by the runtime. */
	{"netns docker:0123456789ab; tcp 0.0.0.0:3643 foo "
	 "container=docker:0123456789abcccccccccccccccccccccccccccccccccccccccccccccccccccc",
	 "netns docker:ba9876543210; tcp 0.0.0.0:3643 foo "
	 "container=docker:ba9876543210dddddddddddddddddddddddddddddddddddddddddddddddddddd",
	 ""},
	{"netns docker:0123456789ab; tcp 0.0.0.0:3643 foo "
	 "container=docker:0123456789abcccccccccccccccccccccccccccccccccccccccccccccccccccc",
	 "netns podman:ba9876543210; tcp 0.0.0.0:3643 foo "
	 "container=podman:ba9876543210dddddddddddddddddddddddddddddddddddddddddddddddddddd",
	 "opened tcp 0.0.0.0:3643\nclosed tcp 0.0.0.0:3643"},
	/* A name, where the path has that, is no number. */
	{"netns nspawn:web; tcp 0.0.0.0:3643 foo container=nspawn:web; "
	 "netns nspawn:db; tcp 0.0.0.0:3643 foo container=nspawn:db",
	 "netns nspawn:web; tcp 0.0.0.0:3643 foo container=nspawn:web", "closed tcp 0.0.0.0:3643"},
	{"netns kubernetes:pod1; tcp 0.0.0.0:3643 foo "
	 "container=kubernetes:pod1-0123-4567-89ab-cdef-0123456789ab",
	 "netns kubernetes:pod2; tcp 0.0.0.0:3643 foo "
	 "container=kubernetes:pod2_0123_4567_89ab_cdef_0123456789ab",
	 ""},
	{"netns docker:web; tcp 0.0.0.0:3643 foo "
	 "container=docker:0123456789abcccccccccccccccccccccccccccccccccccccccccccccccccccc:web",
	 "netns docker:web; tcp 0.0.0.0:3643 foo "
	 "container=docker:ba9876543210dddddddddddddddddddddddddddddddddddddddddddddddddddd:web",
	 ""},
	{"netns docker:web; tcp 0.0.0.0:3643 foo "
	 "container=docker:0123456789abcccccccccccccccccccccccccccccccccccccccccccccccccccc:web",
	 "netns docker:db; tcp 0.0.0.0:3643 foo "
	 "container=docker:ba9876543210dddddddddddddddddddddddddddddddddddddddddddddddddddd:db",
	 "opened tcp 0.0.0.0:3643\nclosed tcp 0.0.0.0:3643"},
	/* Workers: as many as they like, of whatever pid. */
	{"tcp 0.0.0.0:3643 foo x=3", "tcp 0.0.0.0:3643 foo x=8", ""},
	{"tcp 0.0.0.0:3643 foo x=8", "tcp 0.0.0.0:3643 foo", ""},
	{"tcp 0.0.0.0:3643 foo x=2; tcp 0.0.0.0:3643 bar x=3",
	 "tcp 0.0.0.0:3643 bar x=5; tcp 0.0.0.0:3643 foo x=4", ""},
	{"tcp 0.0.0.0:3643 foo; tcp 0.0.0.0:3643 bar", "tcp 0.0.0.0:3643 bar",
	 "verdict changed tcp 0.0.0.0:3643: flags port-shared>none\nclosed tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo user=a uid=7; tcp 0.0.0.0:3643 bar",
	 "tcp 0.0.0.0:3643 zoo; tcp 0.0.0.0:3643 foo user=b uid=8",
	 "owner changed tcp 0.0.0.0:3643: program bar>zoo, exe /usr/sbin/bar>/usr/sbin/zoo, unit "
	 "bar.service>zoo.service\nowner changed tcp 0.0.0.0:3643: user a>b"},
	/* Each fact alone. */
	{"tcp 0.0.0.0:3643 foo unit=u exe=/usr/bin/foo",
	 "tcp 0.0.0.0:3643 bar unit=u "
	 "exe=/usr/bin/bar",
	 "owner changed tcp 0.0.0.0:3643: program foo>bar, exe /usr/bin/foo>/usr/bin/bar"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo exe=/opt/foo",
	 "owner changed tcp 0.0.0.0:3643: exe /usr/sbin/foo>/opt/foo"},
	{"tcp 0.0.0.0:3643 foo exe=/usr/bin/python3.11 runs=/opt/a/app",
	 "tcp 0.0.0.0:3643 foo exe=/usr/bin/python3.11 runs=/opt/b/app",
	 "owner changed tcp 0.0.0.0:3643: runs /opt/a/app>/opt/b/app"},
	{"tcp 0.0.0.0:3643 foo uid=7 user=a", "tcp 0.0.0.0:3643 foo uid=8 user=b",
	 "owner changed tcp 0.0.0.0:3643: user a>b"},
	{"tcp 0.0.0.0:3643 foo uid=7 user=a", "tcp 0.0.0.0:3643 foo uid=8",
	 "owner changed tcp 0.0.0.0:3643: user a>uid 8"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo unit=bar.service",
	 "owner changed tcp 0.0.0.0:3643: unit foo.service>bar.service"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo unit=-",
	 "owner changed tcp 0.0.0.0:3643: unit foo.service>none"},
	{"tcp 0.0.0.0:3643 foo container=docker:0123", "tcp 0.0.0.0:3643 foo container=podman:0123",
	 "owner changed tcp 0.0.0.0:3643: container docker>podman"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo container=docker:0123",
	 "owner changed tcp 0.0.0.0:3643: container none>docker"},
	{"tcp 0.0.0.0:3643 foo container=docker:0123", "tcp 0.0.0.0:3643 foo container=docker:4567",
	 ""},
	{"udp 0.0.0.0:51820 - owner=kernel service=wireguard",
	 "udp 0.0.0.0:51820 - owner=kernel service=vxlan",
	 "owner changed udp 0.0.0.0:51820: service wireguard>vxlan, verdict known>unregistered"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 - owner=none",
	 "owner changed tcp 0.0.0.0:3643: owner process>none, verdict mismatch>unknown"},
	{"tcp 0.0.0.0:3643 - owner=none", "tcp 0.0.0.0:3643 - owner=kernel service=x",
	 "owner changed tcp 0.0.0.0:3643: owner none>kernel, verdict unknown>mismatch"},
	{"tcp 0.0.0.0:3643 - owner=kernel service=x", "tcp 0.0.0.0:3643 foo",
	 "owner changed tcp 0.0.0.0:3643: owner kernel>process"},
	{"tcp 0.0.0.0:3643 - owner=none", "tcp 0.0.0.0:3643 - owner=none x=3", ""},
	/* What has a number that is another one each time. */
	{"tcp 0.0.0.0:3643 foo unit=session-3.scope", "tcp 0.0.0.0:3643 foo unit=session-71.scope",
	 ""},
	{"tcp 0.0.0.0:3643 foo unit=run-u31.service",
	 "tcp 0.0.0.0:3643 foo unit=run-r0123456789abcdef.service", ""},
	{"tcp 0.0.0.0:3643 foo unit=docker-0123.scope", "tcp 0.0.0.0:3643 foo unit=docker-ab.scope",
	 ""},
	{"tcp 0.0.0.0:3643 foo unit=docker-0123.scope", "tcp 0.0.0.0:3643 foo unit=session-1.scope",
	 "owner changed tcp 0.0.0.0:3643: unit docker-*.scope>session-*.scope"},
	{"tcp 0.0.0.0:3643 foo unit=app-1.service", "tcp 0.0.0.0:3643 foo unit=app-2.service",
	 "owner changed tcp 0.0.0.0:3643: unit app-1.service>app-2.service"},
	{"tcp 0.0.0.0:3643 foo unit=init.scope", "tcp 0.0.0.0:3643 foo unit=run-x",
	 "owner changed tcp 0.0.0.0:3643: unit init.scope>run-x"},
	{"tcp 0.0.0.0:3643 foo uid=61184", "tcp 0.0.0.0:3643 foo uid=65519", ""},
	{"tcp 0.0.0.0:3643 foo uid=61184", "tcp 0.0.0.0:3643 foo uid=61183",
	 "owner changed tcp 0.0.0.0:3643: user a dynamic user>uid 61183"},
	{"tcp 0.0.0.0:3643 foo uid=65519", "tcp 0.0.0.0:3643 foo uid=65520",
	 "owner changed tcp 0.0.0.0:3643: user a dynamic user>uid 65520"},
	{"tcp 0.0.0.0:3643 foo uid=7 user=a", "tcp 0.0.0.0:3643 foo uid=7 user=b", ""},
	{"tcp 0.0.0.0:3643 foo uid=7 user=a", "tcp 0.0.0.0:3643 foo uid=7", ""},
	{"host a; tcp 0.0.0.0:3643 foo uid=7 user=a", "host b; tcp 0.0.0.0:3643 foo uid=7 user=b",
	 "owner changed tcp 0.0.0.0:3643: user a>b"},
	{"host a; tcp 0.0.0.0:3643 foo uid=7 user=a", "host b; tcp 0.0.0.0:3643 foo uid=8 user=a",
	 ""},
	/* Unknown is not compared. */
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo uid=- user=-", ""},
	{"tcp 0.0.0.0:3643 foo uid=- user=-", "tcp 0.0.0.0:3643 foo uid=7", ""},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo cgroup=- unit=-", ""},
	{"tcp 0.0.0.0:3643 foo", "gap holders; tcp 0.0.0.0:3643 - owner=denied", ""},
	{"tcp 0.0.0.0:3643 - owner=pidns", "tcp 0.0.0.0:3643 foo", ""},
	{"tcp 0.0.0.0:3643 - owner=vanished", "tcp 0.0.0.0:3643 - owner=none", ""},
	/* Those that stand for others. */
	{"tcp 0.0.0.0:3643 docker-proxy unit=docker.service behind=container_172.17.0.2_port_80",
	 "tcp 0.0.0.0:3643 docker-proxy unit=docker.service behind=container_172.17.0.9_port_80",
	 ""},
	{"config foo.socket [Socket]|ListenStream=3643|; config foo.service "
	 "[Service]|ExecStart=/usr/sbin/foo|; "
	 "tcp [::]:3643 systemd exe=/usr/lib/systemd/systemd pid=1 unit=init.scope",
	 "config foo.socket [Socket]|ListenStream=3643|; config foo.service "
	 "[Service]|ExecStart=/usr/sbin/foo|; tcp [::]:3643 foo",
	 ""},
	{"config ssh.socket [Socket]|ListenStream=22|; config ssh.service "
	 "[Service]|ExecStart=/usr/sbin/sshd|; "
	 "tcp [::]:22 systemd exe=/usr/lib/systemd/systemd pid=1 unit=init.scope",
	 "tcp [::]:22 sshd unit=ssh.service", ""},
	{"tcp [::]:22 sshd unit=ssh.service",
	 "config ssh.socket [Socket]|ListenStream=22|; config ssh.service "
	 "[Service]|ExecStart=/usr/sbin/sshd|; "
	 "tcp [::]:22 systemd exe=/usr/lib/systemd/systemd pid=1 unit=init.scope",
	 ""},
	{"tcp [::]:22 sshd unit=ssh.service",
	 "config ssh.socket [Socket]|ListenStream=22|; config ssh.service "
	 "[Service]|ExecStart=/usr/sbin/sshd|; config ftp.socket [Socket]|ListenStream=21|; "
	 "tcp [::]:22 systemd exe=/usr/lib/systemd/systemd pid=1 unit=init.scope; "
	 "tcp [::]:21 systemd exe=/usr/lib/systemd/systemd pid=1 unit=init.scope",
	 "opened tcp [::]:21"},
	/* Verdicts and flags, of equal facts. */
	{"tcp 0.0.0.0:22 sshd", "tcp 0.0.0.0:22 sshd writers=others",
	 "verdict changed tcp 0.0.0.0:22: verdict match>known, flags "
	 "none>user-writable,root-runs-user-writable"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo hidden=netlink",
	 "verdict changed tcp 0.0.0.0:3643: flags none>hidden"},
	/* That it was hidden is told by a check that is not always made. */
	{"tcp 0.0.0.0:3643 foo hidden=netlink", "tcp 0.0.0.0:3643 foo", ""},
	/* The registry. */
	{"tcp 0.0.0.0:3643 foo reg=Cuckoo", "tcp 0.0.0.0:3643 foo reg=AudioJuggler",
	 "registry changed tcp 0.0.0.0:3643: registered to Cuckoo>AudioJuggler"},
	{"tcp 0.0.0.0:3643 foo reg=A_/_B", "tcp 0.0.0.0:3643 foo reg=A_/_C",
	 "registry changed tcp 0.0.0.0:3643: registered to A / B>A / C"},
	{"tcp 0.0.0.0:3643 foo reg=", "tcp 0.0.0.0:3643 foo reg=A",
	 "registry changed tcp 0.0.0.0:3643: registered to none>A"},
	{"tcp 0.0.0.0:3643 foo reg=A",
	 "tcp 0.0.0.0:3643 foo reg=", "registry changed tcp 0.0.0.0:3643: registered to A>none"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo reg=A", ""},
	{"tcp 0.0.0.0:3643 foo reg=A", "tcp 0.0.0.0:3643 foo reg=B writers=others",
	 "verdict changed tcp 0.0.0.0:3643: flags none>user-writable,root-runs-user-writable, "
	 "registered to A>B"},
	/* An upgrade: the version is no part of the path. Told once, however many ports it has. */
	{"tcp 0.0.0.0:3643 foo exe=/snap/foo/12/foo", "tcp 0.0.0.0:3643 foo exe=/snap/foo/13/foo",
	 ""},
	{"tcp 0.0.0.0:3643 foo exe=/opt/foo-1.2/foo",
	 "tcp 0.0.0.0:3643 foo exe=/opt/foo-1.10/foo inode=2",
	 "exe replaced tcp 0.0.0.0:3643: exe /opt/foo-1.2/foo>/opt/foo-1.10/foo"},
	{"tcp 0.0.0.0:3643 foo exe=/opt/a-1/foo", "tcp 0.0.0.0:3643 foo exe=/opt/b-2/foo",
	 "owner changed tcp 0.0.0.0:3643: exe /opt/a-1/foo>/opt/b-2/foo"},
	{"tcp 0.0.0.0:3643 foo; tcp 0.0.0.0:3644 foo; tcp 0.0.0.0:3645 bar",
	 "tcp 0.0.0.0:3643 foo inode=2; tcp 0.0.0.0:3644 foo inode=2; tcp 0.0.0.0:3645 bar inode=2",
	 "exe replaced tcp 0.0.0.0:3643: file\nexe replaced tcp 0.0.0.0:3645: file"},
	/* Another file at the same path, by each of what tells. */
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo device=2",
	 ""}, /* an overlay, mounted anew */
	{"tcp 0.0.0.0:3643 foo device=66305", "tcp 0.0.0.0:3643 foo device=66306",
	 "exe replaced tcp 0.0.0.0:3643: file"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo inode=2",
	 "exe replaced tcp 0.0.0.0:3643: file"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo size=2",
	 "exe replaced tcp 0.0.0.0:3643: file"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo mtime=2",
	 "exe replaced tcp 0.0.0.0:3643: file"},
	{"tcp 0.0.0.0:3643 foo exe=/usr/bin/python3 runs=/opt/app",
	 "tcp 0.0.0.0:3643 foo exe=/usr/bin/python3 runs=/opt/app inode=2",
	 "exe replaced tcp 0.0.0.0:3643: file, file it runs"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo device=-", ""},
	/* No upgrade, where others than root can write it; an image of a container is one. */
	{"tcp 0.0.0.0:3643 foo writers=others", "tcp 0.0.0.0:3643 foo writers=others", ""},
	{"tcp 0.0.0.0:3643 foo writers=others", "tcp 0.0.0.0:3643 foo writers=others inode=2",
	 "owner changed tcp 0.0.0.0:3643: file"},
	{"tcp 0.0.0.0:3643 foo writers=others", "tcp 0.0.0.0:3643 foo writers=others size=2",
	 "owner changed tcp 0.0.0.0:3643: file"},
	{"tcp 0.0.0.0:3643 foo writers=others", "tcp 0.0.0.0:3643 foo writers=others mtime=2",
	 "owner changed tcp 0.0.0.0:3643: file"},
	{"tcp 0.0.0.0:3643 foo writers=others", "tcp 0.0.0.0:3643 foo inode=2",
	 "owner changed tcp 0.0.0.0:3643: file, flags user-writable,root-runs-user-writable>none"},
	{"tcp 0.0.0.0:3643 foo writers=others exe=/usr/bin/python3 runs=/srv/app",
	 "tcp 0.0.0.0:3643 foo writers=others exe=/usr/bin/python3 runs=/srv/app inode=2",
	 "owner changed tcp 0.0.0.0:3643: file, file it runs"},
	{"tcp 0.0.0.0:3643 foo writers=others container=docker:0123456789ab",
	 "tcp 0.0.0.0:3643 foo writers=others container=docker:0123456789ab inode=2",
	 "exe replaced tcp 0.0.0.0:3643: file"},
	{"host a; tcp 0.0.0.0:3643 foo writers=others",
	 "host b; tcp 0.0.0.0:3643 foo writers=others inode=2", ""},
	/* Another program gets hold of it; workers of root's code are none, and who leaves is none. */
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo with=/usr/bin/python3",
	 "owner changed tcp 0.0.0.0:3643: also held by none>/usr/bin/python3"},
	{"tcp 0.0.0.0:3643 foo with=/usr/bin/python3",
	 "tcp 0.0.0.0:3643 foo with=/usr/bin/python3 pid=7", ""},
	{"tcp 0.0.0.0:3643 foo with=/opt/x-1.2/x", "tcp 0.0.0.0:3643 foo with=/opt/x-1.3/x", ""},
	{"tcp 0.0.0.0:3643 foo with=/usr/bin/python3", "tcp 0.0.0.0:3643 foo with=/lib/ld.so",
	 "owner changed tcp 0.0.0.0:3643: also held by /usr/bin/python3>/lib/ld.so"},
	{"tcp 0.0.0.0:3643 foo with=/usr/bin/python3", "tcp 0.0.0.0:3643 foo", ""},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo with=/usr/lib/foo/worker of=unit", ""},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo with=/usr/lib/foo/worker of=child", ""},
	{"tcp 0.0.0.0:3643 foo writers=others",
	 "tcp 0.0.0.0:3643 foo with=/home/x/worker of=child writers=others",
	 "owner changed tcp 0.0.0.0:3643: also held by none>/home/x/worker"},
	{"gap holders; tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo with=/usr/bin/python3", ""},
	{"host a; tcp 0.0.0.0:3643 foo", "host b; tcp 0.0.0.0:3643 foo inode=2", ""},
	{"tcp 0.0.0.0:3643 foo reg=A", "tcp 0.0.0.0:3643 foo inode=2 reg=B",
	 "registry changed tcp 0.0.0.0:3643: registered to A>B, file"},
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0:3643 foo inode=2 uid=7",
	 "owner changed tcp 0.0.0.0:3643: user root>uid 7"},
	/* The kernel's choice of a port; what does not listen, or has no port. */
	{"udp 0.0.0.0:40001 foo", "", ""},
	{"", "udp 0.0.0.0:40001 foo; udp [::]:40002 bar", ""},
	{"udp 0.0.0.0:40001 foo", "udp 0.0.0.0:40001 bar", ""},
	{"udp 0.0.0.0:32767 foo", "", "closed udp 0.0.0.0:32767"},
	{"", "tcp 0.0.0.0:40001 foo", "opened tcp 0.0.0.0:40001"},
	{"tcp 0.0.0.0:40001 - owner=vanished", "tcp 0.0.0.0:40002 - owner=vanished", ""},
	{"", "udp 0.0.0.0:40001 - owner=denied; gap holders", ""},
	{"udp 0.0.0.0:40001 foo", "udp 0.0.0.0:40001 - owner=denied; gap holders", ""},
	{"", "tcp 0.0.0.0:40001 - owner=denied; gap holders", "opened tcp 0.0.0.0:40001"},
	{"udp 0.0.0.0:41641 tailscaled", "udp 0.0.0.0:41641 - owner=vanished", ""},
	{"udp 0.0.0.0:41641 - owner=vanished", "udp 0.0.0.0:41641 tailscaled", ""},
	{"", "udp 0.0.0.0:40001 - owner=none", "opened udp 0.0.0.0:40001"},
	{"", "tcp 0.0.0.0:3643 foo state=bound", ""},
	{"udp 0.0.0.0:3643 foo state=connected", "", ""},
	{"tcp 0.0.0.0:3643 foo state=bound", "tcp 0.0.0.0:3643 foo", "opened tcp 0.0.0.0:3643"},
	/* Worst first. */
	{"tcp 0.0.0.0:3672 gone; tcp 0.0.0.0:22 sshd; tcp 0.0.0.0:80 nginx; tcp 127.0.0.1:3306 "
	 "mysqld; tcp 0.0.0.0:3640 up",
	 "tcp 0.0.0.0:22 sshd inode=3; tcp 0.0.0.0:3643 foo; tcp 0.0.0.0:80 nginx uid=9; tcp "
	 "0.0.0.0:3306 mysqld; tcp 0.0.0.0:3641 up; tcp 0.0.0.0:443 nginx exe=/tmp/nginx",
	 "opened tcp 0.0.0.0:443\nopened tcp 0.0.0.0:3643\nopened tcp 0.0.0.0:3641\n"
	 "owner changed tcp 0.0.0.0:80: user root>uid 9\n"
	 "exposure widened tcp 127.0.0.1:3306>0.0.0.0:3306: exposure loopback>any\n"
	 "closed tcp 0.0.0.0:3672\nclosed tcp 0.0.0.0:3640\nexe replaced tcp 0.0.0.0:22: file"},
};

START_TEST(pair_by_pair)
{
	const struct pair *pair = &pairs[_i];
	const char *is = differences(pair->before, pair->after);

	ck_assert_msg(!strcmp(is, pair->differences), "%s\n=> %s\n%s\nnot\n%s", pair->before,
		      pair->after, is, pair->differences);
}
END_TEST

Suite *suite_diff_diff(void);
Suite *suite_diff_diff(void)
{
	Suite *suite = suite_create("diff_diff");
	TCase *tcase = tcase_create("pairs");

	tcase_add_loop_test(tcase, pair_by_pair, 0, PM_COUNT(pairs));
	suite_add_tcase(suite, tcase);
	return suite;
}
