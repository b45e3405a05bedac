# SPDX-License-Identifier: Apache-2.0
# One of eight windows of events is followed: what was born before it has no level, and is counted as
# censored; what was born and died in it has the level that it has when all are followed.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none MEMPROF_SEED=1
for windows in 1 8; do
    MEMPROF_LIFETIMES=$windows profiled "$TARGETS/lives" late 500 local 4000 late 700
    mv "$(one $(states))" $windows.state
done
sum() { # FIELD LINES: of the numbers behind a word
    grep -oE "$1 [0-9]+" <<<"$2" | awk '{ sum += $2 } END { print sum + 0 }'
}
late=$(lives 1.state 37)
is "followed of all" 1200 "$(sum followed "$late")"
is "censored of these" 0 "$(sum censored "$late")"
[[ $late == *"ended at 2:1200"* ]] || fail "late: $late"
late=$(lives 8.state 37)
followed=$(sum followed "$late")
[[ $followed -ge 500 ]] || fail "the first window was not followed: $late"
is "censored of those followed" "$followed" "$(sum censored "$late")"
[[ $late != *"ended at"* ]] || fail "late blocks have a level: $late"
local=$(lives 8.state 24)
followed=$(sum followed "$local")
[[ $followed -gt 2000 && $followed -lt 30000 ]] || fail "followed $followed of 44000"
levels=$(grep -oE 'ended at [0-9: ]+' <<<"$local" | grep -oE '[0-9]+:' | sort -u | xargs)
is "levels of local ones" 0: "$levels"
# What was born in a followed window and dies in another has no level either, whichever lie between.
seen=0
for seed in 1 2 3 4 5 6; do
    rm -f "$MEMPROF_DIR"/*.state
    MEMPROF_SEED=$seed MEMPROF_LIFETIMES=2 profiled "$TARGETS/lives" late 500
    late=$(lives "$(one $(states))" 37)
    [[ $late != *"ended at"* ]] || fail "seed $seed: late blocks have a level: $late"
    is "censored of those followed, seed $seed" 500 "$(sum censored "$late")"
    "$MEMPROF" inspect "$(one $(states))" >out
    [[ $(sed -n 's/^  freed at *\([0-9]*\).*/\1/p' out) -lt 2 ]] || seen=$((seen + 1))
done
[[ $seen -ge 2 ]] || fail "they were freed in a followed window with $seen of six seeds"
rm -f "$MEMPROF_DIR"/*.state
