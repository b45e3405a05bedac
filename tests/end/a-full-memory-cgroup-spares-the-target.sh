# SPDX-License-Identifier: Apache-2.0
# slow: 10
# A program that ends with most of its memory cgroup in use ends as without us, and the
# collector has the room that it leaves; where only the collector would be over the limit, it
# is the one that gives up.
. "$SRC/tests/lib.sh"
. "$SRC/tests/end/cgroup.inc"
as_root a cgroup
make_group || skip "no memory cgroup"
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
