# SPDX-License-Identifier: Apache-2.0
# A process maps a "state" on a file system of its own making, which then answers nobody any more:
# root's list is there without it, with a line.
. "$SRC/tests/lib.sh"
as_root file systems
. "$SRC/tests/security/silent.inc"
silent_maps
cp "$TARGETS/ends" "seen-$$"
MEMPROF_INTERVAL=1 MEMPROF_COLLECTOR=none LD_PRELOAD=$SHIM "./seen-$$" wait >seen.out &
seen=$!
until_true grep -q ready seen.out
"$MEMPROF" ps --all >out
has out "^ *$holder .* it is not a state of memprof"
echo >&3
until_true grep -q silent said
"$MEMPROF" ps --all >out 2>err
has out "^ *$seen  seen-"
lacks out "^ *$holder "
has err "^memprof ps: process $holder: its files did not answer for 5 s, so it is left out$"
kill -KILL $server $holder $seen
wait 2>/dev/null || true
umount -l mounted
rm -f "$MEMPROF_DIR"/*.state
