# SPDX-License-Identifier: Apache-2.0
# A preloaded jemalloc, tcmalloc or mimalloc below us: its own operator new does not call
# malloc, and is counted too; its malloc is the one that answers.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 MEMPROF_OUT=libc.pb.gz profiled "$TARGETS/glue"
dump libc.pb.gz | awk '{ split($6, leaf, "@") } leaf[1] ~ /^by_/ { print leaf[1], $1, $2 }' | sort >wanted
tried=0
for allocator in libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2; do
    ldconfig -p | grep -q "$allocator" || continue
    tried=$((tried + 1))
    LD_PRELOAD="$SHIM $allocator" MEMPROF_INTERVAL=1 MEMPROF_OUT=$allocator.pb.gz "$TARGETS/glue"
    valid $allocator.pb.gz
    dump $allocator.pb.gz | awk '{ split($6, leaf, "@") } leaf[1] ~ /^by_/ { print leaf[1], $1, $2 }' | sort >got
    diff wanted got || fail "other counts over $allocator"
    LD_PRELOAD=$allocator "$TARGETS/usable" >plain
    LD_PRELOAD="$SHIM $allocator" "$TARGETS/usable" >ours
    diff plain ours || fail "$allocator is not in use"
done
[[ $tried != 0 ]] || skip "none of the three allocators is installed"
