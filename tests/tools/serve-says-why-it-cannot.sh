# SPDX-License-Identifier: Apache-2.0
# What serve cannot do is said in one line, at the start or by HTTP; nothing waits for what will not come.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
obeys_starts
obeyed "allocate 100"
serve_starts
port=${URL##*:}
refused 2 "^memprof serve: --listen: 127.0.0.1:$port: somebody listens there already; try another port" "$MEMPROF" serve -l "127.0.0.1:$port"
refused 2 '^memprof serve: --listen: 192.0.2.1:0: no address of this machine' "$MEMPROF" serve -l 192.0.2.1:0
refused 2 "^memprof serve: --listen: 'nonsense' is no HOST:PORT" "$MEMPROF" serve -l nonsense
refused 2 '^memprof serve: --listen: unix:: a path' "$MEMPROF" serve -l unix:
refused 2 '^memprof serve: .*process 999999999: there is no such process' "$MEMPROF" serve 999999999
refused 2 "^memprof serve: .*process $$: memprof does not record it; start it with 'memprof run'" "$MEMPROF" serve -l 127.0.0.1:0 $$
status=0
"$MEMPROF" serve -l 127.0.0.1:0 >/dev/full 2>err || status=$?
is "a full standard output" 2 $status
has err '^memprof serve: standard output: No space left'
"$MEMPROF" serve -l 0.0.0.0:0 >out 2>err &
other=$!
until_true grep -q . out
has err '^memprof serve: warning: whoever can reach http://0.0.0.0:[0-9]+/ can read the profiles; try --token$'
kill $other && wait $other
# One process is served without its pid; of several, which there are is said.
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/ends" wait >second.out &
second=$!
until_true grep -q ready second.out
is_one_of_two() { [[ $(fetched /debug/pprof/heap) == 404 ]]; } # its list may be a second old
until_true is_one_of_two
answers 404 /debug/pprof/heap
has body "^  /$second/debug/pprof/heap"
answers 200 "/$second/debug/pprof/heap"
answers 404 /999999999/debug/pprof/heap && has body 'there is no such process'
answers 404 /$$/debug/pprof/heap && has body 'memprof does not record it; start it with'
# What ended is served as it was.
kill -9 $second
{ wait $second || true; } 2>/dev/null
until_true eval "curl -sI $URL/$second/debug/pprof/heap | grep '^X-Memprof-Process: ended 2'"
answers 200 "/$second/debug/pprof/heap"
valid body
# A process that is stopped is read all the same.
kill -STOP $PID
answers 200 "/$PID/debug/pprof/heap"
is "blocks" "100 100000 100 100000" "$(counted body grow)"
kill -CONT $PID
# A worker that dies costs nobody but who waited for it.
pkill -9 -P $SERVE
until_true eval "curl -sf $URL/$PID/debug/pprof/heap -o body"
valid body
serve_ends
"$MEMPROF" collect --all >/dev/null
