# SPDX-License-Identifier: Apache-2.0
# The time-out of the helper (its clock is set forward by failing the wait), a collector
# that stops itself, kills who waits for it, or has no address space, file size, processor
# time or descriptors left: status and output of the program as they were, the state kept or
# a profile written.
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
printf '#!/bin/sh\nkill -KILL $PPID\nexit 0\n' >kills
chmod +x stops kills
unfinished "kills its parent" "$(MEMPROF_COLLECTOR=$PWD/kills status_of profiled "$TARGETS/ends" exit)" 'did not finish'
if part_needs strace && strace -o /dev/null true; then
    printf '#!/bin/sh\nexec sleep 1000\n' >hangs
    chmod +x hangs
    for way in hangs stops; do
        unfinished "$way" "$(MEMPROF_COLLECTOR=$PWD/$way status_of strace -f -o trace -e trace=rt_sigtimedwait \
            -e inject=rt_sigtimedwait:error=EAGAIN -E LD_PRELOAD="$SHIM" "$TARGETS/ends" exit)" 'did not finish'
        # strace may only be waiting for what hangs: the collector is gone.
        [[ -z $(pgrep -f "$PWD/$way") ]] || fail "$way still runs"
    done
fi
# Limits that the collector shares with the program.
for limit in '-v 30000' '-v 60000' '-v 120000' '-f 0' '-f 16' '-n 4' '-n 6' '-t 1'; do
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
