# SPDX-License-Identifier: Apache-2.0
# Results, errno, usable sizes, failures: the same at every interval and under each allocator.
. "$SRC/tests/lib.sh"
echo line | "$TARGETS/family" >plain
for interval in 512K 1; do
    echo line | MEMPROF_INTERVAL=$interval profiled "$TARGETS/family" >ours
    diff plain ours || fail "different at $interval"
done
valid $(profiles)
for allocator in libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2; do
    ldconfig -p | grep -q "$allocator" || continue
    echo line | { LD_PRELOAD=$allocator "$TARGETS/family" not-10-GiB || echo "ends with $?"; } >plain 2>&1
    echo line | { MEMPROF_INTERVAL=1 LD_PRELOAD="$SHIM $allocator" "$TARGETS/family" not-10-GiB || echo "ends with $?"; } >ours 2>&1
    # An allocator that does not survive bad arguments may die where it likes.
    grep -q 'ends with' plain || diff plain ours || fail "different over $allocator"
done
