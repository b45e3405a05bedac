# SPDX-License-Identifier: Apache-2.0
# Whatever the umask, the default directory is made usable and private, and so is a state; a
# directory that was left unusable is mended; a directory of the program's own is not touched,
# and its umask stays.
. "$SRC/tests/lib.sh"
as_root to become another user, whom permissions hold
need setpriv
unset MEMPROF_DIR
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
user=$((40000 + RANDOM))
trap 'rm -rf /dev/shm/memprof-$user' EXIT
chmod 711 . "$(dirname "$PWD")" "$(dirname "$(dirname "$PWD")")"
nobody() {
    setpriv --reuid=$user --regid=$user --clear-groups "$@"
}
nobody test -r "$SHIM" || skip "another user cannot read $SHIM"
# one_state DIRECTORY WHAT
one_state() {
    is "status, $2" 5 "$(cat status)"
    is "messages, $2" "" "$(cat err)"
    has out '^umask kept'
    is "mode of the directory, $2" 700 "$(stat -c %a "$1")"
    is "mode of the state, $2" 600 "$(stat -c %a "$(one "$1"/*.state)")"
    nobody "$COLLECT" -o "$1/p.pb.gz" "$1"/*.state >/dev/null 2>&1
    is "counted, $2" "100 10000000" "$(counted "$1/p.pb.gz" work | cut -d' ' -f1,2)"
    rm "$1"/*
}
mkdir -m 755 theirs
chown $user theirs
for mask in 0777 0177 0277 0477 0077 0; do
    rm -rf /dev/shm/memprof-$user theirs/new
    status_of nobody env LD_PRELOAD="$SHIM" "$TARGETS/confined" umask $mask >status
    one_state /dev/shm/memprof-$user "umask $mask"
    status_of nobody env LD_PRELOAD="$SHIM" MEMPROF_DIR="$PWD/theirs/new" "$TARGETS/confined" umask $mask >status
    one_state theirs/new "umask $mask and MEMPROF_DIR"
done
for mode in 000 600 500 100; do
    chmod $mode /dev/shm/memprof-$user theirs/new
    status_of nobody env LD_PRELOAD="$SHIM" "$TARGETS/confined" none >status
    one_state /dev/shm/memprof-$user "a directory of mode $mode"
    status_of nobody env LD_PRELOAD="$SHIM" MEMPROF_DIR="$PWD/theirs/new" "$TARGETS/confined" none >status
    one_state theirs/new "a MEMPROF_DIR of mode $mode"
done
# The profile, by itself and by `memprof run`, whose own umask it may be.
unset MEMPROF_COLLECTOR
rm -rf /dev/shm/memprof-$user
cd theirs
for mask in 0777 0177; do
    nobody env LD_PRELOAD="$SHIM" "$TARGETS/confined" umask $mask >/dev/null || is status 5 $?
    (umask $mask && nobody "$MEMPROF" run -q "$TARGETS/confined" umask $mask >/dev/null) || is "status of run" 5 $?
    for profile in memprof.confined.*; do
        is "mode of a profile" 600 "$(stat -c %a "$profile")"
        valid "$profile"
        rm "$profile"
    done
    rmdir /dev/shm/memprof-$user || fail "left: $(ls /dev/shm/memprof-$user)"
done
