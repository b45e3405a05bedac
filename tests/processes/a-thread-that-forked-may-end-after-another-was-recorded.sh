# SPDX-License-Identifier: Apache-2.0
# What the thread had for its counters was the parent's: in the child it gives nothing back,
# so that no third thread gets what another one still counts in.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1M MEMPROF_SEED=1 MEMPROF_OUT=%p.pb.gz
is status 0 "$(MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM status_of "$TARGETS/fork_then_thread")"
is messages "" "$(cat err)"
is states 2 "$(states | wc -w)"
for state in $(states); do
    "$MEMPROF" inspect "$state" >inspected
    "$MEMPROF" collect -o out.pb.gz "$state" >/dev/null 2>&1
    valid out.pb.gz
    if grep -q '^ *flags .*forked' inspected; then
        has inspected '^threads 2, shards 3$' # one that is shared, and one each
        is "counted in the child" "3 6291456 3 6291456" "$(totals out.pb.gz)"
    fi
done
