# SPDX-License-Identifier: Apache-2.0
# By its pid, without a signal or a stop; it goes on and gives its own profile at the end.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/ends" wait >out &
pid=$!
until_true grep -q ready out
"$MEMPROF" collect -o live.pb.gz $pid >/dev/null 2>err
valid live.pb.gz
dump live.pb.gz | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
one $(states) >/dev/null
"$MEMPROF" collect -o again.pb.gz $pid >/dev/null 2>err
# raw PROFILE: all of it but the moment it was taken.
raw() {
    pprof -raw "$1" 2>/dev/null | grep -vE '^Time:|memprof: (end|peak_time) '
}
is "two scrapes of an idle process" "$(raw live.pb.gz)" "$(raw again.pb.gz)"
# --all leaves a living process's state alone.
"$MEMPROF" collect --all >/dev/null 2>&1 || true
one $(states) >/dev/null
kill -TERM $pid
wait $pid || true
"$MEMPROF" collect "$(one $(states))" >/dev/null 2>&1
[[ -z $(states) ]] || fail "left" $(states)
