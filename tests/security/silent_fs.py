# SPDX-License-Identifier: Apache-2.0
"""silent_fs.py DIRECTORY FILE: a file system with one file that answers until a line comes on standard
input, and then never again: what a stranger may put below a process that root looks at.

The protocol is the kernel's (linux/fuse.h); only what mapping a file needs is there.
"""
import ctypes
import os
import select
import struct
import sys
import time

LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FLUSH, INIT, OPENDIR, RELEASEDIR, INTERRUPT, DESTROY = (
    1, 2, 3, 4, 14, 15, 16, 17, 18, 25, 26, 27, 29, 36, 38)
HEADER = struct.Struct("<IIQQIIII")  # length, opcode, unique, node, uid, gid, pid, padding
SIZE = 1 << 20
directory, name = sys.argv[1], os.fsencode(sys.argv[2])
fuse = os.open("/dev/fuse", os.O_RDWR)
libc = ctypes.CDLL(None, use_errno=True)
options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other"
if libc.mount(b"silent", os.fsencode(directory), b"fuse", 0, options.encode()) != 0:
    sys.exit(77)


def attributes(node):
    mode, size = (0o040755, 0) if node == 1 else (0o100600, SIZE)
    now = int(time.time())
    return struct.pack("<QQQQQQIIIIIIIIII", node, size, size // 512, now, now, now, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def answer(unique, body=b"", error=0):
    os.write(fuse, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)


print("ready", flush=True)
while True:
    readable = select.select([fuse, sys.stdin], [], [])[0]
    if sys.stdin in readable:
        break
    data = os.read(fuse, 1 << 18)
    _, opcode, unique, node, *_ = HEADER.unpack_from(data)
    rest = data[HEADER.size:]
    if opcode == INIT:
        answer(unique, struct.pack("<IIIIHHIIHHI28x", 7, 31, 65536, 0, 12, 9, 65536, 1, 256, 0, 0))
    elif opcode == LOOKUP:
        if rest.rstrip(b"\0") == name:
            answer(unique, struct.pack("<QQQQII", 2, 0, 0, 0, 0, 0) + attributes(2))
        else:
            answer(unique, error=2)
    elif opcode in (GETATTR, SETATTR):
        answer(unique, struct.pack("<QII", 0, 0, 0) + attributes(node))
    elif opcode in (OPEN, OPENDIR):
        answer(unique, struct.pack("<QII", 1, 0, 0))
    elif opcode == READ:
        answer(unique, bytes(struct.unpack_from("<QQI", rest)[2]))
    elif opcode in (FORGET, INTERRUPT):
        pass
    elif opcode in (FLUSH, RELEASE, RELEASEDIR, DESTROY):
        answer(unique)
    else:
        answer(unique, error=38)
print("silent", flush=True)
while True:
    time.sleep(1000)
