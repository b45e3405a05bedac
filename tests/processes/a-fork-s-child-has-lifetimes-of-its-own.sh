# SPDX-License-Identifier: Apache-2.0
# A fork's child counts from nothing; its parent goes on.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_LIFETIMES=1 MEMPROF_COLLECTOR=none
profiled "$TARGETS/lives" local 100 child 30 local 100
for state in $(states); do
    is_child=$(lives "$state" 35) is_parent=$(lives "$state" 24)
    [[ $is_child$is_parent == *"ended at 0:"* ]] || fail "$state says nothing"
    [[ -z $is_child || $is_child == *"followed 30"*"live 0 at most 1"*"ended at 0:30"* ]] || fail "child: $is_child"
    [[ -z $is_child || -z $is_parent ]] || fail "the child has what is its parent's: $is_parent"
    [[ -z $is_parent ]] || is "the parent's" 200 "$(grep -oE 'ended at 0:[0-9]+' <<<"$is_parent" | awk -F: '{ sum += $2 } END { print sum }')"
done
is "states" 2 "$(states | wc -w)"
rm -f "$MEMPROF_DIR"/*.state
