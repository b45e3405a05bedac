# SPDX-License-Identifier: Apache-2.0
# slow: 10
# States of killed processes pile up in the default directories to a quarter of the file
# system, and 1000 of them; then nothing is recorded, which is said, and the program is the same.
. "$SRC/tests/lib.sh"
. "$SRC/tests/security/users.inc"
unshare -m true 2>/dev/null || skip "no mount namespaces"
cat >looping <<'SH'
. "$SRC/tests/lib.sh"
unset MEMPROF_DIR
export TMPDIR=/mnt MEMPROF_INTERVAL=1
mount -t tmpfs -o size=8M,mode=1777 none /dev/shm
mount -t tmpfs -o size=8M,mode=1777 none /mnt
me() { setpriv --reuid=$VICTIM --regid=$VICTIM --clear-groups "$@"; }
for ((n = 0; n < 40; n++)); do
    me env LD_PRELOAD="$SHIM" "$TARGETS/ends" kill 2>said || true
    is "lines said" "$(grep -c ^memprof said || true)" "$(grep -c '^memprof: .*too many' said || true)"
done
[[ -s said ]] || fail "never said"
for where in /dev/shm /mnt; do
    used=$(du -sk $where | cut -f1)
    ((used > 1700 && used < 2400)) || fail "$where holds $used KiB"
done
is "status with no room" 3 "$(status_of me env LD_PRELOAD="$SHIM" "$TARGETS/ends" exit)"
me "$MEMPROF" collect >list
rm -f /dev/shm/memprof-$VICTIM/* /mnt/memprof-$VICTIM/*
(cd /mnt/memprof-$VICTIM && me touch x.{1..1000}.state)
(cd /dev/shm/memprof-$VICTIM && me touch x.{1..999}.state)
me env LD_PRELOAD="$SHIM" "$TARGETS/ends" kill || true
is "the thousandth" 1 "$(ls /dev/shm/memprof-$VICTIM/ends.* | wc -l)"
me env LD_PRELOAD="$SHIM" "$TARGETS/ends" kill 2>said || true
has said 'too many'
me "$MEMPROF" collect >list
has list '^2000 states, .*--prune'
me "$MEMPROF" collect --prune=0s >pruned
has pruned '^2000 files removed'
me env LD_PRELOAD="$SHIM" "$TARGETS/ends" kill || true
is "recorded again" 1 "$(ls /dev/shm/memprof-$VICTIM | wc -l)"
SH
unshare -m bash looping
