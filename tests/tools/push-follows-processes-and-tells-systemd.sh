# SPDX-License-Identifier: Apache-2.0
# --all waits for processes and follows them as they come and go; one that was killed has a last push that says so, from
# the state that it left, and so has one that runs another program; systemd is told; a server that hangs does not keep
# the pusher from ending.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
. "$SRC/tests/peers/push.inc"
need jq
cat >listens.py <<'PYTHON'
import socket
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind("notify")
while True:
    text = listener.recv(100).decode()
    with open("told", "a") as file:
        file.write(text + "\n")
    if text == "STOPPING=1":
        break
PYTHON
/usr/bin/python3 listens.py & listens=$!
until_true test -S notify
peer_starts pyroscope
SHOP=shop$$
cp "$TARGETS/ends" "$SHOP.e"
NOTIFY_SOCKET=$PWD/notify WATCHDOG_USEC=20000000 push_starts --all --label-from=pid "$SHOP" "$SHOP.e" "$SHOP.x"
until_true grep -q READY=1 told
is "requests before there is a process" 0 "$(asked)"
shop_starts
obeyed "allocate 10"
pass 2
passes_until '[[ $(asked) == 1 ]]'
until_true grep -q WATCHDOG=1 told
is "from its beginning" "[10,10000,10,10000]" "$(taken .totals)"
obeyed "allocate 3"
kill -9 $PID
{ wait $PID || true; } 2>/dev/null
passes_until "[[ \$(taken '[.labels.pid, .labels.memprof_end, .totals]' | tail -n 1) == '[\"$PID\",\"killed\",[3,3000,13,13000]]' ]]"
rm "$MEMPROF_DIR"/*.state
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "./$SHOP.e" wait >second.out &
second=$!
until_true grep -q ready second.out
pass 1
passes_until "[[ \$(taken .labels.pid | tail -n 1) == '\"$second\"' ]]"
kill -9 $second
{ wait $second || true; } 2>/dev/null
passes_until "[[ \$(taken .labels.memprof_end | tail -n 1) == '\"killed\"' ]]"
rm -f "$MEMPROF_DIR"/*.state
# One that becomes another program, which runs on: a last push of the first one.
cp /bin/bash "$SHOP.x"
mkfifo go end
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "./$SHOP.x" -c 'read -r line <go; exec cat end' &
third=$!
pass 1
passes_until "[[ \$(taken .labels.pid | tail -n 1) == '\"$third\"' ]]"
echo >go
passes_until "[[ \$(taken '[.labels.pid, .labels.memprof_end]' | tail -n 1) == '[\"$third\",\"exec\"]' ]]"
echo >end
wait $third
rm -f "$MEMPROF_DIR"/*.state
until_true eval "[[ ! \$(find bases -name '*.base') ]]" # they are not needed any more
# It is told to end while a push is under way.
shop_starts
obeyed "allocate 10"
before=$(asked)
echo hang >peer/fault
passes_until "((\$(asked) > $before))"
push_ends
wait $listens
# The next one knows that it does not know whether it was taken.
push_starts --label-from=pid $PID
until_true grep -q "ended while a push was under way: what it told may count twice" push.err
passes_until "[[ \$(taken .labels.pid | tail -n 1) == '\"$PID\"' ]]"
push_ends
exec {OBEYS[1]}>&-
{ wait $PID || true; } 2>/dev/null
rm -f memprof.*
peer_ends
