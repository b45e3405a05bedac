# SPDX-License-Identifier: Apache-2.0
# slow: 40
# Small profiles that unpack to much, name one thing over and over, or match for ever.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/bombs.inc"
/usr/bin/python3 - "$SRC/tests/security" <<'PYTHON'
import sys, zlib
sys.path.insert(0, sys.argv[1])
from craft import *

def pack(path, head, piece, count):
    """head, then the piece so often, without having it all in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with open(path, "wb") as file:
        file.write(packer.compress(head))
        block = piece * max(1, (1 << 20) // len(piece))
        for _ in range(count * len(piece) // len(block) + 1):
            file.write(packer.compress(block))
        file.write(packer.flush())

def base():
    profile = Profile()
    profile.function(1, b"f")
    profile.location(1, [1])
    profile.sample([1])
    return profile

head = base().encode()
pack("zeros.pb.gz", b"", b"\0", 300 << 20)
pack("strings.pb.gz", head, message(6, b""), 60 << 20)
pack("samples.pb.gz", head, message(2, packed(1, [1]) + packed(2, [1])), 20 << 20)
pack("labels.pb.gz", head, message(2, packed(1, [1]) + packed(2, [1]) + message(3, b"") * 4000), 15000)
pack("comments.pb.gz", head, number(13, 1), 50 << 20)
pack("functions.pb.gz", head, message(5, number(1, 7)), 20 << 20)
with open("stack.pb.gz", "wb") as file:
    file.write(gzip.compress(head + message(2, bytes([10]) + varint(60 << 20) + bytes([1]) * (60 << 20) + packed(2, [1])), 1))
lines = base()
lines.location(2, [1] * 4000)
pack("lines.pb.gz", lines.encode(), message(2, packed(1, [2] * 1000) + packed(2, [1])), 20000)
for name, text in (("nested", b"((a+)+)+" * 400 + b"$"), ("repeated", b"(" * 90 + b"a*" + b")*" * 90),
                   ("counts", b"((a{1,1000}){1,1000}){1,1000}"), ("references", rb"(a*)*\1\1\1")):
    match = base()
    match.function(2, b"a" * 60000)
    match.location(2, [2])
    match.sample([2, 1])
    match.drop_frames(text)
    match.write("match-%s.pb.gz" % name)
PYTHON
for file in *.pb.gz; do
    harmless "$file of $(stat -c %s "$file") bytes" '0|2' "$MEMPROF" top -n 5 "$file"
done
harmless "all of them" 2 "$MEMPROF" top samples.pb.gz lines.pb.gz labels.pb.gz
# The same as heap profiles, which are compared and gated.
/usr/bin/python3 - "$SRC/tests/security" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
from craft import *

def heap():
    profile = Profile(b"alloc_objects", b"count")
    for kind in (b"alloc_space", b"inuse_objects", b"inuse_space"):
        profile.body.append(message(1, number(1, profile.string(kind))))
    profile.function(1, b"f")
    profile.location(1, [1])
    return profile

deep = heap()
deep.location(2, [1] * 4000)
many = heap()
for i in range(2000):
    many.function(i + 2, b"a_function_%d" % i)
    many.location(i + 3, [i + 2] * 400)
for name, profile, locations, count in (("deep", deep, [2] * 1000, 300), ("many", many, list(range(3, 2003)), 600)):
    for i in range(count):
        profile.body.append(message(2, packed(1, locations[i:] + locations[:i]) + packed(2, [1, 1 << 62, 1, 1])))
    profile.write("heap-%s.pb.gz" % name)
PYTHON
for file in heap-*.pb.gz zeros.pb.gz; do
    harmless "diff of $file of $(stat -c %s "$file") bytes" '0|2' "$MEMPROF" diff --fail-on=alloc_space:+2% "$file" "$file"
done
