# SPDX-License-Identifier: Apache-2.0
# The frame below a signal handler was interrupted, it did not call: its pc is taken as it is.
. "$SRC/tests/lib.sh"
for unwind in cfi libunwind; do
    MEMPROF_UNWIND=$unwind MEMPROF_INTERVAL=1 MEMPROF_OUT=$unwind.pb.gz profiled "$TARGETS/faults"
    valid $unwind.pb.gz
    names_as_expected $unwind.pb.gz faults.c
    dump $unwind.pb.gz | grep -q '^1 3001 1 3001 .* handler@.* touches@.* main@' || fail "cut at the signal's frame"
done
