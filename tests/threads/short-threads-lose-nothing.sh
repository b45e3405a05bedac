# SPDX-License-Identifier: Apache-2.0
# slow: 10
# 10 000 threads, ten at a time, each with its own few blocks, freed by thread-specific
# destructors: their counters are handed on, with the number of samples, and a destructor
# after ours takes no new ones.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none profiled "$TARGETS/short_threads" 10000
"$MEMPROF" inspect "$(one $(states))" >inspected
"$MEMPROF" collect --all >/dev/null 2>&1
dump "$(profile_of short_threads)" | awk '$6 ~ /^body@/ { a += $1; b += $2; c += $3; d += $4 } END { print a, b, c, d }' >sum
is "body" "30000 3000000 0 0" "$(cat sum)"
# At interval 1 a sample is a block, taken and given back.
read -r objects _ live _ < <(totals "$(profile_of short_threads)")
is "samples" "$objects $((objects - live))" "$(awk '/^samples/ { on = 1 } on && ($1 == "taken" || $1 == "freed") { print $2 }' inspected | paste -sd ' ')"
# Ten threads, the main one, the shared one, and those that come before another has gone.
buffers=$(sed -nE 's/.*buffers ([0-9]+).*/\1/p' inspected)
[[ $buffers -le 22 ]] || fail "$buffers buffers for eleven threads"
