# SPDX-License-Identifier: Apache-2.0
# Snapshots of a living process whose threads allocate and free: alloc only grows,
# inuse never exceeds it; and the process does not notice.
. "$SRC/tests/lib.sh"
MEMPROF_INTERVAL=1 LD_PRELOAD=$SHIM "$TARGETS/storm" 4 >out &
pid=$!
until_true test -s out
last="0 0"
for n in 1 2 3 4 5 6 7 8; do
    "$MEMPROF" collect -o "snapshot.$n.pb.gz" $pid >/dev/null 2>&1
    valid "snapshot.$n.pb.gz"
    now=$(totals "snapshot.$n.pb.gz" | cut -d' ' -f1,2)
    [[ ${now% *} -ge ${last% *} && ${now#* } -ge ${last#* } ]] || fail "fell from $last to $now"
    last=$now
done
kill -TERM $pid
wait $pid || true
[[ ${last% *} -gt 1000 ]] || fail "only $last"
rm -f "$MEMPROF_DIR"/*.state
