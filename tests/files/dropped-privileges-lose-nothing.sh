# SPDX-License-Identifier: Apache-2.0
# A program that was root drops that before or after its first sample, with a MEMPROF_DIR that
# is root's or without: it is the same, says nothing, and its state is in a place of its own;
# one that is started without privileges is told where.
. "$SRC/tests/lib.sh"
as_root to drop it
need setpriv
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
chmod 711 . .. "$MEMPROF_DIR"
given=$MEMPROF_DIR
# state_of WAY [COMMAND...]: its only state, which is collected to out.pb.gz.
state_of() {
    LD_PRELOAD=$SHIM "$TARGETS/confined" $1 >out 2>err &
    local pid=$! status=0 state
    wait $pid || status=$?
    is "status of $1" 5 $status
    is "messages of $1" "" "$(cat err)"
    state=$(one "$given"/*.$pid.*.state /dev/shm/memprof-0/*.$pid.*.state /dev/shm/memprof-65534/*.$pid.*.state)
    MEMPROF_DIR=$(dirname "$state") "$COLLECT" -o "$PWD/out.pb.gz" "$state" >/dev/null 2>&1 || {
        cp "$state" copy.state # of another user's directory
        "$COLLECT" -o "$PWD/out.pb.gz" copy.state >/dev/null 2>&1
    }
    rm -f "$state" copy.state
    echo "${state%/*}"
}
for way in late,setuid setuid; do
    for dir in "$given" ''; do
        export MEMPROF_DIR=$dir
        place=$(state_of $way)
        [[ $way == late* ]] && wanted=${dir:-/dev/shm/memprof-0} || wanted=/dev/shm/memprof-65534
        is "place, $way, MEMPROF_DIR '$dir'" "$wanted" "$place"
        valid out.pb.gz
        is "counted, $way" "$([[ $way == late* ]] && echo 200 || echo 100)" "$(counted out.pb.gz work | cut -d' ' -f1)"
        rm out.pb.gz
    done
done
# `memprof run` of what did so later than its first process: one line says where it is.
unset MEMPROF_DIR
is "status of run" 5 "$(status_of "$MEMPROF" run -q bash -c '"$TARGETS/confined" setuid; exit $?')"
has err '^memprof: privileges were dropped: the state is /dev/shm/memprof-65534/confined\..*collect FILE'
state=$(one $(grep -o '/dev/shm/memprof-65534/confined[^ ,]*\.state' err))
"$MEMPROF" collect -o "$PWD/out.pb.gz" "$state" >/dev/null 2>&1
is "counted by run" 100 "$(counted out.pb.gz work | cut -d' ' -f1)"
rm -f "$state" memprof.*
export MEMPROF_DIR=$given
setpriv --reuid=65534 --clear-groups test -r "$SHIM" || skip "another user cannot read $SHIM"
setpriv --reuid=65534 --clear-groups env LD_PRELOAD="$SHIM" "$TARGETS/confined" none >out 2>err || true
has err "^memprof: MEMPROF_DIR cannot be used: .*$given.*; the state is /dev/shm/memprof-65534/"
is "lines said" 1 "$(wc -l <err)"
state=$(sed 's/.*the state is \([^ ]*\.state\).*/\1/' err)
[[ -s $state ]] || fail "no $state"
rm "$state"
