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
is "two scrapes of an idle process" "$(pprof -raw live.pb.gz 2>/dev/null | grep -v '^Time:')" \
    "$(pprof -raw again.pb.gz 2>/dev/null | grep -v '^Time:')"
# --all leaves a living process's state alone.
"$MEMPROF" collect --all >/dev/null 2>&1 || true
one $(states) >/dev/null
kill -TERM $pid
wait $pid || true
"$MEMPROF" collect "$(one $(states))" >/dev/null 2>&1
[[ -z $(states) ]] || fail "left" $(states)
