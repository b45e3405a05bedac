# SPDX-License-Identifier: Apache-2.0
# Results, errno, usable sizes, failures: the same at every interval and under each allocator.
. "$SRC/tests/lib.sh"
# Not from a pipe: a target that dies before it reads would leave the writer with a broken one.
echo line >input
"$TARGETS/family" <input >plain
for interval in 512K 1; do
    MEMPROF_INTERVAL=$interval profiled "$TARGETS/family" <input >ours
    diff plain ours || fail "different at $interval"
done
valid $(profiles)
for allocator in $(allocators); do
    part_needs_library $allocator || continue
    { LD_PRELOAD=$allocator "$TARGETS/family" not-10-GiB || echo "ends with $?"; } <input >plain 2>&1
    { MEMPROF_INTERVAL=1 LD_PRELOAD="$SHIM $allocator" "$TARGETS/family" not-10-GiB || echo "ends with $?"; } <input >ours 2>&1
    # An allocator that does not survive bad arguments may die where it likes.
    rm -f $(states)
    grep -q 'ends with' plain || diff plain ours || fail "different over $allocator"
done
