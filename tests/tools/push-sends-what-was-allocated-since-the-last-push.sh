# SPDX-License-Identifier: Apache-2.0
# slow: 10
# alloc_* is what was allocated since the last push that was taken, inuse_* what there is; times do not overlap; the end has
# a push of its own; a base is kept, so that a restarted pusher goes on.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
need jq
peer_starts pyroscope
obeys_starts
obeyed "allocate 100"
push_starts --label zone=a --label-from=pid $PID
passes_until '[[ $(asked) == 1 ]]'
obeyed "allocate 50"
obeyed "free 20"
passes_until '[[ $(asked) == 2 ]]'
push_ends # the last push, which is about nothing but the time
is "the first" '["obeys",{"zone":"a","pid":"'$PID'"},[100,100000,100,100000]]' "$(taken '[.name, .labels, .totals]' | sed -n 1p)"
is "what was allocated and is in use" '[50,50000,130,130000]' "$(taken .totals | sed -n 2p)"
has push.out "^memprof push: [23] pushes taken, 0 not$"
obeyed "allocate 7"
push_starts --label zone=a --label-from=pid $PID
before=$(asked)
passes_until '(($(asked) > before))'
is "after a restart" '[7,7000,137,137000]' "$(taken .totals | tail -n 1)"
obeyed "allocate 3"
exec {OBEYS[1]}>&-
{ wait $PID || true; } 2>/dev/null
passes_until '! kill -0 $PUSH'
push_ends 0
is "the end" '["exit",[3,3000]]' "$(taken '[.labels.memprof_end, .totals[:2]]' | tail -n 1)"
# Windows follow each other, and what they hold is all.
taken '[.from, .until, .duration / 1000000000]' >windows
jq -se 'all(.[0] < .[1] and .[2] == .[1] - .[0])' windows || fail "windows: $(cat windows)"
jq -se '[.[:-1], .[1:]] | transpose | all(.[0][1] == .[1][0])' windows || fail "windows: $(cat windows)"
is "all" "[160,160000]" "$(taken .totals | jq -sc '[map(.[0]), map(.[1])] | map(add)')"
is "bases that are left" "" "$(find bases -name '*.base')"
jq -e 'select(.taken) | .headers | (has("expect") or has("content-encoding")) | not' peer/log >/dev/null || fail "headers"
rm -f memprof.obeys.*
peer_ends
