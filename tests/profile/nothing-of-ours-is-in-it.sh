# SPDX-License-Identifier: Apache-2.0
# Neither what the profiler itself needs, as its tables grow, nor a frame of its own: the
# sums of a program that counts for itself are its own, to the byte, in every stack.
. "$SRC/tests/lib.sh"
# frames: one per line; the directory of the sources may have any name.
frames() {
    dump out.pb.gz | tr ' ' '\n' | sed "s,$SRC/,,"
}
for unwind in cfi fp libunwind; do
    [[ $unwind != libunwind ]] || part_needs_library libunwind.so.8 || continue
    rm -f out.pb.gz
    MEMPROF_UNWIND=$unwind MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled "$TARGETS/fills" 13 >out
    read -r objects bytes kept <out
    valid out.pb.gz
    is "its own blocks by $unwind" "$objects $bytes $kept $((kept * 100))" "$(counted out.pb.gz leaf)"
    # All of the program: fills allocates nothing else.
    is "all blocks by $unwind" "$objects $bytes $kept $((kept * 100))" "$(totals out.pb.gz)"
    lacks <(frames) '(memprof|event_|reentry_|sampler_|_slow@|unwind_)'
    meta out.pb.gz | sed "s,$SRC/,," | lacks /dev/stdin '^mapping.*(memprof|\.state)'
done
# The same of C++, whose operators are ours too, and of a program with threads.
for target in counts threads; do
    rm out.pb.gz
    MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled "$TARGETS/$target" >/dev/null
    valid out.pb.gz
    lacks <(frames) 'memprof|/preload/'
done
