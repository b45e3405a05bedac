# SPDX-License-Identifier: Apache-2.0
# A MEMPROF_DIR that others can write to, of another owner, or no directory; the default
# one made by somebody else, or a symlink: not used, and the program runs the same.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
mkdir -m 777 open
mkdir -m 700 real foreign
echo file >file
[[ $(id -u) != 0 ]] || chown 65534 foreign
for dir in open file foreign; do
    if [[ $dir == foreign && $(id -u) != 0 ]]; then
        part_skipped "only root can make a directory of somebody else's"
        continue
    fi
    MEMPROF_DIR=$PWD/$dir refused 3 "$dir" profiled "$TARGETS/ends" exit
    [[ $dir == foreign ]] || has err 'nothing is recorded'
done
# Another user's: privileges were dropped, as a rule; the state goes to the default place.
if [[ $(id -u) == 0 ]]; then
    state=$(sed -n 's/.*the state is \([^ ]*\.state\).*/\1/p' err)
    is "owner of $state" 0 "$(stat -c %u "$state")"
    rm "$state"
fi
[[ -z $(find open foreign -name '*.state') ]] || fail "used" $(find open foreign -name '*.state')
MEMPROF_DIR=$PWD/real profiled "$TARGETS/ends" exit 2>err || true
one real/*.state >/dev/null

# The default places, as a user of whom nothing else is there.
[[ $(id -u) == 0 ]] && command -v setpriv >/dev/null || skip_rest "the default places need root, and setpriv"
unset MEMPROF_DIR
user=$((40000 + RANDOM))
trap 'rm -rf /dev/shm/memprof-$user' EXIT
as_user() {
    setpriv --reuid=$user --regid=$user --clear-groups env LD_PRELOAD="$SHIM" TMPDIR="$PWD/temporary" "$TARGETS/ends" exit
}
chmod 711 . "$(dirname "$PWD")" "$(dirname "$(dirname "$PWD")")"
mkdir -m 1777 temporary
setpriv --reuid=$user --regid=$user --clear-groups test -r "$SHIM" -a -w temporary || skip_rest "another user cannot read $SHIM"
victim=$PWD/victim
mkdir -m 700 victim
chown $user victim
squat() {
    rm -rf /dev/shm/memprof-$user
    case $1 in
    foreign) mkdir -m 777 /dev/shm/memprof-$user ;;
    symlink) ln -s "$victim" /dev/shm/memprof-$user ;;
    file) : >/dev/shm/memprof-$user ;;
    none) ;;
    esac
}
for how in foreign symlink file none; do
    squat $how
    rm -rf temporary/*
    is "status when squatted by $how" 3 "$(status_of as_user)"
    used=$(find /dev/shm/memprof-$user/ temporary victim -name '*.state' 2>/dev/null || true)
    case $how in
    none) [[ $used == /dev/shm/memprof-$user/* ]] || fail "used ${used:-nothing}" ;;
    *) [[ $used == temporary/memprof-$user/* ]] || fail "squatted by $how, used ${used:-nothing}" ;;
    esac
done
