# SPDX-License-Identifier: Apache-2.0
# A process that gave up its rights for good edits the state that it still has mapped, a file
# of who started it: another name, another directory, a start at the end of time.  Whoever
# collects writes where they said themselves, and replaces no file but what they named.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
export MEMPROF_INTERVAL=1
caps=+setuid,+setgid
# by WHO COMMAND...: root, or a user whose programs are given capabilities to start with.
by() {
    local who=$1
    shift
    case $who in
    root) "$@" ;;
    ambient) setpriv --reuid=$VICTIM --regid=$VICTIM --clear-groups --inh-caps=$caps --ambient-caps=$caps "$@" ;;
    esac
}
by ambient true || skip "no ambient capabilities here"
for who in root ambient; do
    home=$PWD/roots owner=0
    [[ $who == root ]] || { home=$PWD/victims owner=$VICTIM; }
    MEMPROF_DIR=$home/states
    mkdir -m 700 "$home/states" "$home/here" && chown $owner "$home/states" "$home/here"
    echo precious >"$home/precious"
    # An earlier profile of a name that the forger chooses.
    (cd "$home/here" && by $who env LD_PRELOAD="$SHIM" MEMPROF_OUT=memprof.other.1.pb.gz "$TARGETS/ends" exit) || true
    chown $owner "$home/precious" "$home/here"/*
    earlier=$(sha256sum <"$home/here/memprof.other.1.pb.gz")
    forged() {
        (cd "$home/here" && by $who "$@" "$TARGETS/forges" $ATTACKER "${old:-aim/at/this/place}" "${new:-../precious}" "${wait:--}")
    }
    untouched() {
        is "precious after $who, $1" "9 precious" "$(stat -c %s "$home/precious") $(tr -cd a-z <"$home/precious")"
        is "earlier profile after $who, $1" "$earlier" "$(sha256sum <"$home/here/memprof.other.1.pb.gz")"
    }
    plain() {
        forged env LD_PRELOAD="$SHIM" MEMPROF_OUT="$home/here/aim/at/this/place" >forger.out 2>/dev/null || true
    }
    collected() {
        (cd "$home/here" && by $who "$MEMPROF" collect "$@") >out 2>err || fail "$who cannot collect: $(cat err)"
    }
    plain
    collected --all
    untouched "collect --all"
    valid "$(one "$home/here"/memprof.forges.*.pb.gz)"
    plain
    collected "$(one "$home"/states/forges.*.state)"
    untouched "collect STATE"
    is "profiles here" 3 "$(ls "$home/here" | wc -l)"
    # While it lives, of which only root sees anything.
    if [[ $who == root ]]; then
        mkfifo go
        wait=wait plain <go &
        exec 8>go
        until_true grep -q ready forger.out
        collected "$(pgrep -nx forges)"
        untouched "collect PID"
        exec 8>&-
        wait
        collected --prune=0s
        is "profiles of the living too" 4 "$(ls "$home/here" | wc -l)"
    fi
    # By `memprof run`, whose names are its own; %e chooses no earlier profile.
    old=$home/here/p.pb.gz new=$home/precious
    forged "$MEMPROF" run -q -o "$old" -- 2>err >out || true
    valid "$old"
    untouched run
    old=forges new=other
    forged "$MEMPROF" run -q -o "$home/here/memprof.%e.1.pb.gz" -- 2>err >out || true
    valid "$home"/here/memprof.other.1.pb.gz.*
    untouched "run with %e"
    unset old new
done
