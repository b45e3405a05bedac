# SPDX-License-Identifier: Apache-2.0
# slow: 10
# chroot, setuid to nobody with chdir("/"), new user and pid namespaces, no /proc, a root
# that is read only: same, and a profile, a state, or a line that says why there is none.
. "$SRC/tests/lib.sh"
as_root chroot and setuid
export MEMPROF_INTERVAL=1
mkdir -m 755 jail
chmod 755 . "$TMPDIR"
# moved WHAT COMMAND...: with us it ends as without; a line at most is said of each process;
# all is collected.
moved() {
    local what=$1 files
    shift
    rm -f memprof.* "$MEMPROF_DIR"/*
    is "plain $what" 5 "$(status_of "$@")"
    is "status of $what" 5 "$(LD_PRELOAD=$SHIM status_of "$@")"
    is "output of $what" "inside" "$(cat out)"
    [[ $(wc -l <err) -le $(states | wc -w) ]] || fail "$what says: $(cat err)"
    "$MEMPROF" collect --all >/dev/null 2>&1 || true
    files=(memprof.sandbox.*.pb.gz*)
    [[ ! ${MEMPROF_OUT:-} ]] || return 0
    [[ ${#files[@]} != 0 ]] || fail "no profile of $what: $(cat err)"
    valid "${files[@]}"
    dump "${files[@]}" >dumped
    is "before and inside, $what" "1000 3000" "$(sums before <dumped | cut -d' ' -f1) $(sums inside <dumped | cut -d' ' -f1)"
}
# With nothing recorded before: there may be no place for a state any more.
recorded_or_said() {
    local what=$1
    shift
    rm -f memprof.* "$MEMPROF_DIR"/*
    is "status of $what" 5 "$(LD_PRELOAD=$SHIM status_of "$@")"
    [[ $(profiles) || $(states) ]] || has err '^memprof: .*nothing is recorded'
    [[ $(wc -l <err) -le 1 || $(wc -l <err) -le $(states | wc -w) ]] || fail "$what says: $(cat err)"
}
moved chroot "$TARGETS/sandbox" chroot jail
recorded_or_said "chroot first" "$TARGETS/sandbox" chroot-late jail
moved setuid "$TARGETS/sandbox" setuid
# Nothing is run for what is not the process of the start any more: the state waits.
has err '^memprof: the state is kept in .*, because the process changed its user, its capabilities or its root directory; .memprof collect'
recorded_or_said "setuid first" "$TARGETS/sandbox" setuid-late
if unshare -U true 2>/dev/null; then
    moved "new namespaces" "$TARGETS/sandbox" unshare
    recorded_or_said "new namespaces first" "$TARGETS/sandbox" unshare-late
else
    part_skipped "no user namespaces"
fi
if unshare -m true 2>/dev/null; then
    without_proc() {
        unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@"
    }
    read_only() {
        unshare -m sh -c 'mount --bind / /mnt && mount -o remount,bind,ro /mnt && cd "/mnt$PWD" && exec "$@"' sh "$@"
    }
    moved "no /proc" without_proc "$TARGETS/sandbox" none
    recorded_or_said "a read-only directory" read_only "$TARGETS/sandbox" none
else
    part_skipped "no mount namespace to hide /proc in"
fi
rm -f "$MEMPROF_DIR"/*
