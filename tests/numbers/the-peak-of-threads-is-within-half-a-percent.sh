# SPDX-License-Identifier: Apache-2.0
# slow: 20
# Programs of several threads that know their own maximum: threads that rise and fall, that wait
# for a turn, that free for others, that come and go, and more than have shards of their own.
. "$SRC/tests/lib.sh"
for pattern in waves pool hand leave; do
    for threads in 1 2 8 64; do
        MEMPROF_COLLECTOR=none MEMPROF_INTERVAL=1 profiled "$TARGETS/highest" $pattern $threads >own
        "$MEMPROF" inspect "$MEMPROF_DIR"/highest.*.state >state
        rm "$MEMPROF_DIR"/highest.*.state
        awk -v own="$(cat own)" -v what="$pattern, $threads threads" '
            /^peak/ { getline; peak = $5; exact = !/not exact/ }
            END { printf "%s: %d of %d, %.3f %%%s\n", what, peak, own, 100 * peak / own, exact ? "" : ", not exact"
                exit !(peak >= 0.995 * own && peak <= 1.005 * own && exact) }' state || fail "another peak: $pattern $threads"
    done
done
