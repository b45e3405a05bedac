# SPDX-License-Identifier: Apache-2.0
# What ended is gone after ten minutes, a worker that does not answer is given up after twenty seconds, and a client
# that takes nothing is put out after thirty: by a clock that the test sets.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
need ss
export LATER=$PWD/later
later=0
echo 0 >later
pass() { # SECONDS
    later=$((later + $1))
    echo $later >later.new && mv later.new later
}
obeys_starts
obeyed "allocate 100"
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM "$TARGETS/ends" wait >second.out &
second=$!
until_true grep -q ready second.out
LD_PRELOAD=$TARGETS/liblater.so serve_starts $PID $second
answers 200 "/$second/debug/pprof/heap"
kill -9 $second
{ wait $second || true; } 2>/dev/null
until_true eval "curl -sI $URL/$second/debug/pprof/heap | grep '^X-Memprof-Process: ended 2'"
pass 590
answers 200 "/$second/debug/pprof/heap"
pass 15
until_true eval "[[ \$(fetched /$second/debug/pprof/heap) == 410 ]]"
has body "process $second ended more than 10 minutes ago"
answers 200 /$PID/debug/pprof/heap
# Workers that are stopped: who waits for one is told so, and a new one does the work.
workers=$(pgrep -P $SERVE)
kill -STOP $workers
BODY=hung fetched /$PID/debug/pprof/peak >hung.status &
hung=$!
until_true eval "[[ \$(ss -Htn state established '( sport = :${URL##*:} )' | wc -l) == 1 ]]"
pass 21
wait $hung
is "status when the worker is stopped" 504 "$(cat hung.status)"
has hung 'took longer than 20 s'
kill -CONT $workers 2>/dev/null || true
answers 200 /$PID/debug/pprof/heap
is "blocks" "100 100000 100 100000" "$(counted body grow)"
# A client that takes nothing of eight megabytes.
cat >stalls.py <<'PYTHON'
import socket, sys
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
client.connect(("127.0.0.1", int(sys.argv[1])))
requests = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 4000
client.setblocking(False)
sent = 0
print(client.getsockname()[1], flush=True)
for _ in sys.stdin:  # a line each time that some time has passed
    try:
        sent += client.send(requests[sent:])
        print("sent", flush=True)
    except BlockingIOError:
        print("full", flush=True)
    except OSError:
        print("put out", flush=True)
PYTHON
mkfifo stalls.in stalls.out
/usr/bin/python3 stalls.py "${URL##*:}" <stalls.in >stalls.out &
stalls=$!
exec 6>stalls.in 7<stalls.out
read -r port <&7
echo >&6
read -r said <&7
until_true eval "((\$(ss -Htn state established '( sport = :${URL##*:} and dport = :$port )' | awk '{ print \$2 }') > 0))" # it does not get rid of it
for ((n = 0; n < 100; n++)); do
    pass 31
    answers 200 /metrics
    echo >&6
    read -r said <&7
    [[ $said != "put out" ]] || break
done
is "who takes nothing" "put out" "$said"
exec 6>&- 7<&-
wait $stalls
serve_ends
rm "$MEMPROF_DIR"/ends.*.state
