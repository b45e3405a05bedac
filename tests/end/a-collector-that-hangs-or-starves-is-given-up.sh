# SPDX-License-Identifier: Apache-2.0
# A collector that hangs, stops itself, or has no address space, file size, processor time or
# descriptors left; Ctrl-C at it; no process to spare for it: status and output of the program
# as they were, the state kept or a profile written.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1
unfinished() {
    is "status when the collector $1" 3 "$2"
    is "output when the collector $1" "" "$(cat out)"
    has err "^memprof: .*$3.* the state is kept in $MEMPROF_DIR/ends\.[0-9]+\.[0-9a-f]{16}\.state; \`memprof collect"
    is "lines when the collector $1" 1 "$(wc -l <err)"
    MEMPROF_COLLECTOR='' "$MEMPROF" collect -o out.pb.gz "$(one $(states))" >/dev/null 2>&1
    dump out.pb.gz | grep -q '^1000 1000000 1000 1000000 bytes=1024bytes work@'
    rm out.pb.gz
}
printf '#!/bin/sh\nkill -STOP $$\nexit 0\n' >stops
printf '#!/bin/sh\n: >hangs.now\nsleep 1000\n' >hangs
printf '#!/bin/sh\nkill -SEGV $$\n' >crashes
chmod +x stops hangs crashes
# Its patience is an argument: a second here, with the state of a process that has ended.
for way in hangs stops; do
    MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit || true
    given_up() {
        (exec -a ends "$B/memprof-end" 3 ends 1 1 "$1" "$PWD/$way" --at-exit "$1")
    }
    unfinished $way "$(status_of given_up "$(one $(states))")" 'did not finish'
    [[ -z $(pgrep -f "$PWD/$way") ]] || fail "$way still runs"
done
unfinished crashes "$(MEMPROF_COLLECTOR=$PWD/crashes status_of profiled "$TARGETS/ends" exit)" 'did not finish'
for signal in INT QUIT; do
    rm -f hangs.now
    MEMPROF_COLLECTOR=$PWD/hangs LD_PRELOAD=$SHIM "$TARGETS/ends" exit >out 2>err &
    pid=$!
    until_true test -e hangs.now
    # What others send does not end it, nor the program's status.
    kill -s TERM $pid
    kill -s HUP $pid
    kill -s $signal $pid
    status=0
    wait $pid || status=$?
    unfinished "is interrupted by $signal" $status 'was interrupted'
    [[ -z $(pgrep -f "$PWD/hangs") ]] || fail "the collector still runs"
done
# The last process that its user may have is the program itself.
if [[ $(id -u) == 0 ]]; then
    chmod 711 .. ../.. && chmod 777 . && chown 40003 "$MEMPROF_DIR"
    alone() {
        setpriv --reuid=40003 --regid=40003 --clear-groups bash -c 'ulimit -u 1 && exec "$@"' - env LD_PRELOAD="$SHIM" "$@"
    }
    unfinished "has no process" "$(status_of alone "$TARGETS/ends" exit)" 'did not finish'
    chown root "$MEMPROF_DIR" .
else
    part_skipped "another user needs root"
fi
# Limits that the collector shares with the program.
for limit in '-v 14000' '-v 30000' '-v 60000' '-v 120000' '-d 14000' '-s 128' '-f 0' '-f 16' '-n 4' '-n 6' '-t 1'; do
    starved() {
        (ulimit $limit && exec "$@")
    }
    to_pipe() {
        (ulimit $limit && LD_PRELOAD=$SHIM exec "$@") 2>&3 3>&-
    }
    is "status without us and $limit" 3 "$(status_of starved "$TARGETS/ends" exit)"
    # First with a file as stderr, to which a line may be more than the limit allows.
    for err in file pipe; do
        rm -f memprof.* "$MEMPROF_DIR"/*
        case $err in
        file) is "status with $limit" 3 "$(status_of starved env LD_PRELOAD="$SHIM" "$TARGETS/ends" exit)" ;;
        pipe) is "status with $limit" 3 "$({ status_of to_pipe "$TARGETS/ends" exit; } 3> >(cat >err.pipe))" ;;
        esac
        is "output with $limit" "" "$(cat out)"
    done
    [[ $(profiles) ]] || MEMPROF_COLLECTOR='' "$MEMPROF" collect --all >/dev/null 2>&1 || true
    if [[ $(profiles) ]]; then
        valid "$(one $(profiles))"
        dump "$(one $(profiles))" | grep -q "^1000 1000000 1000 1000000 bytes=1024bytes " || fail "not in the profile with $limit"
    else
        until_true has err.pipe '^memprof: .*(Cannot allocate memory|Too many open files).*nothing is recorded'
    fi
    rm -f $(profiles)
    [[ -z $(states) ]] || fail "left with $limit" $(states)
done
