# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Each answer has the consequence that the manual tells, one line says why, and what was not taken is in the next push.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
need jq openssl
peer_starts pyroscope
obeys_starts
obeyed "allocate 100"
# fault LINE...: what happens to the next requests.
fault() {
    seen=$(asked)
    printf '%s\n' "$@" >peer/fault.test && mv peer/fault.test peer/fault
}
# next: waits for one request more than it has waited for since the last fault.
seen=0
next() {
    passes_until "((\$(asked) > $seen))"
    seen=$((seen + 1))
}
last() { tail -n 1 peer/log | jq -c "$1"; }
push_starts --label-from=pid $PID
next
# Too large: half the samples, at once.
fault 413
obeyed "allocate 1"
passes_until '(($(asked) == 3))'
is "after 413" "true [1,1000]" "$(last .taken) $(last '.totals[:2]')"
has push.err "^memprof push: process $PID: http://127.0.0.1:[0-9]+: status 413: as the test wants it$"
# Later: not before the server says.
fault "429 120"
obeyed "allocate 1"
next
next
is "after 429" "[1,1000]" "$(last '.totals[:2]')"
waited=$(tail -n 2 peer/log | jq -r .path | sed -E 's/.*until=([0-9]+).*/\1/' | paste -sd- | awk -F- '{ print $2 - $1 }')
((waited >= 119)) || fail "Retry-After: it came back after $waited s"
# No answer for thirty seconds, or another too long one.
for what in hang lost close 500 503 408; do
    fault $what
    obeyed "allocate 2"
    next
    next
    until_true eval '[[ $(last .taken) == true ]]'
done
is "after all of them" "[2,2000]" "$(last '.totals[:2]')"
has <(last .lines) 'push_ambiguous [23]'
fault slow large
obeyed "allocate 3"
passes_until '(($(taken . | wc -l) >= 2)) && [[ ! -s peer/fault ]]'
passes_until '[[ $(last ".taken // false") == true && $(last .fault) == "\"\"" ]]'
(($(jq -s '[.[] | .sent // 0] | add' peer/log) < 30 << 20)) || fail "all of a hundred megabytes was read"
# On the same host a request is sent on; nowhere else.
fault "moved $URL"
next
passes_until '[[ $(last .taken) == true ]]'
fault "elsewhere http://127.0.0.1:1"
passes_until '! kill -0 $PUSH'
push_ends 2
has push.err 'status 302: it sends us to another place, http://127.0.0.1:1/ingest'
once() { LD_PRELOAD=$TARGETS/liblater.so "$MEMPROF" push --url "$URL" --once --label-from=pid "$@"; }
for status in 401 403 404; do
    fault $status
    refused 2 "^memprof push: http://127.0.0.1:[0-9]+: status $status: as the test wants it$" once $PID
done
fault 400 422 400 422 400 422 400 422 400 422
push_starts $PID
passes_until '! kill -0 $PUSH'
push_ends 2
is "refused" 10 "$(tail -n 10 peer/log | grep -cE '"status": 4(00|22)')"
# Nobody there: nothing is lost, and it says so once.
seen=$(asked)
push_starts --label-from=pid $PID
next
peer_ends
obeyed "allocate 5"
for n in 1 2 3 4 5 6 7 8; do pass 16 && sleep 0.1; done
is "lines" 1 "$(grep -c 'cannot connect$' push.err)"
PEER_PORT=$PEER_PORT peer_starts pyroscope
obeyed "allocate 5"
passes_until '[[ $(last ".totals[:2]") == "[10,10000]" || $(last ".totals[:2]") == "[5,5000]" ]]'
has push.err "takes what is pushed"
# Over an hour: what was allocated meanwhile is said to be lost.
peer_ends
obeyed "allocate 6"
for n in 1 2 3 4; do pass 1000 && sleep 0.2; done
until_true grep -q 'are in none' push.err
has push.err "^memprof push: process $PID: no push was taken for an hour, and servers take nothing older: 6000 bytes"
# The clock is set back.
pass 16 -3000
until_true grep -q 'the clock was set back: the next push waits' push.err
push_ends
exec {OBEYS[1]}>&-
rm -f memprof.obeys.*
