# SPDX-License-Identifier: Apache-2.0
# A state of another user is neither collected by the way nor removed; another's file at the
# output's name stays; a default directory that somebody else made is not used.
. "$SRC/tests/lib.sh"
as_root two users
need setpriv
export MEMPROF_INTERVAL=1
chmod 711 . .. ../..
nobody() {
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
nobody test -x "$COLLECT" || skip "another user cannot run $COLLECT"
# Nobody's program may write here, but not over root's file, nor through root's link.
mkdir -m 777 common
echo precious >common/p.pb.gz
echo precious >precious
ln -s "$PWD/precious" common/link.pb.gz
mkdir -m 700 states && chown 65534 states
for name in p link; do
    is "status with $name" 3 "$(MEMPROF_DIR=$PWD/states MEMPROF_OUT=$PWD/common/$name.pb.gz status_of nobody env LD_PRELOAD="$SHIM" "$TARGETS/ends" exit)"
    is "lines said" 1 "$(wc -l <err)"
    has err "common/$name.pb.gz"
    is precious "precious precious" "$(cat common/p.pb.gz precious | paste -sd ' ')"
    [[ -L common/link.pb.gz ]]
done
is "states that stay" 2 "$(ls states/ends.*.state | wc -l)"
# Nobody cannot read root's state, and says so; root's `collect --all` of its own directory
# leaves alone what another user put there.
MEMPROF_COLLECTOR=none profiled "$TARGETS/ends" exit || true
mine=$(one $(states))
chmod 711 "$MEMPROF_DIR"
refused 2 "${mine##*/}" nobody "$MEMPROF" collect "$mine"
[[ -s $mine ]] || fail "root's state is gone"
chmod 700 "$MEMPROF_DIR"
rm "$mine"
# The default directory made by somebody else, or open to others: passed over.
unshare -m true 2>/dev/null || skip_rest "no mount namespace"
for squat in foreign open; do
    trap 'umount shm 2>/dev/null || true' EXIT
    mkdir shm && mount -t tmpfs none shm 2>/dev/null || skip_rest "cannot mount a tmpfs"
    mkdir -m 777 shm/memprof-65534
    [[ $squat == open ]] && chown 65534 shm/memprof-65534
    chmod 1777 shm
    rm -rf tmp && mkdir -m 1777 tmp
    status=$(unshare -m sh -c 'mount --bind shm /dev/shm && shift 0 && exec "$@"' sh \
        setpriv --reuid=65534 --regid=65534 --clear-groups env -u MEMPROF_DIR TMPDIR="$PWD/tmp" MEMPROF_COLLECTOR=none \
        LD_PRELOAD="$SHIM" "$TARGETS/ends" exit >out 2>err; echo $?)
    is "status with a $squat directory" 3 "$status"
    is "used by us" "" "$(ls shm/memprof-65534)"
    is "state elsewhere" 1 "$(ls tmp/memprof-65534/*.state | wc -l)"
    is "mode of ours" "700 65534" "$(stat -c '%a %u' tmp/memprof-65534)"
    umount shm && rmdir shm
done
rm -f "$MEMPROF_DIR"/*
