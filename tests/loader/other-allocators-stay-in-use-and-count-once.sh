# SPDX-License-Identifier: Apache-2.0
# A preloaded jemalloc, tcmalloc or mimalloc below us: its own operator new does not call
# malloc, and is counted too; its malloc is the one that answers.
. "$SRC/tests/lib.sh"
# counts PROFILE: what each function of the program allocated, by whatever it called.
counts() {
    dump "$1" | awk 'match($0, / by_[a-z_]+\(?/) { name = substr($0, RSTART + 1, RLENGTH - 1); o[name] += $1; b[name] += $2 }
        END { for (n in o) print n, o[n], b[n] }' | sort
}
MEMPROF_INTERVAL=1 MEMPROF_OUT=libc.pb.gz profiled "$TARGETS/glue"
counts libc.pb.gz >wanted
tried=0
for allocator in $(allocators); do
    part_needs_library $allocator || continue
    tried=$((tried + 1))
    LD_PRELOAD="$SHIM $allocator" MEMPROF_INTERVAL=1 MEMPROF_OUT=$allocator.pb.gz "$TARGETS/glue"
    valid $allocator.pb.gz
    counts $allocator.pb.gz >got
    # mimalloc 3 has a strdup of its own, which asks nobody for its block.
    [[ $allocator != libmimalloc.so.3 ]] || { grep -v by_strdup wanted >less && mv less wanted; }
    diff wanted got || fail "other counts over $allocator"
    LD_PRELOAD=$allocator "$TARGETS/usable" >plain
    LD_PRELOAD="$SHIM $allocator" "$TARGETS/usable" >ours
    diff plain ours || fail "$allocator is not in use"
done
[[ $tried != 0 ]] || skip "none of the three allocators is installed"
