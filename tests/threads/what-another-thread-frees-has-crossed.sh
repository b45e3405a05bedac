# SPDX-License-Identifier: Apache-2.0
# Blocks that another thread frees have no owner, also when that thread took over the counters of the one
# that allocated them; what both leave adds up to nothing.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_LIFETIMES=1 MEMPROF_COLLECTOR=none
for kind in cross after; do
    profiled "$TARGETS/lives" $kind 500
    state=$(one $(states)) size=$([[ $kind == cross ]] && echo 28 || echo 29)
    "$MEMPROF" inspect --stacks "$state" >out
    has out '^  crossed +500$'
    # Of the blocks themselves: allocated in one shard, and freed in another or in the same.
    node=$(lives "$state" $size | sed -n '1s/^node \([0-9]*\) .*/\1/p')
    live=$(grep -A1 "^  node $node shard .*: followed" out | awk '$1 == "live" { sum += $2 } END { print sum }')
    is "$kind: live in all shards" 0 "$live"
    [[ $(lives "$state" $size) != *"ended at"* ]] || fail "$kind: a block that crossed has an owner"
    rm "$state"
done
