# SPDX-License-Identifier: Apache-2.0
# A build id may be one byte: its debug file is .build-id/ab/.debug, as gdb has it.
. "$SRC/tests/lib.sh"
need gcc objcopy strip
export MEMPROF_DEBUG_DIR=$PWD/debug
printf '#include <stdlib.h>\n__attribute__((noinline)) static void *hidden(size_t n) { void *volatile p = malloc(n); return p; }\nint main(void) { return !hidden(100001); }\n' >short.c
for id in ab abcd; do
    gcc -g -O1 -Wl,--build-id=0x$id short.c -o short
    mkdir -p debug/.build-id/ab
    objcopy --only-keep-debug short "debug/.build-id/ab/${id#ab}.debug"
    strip short
    MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled ./short
    dump out.pb.gz >dumped
    has dumped '^1 100001 .* hidden@[^ ]*short.c:2 main@[^ ]*short.c:3 '
    rm -r out.pb.gz debug
done
