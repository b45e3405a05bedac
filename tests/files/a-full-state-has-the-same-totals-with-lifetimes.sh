# SPDX-License-Identifier: Apache-2.0
# Where the state is full, how blocks live is not known for all stacks; each event that had no room is counted, and
# totals are what they are without.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none MEMPROF_STATE_MAX=1126400
totals_of() {
    "$MEMPROF" inspect "$(one $(states))" >out
    rm "$(states)"
    sed -n '/^totals/,/^[a-su-z]/p' out | grep -E 'allocated|freed'
}
profiled "$TARGETS/many_sites" 20000 >/dev/null
plain=$(totals_of)
MEMPROF_LIFETIMES=1 profiled "$TARGETS/many_sites" 20000 >/dev/null
is "totals" "$plain" "$(totals_of)"
has out 'no room for lifetimes +[1-9]'
followed=$(sed -nE 's/^  allocations +([0-9]+),.*/\1/p' out)
lost=$(awk '/^ *no room for (a site|a stack|lifetimes) / { sum += $NF } END { print sum }' out)
is "followed or lost" 20000 $((followed + lost))
