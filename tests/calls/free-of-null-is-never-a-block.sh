# SPDX-License-Identifier: Apache-2.0
# Not even when its page number looks like that of a sampled block.
. "$SRC/tests/lib.sh"
for interval in 1 64; do
    MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=$interval profiled "$TARGETS/null" >out
    is output aligned "$(cat out)"
    "$MEMPROF" inspect "$(one $(states))" >text
    taken=$(awk '/^[a-z]/ { on = /^samples/ } on && $1 == "taken" { print $2 }' text)
    freed=$(awk '/^[a-z]/ { on = /^samples/ } on && $1 == "freed" { print $2 }' text)
    [[ $taken -ge 1 && $freed -le $taken ]] || fail "$taken samples, $freed of them freed"
    rm $(states)
done
