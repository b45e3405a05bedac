# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Fibers in turn, taken to other threads, on stacks that are unmapped and replaced, next to
# nothing, a handler on a stack of its own, recursion that comes and goes at the limit: the
# program runs the same, and each stack is libunwind's (which does not mark what it cuts).
. "$SRC/tests/lib.sh"
AT="1 64K" same_with_and_without "$TARGETS/fibers"
[[ $(uname -m) == x86_64 ]] || skip_rest "libunwind makes up a frame outside of a fiber's, and crashes in a handler's"
need_libunwind
in_leaf() {
    dump "$1" | grep leaf@ | sort
}
for depth in 16 64 512; do
    export MEMPROF_INTERVAL=1 MEMPROF_DEPTH=$depth
    for part in many replaced travels first signals deep deepest; do
        for unwind in cfi libunwind; do
            MEMPROF_UNWIND=$unwind MEMPROF_OUT=$unwind.pb.gz profiled "$TARGETS/fibers" $part >/dev/null || is status 3 $?
            in_leaf $unwind.pb.gz >$unwind
        done
        valid cfi.pb.gz
        [[ -s cfi ]] || fail "no stack of $part"
        sed 's/ \[truncated\]@:0$//' cfi >frames
        sed 's/ \[truncated\]@:0$//' libunwind | diff frames - >differ || {
            head -n 4 differ
            fail "other stacks of $part at depth $depth"
        }
    done
    every cfi . ' [[]truncated]@[^ ]*$' # deepest
done
