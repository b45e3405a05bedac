# SPDX-License-Identifier: Apache-2.0
# More frames than MEMPROF_DEPTH: the inner ones, then [truncated], and it is counted.
. "$SRC/tests/lib.sh"
for depth in 10 1000 100000; do
    for unwind in cfi fp libunwind; do
        MEMPROF_INTERVAL=1 MEMPROF_DEPTH=64 MEMPROF_UNWIND=$unwind MEMPROF_OUT=$unwind.$depth.pb.gz \
            profiled "$TARGETS/recursion" $depth
        valid $unwind.$depth.pb.gz
        dump $unwind.$depth.pb.gz | grep ' recurse@' >dumped
        frames=$(head -n 1 dumped | grep -o recurse@ | wc -l)
        if [[ $depth == 10 ]]; then
            is "frames of $unwind" 11 $frames
            has dumped ' main@'
            # libc has no frame pointers to follow to the end.
            [[ $unwind == fp ]] || lacks dumped '\[truncated\]'
        else
            [[ $frames -ge 50 && $frames -le 64 ]] || fail "$frames frames by $unwind"
            has dumped ' \[truncated\]@[^ ]*$'
        fi
    done
done
MEMPROF_DEPTH=64 "$MEMPROF" run -i 1 -- "$TARGETS/recursion" 1000 2>err
has err '[Tt]runcated'
