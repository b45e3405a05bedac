# SPDX-License-Identifier: Apache-2.0
# slow: 20
# After threads end (with shards of their own and past those), handlers at every instruction and
# forks, the totals of each shard are the sums over its counters; after a kill at any moment but for
# the event under way in each thread.  In sampled mode, too.
. "$SRC/tests/lib.sh"
export MEMPROF_COLLECTOR=none
equal() {
    python3 "$SRC/tests/numbers/shards.py" "$@" "$MEMPROF_DIR"/*.state || fail "totals that are not the sums"
    rm "$MEMPROF_DIR"/*.state
}
has_state() {
    local states=("$MEMPROF_DIR"/storm."$1".*.state)
    [[ -s ${states[0]:-} ]]
}
for interval in 1 4K; do
    export MEMPROF_INTERVAL=$interval
    for program in 'highest leave 64' 'highest hand 64' 'many_threads 100' threads 'forks 3'; do
        profiled "$TARGETS"/$program >/dev/null
    done
    [[ $(uname -m) != x86_64 ]] || LD_PRELOAD="$SHIM $TARGETS/libsteps.so" "$TARGETS/steps" 7 >/dev/null 2>&1
    equal
    for ((kill = 0; kill < ${SOAK:+50} + 5; kill++)); do
        rm -f out
        LD_PRELOAD=$SHIM "$TARGETS/storm" 4 >out &
        pid=$!
        until_true grep -q ready out
        until_true has_state $pid
        kill -KILL $pid
        wait $pid 2>/dev/null || true
    done
    # A sample stands for as much as two intervals, and what is larger for itself.
    equal --killed 8192
done
