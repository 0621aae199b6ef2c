"""What the tests of the walks within the kernel share: things to make, facts of them, what bpfdump sees.

BPFDUMP is that program. Exit 77: the walks can't be had here.
"""
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

BPFDUMP = os.environ["BPFDUMP"]
SOCKET, NSFS, URING, INFLIGHT, NETNS, FIXED, QUEUED, MAPPED, AIO, WAITER, MORE, PROCESS, REFERENCES = range(1, 14)
V6ONLY, KERN, NOFILE, SUBFLOW = 1, 2, 4, 8
NOFD = 0xffffffff
LISTEN, UNCONNECTED, ESTABLISHED = 10, 7, 1
CLONE_FILES, CLONE_NEWNET = 0x400, 0x40000000
# The first by x86-64 and by the common table; the others are the same everywhere.
SYS_EXIT, SYS_IO_SETUP, SYS_IO_SUBMIT = (60, 206, 209) if os.uname().machine == "x86_64" else (93, 0, 2)
SYS_IO_URING_SETUP, SYS_IO_URING_ENTER, SYS_IO_URING_REGISTER = 425, 426, 427
MPTCP, UDPLITE, SO_COOKIE = 262, 136, 57
libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def skip(why):
    print(f"{os.path.basename(sys.argv[0])}: skipped: {why}", file=sys.stderr)
    sys.exit(1 if os.environ.get("PORTMOTE_NO_SKIP") else 77)


def dump(*args, **how):
    """What is open, without the processes, namespaces and references around it."""
    return [record for record in dump_all(*args, **how) if record["kind"] not in (NETNS, PROCESS, REFERENCES)]


def dump_all(*args, by=(), program=BPFDUMP):
    done = subprocess.run([*by, program, *args], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.partition("\n")[0])
    return [json.loads(line) for line in done.stdout.splitlines()]


def release():
    return tuple(int(part) for part in os.uname().release.split(".")[:2])


def listener(family=socket.AF_INET, address="127.0.0.1", port=0, protocol=0, v6only=None, backlog=8):
    made = socket.socket(family, socket.SOCK_STREAM, protocol)
    if v6only is not None:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    made.bind((address, port))
    if backlog:
        made.listen(backlog)
    return made


def datagram(family=socket.AF_INET, address="127.0.0.1", port=0, protocol=0):
    made = socket.socket(family, socket.SOCK_DGRAM, protocol)
    made.bind((address, port))
    return made


def allow_descriptors(count):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(most, count)))


def number_of_namespace():
    return os.stat("/proc/thread-self/ns/net").st_ino


def packed(made):
    family, name = made.family, made.getsockname()
    return socket.inet_pton(family, name[0]).ljust(16, b"\0").hex()


def identity(made):
    return {"inode": os.fstat(made.fileno()).st_ino, "fd": made.fileno(),
            "cookie": int.from_bytes(made.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8), sys.byteorder)}


def facts(made, **other):
    """What a walk ought to say of a socket that this process has open."""
    state = LISTEN if made.type == socket.SOCK_STREAM else UNCONNECTED
    v6only = made.family == socket.AF_INET6 and made.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
    return {"kind": SOCKET, "flags": V6ONLY if v6only else 0, **identity(made),
            "netns": number_of_namespace(), "pid": os.getpid(), "tid": os.getpid(),
            "uid": os.fstat(made.fileno()).st_uid, "ifindex": 0, "count": 0, "family": made.family,
            "protocol": made.proto or {1: 6, 2: 17}[made.type], "port": made.getsockname()[1],
            "type": made.type, "state": state, "address": packed(made), **other}


def seen_by(pid, records):
    """Without what is no fact of the socket: when the process began, which is looked at apart."""
    with open(f"/proc/{pid}/stat", "rb") as stat:
        ticks = int(stat.read().rpartition(b")")[2].split()[19])
    mine = [record for record in records if record["pid"] == pid]
    for record in mine:
        assert record.pop("started") * os.sysconf("SC_CLK_TCK") // 10**9 == ticks, "start of the process"
    return mine


def same(seen, made):
    def order(rows):
        return sorted(json.dumps(row, sort_keys=True) for row in rows)
    if order(seen) != order(made):
        print("seen, not made:", *set(order(seen)) - set(order(made)), sep="\n  ", file=sys.stderr)
        print("made, not seen:", *set(order(made)) - set(order(seen)), sep="\n  ", file=sys.stderr)
        raise AssertionError("the walk saw other things than were made")


class Child:
    """A process that makes something, tells facts of it, and holds it to the end of the block."""

    def __init__(self, make):
        facts_read, facts_write = os.pipe()
        end_read, self.end = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(facts_read)
            os.close(self.end)
            held = make(lambda told: os.write(facts_write, json.dumps(told).encode() + b"\n"))
            os.read(end_read, 1)
            os._exit(0 if held is not None else 1)
        os.close(facts_write)
        os.close(end_read)
        with open(facts_read, encoding="ascii") as told:
            self.told = json.loads(told.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.end)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def state_of(pid):
    with open(f"/proc/{pid}/stat", "rb") as stat:
        return stat.read().rpartition(b")")[2].split()[0]


def await_state(pid, state):
    deadline = time.monotonic() + 60
    while state_of(pid) != state:
        assert time.monotonic() < deadline, f"{pid} is not in state {state}"
        time.sleep(0.01)


def other(kind, fd, count=0, family=0):
    return {**dict.fromkeys(("flags", "cookie", "netns", "uid", "ifindex", "protocol", "port", "type", "state"), 0),
            "address": bytes(16).hex(), "kind": kind, "inode": os.fstat(fd).st_ino, "pid": os.getpid(),
            "tid": os.getpid(), "fd": fd, "count": count, "family": family}


def with_uring(test):
    """A test that takes io_uring, which the kernel may be without, or an administrator against."""
    def asked():
        ring = libc.syscall(SYS_IO_URING_SETUP, 1, ctypes.create_string_buffer(120))
        if ring < 0:
            print(f"no io_uring here: {os.strerror(ctypes.get_errno())}")
            return
        os.close(ring)
        test()
    return asked


def ring_of(files):
    """An io_uring with these registered files; -1 is an empty slot."""
    ring = checked(libc.syscall(SYS_IO_URING_SETUP, 4, ctypes.create_string_buffer(120)))
    checked(libc.syscall(SYS_IO_URING_REGISTER, ring, 2, (ctypes.c_int * len(files))(*files), len(files)))
    return ring


class Ring:
    """An io_uring that is mapped and can take one request. Offsets as in <linux/io_uring.h>."""

    def __init__(self):
        params = (ctypes.c_uint32 * 30)()
        self.fd = checked(libc.syscall(SYS_IO_URING_SETUP, 4, params))
        self.tail, self.array = params[11], params[16]
        self.ring, self.entries = self.mapped(4096, 0), self.mapped(4096, 0x10000000)

    def mapped(self, size, offset):
        libc.mmap.restype = ctypes.c_void_p
        at = libc.mmap(None, ctypes.c_size_t(size), 3, 1, self.fd, ctypes.c_long(offset))
        if at == ctypes.c_void_p(-1).value:
            raise OSError(ctypes.get_errno(), "mmap")
        return (ctypes.c_char * size).from_address(at)

    def accept(self, fd):
        struct.pack_into("=BBHi", self.entries, 0, 13, 0, 0, fd)
        struct.pack_into("=I", self.ring, self.array, 0)
        struct.pack_into("=I", self.ring, self.tail, 1)
        assert checked(libc.syscall(SYS_IO_URING_ENTER, self.fd, 1, 0, 0, None, 0)) == 1


def ought_to_walk():
    """Programs that this kernel's verifier refuses are a fault, and no reason to skip."""
    with open(BPFDUMP, "rb") as program:
        built = b"__loader.prog" in program.read()
    return built and release() >= (5, 17) and os.path.exists("/sys/kernel/btf/vmlinux")


def run(tests):
    if os.getuid():
        skip("only root can load programs into the kernel")
    checked(libc.unshare(CLONE_NEWNET))
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    try:
        dump("files")
    except RuntimeError as why:
        if ought_to_walk():
            raise
        skip(f"the walk of open files: {why}")
    only = sys.argv[1:]
    for name, test in list(tests.items()):
        if name.startswith("test_") and (not only or name in only):
            print(name, flush=True)
            test()
