# SPDX-License-Identifier: Apache-2.0
# One line that says what, why and what to try, status 2, no file, and never a hang: whoever cannot be
# looked at, whatever it does meanwhile, wherever the profile cannot go.
. "$SRC/tests/lib.sh"
. "$SRC/tests/tools/told.inc"
export MEMPROF_COLLECTOR=none
dump_refused() { # REGEX ARGUMENT...
    refused 2 "^memprof dump: .*$1" "$MEMPROF" dump "${@:2}"
    [[ ! -e new.pb.gz ]] || fail "there is a file after: $*"
}
start_told
pid=$told
dump_refused 'no process given; try' -o new.pb.gz
dump_refused 'process 999999999: there is no such process' -o new.pb.gz 999999999
dump_refused "process $$: memprof does not record it; start it with 'memprof run'" -o new.pb.gz $$
dump_refused "none-$$: no such file, and no process of that name" -o new.pb.gz "none-$$"
dump_refused "is a directory, and no process" -o new.pb.gz .
dump_refused "exclude each other" --peak --seconds=1 "$pid"
dump_refused "more than one process given" "$pid" "$pid"
dump_refused "'0' is not a time" --seconds=0 "$pid"
dump_refused 'no directory no/such/: No such file' -o no/such/new.pb.gz "$pid"
dump_refused "is not a regular file" -o /dev/full "$pid"
ln -s elsewhere link.pb.gz
dump_refused "link.pb.gz. is not a regular file" -o link.pb.gz "$pid"
for command in ps top; do
    refused 2 "^memprof $command: .*process 999999999: there is no such process" "$MEMPROF" $command 999999999
    refused 2 "^memprof $command: .*process $$: memprof does not record it; start it with 'memprof run'" "$MEMPROF" $command $$
    is "status of $command for a full standard output" 2 "$("$MEMPROF" $command "$pid" >/dev/full 2>err || echo $?)"
    has err "^memprof $command: .*standard output: No space left"
done
for command in ps top serve; do
    is "status of $command for a closed standard output" 2 "$("$MEMPROF" $command "$pid" 2>err >&- || echo $?)"
    has err "^memprof $command: .*standard output: it is closed"
    is "lines said by $command" 1 "$(wc -l <err)"
done
is "status for a full standard output" 2 "$("$MEMPROF" dump "$pid" >/dev/full 2>err || echo $?)"
has err '^memprof dump: .*standard output: No space left'
is "status for a closed standard output" 2 "$("$MEMPROF" dump "$pid" 2>err >&- || echo $?)"
has err '^memprof dump: .*standard output: it is closed'
if [[ $(id -u) == 0 ]] && mkdir small && mount -t tmpfs -o size=4k none small 2>/dev/null; then
    cat /dev/zero >small/filled 2>/dev/null || true
    status=$(status_of "$MEMPROF" dump -o small/new.pb.gz "$pid")
    left=$(ls -A small)
    umount small
    is "status for a full disk" 2 "$status"
    has err '^memprof dump: .*small/new.pb.gz: No space left'
    is "files on the full disk" filled "$left"
fi
# Stopped it is read as ever.
kill -STOP "$pid"
"$MEMPROF" dump -q -o stopped.pb.gz "$pid" && valid stopped.pb.gz
"$MEMPROF" ps "$pid" >out
has out "^ *$pid "
"$MEMPROF" top "$pid" >out
has out ' keep$'
kill -CONT "$pid"
# What ends a dump that waits: an interrupt, exec, a kill.  That it waits is seen by its handlers.
waiting() { # COMMAND...
    env --default-signal=INT "$MEMPROF" dump --seconds=100 -o new.pb.gz "$pid" >out 2>err &
    dump=$!
    until_true grep -qE '^SigCgt:.*[0-9a-f]{12}40[0-9a-f]3$' /proc/$dump/status
    "$@" >/dev/null
    local status=0
    wait $dump || status=$?
    is "lines after ${*//[0-9]/}" 1 "$(wc -l <err)"
    [[ ! -e new.pb.gz ]] || fail "there is a file after: $*"
    ended=$status
}
waiting eval 'kill -INT $dump'
is "status after an interrupt" 130 $ended
has err "^memprof dump: $pid: interrupted after [0-9]+ of 100 seconds; nothing was written$"
waiting eval 'kill -TERM $dump'
is "status after SIGTERM" 143 $ended
waiting eval 'echo "exec $TARGETS/told x" >&3'
is "status after exec" 2 $ended
has err "^memprof dump: process $pid runs another program \(exec\) after [0-9]+ of 100 seconds; nothing was written"
tell keep 1 1
pid=$answer
waiting kill -KILL "$pid"
is "status after a kill" 2 $ended
has err "^memprof dump: process $pid has ended after [0-9]+ of 100 seconds; nothing was written"
exec 3>&- 4<&-
wait "$told_job" 2>/dev/null || true
# A state that another version wrote, and one that becomes shorter, in a process that maps it.
mapped() { # FILE: $holder maps it
    rm -f ready # what the one before it said
    /usr/bin/python3 -c '
import mmap, os, sys
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
print("ready", flush=True)
sys.stdin.read()' "$1" <in >ready &
    holder=$!
    until_true grep -q ready ready
}
mkfifo in
exec 5<>in
told_states=("$MEMPROF_DIR"/told*.state)
state=${told_states[0]}
for version in 1 99; do
    cp --sparse=always "$state" "$MEMPROF_DIR/python3.1.000000000000000$((version % 9)).state"
    copy=$MEMPROF_DIR/python3.1.000000000000000$((version % 9)).state
    printf "\\x$(printf %02x $version)" | dd of="$copy" bs=1 seek=8 conv=notrunc status=none
    mapped "$copy"
    if [[ $version == 1 ]]; then
        dump_refused "its peak is not known: its state was made by an older memprof" --peak -o new.pb.gz $holder
        "$MEMPROF" dump -q -o older.pb.gz $holder && valid older.pb.gz
        truncate -s 8192 "$copy"
        dump_refused "truncated" -o new.pb.gz $holder
    else
        dump_refused "it has version 99, and memprof .* reads 1 to 2" -o new.pb.gz $holder
        "$MEMPROF" ps --all >out
        has out "^ *$holder .*it has version 99"
    fi
    kill $holder
    wait $holder 2>/dev/null || true
    rm "$copy"
done
exec 5>&-
rm -f "$MEMPROF_DIR"/*.state
