# SPDX-License-Identifier: Apache-2.0
# A section that is compressed in a way libelf does not know costs lines, not names, and one
# line says so, each time.
. "$SRC/tests/lib.sh"
need gcc
printf '#include <stdlib.h>\n__attribute__((noinline)) static void *hidden(size_t n) { void *volatile p = malloc(n); return p; }\nint main(void) { return !hidden(100001); }\n' >packed.c
gcc -g -gz=zlib -O1 packed.c -o packed
cat >other.py <<'PYTHON'
import struct
data = bytearray(open("packed", "rb").read())
at, size, count = struct.unpack_from("<Q", data, 40)[0], *struct.unpack_from("<HH", data, 58)
for i in range(count):
    flags, _, offset = struct.unpack_from("<QQQ", data, at + i * size + 8)
    if flags & 0x800:
        struct.pack_into("<I", data, offset, 0x60000077)
open("other", "wb").write(data)
PYTHON
/usr/bin/python3 other.py && chmod +x other
MEMPROF_INTERVAL=1 profiled ./packed
dump "$(profile_of packed)" >dumped
has dumped '^1 100001 .* hidden@[^ ]*packed.c:2 '
export MEMPROF_CACHE=$PWD/cache
for _ in 1 2; do
    MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled ./other
    "$COLLECT" -o out.pb.gz "$(one $(states))" >said 2>&1
    is "lines about it" 1 "$(grep -c 'debug information of .*/other is compressed .* libelf' said)"
    dump out.pb.gz >dumped
    has dumped '^1 100001 .* hidden@'
    rm out.pb.gz
done
