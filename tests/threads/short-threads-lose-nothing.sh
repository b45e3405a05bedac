# SPDX-License-Identifier: Apache-2.0
# slow: 10
# 10 000 threads, ten at a time, each with its own few blocks, freed by thread-specific
# destructors: the counters of those that ended go to others, with the number of samples.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/short_threads" 10000
"$MEMPROF" inspect "$(one $(states))" >inspected
"$MEMPROF" collect --all >/dev/null 2>&1
dump "$(profile_of short_threads)" | awk '$6 ~ /^body@/ { a += $1; b += $2; c += $3; d += $4 } END { print a, b, c, d }' >sum
is "body" "30000 3000000 0 0" "$(cat sum)"
# At interval 1 a sample is a block, taken and given back.
read -r objects _ live _ < <(totals "$(profile_of short_threads)")
is "samples" "$objects $((objects - live))" "$(awk '/^samples/ { on = 1 } /^totals/ { on = 0 } on && ($1 == "taken" || $1 == "freed") { print $2 }' inspected | paste -sd ' ')"
# Ten threads, the main one, the shared one, and those that the kernel is not done with yet.
shards=$(sed -nE 's/.*shards ([0-9]+).*/\1/p' inspected)
[[ $shards -le 65 ]] || fail "$shards shards for eleven threads"
awk '/^  shard/ && /thread [0-9]+ \([0-9]+ so far\)/ { sub(/.*\(/, ""); if ($1 + 0 > most) most = $1 + 0 }
    END { exit most < 100 }' inspected || fail "no shard had a hundred owners"
