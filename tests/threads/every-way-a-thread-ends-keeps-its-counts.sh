# SPDX-License-Identifier: Apache-2.0
# Cancelled deferred and at once, pthread_exit, destructors at the maximal number of
# rounds, threads that cannot be made; main ends first, or a thread calls exit: same, and
# the profile has everything.
. "$SRC/tests/lib.sh"
failing=100
# qemu searches a minute for the room that there is not.
[[ ! ${EMULATED:-} ]] || { failing=0 && part_skipped "threads that cannot be made"; }
for way in return exit main; do
    rm -f memprof.*
    same_with_and_without "$TARGETS/thread_ends" $way $failing
    MEMPROF_INTERVAL=1 MEMPROF_OUT=out.pb.gz profiled "$TARGETS/thread_ends" $way $failing >/dev/null || true
    valid out.pb.gz
    # Two clean-ups, one thread cancelled at work, one that exits and its destructor's four
    # rounds, main, and the last thread.
    is "blocks of work by $way" "100 10000 100 10000" "$(counted out.pb.gz work)"
    is "blocks of the cancelled" "1 1000" "$(counted out.pb.gz cancelled | cut -d' ' -f3,4)"
    [[ -z $(states) ]] || fail "left" $(states)
done
