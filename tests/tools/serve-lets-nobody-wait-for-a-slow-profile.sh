# SPDX-License-Identifier: Apache-2.0
# A profile that takes long holds up nobody's but its like: those that were asked for behind it, and later, are there
# before it; and it waits in a line apart from then on.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/serve.inc"
obeys_starts
obeyed "allocate 100"
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM "$TARGETS/ends" wait >second.out &
second=$!
until_true grep -q ready second.out
serve_starts $PID $second
# good: the profile of the one that is not slow, in whatever line; unlike others it is never one that was just made.
good() {
    answers 200 /$PID/debug/pprof/symbol -d 0x1
    answers 200 /$PID/debug/pprof/heap
    is "blocks" "100 100000 100 100000" "$(counted body grow)"
}
# held_up PATH: asks for it of the second process, of a worker that is stopped; others are answered meanwhile.
held_up() {
    exec 8<>"/dev/tcp/127.0.0.1/${URL##*:}"
    printf 'GET /%d/debug/pprof/%s HTTP/1.0\r\nHost: localhost\r\n\r\n' $second $1 >&8
    for n in 1 2 3; do
        good
        answers 200 /metrics
    done
    ! read -t 0 -u 8 || fail "$1 was answered first"
}
# answered STATUS: at last.
answered() {
    cat <&8 >held
    exec 8>&-
    is "status of what was held up" "$1" "$(sed -n '1s/^HTTP[^ ]* \([0-9]*\) .*/\1/p' held)"
}
# The second worker that was started makes the profiles of those that are not slow.
workers=($(pgrep -P $SERVE))
is "workers" 3 ${#workers[@]}
kill -STOP ${workers[1]}
held_up heap
kill -CONT ${workers[1]}
answered 200
sed '1,/^\r$/d' held >heap.pb.gz
valid heap.pb.gz
# It is in that line again, though the worker is another one by now for others.
kill -STOP ${workers[1]}
held_up peak
kill -KILL ${workers[1]}
answered 502
good
answers 200 "/$second/debug/pprof/heap"
serve_ends
kill $second
wait $second || true
rm "$MEMPROF_DIR"/ends.*.state
