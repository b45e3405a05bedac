# SPDX-License-Identifier: Apache-2.0
# slow: 40
# Of fifty pushes (FULL=1: a thousand) a third fail, the pusher is killed and started again, the target too: what was
# taken adds up to what was allocated, to the byte, but for pushes that are said to count twice perhaps: those begin at
# the same time as the next one.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
need jq
pushes=50
[[ ! $FULL ]] || pushes=1000
peer_starts pyroscope 30 7
truth=0
starts() { push_starts --all --label-from=pid $SHOP; }
# target_starts: what it allocates before its first push, which is not counted here (it may count as before all pushes).
target_starts() {
    shop_starts
    obeyed "allocate 1"
    passes_until "[[ \$(taken 'select(.fault == \"\") | .labels.pid') == *'\"$PID\"'* ]]"
}
# target_ends: the target ends, and its last push is taken.
target_ends() {
    local pid=$PID
    exec {OBEYS[1]}>&-
    { wait $pid || true; } 2>/dev/null
    passes_until "[[ \$(taken '[.labels.pid, .labels.memprof_end]') == *'[\"$pid\",\"exit\"]'* ]]"
}
SHOP=shop$$
starts
target_starts
for ((n = 1; n <= pushes; n++)); do
    obeyed "allocate $((n % 7 + 1))"
    truth=$((truth + n % 7 + 1))
    obeyed "free $((n % 5))"
    before=$(asked)
    passes_until '(($(asked) > before))'
    if ((n % 10 == 0)); then # at any moment: a push may be under way
        kill -9 $PUSH
        { wait $PUSH || true; } 2>/dev/null
        starts
    fi
    if ((n % 25 == 0)); then
        target_ends
        target_starts
    fi
done
target_ends
push_ends
jq -s '[.[] | select(.taken)] | group_by(.labels.pid) | map(group_by(.from)[1:] | map(last.totals)) | add
    | [map(.[0]), map(.[1])] | map(add)' -c peer/log >sum
is "what was taken" "[$truth,${truth}000]" "$(cat sum)"
superseded=$(jq -s '[.[] | select(.taken)] | group_by([.labels.pid, .from]) | map(length - 1) | add' peer/log)
told=$(jq -s '[.[] | select(.taken)] | group_by(.labels.pid) | map([.[].lines[] | select(startswith("memprof: push_ambiguous"))
    | split(" ")[2] | tonumber] | max // 0) | add' peer/log)
((superseded <= told)) || fail "$superseded pushes count twice, and $told are said to"
jq -se '[.[] | select(.taken)] | group_by(.labels.pid) | all(map([.from, .until]) | [.[:-1], .[1:]] | transpose
    | all(.[1][0] == .[0][1] or .[1][0] == .[0][0]))' peer/log >/dev/null || fail "times overlap, or leave something out"
(($(jq -s '[.[] | select(.taken | not)] | length' peer/log) >= pushes / 10)) || fail "too few pushes failed"
rm -f memprof.shop.*
peer_ends
