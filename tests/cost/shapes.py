"""Snapshots of any size, each of another shape: whatever can be many is, in one of them. write(shape, n, out, side)
writes one of some n rows; `side` 1 is what became of it, for diff."""
import json

COMPACT = (",", ":")


def process(i, **facts):
    exe = {"device": 1, "inode": 5 + i, "size": 1, "modified": "2026-01-01T00:00:00Z", "deleted": False,
           "on_host": True, "writers": "root", "writable": None}
    return {"pid": 1000 + i, "ppid": 1, "comm": "foo", "exe": "/usr/bin/foo", "exe_evidence": exe, "is_alias": False,
            "running": None, "uid": 0, "user": "root", "cgroup": "/", "unit": None, "container": None,
            "own_userns": False, "pidns_depth": 0, "started": None, "start": 5, "behind": None,
            "overmounted": False, **facts}


def address(i):
    return "127.%d.%d.%d" % (i >> 16 & 255, i >> 8 & 255, i & 255)


def listener(i, *holders, **facts):
    owner = {"kind": "process" if holders else "none", "service": None}
    return {"netns": {"inode": 1, "label": "host"}, "protocol": "tcp", "family": "inet", "state": "listen",
            "address": "0.0.0.0", "port": 3643, "ip_protocol": None, "ethertype": None, "device": None, "ifindex": 0,
            "v6only": None, "inode": i + 1, "cookie": str(i + 1), "hidden_from": None, "uid": 0, "cgroup": None,
            "cgroup_id": None, "unit": None, "registrations": [], "holders": list(holders), "suspects": [],
            "owner": owner, **facts}


def namespace(inode, label):
    return {"inode": inode, "label": label, "ephemeral_range": [32768, 60999], "closed": False}


def config(name, text):
    folder = "/etc/" if name == "inetd.conf" else "/etc/systemd/system/"
    return {"name": name, "path": folder + name, "text": text}


def container(i):
    return {"runtime": "docker", "id": "%064x" % i, "name": "box%d" % i, "claimed_by_user": False}


def one_port(n, side):
    return (listener(i, process(0)) for i in range(n))


def all_ports(n, side):
    return (listener(i, process(i % 500), port=1 + i % 65535, address=address(i // 65535 + side)) for i in range(n))


# Whoever shares a port with whom: sockets of as many users, without owner and with one.
def uids(n, side):
    return (listener(i, protocol="udp", uid=100000 + i + side) for i in range(n))


def owners(n, side):
    return (listener(i, process(i, uid=70000 + i + side, user=None, exe="/opt/p%d/foo%d" % (i, i + side)), uid=i)
            for i in range(n))


# Every other one at an address of its own, below those of all addresses.
def addresses(n, side):
    return (listener(i, uid=i % 1000, address=address(i) if i % 2 else "0.0.0.0") for i in range(n))


def devices(n, side):
    return (listener(i, uid=i, ifindex=i + 1, device="d%d" % i) for i in range(n))


def devices_and_addresses(n, side):
    return (listener(i, uid=i // 3, ifindex=i % 977, device="d%d" % (i % 977),
                     address=address(i % 101) if i % 2 else "0.0.0.0") for i in range(n))


def moved(n, side):
    return (listener(i, process(i, exe="/opt/foo%d" % i), address=address(i * 2 + side)) for i in range(n))


def sockets(n, side):
    systemd = process(0, pid=1, ppid=0, comm="systemd", exe="/usr/lib/systemd/systemd")
    return (listener(i, systemd, port=1 + i % 60000) for i in range(n // 10))


def sockets_configs(n):
    for i in range(n // 10):
        yield config("u%d.socket" % i, "[Socket]\\x0aListenStream=%d\\x0a" % (60001 + i % 5000))
        yield config("u%d.service" % i, "[Service]\\x0aExecStart=/usr/bin/foo\\x0a")


def inetd(n, side):
    daemon = process(0, comm="inetd", exe="/usr/sbin/inetd")
    return (listener(i, daemon, port=1 + i % 60000) for i in range(n // 10))


def inetd_configs(n):
    yield config("inetd.conf", "".join("s%d stream tcp nowait root /usr/sbin/s%d s\\x0a" % (i, i)
                                       for i in range(n // 10)))


def holders(n, side):
    return (listener(i, *(process(10 * i + k, start=i) for k in range(10)), port=1 + i % 60000)
            for i in range(n // 10))


def one_listener(n, side):
    yield listener(0, *(process(i, comm="foo%d" % i) for i in range(n)))


# One pid and one start, and yet no two alike.
def twins(n, side):
    return (listener(i, process(0, comm="foo%d" % i), port=1 + i % 60000) for i in range(n))


def namespaces(n, side):
    return (listener(i, process(i), netns={"inode": 10 + i, "label": "ns%d" % i}, uid=side) for i in range(n))


def namespaces_namespaces(n):
    return (namespace(10 + i, "ns%d" % i) for i in range(n))


# Told by number alone, as all are that have no name.
def numbered(n, side):
    return (listener(i, process(i), netns={"inode": 10 + i, "label": None}, port=1 + i % 60000) for i in range(n // 2))


def numbered_namespaces(n):
    return (namespace(10 + i, None) for i in range(n))


def containers(n, side):
    return (listener(i, process(i, container=container(i + side), cgroup="/")) for i in range(n))


def findings(n, side):
    return (listener(i, process(i, exe="/opt/foo%d" % (i + side)), port=1 + i % 60000, address=address(i))
            for i in range(n))


def registrations(n, side):
    rows = ({"name": "s%d" % i, "description": None, "status": "assigned"} for i in range(n))
    yield listener(0, process(0), registrations=list(rows))


# Each listener without owner is told with all that may keep it.
def suspects(n, side):
    count = max(int(n ** .5), 1)
    keepers = [{**process(i), "why": "io_uring"} for i in range(count)]
    return (listener(i, suspects=keepers, port=1 + i % 60000) for i in range(count))


# A host of which much could not be seen, or of which there is much to say.
def gaps(n, side):
    return (listener(i, port=1 + i % 60000) for i in range(n // 4))


def notes(n, side):
    yield listener(0, process(0))


SHAPES = {f.__name__: f for f in (one_port, all_ports, uids, owners, addresses, devices, devices_and_addresses, moved,
                                  sockets, inetd, holders, one_listener, twins, namespaces, numbered, containers,
                                  findings, registrations, suspects, gaps, notes)}


def rest_of(shape, n):
    """All but the listeners."""
    gaps = [{"what": "processes", "why": "denied", "count": 1, "detail": "gap %d" % i} for i in range(n // 4)]
    notes = ["note %d" % i for i in range(n)]
    some = globals().get(shape + "_namespaces", lambda n: ())(n)
    return {
        "namespaces": [namespace(1, "host"), *some],
        "coverage": {"complete": shape != "gaps",
                     "sources": {"sockets": "netlink", "holders": "procfs", "bpf_refused": None},
                     "transient": 0, "unreadable": 0, "incomplete": gaps if shape == "gaps" else [],
                     "redirections": notes if shape == "notes" else [],
                     "not_checked": notes if shape == "notes" else []},
        "configs": list(globals().get(shape + "_configs", lambda n: ())(n)),
    }


def write(shape, n, out, side=0):
    head = {"portmote": 1, "host": "example", "time": "2026-11-30T00:00:00Z", "with_bound": False,
            "with_portless": False, "narrowed": None, **rest_of(shape, n)}
    count = 0
    out.write(json.dumps(head, separators=COMPACT)[:-1] + ',"listeners":[')
    for row in SHAPES[shape](n, side):
        out.write(("," if count else "") + json.dumps(row, separators=COMPACT))
        count += 1
    words = ("unknown", "impostor", "match", "known", "ephemeral", "mismatch", "unregistered")
    summary = {word: count if word == "unknown" else 0 for word in words}
    out.write('],"summary":%s}\n' % json.dumps(summary))
