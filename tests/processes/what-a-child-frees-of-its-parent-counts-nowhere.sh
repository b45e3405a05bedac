# SPDX-License-Identifier: Apache-2.0
# A fork's child frees all that its parent allocated: in the parent it is live, in the child
# it never was; what the child allocates itself is counted to the byte.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
is status 0 "$(LD_PRELOAD=$SHIM status_of "$TARGETS/inherits")"
is states 2 "$(states | wc -w)"
for state in $(states); do
    "$MEMPROF" inspect "$state" >inspected
    "$MEMPROF" collect -o out.pb.gz "$state" >/dev/null 2>&1
    valid out.pb.gz
    if grep -q '^ *flags .*forked' inspected; then
        is "the child's" "7 2100 4 1200" "$(totals out.pb.gz)"
        is "freed in the child" 3 "$(awk '/^[a-z]/ { on = /^samples/ } on && $1 == "freed" { print $2 }' inspected)"
    else
        is "the parent's" "2000 400000 2000 400000" "$(totals out.pb.gz)"
    fi
done
