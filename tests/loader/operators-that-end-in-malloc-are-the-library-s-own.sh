# SPDX-License-Identifier: Apache-2.0
# Where operator new and delete are libstdc++'s, which call malloc, the program finds those and
# not ours; over an allocator whose operators do not, it finds ours.  Either way, bound when it
# may, each block is counted once, and a plugin's own operators are what they are without us.
. "$SRC/tests/lib.sh"
counts() {
    dump "$1" | awk 'match($0, / by_[a-z]+/) { name = substr($0, RSTART + 1, RLENGTH - 1); for (n = 1; n <= 4; n++) sum[name, n] += $n; seen[name] }
        END { for (n in seen) print n, sum[n, 1], sum[n, 2], sum[n, 3], sum[n, 4] }' | sort
}
export MEMPROF_INTERVAL=1
plugins=("$TARGETS/libprivate_new.so" "$TARGETS/libthrows.so")
"$TARGETS/whose_new" "${plugins[@]}" >plain
for bind in '' 1; do
    LD_BIND_NOW=$bind MEMPROF_OUT=ours$bind.pb.gz profiled "$TARGETS/whose_new" "${plugins[@]}" >ours
    diff plain ours || fail "other operators (LD_BIND_NOW=$bind)"
    is "counts (LD_BIND_NOW=$bind)" "by_call 1 200 0 0
by_pointer 2 200 1 100" "$(counts ours$bind.pb.gz)"
done
for allocator in $(allocators); do
    part_needs_library $allocator || continue
    LD_PRELOAD="$SHIM $allocator" MEMPROF_OUT=$allocator.pb.gz "$TARGETS/whose_new" >ours
    every ours . libmemprof.so
    is "counts over $allocator" "by_call 1 200 0 0
by_pointer 2 200 1 100" "$(counts $allocator.pb.gz)"
done
