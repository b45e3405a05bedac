# SPDX-License-Identifier: Apache-2.0
# No unwind information, wrong one, generated code, fibers at an unmapped page, sigaltstack,
# longjmp: the program runs the same by each unwinder; the innermost frame is right, every
# block counted, and a stack ends at its root or in [truncated].
. "$SRC/tests/lib.sh"
[[ $(uname -m) == x86_64 ]] || skip "assembly for x86-64"
for unwind in cfi fp; do
    export MEMPROF_UNWIND=$unwind MEMPROF_OUT=$unwind.pb.gz
    same_with_and_without "$TARGETS/strange"
    MEMPROF_INTERVAL=1 profiled "$TARGETS/strange" >/dev/null
    valid $unwind.pb.gz
    for leaf in $(sed -nE 's/^LEAF\((.*)\)/\1/p' "$SRC/tests/targets/strange.c"); do
        is "$leaf by $unwind" "40 2200 20 200" "$(counted $unwind.pb.gz "$leaf")"
    done
    dump $unwind.pb.gz >dumped
    [[ $unwind == cfi ]] || continue
    every dumped . ' ([[]truncated]|cfa_too_low|_start|_dl_start_user)@[^ ]*$'
    # What lies above wrong information is cut; what does not is whole.
    every dumped ' (below_(no_cfi|generated|nonsense|far)|in_fiber)@' ' [[]truncated]@[^ ]*$'
    every dumped ' (on_altstack|before_longjmp|in_left_handler)@' ' main@.* _start@[^ ]*$'
    every dumped ' in_fiber@' ' in_fiber@[^ ]* fiber@'
done
