# SPDX-License-Identifier: Apache-2.0
# With threads the state is made by a thread apart: nobody who waits for any child sees it; and
# where none can be had (RLIMIT_NPROC, pids.max, a new pid namespace, in which the program's
# first child must be its init), the state is made all the same.
. "$SRC/tests/lib.sh"
export MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none
as=()
recorded() {
    local what="$*"
    rm -f memprof.*
    plain=$(status_of "${as[@]}" "$@")
    mv out plain && mv err plain.err
    is "status of $what" "$plain" "$(status_of "${as[@]}" env LD_PRELOAD="$SHIM" "$@")"
    diff plain out || fail "another output of $what"
    diff plain.err err || fail "other messages of $what"
    "${as[@]}" "$MEMPROF" collect --all >/dev/null 2>&1 || true
    valid "$(profile_of confined)"
    is "counted by $what" "100 10000000" "$(counted "$(profile_of confined)" work | cut -d' ' -f1,2)"
}
for n in 1 2 3 4 5; do
    recorded "$TARGETS/confined" threads
    has out '^children 0$'
done
[[ $(id -u) == 0 ]] || { echo "skipped: the rest needs root" && exit 0; }
if unshare -p true 2>/dev/null; then
    recorded "$TARGETS/confined" threads,unshare
    has out '^a child: 1$'
else
    echo "skipped: no pid namespaces"
fi
if command -v setpriv >/dev/null && setpriv --reuid=65534 --clear-groups test -r "$SHIM"; then
    chmod 711 . .. "$(dirname "$(dirname "$PWD")")"
    chown 65534 . "$MEMPROF_DIR"
    as=(setpriv --reuid=65534 --clear-groups)
    recorded "$TARGETS/confined" threads,nproc 0
    as=()
    chown 0 . "$MEMPROF_DIR"
else
    echo "skipped: another user cannot read $SHIM"
fi
for controller in /sys/fs/cgroup/pids /sys/fs/cgroup; do
    group=$controller/memprof-test-$$
    mkdir "$group" 2>/dev/null || continue
    trap 'rmdir "$group" 2>/dev/null' EXIT
    if [[ -w $group/pids.max ]] && echo 2 >"$group/pids.max"; then
        recorded "$TARGETS/confined" threads,cgroup "$group/cgroup.procs"
        lacks err .
        exit 0
    fi
    rmdir "$group"
done
echo "skipped: no cgroup that limits pids"
