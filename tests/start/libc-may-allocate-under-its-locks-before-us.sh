# SPDX-License-Identifier: Apache-2.0
# Nothing of ours runs inside an allocation that libc makes under a lock of its own: a
# library's constructor has it do so before ours, and the program takes those locks later.
. "$SRC/tests/lib.sh"
printf 'b\na\n' >words
for interval in 1 512K; do
    export MEMPROF_INTERVAL=$interval
    LC_ALL=C.UTF-8 LD_PRELOAD="$SHIM $TARGETS/liblocks.so" sort words >out ||
        fail "sort ended with $? at $interval"
    [[ $(<out) == $'a\nb' ]] || fail "sort printed something else at $interval"
done
