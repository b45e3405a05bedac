# SPDX-License-Identifier: Apache-2.0
# slow: 10
# A program that ends with most of its memory cgroup in use ends as without us, and the
# collector has the room that it leaves; where only the collector would be over the limit, it
# is the one that gives up.
. "$SRC/tests/lib.sh"
as_root a cgroup
for base in /sys/fs/cgroup/memory /sys/fs/cgroup /sys/fs/cgroup/unified; do
    group=$base/memprof-test.$$
    [[ -d $base && -w $base ]] && mkdir "$group" 2>/dev/null || continue
    [[ -e $group/memory.limit_in_bytes || -e $group/memory.max ]] && break
    rmdir "$group"
done
[[ -d $group ]] || skip "no memory cgroup"
trap 'until rmdir "$group" 2>/dev/null; do sleep 0.1; done' EXIT
limit() {
    echo "$1" >"$group/memory.limit_in_bytes" 2>/dev/null || echo "$1" >"$group/memory.max"
}
grouped() {
    bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}
limit 80M
for megabytes in 8 60 72 76; do
    is "status of the plain one with $megabytes" 5 "$(status_of grouped "$TARGETS/holds" $megabytes)"
    is "status with $megabytes" 5 "$(status_of grouped env LD_PRELOAD="$SHIM" MEMPROF_INTERVAL=64K "$TARGETS/holds" $megabytes)"
    is "output with $megabytes" "done" "$(cat out)"
    is "messages with $megabytes" "" "$(cat err)"
    valid "$(profile_of holds)"
    rm memprof.*
done
# A limit that the collector does not fit into: the status, and the state.
limit 6M
is "status in a small group" 5 "$(status_of grouped env LD_PRELOAD="$SHIM" MEMPROF_INTERVAL=64K MEMPROF_STATE_MAX=1M "$TARGETS/holds" 1)"
[[ $(profiles) ]] || "$MEMPROF" collect --all >/dev/null 2>&1
valid "$(profile_of holds)"
