# SPDX-License-Identifier: Apache-2.0
# Each user sees the processes of that user, root everybody's, and one line says what is closed: of
# others their directory, of one's own a process with capabilities that the reader lacks.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
unset MEMPROF_DIR # the default is what others see
cp "$TARGETS/ends" "seen-$$" && chmod 755 "seen-$$"
start() { # UID [SETPRIV OPTION...]
    local uid=$1
    shift
    setpriv --reuid="$uid" --regid="$uid" --clear-groups "$@" env LD_PRELOAD="$SHIM" "$PWD/seen-$$" wait >"$uid.out" &
    started=$!
    until_true grep -q ready "$uid.out"
}
ends() { # PID...
    kill -KILL "$@"
    wait "$@" 2>/dev/null || true
    rm -rf /dev/shm/memprof-$VICTIM /dev/shm/memprof-$ATTACKER
}
start $VICTIM
victim=$started
start $ATTACKER
as $VICTIM "$MEMPROF" ps >out 2>err
has out "^ *$victim  seen-"
lacks out "^ *$started  "
has err "^memprof ps: /dev/shm/memprof-$ATTACKER.*: another user's processes, which only that user and root can see$"
"$MEMPROF" ps >out
has out "^ *$victim  seen-"
has out "^ *$started  seen-"
is "status of a dump of another user's" 2 "$(cd attackers && status_of as $ATTACKER "$MEMPROF" dump -o x.pb.gz "$victim")"
has attackers/err "process $victim: only its owner or root can read it$"
is "lines" 1 "$(wc -l <attackers/err)"
for command in top ps 'serve -l 127.0.0.1:0'; do
    is "status of $command of another user's" 2 "$(cd attackers && status_of as $ATTACKER "$MEMPROF" $command "$victim")"
    has attackers/err "process $victim: only its owner or root can read it$"
    is "lines of $command" 1 "$(wc -l <attackers/err)"
done
# Root's profile of it is root's; the process's own directory says nothing.
"$MEMPROF" dump -q -o root.pb.gz "$victim" && valid root.pb.gz
ends "$victim" "$started"
# The same user, with a capability that the reader lacks.
start $VICTIM --inh-caps=+net_raw --ambient-caps=+net_raw
! as $VICTIM cat "/proc/$started/maps" >/dev/null 2>&1 || skip_rest "its maps are open all the same"
as $VICTIM "$MEMPROF" ps >out 2>err
has out "^ *$started  seen-.*, its /proc is closed to us$"
has err "^memprof ps: process $started: it has capabilities that we lack, so /proc shows its memory to root alone"
is "lines about it" 1 "$(grep -c "process $started" err)"
for text in "$started" "seen-$$"; do
    (cd victims && as $VICTIM "$MEMPROF" dump -q -o closed.pb.gz "$text")
    valid victims/closed.pb.gz
    is "what it has" "1000 1000000 1000 1000000" "$(counted victims/closed.pb.gz work)"
    rm victims/closed.pb.gz
done
(cd victims && as $VICTIM "$MEMPROF" top --no-header "seen-$$") >out
has out ' work$'
# Once it has ended it is not taken for a living one, though its pid may be another's.
kill -KILL "$started"
wait "$started" 2>/dev/null || true
as $VICTIM "$MEMPROF" ps --all >out 2>err
has out "^ *$started  seen-.* ended, last event "
rm -rf /dev/shm/memprof-$VICTIM
