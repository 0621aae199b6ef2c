"""A file system that stops answering: fuse_hang.py FOLDER CONTENT OPERATION

Mounted at FOLDER it has one file, "file", with the bytes of CONTENT, and takes what is written to others, to forget it. Once there is FOLDER.hang, no request of this
OPERATION (lookup, getattr, read, flush, create, fsync, rename, unlink) is answered; their number is in FOLDER.held. Source: linux/fuse.h.
With FUSE_ATTRIBUTE=NAME=HEX in the environment the file has that extended attribute.
"""
import ctypes
import errno
import os
import struct
import sys

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, GETXATTR, LISTXATTR, FLUSH, INIT, OPENDIR, READDIR, INTERRUPT, BATCH_FORGET = (
    1, 2, 3, 14, 15, 17, 22, 23, 25, 26, 27, 28, 36, 42)
SETATTR, UNLINK, RENAME, WRITE, FSYNC, CREATE, RENAME2 = 4, 10, 12, 16, 20, 35, 45
EMPTY = (18, UNLINK, RENAME, FSYNC, 29, 30, RENAME2) # release, releasedir, fsyncdir
NAMES = {"lookup": LOOKUP, "getattr": GETATTR, "read": READ, "flush": FLUSH, "create": CREATE, "fsync": FSYNC,
         "rename": RENAME2, "unlink": UNLINK}

folder, content, operation = sys.argv[1], open(sys.argv[2], "rb").read(), NAMES[sys.argv[3]]


def device():
    if os.path.exists("/dev/fuse"):
        return "/dev/fuse"
    os.mknod(f"{folder}.fuse", 0o20600, os.makedev(10, 229))
    return f"{folder}.fuse"


def attributes(node):
    mode, size = (0o40755, 4096) if node == 1 else (0o100755, len(content)) if node == 2 else (0o100600, 0)
    return struct.pack("<6Q10I", node, size, (size + 511) // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def attribute(node, name, body):
    """The value of that name, or the list of names where that is None; their length where nothing more is asked for."""
    has, _, value = os.environ.get("FUSE_ATTRIBUTE", "").partition("=")
    size, = struct.unpack_from("<I", body)
    if not has:
        return errno.ENOSYS
    if name is not None and (node != 2 or name != has.encode()):
        return errno.ENODATA
    told = bytes.fromhex(value) if name is not None else has.encode() + b"\0" if node == 2 else b""
    return told if size else struct.pack("<II", len(told), 0)


def answer(code, node, body):
    """The bytes of an answer, or an errno."""
    if code == INIT:
        return struct.pack("<IIIIHHIIHH32x", 7, 31, 65536, 0, 12, 9, 65536, 1, 32, 0)
    if code == LOOKUP:
        if body.rstrip(b"\0") != b"file":
            return errno.ENOENT
        return struct.pack("<4QII", 2, 1, 0, 0, 0, 0) + attributes(2) # valid for no time at all
    if code == CREATE:
        return struct.pack("<4QII", 3, 1, 0, 0, 0, 0) + attributes(3) + struct.pack("<QII", 0, 0, 0)
    if code == WRITE:
        return struct.pack("<II", struct.unpack_from("<16xI", body)[0], 0)
    if code in (GETATTR, SETATTR):
        return struct.pack("<QII", 0, 0, 0) + attributes(node)
    if code in (OPEN, OPENDIR):
        return struct.pack("<QII", 0, 0, 0)
    if code == READ:
        at, size = struct.unpack_from("<8xQI", body)
        return content[at:at + size]
    if code == GETXATTR:
        return attribute(node, body[8:].rstrip(b"\0"), body)
    if code == LISTXATTR:
        return attribute(node, None, body)
    if code == READDIR:
        return b""
    if code == STATFS:
        return bytes(80)
    return b"" if code == FLUSH or code in EMPTY else errno.ENOSYS


fd = os.open(device(), os.O_RDWR)
libc = ctypes.CDLL(None, use_errno=True)
options = f"fd={fd},rootmode=40000,user_id=0,group_id=0,allow_other"
if libc.mount(b"pm-test", folder.encode(), b"fuse", 0, options.encode()) < 0:
    sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
held = 0
while True:
    try:
        request = os.read(fd, 1 << 20)
    except OSError as error:
        if error.errno in (errno.EINTR, errno.ENOENT):
            continue
        sys.exit(0) # unmounted
    size, code, unique, node = struct.unpack_from("<IIQQ", request)
    if (RENAME2 if code == RENAME else code) == operation and os.path.exists(f"{folder}.hang"):
        held += 1
        with open(f"{folder}.held.new", "w") as file:
            file.write(str(held))
        os.rename(f"{folder}.held.new", f"{folder}.held")
        continue
    if code in (FORGET, INTERRUPT, BATCH_FORGET):
        continue
    got = answer(code, node, request[40:])
    error, data = (got, b"") if isinstance(got, int) else (0, got)
    os.write(fd, struct.pack("<IiQ", 16 + len(data), -error, unique) + data)
